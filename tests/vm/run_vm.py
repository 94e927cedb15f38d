"""The station on a machine: a guest runs it as it is deployed, real touches and emulated sticks come and go, the office gets the results.

    run_vm.py --build build/release --guest build/vm [--short] [--hold]

Leaves screens, logs, the office's report and a table of figures in tests/vm/last/. --hold: after the start, waits for Enter
(the ports are named; for people who look around). T12, T14, T17, T19, T20."""
import argparse
import base64
import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

import sticks
import usbredir
from guest import BOOT_S, WAITS_S, Guest, GuestError, GuestStation, lay_out, lay_out_office

import fixture  # tests/e2e, by guest

HERE = os.path.dirname(os.path.abspath(__file__))
LAST = os.path.join(HERE, "last")
STATION_DATA = "var/lib/micro2/station"
PACK = "shop"
PICTURE_BYTES = 1 << 20
SLOW_S = 10  # a stick that takes so long for the container is pulled in time
STICK_BYTES_PER_S = 2000000  # a stick of 20 to 40 MB/s, as much slower as everything here is
SETTLES_S = 2  # nothing must happen meanwhile
DIFFERS, SAME = 100, 10  # of 10,000 pixels


class Failed(Exception):
    pass


def check(is_so, *what):
    if not is_so:
        raise Failed(" ".join(str(w) for w in what))


class Proof:
    def __init__(self, args, work):
        self.args, self.rows, self.n_dumps = args, [], 0
        self.megabytes = 8 if args.short else 24
        fixture.BIN = os.path.abspath(os.path.join(args.build, "bin"))
        self.world = fixture.World()
        self.hub, _ = self.world.hub()
        tree = os.path.join(work, "tree")
        lay_out(tree, args.build)
        if not args.short:
            lay_out_office(tree, args.build, self.world.office)
        shutil.copytree(self.hub, os.path.join(tree, STATION_DATA))
        self.times = []
        self.guest = Guest(args.guest, tree, work)

    def close(self):
        self.guest.close()
        shutil.copy(self.guest.path("serial.log"), LAST)
        self.world.close()

    # --- what is kept

    @contextlib.contextmanager
    def step(self, name):
        """A row of the table; what is put into the yielded list is said in it."""
        says, begun = [], time.monotonic()
        print("vm: %s" % name, file=sys.stderr, flush=True)
        try:
            yield says
        except Exception as e:
            self.rows.append((name, time.monotonic() - begun, "FAILED: %s" % e))
            raise
        self.rows.append((name, time.monotonic() - begun, "; ".join(says)))

    def dump(self, name):
        self.n_dumps += 1
        path = os.path.join(LAST, "%02d-%s.png" % (self.n_dumps, name))
        self.guest.screendump(path)
        return path

    def differ(self, a, b):
        """How many of 10,000 pixels."""
        return int(subprocess.run([os.path.join(fixture.BIN, "picture_diff"), a, b], check=True, capture_output=True, text=True).stdout)

    # --- at the station

    def node(self, **match):
        return next(iter(self.station.nodes(**match)), None)

    def until(self, what, seconds=WAITS_S, every=0.2):
        """Waits until what() is true; returns the seconds it took."""
        begun = time.monotonic()
        while not what():
            if time.monotonic() - begun > seconds:
                raise Failed("not within %d s; the screen: %s" % (seconds, self.words()))
            time.sleep(every)
        return time.monotonic() - begun

    def words(self):
        tree = self.station.tree()
        names = []

        def walk(node):
            names.append(node.get("name") or "")
            for child in node.get("children", ()):
                walk(child)

        walk(tree["root"])
        return "%s: %s" % (tree["screen"], " | ".join(n for n in names if n))

    def shows(self, *parts):
        words = self.words()
        return all(p in words for p in parts)

    def touch(self, key):
        """A finger on the glass, where the node lies."""
        x, y, w, h = self.node(key=key)["rect"]
        self.guest.touch("tap %d %d" % (x + w // 2, y + h // 2))

    def turn_page(self, key, screen):
        """By a finger; the glass must show another page, the one the station drew."""
        before = self.dump("before-" + key.replace("/", "-"))
        self.touch(key)
        took = self.until(lambda: self.station.screen() == screen, every=0.05)
        self.station.ask(shot="/run/micro2/shot.png")
        drawn = self.guest.path("drawn.png")
        with open(drawn, "wb") as f:
            f.write(base64.b64decode(self.guest.sh("base64 -w0 /run/micro2/shot.png; rm /run/micro2/shot.png")))
        after = self.dump(screen)
        changed, wrong = self.differ(before, after), self.differ(drawn, after)
        check(changed >= DIFFERS, "the screen did not change:", changed, "of 10,000 pixels")
        check(wrong <= SAME, "the glass does not show what was drawn:", wrong, "of 10,000 pixels differ")
        return took

    def visit(self):
        """A short conversation, by the driver; returns how many questions were answered."""
        s, n = self.station, 0
        s.assess("12")
        while s.screen() == "question":
            keys = [node["key"] for node in s.nodes(role="radio")]
            s.tap(keys[n % len(keys)])
            s.tap("next")
            n += 1
        return n

    def finish(self):
        self.station.tap("finished")
        self.station.tap("finish/yes")
        self.until(lambda: self.station.screen() == "welcome")

    # --- at the office

    def container(self, version):
        """A new version of a module, with pictures that do not compress, signed by the office's author."""
        old, new = (os.path.join(self.world.packs, "%s-%d.m2k" % (PACK, v)) for v in (version - 1, version))
        shutil.copy(old, new)
        with sqlite3.connect(new) as db:
            db.execute("UPDATE manifest SET value = ? WHERE key = 'version'", (str(version),))
            db.execute("DELETE FROM media WHERE name LIKE 'big%'")
            for i in range(self.megabytes):
                db.execute("INSERT INTO media VALUES (?, 'image/png', 480, 300, 'Test', 'CC BY 4.0', ?)", ("big%02d.svg" % i, os.urandom(PICTURE_BYTES)))
            db.commit()
            db.execute("VACUUM")
        self.world.minisign(new, "container %s %d" % (PACK, version))
        for path in (old, old + ".minisig"):
            os.remove(path)
        return os.path.getsize(new)

    def stick(self, kind, name=None):
        name = name or kind.NAME
        return kind(self.guest.path(name + ".img"), self.world.stick("stick-" + name))

    def come_home(self, stick, answers):
        """The stick at the office: nothing to mend, nothing changed but mailboxes, all answers there."""
        stick.check()
        check(stick.is_untouched(), stick.NAME + ": bytes outside of mailboxes have changed")
        self.world.collect(stick.image)  # straight from the image, receipts onto it
        stick.check()
        got = len(self.world.facts("answer"))
        check(got == answers, "the office has", got, "answers, the station gave", answers)

    # --- the steps

    def start(self):
        """By the long form with a stick in its port."""
        stick = None if self.args.short or self.args.hold else self.stick(sticks.Fat32, "at-boot")
        with self.step("start" if not stick else "start, with a stick in") as says:
            begun = time.monotonic()
            name = self.guest.plug(stick.image) if stick else None
            self.guest.boot()
            says.append("systemd after %.0f s" % (time.monotonic() - begun))
            self.station = GuestStation(self.guest)
            if stick:
                self.until(lambda: self.shows("You can take the stick out"), BOOT_S)
                check(self.shows("Signed by Test office", "Everything here is up to date"), self.words())
                says.append("the stick was taken by itself")
                self.dump("at-boot")
                self.take_out(name)
                stick.check()
                check(stick.is_untouched(), "bytes outside of mailboxes have changed")
            self.until(lambda: self.station.screen() == "welcome", BOOT_S)
            self.inputs = self.guest.sh("cat /proc/bus/input/devices")
            check(self.inputs.count("I: ") == 1 and "micro2-vm touch" in self.inputs, "input devices besides the panel: ", self.inputs)
            for program, user in (("station", "station"), ("stickd", "stick")):
                check(self.guest.sh("stat -c %%U /proc/$(pidof micro2-%s)" % program) == user, program, "does not run as", user)
            self.guest.sh("test ! -e /proc/$(pidof micro2-stickd)/root/etc/passwd")  # T20: it sees no files of the host
            says.append("PSS %s KiB" % self.guest.sh("awk '/^Pss:/{print $2}' /proc/$(pidof micro2-station)/smaps_rollup"))

    def by_hand(self):
        with self.step("a page is turned by a finger") as says:
            says.append("%.1f s, the glass shows what was drawn" % self.turn_page("languages/en", "home"))

    def pulled(self):
        with self.step("a visit") as says:
            self.answers = self.visit()
            says.append("%d answers" % self.answers)
            self.dump(self.station.screen())
            self.finish()
        size = self.container(2)
        stick = self.fat = self.stick(sticks.Fat32)
        with self.step("FAT32 on xhci, pulled while content comes in") as says:
            name = self.guest.plug(stick.image, "xhci", bytes_per_s=size // SLOW_S)
            took = self.until(lambda: self.staged() > size // 3, every=0)  # the driver answers only when all is quiet
            self.dump("coming-in")
            self.guest.pull(name)
            self.until(lambda: self.shows("The stick is out"))
            self.dump("pulled")
            had = self.staged()
            check(0 < had < size, "it was pulled too late:", had, "of", size)
            says.append("%.1f of %.1f MB were in after %.1f s" % (had / 1e6, size / 1e6, took))
        with self.step("the same stick again carries on") as says:
            name = self.guest.plug(stick.image, "xhci")
            took = self.taken_in(2, had)
            self.dump("done")
            check(self.shows("new package is here", "Signed by Test office"), self.words())
            says.append("%.1f MB in %.1f s" % ((size - had) / 1e6, took))
            self.take_out(name)
        with self.step("FAT32 at the office") as says:
            self.come_home(stick, self.answers)
            says.append("%d answers, fsck.vfat clean, not a byte changed but in mailboxes" % self.answers)

    def take_out(self, name):
        self.guest.pull(name)
        self.until(lambda: self.shows("The stick is out"))
        self.station.tap("done")

    def staged(self):
        """How many bytes of the container under way are on the station's card."""
        said = self.guest.sh("stat -c %%s /%s/shelf/.staging/%s-*.part" % (STATION_DATA, PACK), must=False)
        return int(said) if said.isdigit() else 0

    def taken_in(self, version, had=0):
        """Waits for the container, which must not begin anew; returns the seconds from the first byte to the last."""
        name, begun = "%s-%d.m2k" % (PACK, version), None
        path, least = "/%s/shelf/%s" % (STATION_DATA, name), []

        def is_there():
            nonlocal begun
            if self.guest.sh("test -e %s && echo yes" % path, must=False):
                return True
            least.append(self.staged())
            begun = begun or (time.monotonic() if least[-1] > had else None)
            return False

        self.until(is_there, every=0.1)
        now = time.monotonic()
        took = now - (begun or now)
        check(had == 0 or min(least[:-1], default=had) >= had, "it began anew:", least)  # the last look may fall between two files
        self.until(lambda: self.shows("You can take the stick out"))
        with open(os.path.join(self.world.packs, name), "rb") as f:
            check(self.guest.sh("b2sum " + path).split()[0] == hashlib.blake2b(f.read()).hexdigest(), "the container is not whole")
        return took

    def whole(self):
        size = self.container(3)
        with self.step("a second visit") as says:
            self.turn_page("languages/it", "home")
            n = self.visit()
            self.answers += n
            says.append("%d answers" % n)
            self.finish()
        stick = self.stick(sticks.ExFat)
        with self.step("exFAT on ehci, whole") as says:
            name = self.guest.plug(stick.image, "ehci", bytes_per_s=STICK_BYTES_PER_S)
            took = self.taken_in(3)
            self.dump("done-exfat")
            rate = size / 1e6 / took
            says.append("%.1f MB in %.1f s: %.1f MB/s read, verified, on the card" % (size / 1e6, took, rate))
            self.take_out(name)
        with self.step("exFAT at the office") as says:
            self.come_home(stick, self.answers)
            says.append("%d answers, fsck.exfat clean, not a byte changed but in mailboxes" % self.answers)
        return stick, rate

    def two(self, first, second):
        """The second waits in its port, unread, until the first has left."""
        image = hashlib.blake2b(open(second.image, "rb").read()).digest()
        with self.step("two sticks: the first, then the second") as says:
            names = [self.guest.plug(first.image, "ehci")]
            self.until(lambda: self.shows("Leave the stick in") or self.shows("You can take the stick out"))
            names.append(self.guest.plug(second.image, "xhci", serial="TEST0002"))
            self.until(lambda: self.guest.sh("cat /sys/bus/usb/devices/*/serial | grep TEST | sort").split() == ["TEST0001", "TEST0002"])
            self.until(lambda: self.shows("You can take the stick out"))
            time.sleep(SETTLES_S)
            check(self.guest.reads(names[0]) > 0, "nothing was read of the first")
            check(self.guest.reads(names[1]) == 0, "the second was read while the first was in")
            check(hashlib.blake2b(open(second.image, "rb").read()).digest() == image, "the second was written to")
            self.dump("the-first-of-two")
            self.guest.pull(names[0])
            self.until(lambda: self.guest.reads(names[1]) > 0)
            self.until(lambda: self.shows("You can take the stick out"))
            self.dump("the-second-of-two")
            self.take_out(names[1])
            says.append("not a byte was read of the second before the first had left")

    def torn(self, stick):
        """Pulled twice where it hurts most; what a station says then, and what is on the stick, must be what it was."""
        with self.step("a third visit") as says:
            self.turn_page("languages/en", "home")
            n = self.visit()
            self.answers += n
            says.append("%d answers" % n)
            self.finish()
        headers = {begin + half * (end - begin) // 2 for begin, end in stick.mailboxes() for half in (0, 1)}
        cuts = (("its rows are written", lambda at, data: None if at in headers else len(data) // 2 // usbredir.SECTOR * usbredir.SECTOR),
                ("its rows are there and its head is not", lambda at, data: 0 if at in headers else None))
        for when, cut in cuts:
            with self.step("pulled while " + when) as says:
                name, _ = self.guest.plug_ours([usbredir.Storage(stick.image, cut)], product=2)
                self.until(lambda: self.shows("The stick is out"))
                check(self.shows("Stopped. They stay safe on the station."), self.words())
                self.dump("torn")
                self.guest.pull(name)
                self.station.tap("done")
                stick.check()
                check(stick.is_untouched(), "bytes outside of mailboxes have changed")
                check(not stick.written(headers, usbredir.SECTOR), "a head is there already")
                check(stick.written([b + usbredir.SECTOR for b in headers], usbredir.SECTOR), "it was pulled too early")
                says.append("no head is there, and the screen says that the results stay safe")
        with self.step("the next try completes it") as says:
            name, _ = self.guest.plug_ours([usbredir.Storage(stick.image)], product=2)
            self.until(lambda: self.shows("You can take the stick out"))
            check(self.shows("sealed rows from"), self.words())
            self.dump("torn-whole")
            self.take_out(name)
            self.come_home(stick, self.answers)
            says.append("%d answers at the office" % self.answers)

    def composite(self):
        """Sticks with something else in them: refused whole, on the screen, before anything but descriptors was asked."""
        for what, more in (("a keyboard", usbredir.Keyboard), ("a network card", usbredir.Network)):
            with self.step("a stick that is %s, too" % what) as says:
                name, device = self.guest.plug_ours([usbredir.Storage(self.fat.image), more()], product=3)
                self.until(lambda: self.shows("This is several devices in one. The station takes only a plain stick."))
                self.dump("composite")
                check(self.shows("Nothing was read from it or written to it"), self.words())
                check(device.asked == [], "asked of it:", device.asked)
                check(self.guest.sh("cat /proc/bus/input/devices") == self.inputs, "there are new input devices")
                port = os.path.dirname(self.guest.sh("grep -l %04x /sys/bus/usb/devices/*/idVendor" % usbredir.MAKER))
                self.guest.sh("echo 1 > %s/authorized" % port)  # it would be used: only the rules kept it out
                self.until(lambda: "configuration" in device.asked)
                if more is usbredir.Keyboard:
                    self.until(lambda: self.guest.sh("cat /proc/bus/input/devices").count("I: ") > 1)
                self.guest.pull(name)
                self.until(lambda: not self.shows("This is several devices in one."))
                says.append("refused on the screen with nothing but descriptors read (let in by hand, it is configured)")

    def keyboard(self):
        with self.step("a keyboard in the slot") as says:
            name = self.guest.plug_device("usb-kbd", "xhci")
            self.until(lambda: self.shows("This is a keyboard, not a stick."))
            self.dump("keyboard")
            check(self.guest.sh("cat /proc/bus/input/devices") == self.inputs, "there are new input devices")
            port = os.path.dirname(self.guest.sh("grep -l 0627 /sys/bus/usb/devices/*/idVendor"))
            self.guest.sh("echo 1 > %s/authorized" % port)  # it would be one: only the rules kept it out
            self.until(lambda: self.guest.sh("cat /proc/bus/input/devices").count("I: ") > 1)
            self.guest.pull(name)
            says.append("named on the screen, 0 input devices (let in by hand, it is one)")
            self.until(lambda: not self.shows("This is a keyboard, not a stick."))

    def compare(self, stick, rate):
        with self.step("the kernel's own driver reads that stick") as says:
            self.guest.take_kernels_driver()
            raw = self.guest.read_raw(stick.image, "ehci", self.megabytes, STICK_BYTES_PER_S)
            says.append("%.1f MB/s, of which import is %.2f" % (raw, rate / raw))
            says.append("%.1f MB/s if the stick were as fast as its image" % self.guest.read_raw(stick.image, "ehci", self.megabytes))

    def prepare(self):
        """An office's computer has the kernel's driver; its disk in use is no stick."""
        with self.step("stick prepare on that driver's device") as says:
            image = self.world.blank("to-prepare.img", sticks.SIZE >> 20)
            name = self.guest.plug_disk(image)
            said = self.guest.office("stick prepare office /dev/sda", must=False)
            check("--yes" in said, said)  # there is nobody to ask
            said = self.guest.office("stick prepare office /dev/vdc --yes", must=False)
            check("it is mounted at '/mnt'" in said, said)
            with open(image, "rb") as f:
                check(not any(f.read(1 << 20)), "a stick was written on before anybody said yes")
            for kind in sticks.Fat32, sticks.ExFat:
                self.guest.office("stick prepare office /dev/sda --format %s --yes --mailbox-kb 64" % kind.NAME.lower())
                check("Ready to go" in self.guest.office("stick show /dev/sda"), "the device")
                self.guest.pull_disk(name)
                kind.check_image(image)
                check("Ready to go" in self.world.micro2("stick", "show", image), "its bytes")
                name = self.guest.plug_disk(image)
            self.guest.pull_disk(name)
            says.append("not without a yes, not a disk in use; FAT32 and exFAT, fsck has nothing to mend")

    def run(self):
        self.start()
        if self.args.hold:
            input("vm: the guest runs; its ports are in %s. Enter ends it." % self.guest.work)
            return
        self.by_hand()
        self.pulled()
        stick, rate = self.whole()
        if not self.args.short:
            self.two(stick, self.fat)
            self.torn(self.stick(sticks.Fat32, "torn"))
            self.composite()
        self.keyboard()
        self.compare(stick, rate)
        if not self.args.short:
            self.prepare()
        self.world.micro2("office", "report", self.world.office, "--html", os.path.join(LAST, "report.html"))

    def keep(self):
        with contextlib.suppress(GuestError):
            with open(os.path.join(LAST, "journal.txt"), "w") as f:
                f.write(self.guest.sh("journalctl -b -o short-monotonic --no-pager"))
        lines = ["%-48s %7.1f s  %s" % row for row in self.rows]
        text = "\n".join(lines + ["%-48s %7.1f s" % ("all", sum(r[1] for r in self.rows))]) + "\n"
        with open(os.path.join(LAST, "summary.txt"), "w") as f:
            f.write(text)
        print(text, end="")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--guest", required=True)
    parser.add_argument("--short", action="store_true", help="fewer bytes, fewer steps")
    parser.add_argument("--hold", action="store_true", help="start it and wait")
    args = parser.parse_args()
    shutil.rmtree(LAST, ignore_errors=True)
    os.makedirs(LAST)
    with open(os.path.join(LAST, "commit"), "w") as f:
        f.write(subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=40"], cwd=HERE, capture_output=True, text=True).stdout)
    with tempfile.TemporaryDirectory(prefix="m2vm-") as work:
        proof = Proof(args, work)
        try:
            proof.run()
            code = 0
        except (Failed, GuestError, AssertionError, subprocess.CalledProcessError) as e:
            traceback.print_exc()
            with contextlib.suppress(GuestError):
                proof.dump("failed")
            code = 1
        finally:
            proof.keep()
            proof.close()
    sys.exit(code)


if __name__ == "__main__":
    main()
