"""A station that is killed goes on with the same question, and no receipted answer is lost, doubled or out of order (T1, T10)."""
import os
import random
import sqlite3
import time

import fixture
from fixture import WorldTest, open_first_lesson

KILLS = 400 if fixture.IS_LONG else 30
NOT_SURE = -1
SCALE = ("Not yet", "With help", "On my own", "I show others")


class Resume(WorldTest):
    content = fixture.CONTENT
    made = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.question, cls.choice = {}, {}
        for pack in ("core-1.m2k", "get-found-1.m2k"):
            with sqlite3.connect("file:%s?mode=ro&immutable=1" % os.path.join(cls.world.packs, pack), uri=True) as db:
                cls.question.update({t: i for i, t in db.execute("SELECT id, stem FROM question_text WHERE lang = 'en'")})
                cls.choice.update({(q, t): p - 1 for q, p, t in
                                   db.execute("SELECT question, position, value FROM choice WHERE lang = 'en'")})

    def setUp(self):
        Resume.made += 1
        self.hub, _ = self.world.hub("hub-%d" % self.made)
        self.run_dir = self.world.path("run-%d" % self.made)
        os.mkdir(self.run_dir)
        self.rng = random.Random(11)
        self.receipted = []

    def start(self):
        s = self.world.station(self.hub, run=self.run_dir, clock=None)
        self.addCleanup(lambda: s.process.poll() is None and s.kill())
        return s

    def stem(self, s):
        return next(self.question[n["name"]] for n in s.nodes(role="heading") if n["name"] in self.question)

    def pick(self, s):
        """Picks an answer; returns the question and what the office must hear: the author's number of the answer."""
        question, node = self.stem(s), self.rng.choice(s.nodes(role="radio"))
        s.tap(node["key"])
        if node["name"] == "I am not sure yet":
            return question, NOT_SURE
        if (question, node["name"]) in self.choice:
            return question, self.choice[question, node["name"]]
        return question, SCALE.index(node["name"])

    def begin(self, s):
        """From wherever the station is to a question."""
        if s.screen() == "welcome":
            s.tap("languages/en")
        if s.screen() != "question":
            s.tap("home")
            s.assess("12")
        self.assertEqual(s.screen(), "question")

    def answer(self, s):
        answer = self.pick(s)
        s.tap("next")
        self.receipted.append(answer)

    def kill_in_flight(self, s):
        """Kills while an answer is under way; returns it."""
        answer = self.pick(s)
        s.process.stdin.write('{"tap":{"key":"next"}}\n')
        s.process.stdin.flush()
        time.sleep(self.rng.random() * 0.012)
        s.kill()
        return answer

    def test_every_kill_resumes_on_the_same_question(self):
        s, kills, saved_in_flight = self.start(), 0, 0
        while kills < KILLS:
            self.begin(s)
            for _ in range(self.rng.randrange(3)):
                if s.screen() == "question":
                    self.answer(s)
            if s.screen() != "question":
                continue
            kills += 1
            if self.rng.random() < 0.5:
                expected = self.stem(s)
                s.kill()
                s = self.start()
                self.assertEqual((s.screen(), self.stem(s)), ("question", expected))
                continue
            flying = self.kill_in_flight(s)
            s = self.start()
            self.assertIn(s.screen(), ("question", "result"))
            if s.screen() == "result" or self.stem(s) != flying[0]:
                self.receipted.append(flying)
                saved_in_flight += 1
        s.kill()
        self.office_has_them_all("answer")
        print("%d kills, %d answers receipted, %d of them saved in flight" % (kills, len(self.receipted), saved_in_flight))

    def test_a_kill_right_behind_the_last_answer_does_not_leave_the_visit_without_a_way_on(self):
        """The answer is on the card, the result is not yet: at each start after such a kill there is a result or a question."""
        for delay_ms in range(0, 24, 3):
            s = self.start()
            self.begin(s)
            while self.number(s) < 12:
                self.pick(s)
                s.tap("next")
            self.pick(s)
            s.process.stdin.write('{"tap":{"key":"next"}}\n')
            s.process.stdin.flush()
            time.sleep(delay_ms / 1000)
            s.kill()
            s = self.start()
            self.assertIn(s.screen(), ("question", "result"))
            while s.screen() == "question":
                self.pick(s)
                s.tap("next")
            self.assertEqual(s.screen(), "result")
            s.tap("finished")
            s.tap("finish/yes")
            s.kill()

    def number(self, s):
        """Of the question on the screen."""
        words = next(n["value"] for n in s.nodes(role="progress")).split()
        self.assertEqual(words[0], "Question")
        return int(words[1])

    def open_lesson(self):
        s = self.start()
        s.tap("languages/en")
        open_first_lesson(s)
        self.assertEqual(s.screen(), "lesson")
        return s

    def test_a_kill_among_the_questions_of_a_lesson_resumes_on_the_same_question(self):
        s = self.open_lesson()
        while s.screen() == "lesson":
            s.tap("next")
        while s.has(role="radio"):
            if self.receipted:  # the first question is one touch behind the lesson's last page, and nothing of it is written yet
                question = self.stem(s)
                s = self.killed(s)
                self.assertEqual((s.screen(), self.stem(s)), ("quiz", question))
            answer = self.pick(s)
            s.tap("check")
            self.receipted.append(answer)
            s.tap("next")
        self.assertGreaterEqual(len(self.receipted), 3)
        s.kill()
        self.office_has_them_all("quiz")

    def test_a_kill_in_a_lesson_resumes_on_the_same_page(self):
        s = self.open_lesson()
        pages = 0
        while s.screen() == "lesson":
            page = [n["name"] for n in s.nodes(role="heading")]
            s = self.killed(s)
            self.assertEqual((s.screen(), [n["name"] for n in s.nodes(role="heading")]), ("lesson", page))
            s.tap("next")
            pages += 1
        self.assertGreaterEqual(pages, 3)

    def killed(self, s):
        s.kill()
        return self.start()

    def office_has_them_all(self, kind):
        """The office hears every receipted answer of this hub, once and in order, and no other."""
        stick = self.world.stick("stick-%d" % self.made, kb="8192")
        with self.world.station(self.hub) as s:
            s.ask(plug=stick)
            s.ask(pull=True)
        said = self.world.collect(stick)
        self.assertIn(" 0 refused", said)
        self.assertIn(" 0 in conflict", said)
        self.assertEqual([(f["question"], f["choice"]) for f in self.world.facts(kind, os.path.basename(self.hub))], self.receipted)


if __name__ == "__main__":
    fixture.main()
