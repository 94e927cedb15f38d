"""A language by stick: Greek is added to the small content as an author would, carried to a station that runs, and works: screens,
questions, a lesson, its plural rule, its decimal mark, its voice (A66, A68, A81)."""
import csv
import json
import os
import re
import shutil
import unittest

import fixture
from fixture import World

GREEK = os.path.join(fixture.ROOT, "tests", "data", "greek")


def add_column(path, names):
    """names: {column without language: a text, {first cell: text} or what makes one of a row}."""
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    for name, texts in names.items():
        rows[0].append(name + "_el")
        for row in rows[1:]:
            row.append(texts if isinstance(texts, str) else texts(row) if callable(texts) else texts[row[0]])
    with open(path, "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(rows)


def change(path, to, pairs):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for a, b in pairs:
        assert a in text, a
        text = text.replace(a, b)
    with open(to, "w", encoding="utf-8") as f:
        f.write(text)


def add_greek(content):
    with open(os.path.join(GREEK, "greek.json"), encoding="utf-8") as f:
        g = json.load(f)
    at = lambda *names: os.path.join(content, *names)
    for name, key in (("core.json", None), (os.path.join("modules", "shop", "module.json"), "module")):
        with open(at(name), encoding="utf-8") as f:
            j = json.load(f)
        j["languages"].append("el")
        j["version"] = 2
        if key:
            for field in ("title", "about"):
                j[field]["el"] = g[key][field]
        with open(at(name), "w", encoding="utf-8") as f:
            f.write(json.dumps(j, ensure_ascii=False, indent=1) + "\n")
    add_column(at("frameworks", "areas.csv"), {"plain": g["areas"], "title": g["areas"], "verified": "no"})
    add_column(at("frameworks", "competences.csv"), {"plain": g["competences"], "title": g["competences"], "verified": "no"})
    add_column(at("frameworks", "competences.csv"), {"title30": lambda row: g["competences"][row[0]] * (row[1] == "DC"), "verified30": "no"})
    add_column(at("trades", "means.csv"), {"means": "Να απαντάς σε όποιον σου γράφει."})
    add_column(at("cases", "cases.csv"), {"case": "Ο Πέτρος φτιάχνει ποδήλατα. " * 9})
    add_column(at("frameworks", "levels.csv"), {"say": g["levels"]})
    add_column(at("frameworks", "statements.csv"), {"can": lambda row: "%s %s" % (g["competences"][row[0]], row[1])})
    add_column(at("processes", "processes.csv"), {"name": g["process"]["name"], "about": g["process"]["about"]})
    for area in ("D2", "E1"):
        english = at("assessment", area, "en.gift")
        with open(english, encoding="utf-8") as f:
            text = f.read()
        change(english, at("assessment", area, "el.gift"), [w for w in g["words"] if w[0] in text])
    shop = at("modules", "shop", "shop-1")
    change(os.path.join(shop, "en.gift"), os.path.join(shop, "el.gift"), [w for w in g["words"] if w[0] != "I can do"])
    change(os.path.join(shop, "en.md"), os.path.join(shop, "el.md"), g["lesson"])
    shutil.copy(os.path.join(GREEK, "el.po"), at("locale", "el.po"))


class Languages(unittest.TestCase):
    def test_greek_comes_by_stick_while_the_station_runs(self):
        world = World()
        self.addCleanup(world.close)
        hub, _ = world.hub()
        content = world.path("content-greek")
        shutil.copytree(fixture.SMALL, content)
        add_greek(content)
        world.micro2("content", "build", content, "--office", world.office, "--out", world.packs)
        stick = world.stick()
        with world.station(hub, clock="virtual") as s:
            self.assertFalse(s.has(key="languages/el"))
            s.ask(plug=stick)
            s.ask(pull=True)
            s.tap("next") if s.has(key="next") else s.advance(90001)
            self.assertEqual(s.screen(), "welcome")
            self.assertEqual([n["name"] for n in s.nodes(key="languages/el")], ["Ελληνικά"])
            s.tap("languages/el")
            self.assertEqual(s.tree()["lang"], "el")
            self.assertEqual(s.tree()["title"], "Καλώς ήρθες στο Ballyhale")
            self.assertIn("1 σύντομο μάθημα, με εικόνες και ερωτήσεις.", str(s.tree()))  # one, by the header's rule
            s.tap("ease")
            s.tap("hold/more")
            self.assertIn("0,25 δ.", [n["value"] for n in s.nodes(role="slider")])
        with world.station(hub, lang="el") as s:  # the package is there after a restart too
            s.tap("languages/el")
            s.assess("12")
            seen = set()
            for _ in range(20):
                if s.screen() != "question":
                    break
                seen.update(n["name"] for n in s.nodes(role="heading") + s.nodes(role="radio"))
                self.assertEqual(s.ask(check={"one_in": 7, "from": 0})["findings"], [])
                s.tap(s.nodes(role="radio")[0]["key"])
                s.tap("next")
            self.assertTrue(any(re.search("ρωτά: και τώρα;", text) for text in seen))
            self.assertIn("Δεν είμαι σίγουρος ακόμη", seen)
            self.assertEqual(s.screen(), "result")
            self.assertEqual(s.ask(check={"one_in": 1, "from": 0})["findings"], [])
            s.tap("home")
            s.tap("learn")
            s.tap(s.nodes(role="listitem", action=True)[0]["key"])
            s.tap(s.nodes(role="listitem", action=True)[0]["key"])
            s.tap("next")
            self.assertIn("Η Ελένη ανοίγει στις εννέα. Δεν έρχεται κανείς.", [n["name"] for n in s.nodes(role="text")])
            s.tap("read_aloud")
            self.assertIn("Η πόρτα", s.ask(said=True)["said"][-1])
            for _ in range(200):
                stats = s.ask(stats=True)["stats"]
                if stats["has_sound"]:
                    break
            self.assertTrue(stats["is_speaking"])


if __name__ == "__main__":
    fixture.main()
