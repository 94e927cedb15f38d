"""The whole path: authored files, signed containers, a stick, a hub, a visit, the office (T17, T23, T26, T44)."""
import json
import os
import shutil
import sqlite3
import subprocess
import unittest

import fixture
from fixture import World, answer


class Path(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.hub, self.code = self.world.hub()
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

    def ledger(self):
        """Every row of the office's ledger."""
        with sqlite3.connect(os.path.join(self.world.office, "ledger.db")) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
            return {name: sorted(db.execute("SELECT * FROM " + name), key=repr) for name in tables}

    def stick_bytes(self):
        found = {}
        for at, _, names in os.walk(self.stick):
            for name in names:
                with open(os.path.join(at, name), "rb") as f:
                    found[os.path.join(at, name)] = f.read()
        return found

    def csv(self, name):
        self.world.micro2("office", "report", self.world.office, "--csv", self.world.path(name))
        found = {}
        for table in os.listdir(self.world.path(name)):
            with open(self.world.path(name, table), "rb") as f:
                found[table] = f.read()
        return found

    def test_the_same_stick_ten_times_changes_nothing(self):
        with self.world.station(self.hub) as s:
            self.visit(s)
        self.carry()
        self.world.collect(self.stick)
        ledger, stick, tables = self.ledger(), self.stick_bytes(), self.csv("csv-1")
        self.assertGreater(len(ledger["fact"]), 12)
        for _ in range(9):
            self.assertIn("rows: 0 new", self.world.collect(self.stick))
        self.assertEqual(self.csv("csv-10"), tables)
        self.assertEqual(self.stick_bytes(), stick)
        self.assertEqual(self.ledger(), ledger)

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

    def test_a_station_without_its_core_gets_it_from_the_stick(self):
        core = os.path.join(self.hub, "shelf", "core-1.m2k")
        os.remove(core)
        with self.world.station(self.hub) as s:
            self.assertIn("Nothing to read is on this station yet.", str(s.tree()))
            s.ask(plug=self.stick)
            self.assertIn("1 new package is here", str(s.tree()))
            s.ask(pull=True)
            with open(core, "rb") as f, open(os.path.join(self.world.packs, "core-1.m2k"), "rb") as g:
                self.assertEqual(f.read(), g.read())
            s.tap("home")
            times = self.visit(s)
        self.carry()
        self.world.collect(self.stick)
        self.assertEqual([f["ms"] for f in self.world.facts("answer")], times)

    def renew(self):
        """The module in its second version, on a stick."""
        sources = self.world.path("content-2")
        shutil.copytree(fixture.SMALL, sources)
        with open(os.path.join(sources, "modules", "shop", "module.json"), encoding="utf-8") as f:
            module = json.load(f)
        module["version"], module["title"]["en"] = 2, "Your shop, gone over"
        with open(os.path.join(sources, "modules", "shop", "module.json"), "w", encoding="utf-8") as f:
            json.dump(module, f)
        page = os.path.join(sources, "modules", "shop", "shop-1", "en.md")
        with open(page, encoding="utf-8") as f:
            text = f.read()
        with open(page, "w", encoding="utf-8") as f:
            f.write(text.replace("Maeve opens at **nine**.", "Maeve opens at **ten**."))
        self.world.micro2("content", "build", sources, "--office", self.world.office, "--out", self.world.packs)
        self.stick = self.world.stick("with-news")

    def test_a_lesson_changed_under_a_visitor_when_a_stick_brought_a_newer_one(self):
        self.renew()
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            fixture.open_first_lesson(s)
            s.tap("next")
            s.ask(plug=self.stick)
            s.ask(pull=True)
            self.assertTrue(s.has(name="Maeve opens at nine. Nobody comes."))
            s.tap("home")
            fixture.open_first_lesson(s)  # hers to the end of the visit
            s.tap("next")
            self.assertTrue(s.has(name="Maeve opens at nine. Nobody comes."))
            s.tap("finished")
            s.tap("finish/yes")
            s.tap("languages/en")
            fixture.open_first_lesson(s)
            s.tap("next")
            self.assertTrue(s.has(name="Maeve opens at ten. Nobody comes."))

    def test_a_question_about_a_stick_came_back_when_the_stick_was_out(self):
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            fixture.open_first_lesson(s)
            s.ask(plug=self.stick)
            self.assertTrue(s.has(name="A USB stick is in"))
            self.assertTrue(s.has(name="You can take the stick out"))  # not "is working with it"
            s.advance(95000)
            self.assertTrue(s.has(name="Are you still there?"))
            s.ask(pull=True)
            s.ask(key="Tab")  # any key is an answer
            self.assertEqual(s.nodes(role="dialog"), [])

    def test_a_newer_module_comes_by_stick_and_takes_the_place_of_the_old(self):
        self.renew()
        with self.world.station(self.hub) as s:
            s.ask(plug=self.stick)
            s.ask(pull=True)
            self.assertTrue(self.sees_news(s))
        with self.world.station(self.hub) as s:
            self.visit(s)
        self.assertEqual([n for n in sorted(os.listdir(os.path.join(self.hub, "shelf"))) if n.startswith("shop")],
                         ["shop-1.m2k", "shop-1.m2k.minisig", "shop-2.m2k", "shop-2.m2k.minisig"])
        with self.world.station(self.hub) as s:  # staff go back a version with one touch, and come again with one
            self.staff(s)
            self.assertTrue(s.has(name="shop: go back to version 1"))
            self.assertEqual(s.ask(check={"one_in": 1, "from": 0})["findings"], [])
            if os.environ.get("M2_SHOTS"):
                s.shot(os.path.join(os.environ["M2_SHOTS"], "staff-versions.png"))
            s.tap(name="shop: go back to version 1")
            self.assertTrue(s.has(name="shop: use version 2 again"))
            self.assertFalse(self.sees_news(s))
            self.staff(s)
            s.tap(name="shop: use version 2 again")
            self.assertTrue(s.has(name="shop: go back to version 1"))
            self.assertTrue(self.sees_news(s))

    def staff(self, s):
        s.tap("home")
        if s.screen() == "welcome":
            s.tap("languages/en")
        s.tap("about")
        s.tap("staff")
        s.ask(type=self.code)
        s.tap("enter")
        self.assertEqual(s.screen(), "staff")

    def sees_news(self, s):
        s.tap("home")
        if s.screen() == "welcome":
            s.tap("languages/en")
        s.tap("learn")
        return any("Your shop, gone over" in n["name"] for n in s.nodes(role="listitem", action=True))

    def test_the_debian_minisign_verifies_what_we_signed(self):
        for name, comment in (("shop-1.m2k", "container shop 1"), ("core-1.m2k", "container core 1")):
            pack = os.path.join(self.world.packs, name)
            done = self.verify(pack)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(comment, done.stdout)
        with open(pack, "r+b") as f:
            f.seek(5000)
            byte = f.read(1)
            f.seek(5000)
            f.write(bytes([byte[0] ^ 1]))
        self.assertNotEqual(self.verify(pack).returncode, 0)

    def verify(self, pack):
        return subprocess.run(["minisign", "-V", "-p", os.path.join(self.world.office, "keys", "author.pub"), "-m", pack],
                              capture_output=True, text=True)

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
