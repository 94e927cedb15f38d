"""`micro2 office calibrate`: answers in the ledger become numbers of the next bank, and the station's content takes them."""
import csv
import json
import math
import os
import random
import shutil
import sqlite3
import unittest

import fixture
from fixture import World

SESSIONS = 1000  # fewer move no question
ANSWERS = 12
STEPS = {"sr": (-1.5, 0, 1.5), "km": (0,), "sm": (0,), "st": (-2.6, -0.4, 1.8)}


def live(rng, items, truth, mean, odd, lang):
    """Answers of somebody around mean to items dealt to her, as the model of ALGORITHM 1 has them; and to the odd ones as they are."""
    g, claim, at = rng.gauss(0, 1), rng.gauss(0.3, 0.8), {}
    for item in rng.sample([i for i in items if i["id"] not in odd], ANSWERS - len(odd)) + [i for i in items if i["id"] in odd]:
        z = at.setdefault(item["comp"], mean + g + rng.gauss(0, 1)) + (claim if item["type"] == "sr" else 0)
        b = item["level"] - 0.5 + truth.get(item["id"], 0)
        u = rng.random()
        score = sum(u < 1 / (1 + math.exp(-0.95 * (z - b - step))) for step in STEPS[item["type"]])
        yield item, odd[item["id"]](rng, z - b, score, lang) if item["id"] in odd else score


def rows(item, score):
    """The rows of an answer: a situation has three, its right ones first."""
    parts = 3 if item["type"] == "st" else 1
    for part in range(parts):
        yield {"kind": "answer", "item": item["id"], "question": item["id"] + ("/%d" % (part + 1) if parts == 3 else ""),
               "choice": score if item["type"] == "sr" else 0, "right": item["type"] != "sr" and part < score, "ms": 12000}


class Calibrate(unittest.TestCase):
    def setUp(self):
        self.world = World(fixture.CONTENT)
        self.addCleanup(self.world.close)
        self.bank = json.loads(self.world.micro2("content", "bank", fixture.CONTENT))

    def fill(self, sessions, truth, mean, odd=(), first=0, before=()):
        """Visits of three languages into the ledger, as `office collect` leaves them; later ones have higher ids here.
        before: rows before the answer of that number."""
        rng = random.Random(5 + first)
        with sqlite3.connect(os.path.join(self.world.office, "ledger.db")) as db:
            for visit in range(first, first + sessions):
                lang = ("en", "it", "es")[visit % 3]
                facts = [{"kind": "open", "lang": lang}, {"kind": "assess", "seed": 1, "length": 24}]
                for number, (item, score) in enumerate(live(rng, self.bank["items"], truth, mean, odd, lang)):
                    facts += [before[number]] if number in before else []
                    facts += rows(item, score)
                db.executemany("INSERT INTO fact (station, epoch, seq, visit, kind, body) VALUES (?, 1, ?, ?, ?, ?)",
                               [(b"station1", visit * 100 + i, visit.to_bytes(16, "big"), f["kind"], json.dumps(f)) for i, f in enumerate(facts)])

    def calibrate(self, content=fixture.CONTENT, out="new"):
        return self.world.run("office", "calibrate", self.world.office, "--content", content, "--out", self.world.path(out))

    def test_few_sessions_are_told_and_nothing_is_written(self):
        self.fill(49, {}, 3.5)
        code, _, err = self.calibrate()
        self.assertEqual(code, 1)
        self.assertIn("49 sessions; at least 50 are needed, collect more", err)
        self.assertFalse(os.path.exists(self.world.path("new")))

    def test_numbers_that_the_answers_held_back_speak_against_are_not_written(self):
        self.fill(80, {}, 2)
        self.fill(20, {}, 6, first=80)  # who judges lives elsewhere than who taught
        code, out, err = self.calibrate()
        self.assertEqual(code, 1)
        self.assertIn("no better than the authors' numbers; nothing is written, collect more", err)
        self.assertIn("log chance of the answers held back: ", out)
        self.assertFalse(os.path.exists(self.world.path("new")))

    def test_answers_after_coming_back_and_sessions_in_two_languages_are_told(self):
        self.fill(60, {}, 4.5)
        self.fill(10, {}, 4.5, first=60, before={6: {"kind": "lang", "lang": "fr"}})
        self.fill(20, {}, 4.5, first=70, before={6: {"kind": "lang", "lang": "es"}})  # a third of them had it anyway
        self.fill(5, {}, 4.5, first=90, before={0: {"kind": "return", "by": "code"}})
        code, out, err = self.calibrate()
        self.assertEqual(code, 0, err)
        self.assertRegex(out, r"sessions: \d+, left out as careless: \d+, as too short: 10\n")
        self.assertIn("sessions in more than one language: 13;", out)
        self.assertRegex(out, r"given after coming back: \d\d+\n")

    def test_a_thousand_sessions_give_numbers_that_the_next_core_has(self):
        far, lottery, hard = [item["id"] for item in self.bank["items"] if item["type"] == "st"][:3]
        regular = [item["id"] for item in self.bank["items"] if item["type"] == "sr"][0]
        self.fill(SESSIONS, {far: 1.5}, 4.5, {
            lottery: lambda rng, at, score, lang: rng.choice((0, 3)),  # nothing or all, whoever it is
            regular: lambda rng, at, score, lang: sum(at > step for step in STEPS["sr"]),  # as if she were measured
            hard: lambda rng, at, score, lang: max(0, score - 1) if lang == "it" else score})
        code, out, err = self.calibrate()
        self.assertEqual(code, 0, err)
        self.assertIn("sessions: ", out)
        self.assertIn("written: ", out)
        self.assertRegex(out, "does not fit: %s \\(\\d" % lottery)
        self.assertRegex(out, "fits too well: %s \\(0" % regular)
        self.assertRegex(out, r"differs: %s in it is 1\.\d levels harder than elsewhere \(333 answers\)" % hard)
        self.assertNotIn("differs: " + far, out)
        with open(self.world.path("new", "priors.csv"), encoding="utf-8", newline="") as f:
            means = {row["id"]: float(row["mean"]) for row in csv.DictReader(f)}
        self.assertEqual(len(means), len(self.bank["competences"]) + 1)
        self.assertGreater(sum(means[c["id"]] for c in self.bank["competences"]) / len(self.bank["competences"]), 4)
        content = self.world.path("content")
        shutil.copytree(fixture.CONTENT, content)
        for name in ("items.csv", "priors.csv"):
            shutil.copy(self.world.path("new", name), os.path.join(content, "assessment", name))
        fresh = json.loads(self.world.micro2("content", "bank", content))
        item = next(i for i in fresh["items"] if i["id"] == far)
        self.assertGreater(item["b"], item["level"] - 0.5 + 0.1)  # above its author's guess, as far as few answers carry
        self.assertAlmostEqual(fresh["model"]["means"]["D1.1"], means["D1.1"], 3)
        self.assertEqual([i["id"] for i in fresh["items"]], [i["id"] for i in self.bank["items"]])
        code, _, err = self.calibrate(content, "newer")  # the same answers again have nothing to add to what the hubs have now
        self.assertEqual(code, 1)
        self.assertIn("no better than those the hubs have now; nothing is written", err)
        self.assertFalse(os.path.exists(self.world.path("newer")))
        with open(os.path.join(content, "core.json"), "r+", encoding="utf-8") as f:
            text = f.read().replace('"version": 1', '"version": 2')
            f.seek(0)
            f.write(text)
        self.world.micro2("content", "build", content, "--office", self.world.office, "--out", self.world.path("packs2"))
        hub = self.world.micro2("hub", "new", self.world.office, "Brolo", "--out", self.world.path("hub"), "--packs", self.world.path("packs2"))
        self.assertTrue(hub)
        with self.world.station(self.world.path("hub"), seed=3) as s:
            s.tap("languages/en")
            s.assess("12")
            self.assertEqual(s.screen(), "question")


if __name__ == "__main__":
    fixture.main()
