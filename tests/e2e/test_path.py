"""The whole path: authored files, signed containers, a stick, a hub, a visit, the office (T20, T23, T26, T40)."""
import os
import subprocess
import unittest

import fixture
from fixture import World, answer


class Path(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.hub, _ = self.world.hub()
        self.stick = self.world.stick()

    def tearDown(self):
        self.world.close()

    def visit(self, s, seed=0):
        s.tap("languages/en")
        times = answer(s, lambda i, keys: keys[(i + seed) % len(keys)])
        s.tap("home")
        s.tap("learn")
        s.tap(s.nodes(role="listitem", action=True)[0]["key"])
        s.tap(s.nodes(role="listitem", action=True)[0]["key"])
        while s.screen() == "lesson":
            s.tap("next")
        while s.has(role="radio"):
            s.tap(s.nodes(role="radio")[0]["key"])
            s.tap("check")
            s.tap("next")
        s.tap("finished")
        s.tap("finish/yes")
        self.assertEqual(s.screen(), "welcome")
        return times

    def carry(self):
        with self.world.station(self.hub) as s:
            s.ask(plug=self.stick)
            self.assertEqual(s.screen(), "stick")
            text = str(s.tree())
            s.ask(pull=True)
        return text

    def test_a_visit_reaches_the_office_whole_and_in_order(self):
        with self.world.station(self.hub) as s:
            times = self.visit(s)
        self.carry()
        said = self.world.collect(self.stick)
        self.assertIn(" 0 refused", said)
        self.assertEqual([f["ms"] for f in self.world.facts("answer")], times)
        self.assertEqual(len(self.world.facts("result")), 1)

    def test_the_same_stick_ten_times_changes_nothing(self):
        with self.world.station(self.hub) as s:
            self.visit(s)
        self.carry()
        self.world.collect(self.stick)
        before = self.world.facts("answer")
        for _ in range(9):
            self.assertIn("rows: 0 new", self.world.collect(self.stick))
        self.assertEqual(self.world.facts("answer"), before)

    def test_receipts_come_back_and_the_next_stick_brings_only_what_is_new(self):
        for round in range(3):
            with self.world.station(self.hub) as s:
                times = self.visit(s, round)
            self.carry()
            said = self.world.collect(self.stick)
            self.assertIn(" 0 in conflict", said)
            self.assertEqual([f["ms"] for f in self.world.facts("answer")][-len(times):], times)
        self.assertEqual(len(self.world.facts("result")), 3)
        self.assertIn("The office has confirmed", self.carry())

    def test_the_debian_minisign_verifies_what_we_signed(self):
        pack = os.path.join(self.world.packs, "core-1.m2k")
        done = subprocess.run(["minisign", "-V", "-p", os.path.join(self.world.office, "keys", "author.pub"), "-m", pack],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("container core 1", done.stdout)
        with open(pack, "r+b") as f:
            f.seek(5000)
            byte = f.read(1)
            f.seek(5000)
            f.write(bytes([byte[0] ^ 1]))
        done = subprocess.run(["minisign", "-V", "-p", os.path.join(self.world.office, "keys", "author.pub"), "-m", pack],
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)

    def test_the_report_stands_alone(self):
        with self.world.station(self.hub) as s:
            self.visit(s)
        self.carry()
        self.world.collect(self.stick)
        page, tables = self.world.path("report.html"), self.world.path("csv")
        self.world.micro2("office", "report", self.world.office, "--html", page, "--csv", tables)
        with open(page, encoding="utf-8") as f:
            text = f.read()
        for outside in ("src=", "href=\"http", "@import", "<script"):
            self.assertNotIn(outside, text)
        self.assertIn("<svg", text)
        self.assertIn("hubs.csv", os.listdir(tables))


if __name__ == "__main__":
    fixture.main()
