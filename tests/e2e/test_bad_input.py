"""Bad input meets a clear sentence: what it is, where, and what to do; and nothing is lost (T2, T4, T5, T8, T23, T26, T27, T29)."""
import os
import shutil
import sqlite3
import subprocess
import threading
import time
import unittest

import fixture
from fixture import World, WorldTest, answer

NEEDS_MOUNT = "this machine lets nobody mount; test_durability and test_text cover the same without"


class BadInput(WorldTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = 0

    def hub(self):
        BadInput.made += 1
        data, self.code = self.world.hub("Hub %d" % BadInput.made)
        return data

    def stick(self, **options):
        BadInput.made += 1
        return self.world.stick("stick-%d" % BadInput.made, **options)

    def fails(self, data, **options):
        """Starts a station that cannot; returns its exit code and what it said."""
        s = self.world.station(data, **options)
        code, err = s.close()
        self.assertIn("micro2-station: ", err)
        self.assertNotIn("AddressSanitizer", err)
        return code, err

    def visit(self, data, **options):
        with self.world.station(data, **options) as s:
            s.tap("languages/en")
            return answer(s, lambda i, keys: keys[i % len(keys)])

    def collected(self, data, hub):
        """What the office hears of the hub's answers: how long each question was looked at."""
        stick = self.stick(kb="2048")
        with self.world.station(data) as s:
            s.ask(plug=stick)
            s.ask(pull=True)
        said = self.world.collect(stick)
        self.assertIn(" 0 refused", said)
        self.assertIn(" 0 in conflict", said)
        return [f["ms"] for f in self.world.facts("answer", os.path.basename(hub))]

    def bytes_of(self, *names):
        with open(os.path.join(*names), "rb") as f:
            return f.read()

    def test_options_that_are_not_quite_numbers_were_taken(self):
        for option, value, remedy in (("--text", "100x", "is 100, 125, 160 or 200"), ("--text", "101", "is 100, 125, 160 or 200"),
                                      ("--seed", "abc", "whole number"), ("--seed", "-1", "whole number"),
                                      ("--seed", "18446744073709551616", "whole number")):
            done = subprocess.run([os.path.join(fixture.BIN, "micro2-station"), option, value], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(remedy, done.stderr)
            self.assertIn("'%s'" % value, done.stderr)

    def test_an_unknown_language_at_the_start_was_passed_over(self):
        code, err = self.fails(self.hub(), lang="xx")
        self.assertEqual(code, 1)
        self.assertIn("--lang xx: no container here is in that language; the hub's list is 'en it es'", err)

    def test_without_a_display_it_ran_where_nobody_sees_it(self):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")}
        code, err = self.fails(self.hub(), headless=False, env=env)
        self.assertEqual(code, 2)
        self.assertIn("no display", err)
        self.assertIn("pass --headless", err)

    # --- data folders

    def test_a_missing_data_folder(self):
        code, err = self.fails(self.world.path("nowhere"))
        self.assertEqual(code, 1)
        self.assertIn("no such data folder; make one with `micro2 hub new`", err)

    def test_a_foreign_data_folder(self):
        folder = self.world.path("foreign")
        os.makedirs(folder)
        with open(os.path.join(folder, "holiday.txt"), "w") as f:
            f.write("sea")
        code, err = self.fails(folder)
        self.assertEqual(code, 1)
        self.assertIn("not a station's data folder", err)
        self.assertEqual(os.listdir(folder), ["holiday.txt"])

    def test_a_data_folder_with_the_key_of_another(self):
        one, other = self.hub(), self.hub()
        shutil.copy(os.path.join(other, "keys", "station.pub"), os.path.join(one, "keys", "station.pub"))
        code, err = self.fails(one)
        self.assertEqual(code, 2)
        self.assertIn("of different stations", err)

    def test_two_stations_on_one_data_folder(self):
        hub = self.hub()
        with self.world.station(hub) as first:
            first.tap("languages/en")

            def pick(i, keys):
                if i == 3:  # in the middle of a visit
                    code, err = self.fails(hub)
                    self.assertEqual(code, 2)
                    self.assertIn("another station runs on this data folder; stop it first", err)
                return keys[i % len(keys)]

            times = answer(first, pick)
        self.assertEqual(self.collected(hub, hub), times)

    def test_a_database_that_is_damaged(self):
        hub = self.hub()
        self.visit(hub)
        with open(os.path.join(hub, "hub.db"), "r+b") as f:
            f.seek(100)
            f.write(b"\xff" * 3000)
        before = self.bytes_of(hub, "hub.db")
        code, err = self.fails(hub)
        self.assertEqual(code, 2)
        self.assertIn(os.path.join(hub, "hub.db"), err)
        self.assertIn("; keep the folder as it is for the office", err)
        self.assertEqual(self.bytes_of(hub, "hub.db"), before)

    def test_one_flipped_bit_in_a_saved_row(self):
        hub = self.hub()
        self.visit(hub)
        with sqlite3.connect(os.path.join(hub, "hub.db")) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            body, = db.execute("SELECT body FROM journal ORDER BY seq LIMIT 1 OFFSET 3").fetchone()
        db.close()
        with open(os.path.join(hub, "hub.db"), "r+b") as f:
            at = f.read().index(body) + 100
            f.seek(at)
            f.write(bytes([body[100] ^ 1]))
        before = self.bytes_of(hub, "hub.db")
        code, err = self.fails(hub)
        self.assertEqual(code, 2)
        self.assertIn("data folder '%s': journal: row 4 does not fit the chain; keep the folder as it is for the office" % hub, err)
        self.assertEqual(self.bytes_of(hub, "hub.db"), before)

    # --- keys

    def test_a_container_of_another_office(self):
        hub, other = self.hub(), World()
        try:
            shelf = os.path.join(hub, "shelf")
            for name in ("core-1.m2k", "core-1.m2k.minisig"):
                shutil.copy(os.path.join(other.packs, name), os.path.join(shelf, name))
            with self.world.station(hub) as s:  # it runs, so that a stick can bring what is missing
                self.assertIn("Nothing to read is on this station yet.", str(s.tree()))
                s.ask(quit=True)
                _, logged = s.close()
            self.assertIn("'core-1.m2k': key", logged)
            self.assertIn("not in the trust list", logged)
            code, _, err = self.world.run("content", "show", os.path.join(other.packs, "core-1.m2k"), "--office", self.world.office)
            self.assertEqual(code, 3)
            self.assertIn("core-1.m2k", err)
        finally:
            other.close()

    def test_a_stick_of_another_office(self):
        hub, other = self.hub(), World()
        try:
            stick = other.stick()
            before = sorted((p, os.path.getmtime(os.path.join(stick, "MICRO2", p))) for p in os.listdir(os.path.join(stick, "MICRO2")))
            with self.world.station(hub) as s:
                s.ask(plug=stick)
                self.assertIn("This stick is not one of ours", str(s.tree()))
            after = sorted((p, os.path.getmtime(os.path.join(stick, "MICRO2", p))) for p in os.listdir(os.path.join(stick, "MICRO2")))
            self.assertEqual(before, after)
        finally:
            other.close()

    # --- containers

    def damaged(self, change, resign=True):
        """A hub on whose shelf the module's container was changed; returns what show says of it, and what the station logs."""
        hub = self.hub()
        path = os.path.join(hub, "shelf", "shop-1.m2k")
        change(path)
        if resign:
            self.world.minisign(path, "container shop 1")
        code, _, said = self.world.run("content", "show", path, "--office", self.world.office)
        self.assertNotEqual(code, 0)
        self.assertIn("shop-1.m2k", said)
        with self.world.station(hub) as s:  # the rest of the shelf still works
            s.tap("languages/en")
            s.tap("learn")
            self.assertFalse(s.has(role="listitem", action=True))
            s.tap("home")
            s.tap("assess")
            s.ask(quit=True)
            _, logged = s.close()
        self.assertIn("shop-1.m2k", logged)
        return code, said

    def test_a_container_with_one_flipped_byte(self):
        def flip(path):
            with open(path, "r+b") as f:
                f.seek(40000)
                byte = f.read(1)[0]
                f.seek(40000)
                f.write(bytes([byte ^ 0x10]))

        code, said = self.damaged(flip, resign=False)
        self.assertEqual(code, 3)
        self.assertIn("signature", said)

    def test_a_container_cut_short(self):
        code, said = self.damaged(lambda path: os.truncate(path, 50000), resign=False)
        self.assertEqual(code, 3)
        self.assertIn("signature", said)

    def test_a_container_of_a_newer_format(self):
        def newer(path):
            with open(path, "r+b") as f:
                f.seek(60)
                f.write((2).to_bytes(4, "big"))

        _, said = self.damaged(newer)
        self.assertIn("newer", said)

    def test_a_container_with_an_unknown_field(self):
        def grow(path):
            with sqlite3.connect(path) as db:
                db.execute("INSERT INTO manifest VALUES ('colour', 'blue')")
                db.commit()

        _, said = self.damaged(grow)
        self.assertIn("unknown field 'colour'", said)

    def test_a_container_with_an_unknown_column(self):
        def grow(path):
            with sqlite3.connect(path) as db:
                db.execute("CREATE TABLE spy (x)")
                db.commit()

        _, said = self.damaged(grow)
        self.assertIn("its tables are not those of a container", said)

    def test_a_gift_file_with_an_error_on_a_line(self):
        copy = self.world.path("content-with-an-error")
        shutil.copytree(fixture.SMALL, copy)
        path = os.path.join(copy, "modules", "shop", "shop-1", "en.gift")
        with open(path, encoding="utf-8") as f:
            lines = f.read().split("\n")
        at = next(i for i, line in enumerate(lines) if line.strip().startswith("="))
        lines[at] = lines[at].replace("=", "", 1)
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines))
        code, _, err = self.world.run("content", "check", copy)
        self.assertEqual(code, 1)
        self.assertRegex(err, r"modules/shop/shop-1/en\.gift:%d: [^;\n]+; [^;\n]+" % (at + 1))  # what; remedy
        out = self.world.path("not-built")
        code, _, err = self.world.run("content", "build", copy, "--office", self.world.office, "--out", out)
        self.assertEqual(code, 1)
        self.assertFalse(os.path.exists(out) and any(name.startswith("shop") for name in os.listdir(out)))

    # --- the machine

    @unittest.skipUnless(os.environ.get("M2_NAMESPACE") == "1", NEEDS_MOUNT)
    def test_a_font_that_cannot_be_read(self):
        fonts = "/usr/share/fonts/truetype/noto"
        bad = self.world.path("fonts")
        os.makedirs(bad)
        for name in os.listdir(fonts):
            if name.startswith("NotoSans-"):
                with open(os.path.join(bad, name), "wb") as f:
                    f.write(b"not a font")
        hub = self.hub()
        subprocess.run(["mount", "--bind", bad, fonts], check=True)
        try:
            code, err = self.fails(hub)
        finally:
            subprocess.run(["umount", fonts], check=True)
        self.assertEqual(code, 1)
        self.assertIn("NotoSans", err)
        self.assertIn("install the package fonts-noto-core", err)

    @unittest.skipUnless(os.environ.get("M2_NAMESPACE") == "1", NEEDS_MOUNT)
    def test_a_disk_filled_to_the_last_block_while_a_visit_runs(self):
        hub, small = self.hub(), self.world.path("small")
        os.makedirs(small)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small], check=True)
        try:
            data = os.path.join(small, "hub")
            shutil.copytree(hub, data)
            with self.world.station(data) as s:
                s.tap("languages/en")

                def pick(i, keys):
                    if i == 2:
                        self.fill(small)
                    return keys[i % len(keys)]

                times = answer(s, pick)
                self.assertIn(s.screen(), ("question", "result"))
                s.tap("finished")
                s.tap("finish/yes")
                s.tap("languages/en")  # the next visitor
                self.assertEqual(s.screen(), "fault")
                self.assertIn("The station's card is full.", str(s.tree()))
                s.tap("staff")  # staff could not get to their page: the way led over a visit
                s.ask(type=self.code)
                s.tap("enter")
                self.assertEqual(s.screen(), "staff")
                self.assertTrue(s.has(key="full"))
            os.remove(os.path.join(small, "filler"))
            self.assertEqual(self.collected(data, hub), times)
        finally:
            subprocess.run(["umount", "-l", small], check=True)

    @unittest.skipUnless(os.environ.get("M2_NAMESPACE") == "1", NEEDS_MOUNT)
    def test_a_disk_that_was_full_at_the_start_kept_the_station_from_starting(self):
        hub, small = self.hub(), self.world.path("small-start")
        times = self.visit(hub)
        os.makedirs(small)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small], check=True)
        try:
            data = os.path.join(small, "hub")
            shutil.copytree(hub, data)
            self.fill(small)
            with self.world.station(data) as s:
                self.assertEqual(s.screen(), "welcome")
            os.remove(os.path.join(small, "filler"))
            self.assertEqual(self.collected(data, hub), times)
        finally:
            subprocess.run(["umount", "-l", small], check=True)

    def fill(self, folder):
        fd = os.open(os.path.join(folder, "filler"), os.O_WRONLY | os.O_CREAT)
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    os.write(fd, b"x" * size)
            except OSError:
                pass
        os.close(fd)

    def test_a_clock_in_1970_and_in_2106(self):
        for wall_s in (0, 4294944000):  # both ends of 32 bits
            hub = self.hub()
            with self.world.station(hub, clock="virtual@%d" % wall_s) as s:
                s.tap("languages/en")
                times = answer(s, lambda i, keys: keys[i % len(keys)])
                s.ask(plug=self.stick())
                s.ask(pull=True)
                s.tap("home")
                s.tap("about")
                s.tap("staff")
                s.ask(type=self.code)
                s.tap("enter")
                self.assertEqual(s.screen(), "staff")
                self.assertTrue(s.has(name="the clock was not set: all done"))  # hidden, never shown wrong
                s.tap("finished")
                s.tap("finish/yes")
            self.assertEqual(self.collected(hub, hub), times)
            self.assertTrue(self.world.facts("open", os.path.basename(hub)))
            for fact in self.world.facts("open", os.path.basename(hub)):
                self.assertNotIn("day", fact)
            tables = self.world.path("csv-%d" % wall_s)
            self.world.micro2("office", "report", self.world.office, "--csv", tables)
            with open(os.path.join(tables, "visits-per-week.csv"), encoding="utf-8") as f:
                self.assertIn("%s,other,under 5" % os.path.basename(hub), f.read())  # no week: the clock was not set

    # --- a stick that vanishes

    def plugged(self, s, stick):
        """The sentences of the stick screen's four steps once it has come to rest."""
        s.ask(plug=stick)
        self.assertEqual(s.screen(), "stick")
        return [n["name"] for n in s.nodes(role="text")]

    def test_a_stick_that_is_gone_when_results_are_written(self):
        hub, stick = self.hub(), self.stick()
        times = self.visit(hub)
        shutil.rmtree(os.path.join(stick, "MICRO2", "mailbox"))
        with self.world.station(hub) as s:
            self.assertIn("This stick has no place left for this station. They wait here for a fresh one.", self.plugged(s, stick))
            s.ask(pull=True)
        self.assertEqual(self.collected(hub, hub), times)

    def test_a_stick_that_is_gone_when_half_a_container_is_read(self):
        hub, stick = self.hub(), self.stick()
        core = os.path.join(hub, "shelf", "core-1.m2k")
        whole = self.bytes_of(core)
        os.remove(core)
        os.truncate(os.path.join(stick, "MICRO2", "containers", "core-1.m2k"), len(whole) // 2)
        with self.world.station(hub) as s:
            self.assertIn("Not all could be taken in. What was here before still works.", self.plugged(s, stick))
            s.ask(pull=True)
        self.assertFalse(os.path.exists(core))
        with self.world.station(hub) as s:
            self.assertIn("1 new package is here", self.plugged(s, self.stick()))
            s.ask(pull=True)
        self.assertEqual(self.bytes_of(core), whole)

    def test_a_stick_that_vanishes_at_any_moment(self):
        hub, moments = self.hub(), 10
        times = self.visit(hub)
        with self.world.station(hub) as s:
            took = -time.monotonic()
            self.plugged(s, self.stick(kb="4096"))
            took += time.monotonic()
        outcomes = []
        for moment in range(moments + 1):  # the first before it is looked at, the last when all is done
            stick = self.stick(kb="4096")
            with self.world.station(hub) as s:
                s.screen()  # it is up
                away = threading.Timer(took * moment / moments, os.rename, (stick, stick + "-away"))
                if moment == 0:
                    away.run()
                elif moment < moments:
                    away.start()
                said = self.plugged(s, stick)
                if moment == moments:
                    away.run()
                elif moment:
                    away.join()
                outcomes.append(tuple(said))
                s.ask(pull=True)
                self.assertIn("The stick is out", str(s.tree()))
        self.assertIn("This stick is not one of ours, or it is damaged. Nothing was written to it.", outcomes[0])
        self.assertIn("It did not get this far.", outcomes[0])  # steps that never ran once promised that they would
        self.assertNotIn("Everything is read once more", outcomes[0])
        self.assertIn("Signed by Test office", outcomes[-1])
        self.assertEqual(self.collected(hub, hub), times)


if __name__ == "__main__":
    fixture.in_namespace()
    fixture.main()
