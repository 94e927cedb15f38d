"""The stick as it is deployed: micro2-stickd reads an image in user space, the station asks it over its socket, the office collects
what came back (T17, T19, T20)."""
import os
import socket
import struct
import subprocess
import sys
import time

import fixture
from fixture import answer
from stickd import WAITS_S, StickdTest, run

sys.path.insert(0, os.path.join(fixture.ROOT, "tests", "fakes"))
import exfat_ref  # noqa: E402

WIRE_READ, WIRE_STICK, WIRE_COMING = 2, 128, 131


class Fat32:
    """A courier stick as an image, filled and emptied by Debian's own tools."""

    @staticmethod
    def fill(image, folder):
        run("mkfs.vfat", "-F", "32", image)
        run("mcopy", "-s", "-i", image, *[os.path.join(folder, n) for n in sorted(os.listdir(folder))], "::")

    @staticmethod
    def names(image):
        return run("mdir", "-/", "-b", "-i", image, "::")

    @staticmethod
    def empty(image, folder):
        run("fsck.vfat", "-n", image)
        run("mcopy", "-s", "-n", "-i", image, "::*", folder)


class ExFat:
    """The same; nothing in Debian fills one that is not mounted, so the second reading of the specification does."""

    @staticmethod
    def fill(image, folder):
        run("mkfs.exfat", image)
        volume = exfat_ref.Volume(image)
        for path, _, names in os.walk(folder):
            inside = os.path.relpath(path, folder)
            if inside != ".":
                volume.mkdir(inside)
            for name in sorted(names):
                with open(os.path.join(path, name), "rb") as f:
                    volume.add(os.path.normpath(os.path.join(inside, name)), f.read())
        run("fsck.exfat", "-n", image)

    @staticmethod
    def names(image):
        return sorted((name, len(data)) for name, data in exfat_ref.Volume(image).walk())

    @staticmethod
    def empty(image, folder):
        run("fsck.exfat", "-n", image)
        for name, data in exfat_ref.Volume(image).walk():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)


def message(kind, name="", ticket=0, n=0):
    return struct.pack("<4sHHQQIIII", b"M2W1", kind, 0, ticket, 0, n, len(name), 0, 0) + name.encode()


class Stickd(StickdTest):
    def exchange(self, image):
        """The stick goes to the hub and comes back."""
        self.plug(image)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="done")
            self.assertIn("You can take the stick out", str(s.tree()))
            self.assertIn("Signed by Test office", str(s.tree()))
            self.pull()
            self.wait_for_damaged(s)

    def wait_for_damaged(self, s):
        self.wait_for(s, "stick", name="This stick is damaged, and the station cannot read it.")
        self.assertIn("Please take it out.", str(s.tree()))
        self.assertNotIn("Nothing", str(s.tree()))  # stickd may have ended while it wrote

    def filled(self, kind):
        image = self.path("image")
        with open(image, "wb") as f:
            f.truncate(256 << 20)
        kind.fill(image, self.world.stick("stick-%d" % self.made))
        return image

    def connect(self):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.settimeout(WAITS_S)
        s.connect(self.socket)
        return s

    def hear(self, s):
        """The kind of what is told first, but for that something is looked at, and its word."""
        said = s.recv(100)
        while said[4:6] == struct.pack("<H", WIRE_COMING):
            said = s.recv(100)
        return struct.unpack("<H", said[4:6])[0], said[40:].decode()

    def test_results_of_a_visit_go_out_over_a_FAT32_image_and_reach_the_office(self):
        self.results_go_out(Fat32)

    def test_results_of_a_visit_go_out_over_an_exFAT_image_and_reach_the_office(self):
        self.results_go_out(ExFat)

    def results_go_out(self, kind):
        image = self.filled(kind)
        times = self.visits(1)
        before = kind.names(image)
        self.exchange(image)
        self.assertEqual(before, kind.names(image))
        back = self.path("back")
        os.mkdir(back)
        kind.empty(image, back)
        self.world.collect(back)
        self.assertEqual([f["ms"] for f in self.world.facts("answer", "Hub %d" % self.made)], times)

    def visits(self, n):
        """So many visitors; the times their questions took."""
        times = []
        with self.world.station(self.hub) as s:
            for _ in range(n):
                s.tap("languages/en")
                times += answer(s, lambda i, keys: keys[i % len(keys)])
                s.tap("finished")
                s.tap("finish/yes")
        return times

    def test_results_go_out_over_images_of_both_kinds_and_reach_the_report_once(self):
        times, hub = self.visits(5), "Hub %d" % self.made
        images = {fs: self.image(fs, "--hub", hub) for fs in ("fat32", "exfat")}
        for fs, image in images.items():  # both take the same rows: the hub has no receipt yet
            self.exchange(image)
            self.fsck(image, fs)
        out = self.world.micro2("stick", "show", images["exfat"], "--office", self.world.office)
        self.assertRegex(out, r"%s: \d+ records; not collected yet\n" % hub)
        self.assertIn("Take the results in with `micro2 office collect`", out)
        code, _, err = self.world.run("stick", "prepare", self.world.office, images["exfat"], "--format", "fat32", "--yes")
        self.assertEqual(code, 1)
        self.assertIn("holds results of '%s' that are not collected" % hub, err)
        out = self.world.run("office", "collect", self.world.office, images["fat32"], self.world.blank(), images["exfat"])
        self.assertEqual(out[0], 1)  # the blank one; the others are taken
        self.assertIn("it is empty and not formatted", out[2])
        new, known = [int(n) for n in out[1].replace(",", "").split() if n.isdigit()][:2]
        self.assertEqual(new, known)
        self.assertGreater(new, 5)
        self.assertEqual([f["ms"] for f in self.world.facts("answer", hub)], times)
        tables = self.path("tables")
        self.world.micro2("office", "report", self.world.office, "--csv", tables)
        with open(os.path.join(tables, "hubs.csv"), encoding="utf-8") as f:
            self.assertIn("%s,5," % hub, f.read())
        for fs, image in images.items():
            self.fsck(image, fs)
        self.exchange(images["exfat"])  # the receipt comes home
        out = self.world.micro2("stick", "show", images["exfat"], "--office", self.world.office)
        self.assertIn("; the office has them\n", out)
        self.assertIn("Ready to go.", out)
        self.world.micro2("stick", "prepare", self.world.office, images["exfat"], "--format", "fat32", "--yes")  # nothing is lost now

    def test_what_only_the_office_may_do_to_a_stick_is_not_in_stickd(self):
        names = {}
        for program in ("micro2", "micro2-stickd"):
            text = subprocess.run(["nm", os.path.join(fixture.BIN, program)], check=True, capture_output=True, text=True).stdout
            names[program] = {line.split()[-1] for line in text.splitlines()}
        self.assertLessEqual({"edit_fat", "edit_exfat"}, names["micro2"])
        self.assertEqual([n for n in names["micro2-stickd"] if n.startswith("edit_")], [])

    def test_a_visitor_saves_her_result_on_her_own_stick(self):
        for fs in (Fat32, ExFat):
            with self.subTest(fs=fs.__name__):
                self.save_on(fs)

    def save_on(self, fs):
        image, before, after = [self.path(n + fs.__name__) for n in ("own", "before", "after")]
        os.mkdir(before)
        os.mkdir(after)
        with open(os.path.join(before, "photo.jpg"), "wb") as f:
            f.write(os.urandom(300000))
        with open(image, "wb") as f:
            f.truncate(64 << 20)
        fs.fill(image, before)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            s.tap("languages/en")
            answer(s, lambda i, keys: keys[i % len(keys)], hold_ms=0)
            self.plug(image)
            s.wait(ms=WAITS_S * 1000, key="stick_in/see")
            s.tap("stick_in/see")
            s.wait(ms=WAITS_S * 1000, key="save")
            s.tap("save")
            s.wait(ms=WAITS_S * 1000, key="note/saved")
            self.pull()
            self.wait_for_damaged(s)
        fs.empty(image, after)
        self.assertEqual(sorted(os.listdir(after)), ["micro2-result.pdf", "micro2-result.txt", "photo.jpg"])
        with open(os.path.join(after, "micro2-result.txt"), encoding="utf-8") as f:
            self.assertIn("Your next steps", f.read())
        with open(os.path.join(before, "photo.jpg"), "rb") as a, open(os.path.join(after, "photo.jpg"), "rb") as b:
            self.assertEqual(a.read(), b.read())

    def test_T18_a_station_that_hangs_is_sent_away_and_the_next_one_served(self):
        self.plug(self.filled(Fat32))
        with self.connect() as hung:
            self.assertEqual(self.hear(hung)[0], WIRE_STICK)
            hung.settimeout(0.2)
            try:
                for i in range(10000):  # asks and asks, and never takes an answer
                    hung.send(message(WIRE_READ, "MICRO2/mailbox/000.m2b", i + 1, 65536))
            except TimeoutError:
                pass
            begun = time.monotonic()
            with self.connect() as s:
                self.assertEqual(self.hear(s)[0], WIRE_STICK)
            self.assertLess(time.monotonic() - begun, 5)

    def test_it_serves_the_socket_that_systemd_gives(self):
        blank = self.path("blank")
        with open(blank, "wb") as f:
            f.truncate(1 << 20)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.socket)
            listener.listen(1)
            with self.connect() as s:
                self.log = open(self.path("stickd-log"), "w+b")
                self.service = subprocess.Popen(["sh", "-c", 'exec "$0" --image "$1" 3<&%d' % listener.fileno(), os.path.join(fixture.BIN, "micro2-stickd"), blank],
                                                stderr=self.log, env=dict(os.environ, LISTEN_FDS="1"), pass_fds=[listener.fileno()])
                self.assertEqual(s.recv(100)[4:6], struct.pack("<H", WIRE_COMING))  # before its first byte is read
                self.assertEqual(self.hear(s)[1], "empty")

    def test_T25_a_stick_whose_switch_forbids_writing_is_told_from_others(self):
        self.visits(1)
        image = self.filled(Fat32)
        with open(image, "rb") as f:
            before = f.read()
        self.plug(image, "--protected")
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="done")
            self.assertIn("The stick is protected: move its switch and put it in again.", str(s.tree()))
            self.pull()
        with open(image, "rb") as f:
            self.assertTrue(f.read() == before)

    def test_T25_a_result_does_not_go_on_a_protected_stick_and_she_is_told_why(self):
        own = self.path("own")
        with open(own, "wb") as f:
            f.truncate(64 << 20)
        run("mkfs.vfat", "-F", "32", own)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            s.tap("languages/en")
            answer(s, lambda i, keys: keys[i % len(keys)], hold_ms=0)
            self.plug(own, "--protected")
            s.wait(ms=WAITS_S * 1000, key="stick_in/see")
            s.tap("stick_in/see")
            s.wait(ms=WAITS_S * 1000, key="save")
            s.tap("save")
            s.wait(ms=WAITS_S * 1000, key="note/failed")
            self.assertIn("the stick is protected. Move its switch, or use another stick.", str(s.tree()))
            self.pull()

    def test_each_thing_that_is_no_courier_stick_is_named(self):
        blank = self.path("blank")
        with open(blank, "wb") as f:
            f.truncate(64 << 20)
        self.plug(blank)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="note/refused")
            self.assertIn("This stick is empty and not made ready yet.", str(s.tree()))
            s.tap("done")
            self.assertEqual(s.screen(), "welcome")
            self.pull()
        run("mkfs.vfat", "-F", "16", blank)  # a learner's own, with nothing of ours
        self.plug(blank)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="note/own")
        self.pull()
        with open(blank, "r+b") as f:
            f.write(b"\xeb\x52\x90NTFS    ")
            f.seek(510)
            f.write(b"\x55\xaa")
        self.plug(blank)
        with self.world.station(self.hub, stickd=self.socket, clock=None, lang="it") as s:
            self.wait_for(s, "stick", key="note/refused")
            self.assertIn("NTFS", str(s.tree()))


if __name__ == "__main__":
    fixture.main()
