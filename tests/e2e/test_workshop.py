"""A workshop that somebody leads at the station: people, parts, time, votes; left and come back to; by keys and by ear; what of it
reaches the office, and that no vote does."""
import csv
import os
import re
import shutil
import sqlite3
import unittest

import fixture
from fixture import World

DOORS = os.path.join(fixture.ROOT, "tests", "data", "workshops", "doors")
MINUTE = 60 * 1000
IDLE = 45 * MINUTE
STEPS_MAX = 80


class Workshop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plain = World()
        sources = cls.plain.path("sources")
        shutil.copytree(fixture.SMALL, sources)
        for name in ("doors", "windows"):
            shutil.copytree(DOORS, os.path.join(sources, "workshops", name), ignore=shutil.ignore_patterns("es.md"))
        path = os.path.join(sources, "workshops", "windows", "workshop.json")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace('"doors"', '"windows"').replace('"position": 1', '"position": 2'))
        cls.world = World(sources)
        cls.made = 0

    @classmethod
    def tearDownClass(cls):
        cls.world.close()
        cls.plain.close()

    def setUp(self):
        Workshop.made += 1
        self.name = "hub-%d" % self.made
        self.hub, _ = self.world.hub(self.name)

    def facts(self, *kinds):
        """What reached the office of these kinds, without the time."""
        stick = self.world.stick("stick-%d" % self.made)
        with self.world.station(self.hub) as s:
            s.ask(plug=stick)
            s.ask(pull=True)
        self.world.collect(stick)
        return [{k: v for k, v in fact.items() if k != "t"} for kind in kinds for fact in self.world.facts(kind, self.name)]

    def begin(self, s, more=0, id="doors"):
        s.tap("languages/en")
        s.tap("workshops")
        s.tap("workshops/" + id)
        for _ in range(more):
            s.tap("people/more")
        s.tap("start")
        self.assertEqual(s.screen(), "part")

    def time(self, s):
        return s.nodes(key="card/time")[0]["name"]

    def votes(self, s):
        return [n["value"] for n in s.nodes(role="button") if n["key"].startswith("card/votes/")]

    def test_a_whole_workshop_with_votes_and_time(self):
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            s.tap("workshops")
            self.assertEqual([n["key"] for n in s.nodes(role="listitem", action=True)], ["workshops/doors", "workshops/windows"])
            self.assertTrue(s.has(key="workshops/doors", name="Open doors"))
            s.tap("workshops/doors")
            text = str(s.tree())
            for words in ("Who knows when your door is open", "A chair for each", "4 people", "Vote: what keeps people away?", "30 min"):
                self.assertIn(words, text)
            s.tap("people/less")
            self.assertTrue(s.has(value="3 people"))
            for _ in range(6):
                s.tap("people/more")
            s.tap("start")
            self.assertTrue(s.has(name="9 people here"))
            self.assertTrue(s.has(name="What do you sell?"))
            self.assertEqual(self.time(s), "10:00")
            s.advance(61 * 1000)
            self.assertEqual(self.time(s), "8:59")
            s.tap("pause")
            s.advance(5 * MINUTE)
            self.assertEqual(self.time(s), "8:59")
            s.tap("pause")
            s.advance(1000)
            self.assertEqual(self.time(s), "8:58")
            s.tap("leads")
            self.assertTrue(s.has(name="Let everybody speak for a minute. Write the hours on a sheet."))
            self.assertFalse(s.has(name="What do you sell?"))
            self.assertFalse(s.has(key="before"))
            s.tap("next")
            s.tap("next")  # once too often
            s.tap("leads")
            s.tap("before")
            self.assertTrue(s.has(role="heading", name="What keeps customers from your door?"))
            self.assertEqual(self.votes(s), ["0 votes"] * 3)
            for option, touches in ((1, 3), (3, 2), (2, 1)):
                for _ in range(touches):
                    s.tap("card/votes/%d" % option)
            self.assertEqual(self.votes(s), ["3 votes", "1 vote", "2 votes"])
            s.tap("leads")
            s.tap("take_back")
            s.tap("leads")
            self.assertEqual(self.votes(s), ["3 votes", "0 votes", "2 votes"])
            s.tap("next")
            self.assertEqual(self.time(s), "5:00")
            s.advance(5 * MINUTE)
            self.assertEqual(self.time(s), "0:00")
            self.assertTrue(s.has(key="card/over", name="time is over"))
            s.tap(name="Finish the workshop")
            self.assertEqual(s.screen(), "workshop_end")
            text = str(s.tree())
            for words in ("3 of 3 parts in 11 minutes", "There were 9 of you",
                          "They don't know it, with 3 votes.", "Finish the sentence: "):
                self.assertIn(words, text)
            s.tap("finished")
            s.tap("finish/yes")
        self.assertEqual(self.facts("workshop", "workshop-end"), [{"kind": "workshop", "id": "doors", "people": 9},
                                                                  {"kind": "workshop-end", "id": "doors", "parts": 3, "minutes": 11}])

    def test_no_vote_is_in_any_row(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("next")
            for _ in range(37):
                s.tap("card/votes/2")
            s.tap("finished")
            s.tap("finish/yes")
        self.facts("workshop")
        with sqlite3.connect(os.path.join(self.world.office, "ledger.db")) as db:
            rows = [body for (body,) in db.execute("SELECT body FROM fact JOIN hub USING (station) WHERE hub.name = ?", (self.name,))]
        kinds = [re.search(r'"kind":"([^"]*)"', row)[1] for row in rows]
        self.assertEqual(kinds[:4], ["open", "workshop", "workshop-end", "end"])
        for row in rows:
            self.assertNotIn("37", re.sub(r'"(seed|t|began_ms|boot)":("[^"]*"|-?\d+)', "", row))
            self.assertNotIn("vote", row)

    def test_left_and_come_back_to_it_goes_on_where_it_was(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("next")
            s.tap("card/votes/1")
            s.advance(1000)
            s.tap("language")
            s.tap("languages/it")
            self.assertEqual((s.screen(), s.tree()["lang"], self.time(s)), ("part", "it", "14:59"))
            self.assertEqual(self.votes(s), ["1 vote", "0 votes", "0 votes"])  # the small tree has few Italian words
            self.assertTrue(s.has(key="card/votes/1", name="Non la conoscono"))
            s.tap("home")
            s.advance(1000)
            s.tap("workshops")
            s.tap("workshops/doors")  # it ran on meanwhile
            self.assertEqual((s.screen(), self.votes(s), self.time(s)), ("part", ["1 vote", "0 votes", "0 votes"], "14:58"))
            s.tap("back")
            s.tap("workshops/windows")  # only looked at
            self.assertEqual(s.screen(), "workshop")
            s.tap("back")
            s.tap("workshops/doors")
            self.assertEqual((s.screen(), self.time(s)), ("part", "14:58"))
            s.tap("finished")
            s.tap("finish/yes")
            s.tap("languages/en")  # it ended with the visit
            s.tap("workshops")
            s.tap("workshops/doors")
            self.assertEqual(s.screen(), "workshop")

    def test_another_one_that_begins_ends_it(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("next")
            s.advance(2 * MINUTE)
            s.tap("back")
            s.tap("workshops/windows")
            s.tap("start")
            self.assertEqual(self.time(s), "10:00")
            s.tap("finished")
            s.tap("finish/yes")
        self.assertEqual(self.facts("workshop", "workshop-end"), [
            {"kind": "workshop", "id": "doors", "people": 4}, {"kind": "workshop", "id": "windows", "people": 4},
            {"kind": "workshop-end", "id": "doors", "parts": 2, "minutes": 2}, {"kind": "workshop-end", "id": "windows", "parts": 1, "minutes": 0}])

    def test_a_room_that_talks_is_asked_late_and_then_as_always(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("pause")
            s.advance(IDLE - 1)
            self.assertEqual(s.nodes(role="dialog"), [])
            s.advance(1)
            self.assertTrue(s.has(role="dialog", name="Are you still there?"))
            s.advance(1000)
            s.ask(key="Tab")  # any touch or key is an answer
            self.assertEqual((s.screen(), s.nodes(role="dialog"), self.time(s)), ("part", [], "10:00"))
            s.tap("home")  # elsewhere the usual limit holds
            s.advance(90 * 1000)
            self.assertTrue(s.has(role="dialog", name="Are you still there?"))
            s.advance(30 * 1000)
            self.assertEqual(s.screen(), "welcome")
        self.assertEqual(self.facts("workshop-end"), [{"kind": "workshop-end", "id": "doors", "parts": 1, "minutes": 47}])

    def choose(self, s, key):
        for _ in range(STEPS_MAX):
            focus = s.tree()["focus"] or ""
            if focus == key or focus.endswith("/" + key):
                s.ask(key="Enter")
                return
            s.ask(key="Tab")
        self.fail("no way by keys to %s on %s" % (key, s.screen()))

    def test_A40_a_whole_workshop_by_keys_alone(self):
        with self.world.station(self.hub) as s:
            for key in ("languages/en", "workshops", "workshops/doors", "people/more", "start", "pause", "pause", "leads", "leads", "next"):
                self.choose(s, key)
            for option in (2, 2, 1):
                self.choose(s, "card/votes/%d" % option)
            self.assertEqual(self.votes(s), ["1 vote", "2 votes", "0 votes"])
            self.choose(s, "next")
            self.choose(s, "next")
            self.assertEqual(s.screen(), "workshop_end")
            self.choose(s, "done")
            self.assertEqual(s.screen(), "home")
        self.assertEqual(self.facts("workshop"), [{"kind": "workshop", "id": "doors", "people": 5}])

    def test_a_vote_and_the_time_are_heard(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("next")
            s.tap("read_aloud")
            said = s.ask(said=True)["said"][-1]
            self.assertIn("They don't know it, button, 0 votes", said)
            self.assertIn("15 minutes left for this part", said)
            self.assertNotIn("15:00", said)
            s.tap("card/votes/1")
            self.assertIn("1 vote", s.ask(said=True)["said"][-1])
            n = len(s.ask(said=True)["said"])
            s.advance(10 * 1000)
            self.assertEqual(len(s.ask(said=True)["said"]), n)  # the seconds are not counted aloud

    def test_a_shelf_without_workshops_does_not_speak_of_them(self):
        hub, _ = self.plain.hub(self.name)
        with self.plain.station(hub) as s:
            s.tap("languages/en")
            self.assertFalse(s.has(key="workshops"))

    def test_the_report_counts_what_was_held(self):
        with self.world.station(self.hub) as s:
            self.begin(s, more=5)
            s.advance(20 * MINUTE)
            s.tap("next")
            s.tap("finished")
            s.tap("finish/yes")
        self.facts("workshop")
        out = self.world.path("csv-%d" % self.made)
        self.world.micro2("office", "report", self.world.office, "--csv", out, "--html", out + ".html")
        with open(os.path.join(out, "workshops.csv"), encoding="utf-8", newline="") as f:
            rows = {row["workshop"]: row for row in csv.DictReader(f)}
        self.assertGreaterEqual(int(rows["doors"]["people"]), 9)
        self.assertGreaterEqual(int(rows["doors"]["held"]), 1)
        with open(out + ".html", encoding="utf-8") as f:
            self.assertIn("Open doors", f.read())


if __name__ == "__main__":
    fixture.main()
