"""The village board from hub to hub: whole stations, courier sticks, the office (THREATS T17, T32, T45). Cards are put into
a hub's database while its station is off, as its clerk writes them; screens are another test's."""
import os
import sqlite3
import unittest

import fixture
from fixture import World

PUT = ("INSERT INTO card (station, id, number, kind, phrase, amount, weekday, title, text, lang, day, days, waits)"
       " VALUES (x'', randomblob(16), ?, 0, ?, 0, 0, ?, '', ?, 0, 28, ?)")


class BoardTravels(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.a, _ = self.world.hub("Aran")
        self.b, _ = self.world.hub("Burren")

    def tearDown(self):
        self.world.close()

    def ask(self, hub, sql, *values):
        with sqlite3.connect(os.path.join(hub, "hub.db")) as db:
            rows = db.execute(sql, values).fetchall()
        db.close()
        return rows

    def put(self, hub, number, phrase="", title="", waits=0):
        self.ask(hub, PUT, number, phrase, title, "" if phrase else "en", waits)

    def carry(self, hub, *sticks):
        with self.world.station(hub) as s:
            s.tap("languages/en")
            for stick in sticks:
                s.ask(plug=stick)
                s.ask(pull=True)

    def foreign(self, hub):
        """(hub, number, phrase or title) of the cards that came from elsewhere."""
        return self.ask(hub, "SELECT hub, number, phrase || title FROM card JOIN board USING (station) ORDER BY number")

    def names_and_sizes(self, stick):
        return sorted((os.path.join(at, name), os.path.getsize(os.path.join(at, name))) for at, _, names in os.walk(stick) for name in names)

    def test_cards_come_to_the_other_hub_by_one_stick_and_go_with_the_next(self):
        stick = self.world.stick()
        before = self.names_and_sizes(stick)
        self.put(self.a, 12, phrase="cold-room")
        self.put(self.a, 13, title="Someone to photograph cheeses")
        self.put(self.a, 14, title="Not released yet", waits=1)
        self.carry(self.a, stick)
        self.carry(self.b, stick)
        self.assertEqual(self.foreign(self.b), [("Aran", 12, "cold-room"), ("Aran", 13, "Someone to photograph cheeses")])
        self.assertEqual(self.names_and_sizes(stick), before)  # T17: nothing but contents changed
        with open(os.path.join(stick, "MICRO2", "board", "000.m2b"), "rb") as f:
            there = f.read()
        self.assertIn(b"photograph cheeses", there)
        self.assertNotIn(b"Not released yet", there)
        self.assertNotIn(b"Aran", there)  # no name of a hub is on a stick
        self.ask(self.a, "DELETE FROM card WHERE number = 12")  # taken down
        self.carry(self.a, stick)
        self.carry(self.b, stick)
        self.assertEqual(self.foreign(self.b), [("Aran", 13, "Someone to photograph cheeses")])

    def test_two_sticks_that_never_meet_and_a_hub_that_was_revoked(self):
        first = self.world.stick("first")
        self.put(self.a, 1, phrase="lift")
        self.carry(self.a, first)
        self.assertIn("boards: 1 new", self.world.collect(first))
        second = self.world.stick("second")
        self.assertIn("It carries the village board: 1 card of 1 hub.", self.world.micro2("stick", "show", second))
        self.carry(self.b, second)
        self.assertEqual(self.foreign(self.b), [("Aran", 1, "lift")])
        self.put(self.b, 5, phrase="photos")
        self.carry(self.b, second)
        self.assertIn("boards: 1 new", self.world.collect(second))
        self.assertIn("2 village boards", self.world.micro2("stick", "prepare", self.world.office, first))
        self.carry(self.a, first)
        self.assertEqual(self.foreign(self.a), [("Burren", 5, "photos")])
        self.world.micro2("office", "revoke", self.world.office, "Burren", "--lost")
        self.assertIn("1 village boards", self.world.micro2("stick", "prepare", self.world.office, first))
        self.carry(self.a, first)
        self.assertEqual(self.foreign(self.a), [])
        self.assertIn("It carries the village board: 1 card of 1 hub.", self.world.micro2("stick", "show", first, "--office", self.world.office))


if __name__ == "__main__":
    fixture.main()
