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


def live(rng, items, truth, mean):
    """Answers of somebody around mean to items dealt to her, as the model of ALGORITHM 1 has them."""
    g, claim, at = rng.gauss(0, 1), rng.gauss(0.3, 0.8), {}
    for item in rng.sample(items, ANSWERS):
        z = at.setdefault(item["comp"], mean + g + rng.gauss(0, 1)) + (claim if item["type"] == "sr" else 0)
        b = item["level"] - 0.5 + truth.get(item["id"], 0)
        u = rng.random()
        yield item, sum(u < 1 / (1 + math.exp(-0.95 * (z - b - step))) for step in STEPS[item["type"]])


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

    def fill(self, sessions, truth, mean):
        """Visits of three languages into the ledger, as `office collect` leaves them."""
        rng = random.Random(5)
        with sqlite3.connect(os.path.join(self.world.office, "ledger.db")) as db:
            for visit in range(sessions):
                facts = [{"kind": "open", "lang": ("en", "it", "es")[visit % 3]}, {"kind": "assess", "seed": 1, "length": 24}]
                for item, score in live(rng, self.bank["items"], truth, mean):
                    facts += rows(item, score)
                db.executemany("INSERT INTO fact (station, epoch, seq, visit, kind, body) VALUES (?, 1, ?, ?, ?, ?)",
                               [(b"station1", visit * 100 + i, visit.to_bytes(16, "big"), f["kind"], json.dumps(f)) for i, f in enumerate(facts)])

    def calibrate(self):
        return self.world.run("office", "calibrate", self.world.office, "--content", fixture.CONTENT, "--out", self.world.path("new"))

    def test_few_sessions_are_told_and_nothing_is_written(self):
        self.fill(49, {}, 3.5)
        code, _, err = self.calibrate()
        self.assertEqual(code, 1)
        self.assertIn("49 sessions; at least 50 are needed, collect more", err)
        self.assertFalse(os.path.exists(self.world.path("new")))

    def test_a_thousand_sessions_give_numbers_that_the_next_core_has(self):
        far = [item["id"] for item in self.bank["items"] if item["type"] == "st"][0]
        self.fill(SESSIONS, {far: 1.5}, 4.5)
        code, out, err = self.calibrate()
        self.assertEqual(code, 0, err)
        self.assertIn("sessions: ", out)
        self.assertIn("written: ", out)
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
