"""A station that is killed goes on with the same question, and no receipted answer is lost, doubled or out of order (T1, T3)."""
import os
import random
import sqlite3
import time
import unittest

import fixture
from fixture import World

KILLS = 1000 if fixture.IS_LONG else 30


class Resume(unittest.TestCase):
    def setUp(self):
        self.world = World(fixture.CONTENT)
        self.hub, _ = self.world.hub()
        self.run = self.world.path("run")
        os.mkdir(self.run)
        with sqlite3.connect("file:%s?mode=ro&immutable=1" % os.path.join(self.world.packs, "core-1.m2k"), uri=True) as db:
            self.question = {t: i for i, t in db.execute("SELECT id, stem FROM question_text WHERE lang = 'en'")}
        self.rng = random.Random(11)
        self.receipted = []

    def tearDown(self):
        self.world.close()

    def start(self):
        return self.world.station(self.hub, run=self.run, clock=None)

    def stem(self, s):
        return self.question[s.nodes(role="heading")[0]["name"]]

    def begin(self, s):
        """From wherever the station is to a question."""
        if s.screen() == "welcome":
            s.tap("languages/en")
        if s.screen() != "question":
            s.tap("home")
            s.tap("assess")
            if s.screen() == "length":
                s.tap("12")

    def answer(self, s):
        question = self.stem(s)
        s.tap(self.rng.choice([n["key"] for n in s.nodes(role="radio")]))
        s.tap("next")
        self.receipted.append(question)

    def kill_in_flight(self, s):
        """Kills while an answer is under way; returns its question."""
        question = self.stem(s)
        s.tap(self.rng.choice([n["key"] for n in s.nodes(role="radio")]))
        s.process.stdin.write('{"tap":{"key":"next"}}\n')
        s.process.stdin.flush()
        time.sleep(self.rng.random() * 0.012)
        s.kill()
        return question

    def test_every_kill_resumes_on_the_same_question(self):
        s, saved_in_flight = self.start(), 0
        for _ in range(KILLS):
            self.begin(s)
            for _ in range(self.rng.randrange(3)):
                if s.screen() == "question":
                    self.answer(s)
            if s.screen() != "question":
                continue
            if self.rng.random() < 0.5:
                expected = self.stem(s)
                s.kill()
                s = self.start()
                self.assertEqual(s.screen(), "question")
                self.assertEqual(self.stem(s), expected)
                continue
            flying = self.kill_in_flight(s)
            s = self.start()
            self.assertIn(s.screen(), ("question", "result"))
            if s.screen() == "result" or self.stem(s) != flying:
                self.receipted.append(flying)
                saved_in_flight += 1
        s.kill()
        self.office_has_them_all()
        print("%d kills, %d answers receipted, %d of them saved in flight" % (KILLS, len(self.receipted), saved_in_flight))

    def office_has_them_all(self):
        stick = self.world.stick(kb="8192")
        with self.world.station(self.hub) as s:
            s.ask(plug=stick)
            s.ask(pull=True)
        said = self.world.collect(stick)
        self.assertIn(" 0 refused", said)
        self.assertIn(" 0 in conflict", said)
        self.assertEqual([f["question"] for f in self.world.facts("answer")], self.receipted)


if __name__ == "__main__":
    fixture.main()
