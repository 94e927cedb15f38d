"""The matrix's other views: every skill by its eight steps, the parts of the business by areas, and the pages behind both. Each says in
words what it draws, fills nothing before anybody was asked, keeps the edition for the visit, and gives no number for a person."""
import os
import re

import fixture
from fixture import WorldTest

LOOKS = (("1280x800", "217x136", "100"), ("1280x800", "217x136", "200"), ("800x480", "154x86", "100"))
LEVELS = ("With help", "With a little help", "On my own", "In my own way", "I guide others", "I adapt it", "I solve hard cases", "I lead")
NUMBERED = re.compile(r"EQF|\b(level|livello|nivel)\s*\d|^\d$|\d\s*%|\d[.,]\d\d", re.I)


def pick(n, keys):
    return keys[n % 4]


class Matrix(WorldTest):
    content = fixture.CONTENT

    n_hubs = 0

    def station(self, **options):
        Matrix.n_hubs += 1
        return self.world.station(self.world.hub("hub%d" % Matrix.n_hubs)[0], **options)

    def asked(self, s, lang="en"):
        s.tap("languages/" + lang)
        fixture.answer(s, pick)
        self.assertEqual(s.screen(), "result")
        s.tap("matrix")

    @staticmethod
    def texts(s):
        return [t for n in s.nodes() for t in (n.get("name"), n.get("value"), n.get("about")) if t]

    def cell(self, s, process, area):
        if s.has(key="process/" + process):
            s.tap("process/" + process)
        s.tap("grid/%s/%s" % (area, process) if s.has(key="grid/%s/%s" % (area, process)) else "cells/" + area)

    def look(self, s, name):
        self.assertEqual(s.ask(check={"one_in": 5, "from": 0})["findings"], [])
        self.assertEqual([t for t in self.texts(s) if NUMBERED.search(t)], [])
        if os.environ.get("M2_SHOTS"):
            s.shot(os.path.join(os.environ["M2_SHOTS"], "matrix-%s.png" % name))

    def test_every_view_in_three_languages_is_in_order_and_gives_no_number_for_a_person(self):
        for lang in ("en", "it", "es"):
            for size, mm, text in LOOKS:
                with self.subTest((lang, size, text)), self.station(lang=lang, size=size, mm=mm, text=text) as s:
                    name = "%s-%s-%s-" % (lang, size, text)
                    self.asked(s, lang)
                    self.look(s, name + "explorer")
                    s.tap("edition/3.0")
                    self.look(s, name + "explorer30")
                    s.tap("skills/D1.2")
                    self.look(s, name + "skill")
                    s.tap("why")
                    self.look(s, name + "why")
                    s.tap("back")
                    s.tap("grid")
                    self.look(s, name + "grid")
                    self.cell(s, "sell", "D2")
                    self.look(s, name + "cell")

    def test_nothing_is_filled_before_anybody_was_asked_and_the_way_on_is_shown(self):
        with self.station() as s:
            s.tap("languages/en")
            s.tap("matrix")
            self.assertTrue(s.has(key="assess", name="Find where I stand"))
            self.assertTrue(all(not n.get("value") for n in s.nodes(role="chart")))
            self.assertIn("Nothing is filled in yet", s.nodes(key="words")[0]["name"])
            s.tap("skills/D1.1")
            self.assertEqual(len(s.nodes(role="listitem")) >= 8, True)
            self.assertIn("Nobody has asked you", s.nodes(key="here")[0]["name"])
            s.tap("assess")
            self.assertEqual(s.screen(), "trade")

    def test_all_36_skills_are_reached_each_with_its_eight_statements(self):
        with self.station() as s:
            s.tap("languages/en")
            s.tap("matrix")
            seen, heads = [], [n["name"] for n in s.nodes(role="text") if n["key"].startswith("heads/step")]
            self.assertEqual(heads, list(LEVELS))
            while True:
                rows = [n["key"] for n in s.nodes(role="listitem", action=True) if n["key"].startswith("skills/")]
                seen += rows
                s.tap(rows[0])
                said = [n["name"] for n in s.nodes(role="listitem") if n["key"].startswith("can/")]
                self.assertEqual(len(said), 8)
                self.assertTrue(all(t.startswith("I can ") for t in said), said)
                s.tap("back")
                if s.nodes(key="turn/after")[0]["disabled"]:
                    break
                s.tap("turn/after")
            self.assertEqual((len(seen), len(set(seen))), (36, 36))

    def test_a_skill_says_which_answers_put_it_at_its_step(self):
        with self.station() as s:
            self.asked(s)
            s.tap("skills/D1.1")
            self.assertEqual(s.nodes(role="listitem", key="reasons"), [])
            s.tap("why")
            self.assertFalse(s.has(key="why"))
            rows = [n for n in s.nodes(role="listitem") if n["key"].startswith("reasons/")]
            self.assertTrue(1 <= len(rows) <= 3)
            self.assertTrue(all(n["name"] for n in rows))
            about = [n["name"] for n in s.nodes(role="text") if n["key"].startswith("reasons/") and "It speaks for a" in n["name"]]
            self.assertEqual(len(about), len(rows))

    def test_what_a_row_draws_it_also_says(self):
        with self.station() as s:
            self.asked(s)
            for n in s.nodes(role="chart"):
                here = re.fullmatch(r"You are here: (.*?)\.(?: Next: (.*)\.)?", n["value"])
                self.assertIn(here[1], LEVELS)
                if here[2]:
                    self.assertEqual(LEVELS.index(here[2]), LEVELS.index(here[1]) + 1)
            self.assertRegex(s.nodes(key="words")[0]["name"], "Furthest here|same step everywhere")
            row = s.nodes(role="chart")[0]["value"]
            s.tap("skills/D1.1")
            self.assertEqual(s.nodes(key="here")[0]["name"], row)
            self.assertIn(s.nodes(key="how")[0]["name"], ("You were asked about this.", "This is guessed from your other answers."))
            marked = [n["name"] for n in s.nodes(role="text") if n["name"].endswith("You are here.")]
            self.assertEqual(len(marked), 1)

    def test_the_edition_is_kept_for_the_visit_and_unverified_titles_say_so(self):
        with self.station(lang="it") as s:
            s.tap("languages/it")
            s.tap("matrix")
            s.tap("edition/3.0")
            bands = [n["name"] for n in s.nodes(role="text") if n["key"].startswith("heads/band")]
            self.assertEqual(bands, ["Base", "Intermedio", "Avanzato", "Altamente avanzato"])
            titles = [n["name"] for n in s.nodes(role="text") if re.fullmatch("skills/.*/title", n["key"])]
            self.assertEqual(len(titles), 3)
            self.assertTrue(all(t.endswith("(traduzione di lavoro)") for t in titles), titles)
            s.tap("skills/D1.1")
            self.assertIn("In DigComp 3.0: Navigare, cercare e filtrare", s.nodes(key="official")[0]["name"])
            s.tap("edition/2.2")
            self.assertNotIn("traduzione", s.nodes(key="official")[0]["name"])
            s.tap("edition/3.0")
            s.tap("home")
            s.tap("matrix")
            self.assertTrue(any(n["key"].startswith("heads/band") for n in s.nodes()))
            s.tap("finished")
            s.tap("finish/yes")
            s.tap("languages/en")
            s.tap("matrix")
            self.assertFalse(any(n["key"].startswith("heads/band") for n in s.nodes()))

    def test_the_cells_of_an_area_stand_below_the_heads_of_their_processes(self):
        for lang in ("en", "it", "es"):
            with self.subTest(lang), self.station(lang=lang) as s:
                self.asked(s, lang)
                s.tap("grid")
                cells = {}
                for n in s.nodes(role="button"):
                    if n["key"].startswith("grid/"):
                        cells.setdefault(n["key"].split("/")[1], []).append(n["rect"])
                self.assertEqual([len({r[1] for r in row}) for row in cells.values()], [1] * 8)
                for i, head in enumerate(n["rect"] for n in s.nodes(role="text") if n["key"].startswith("processes/")):
                    for row in cells.values():
                        self.assertLess(abs(row[i][0] + row[i][2] / 2 - head[0] - head[2] / 2), 3)

    def test_each_of_48_cells_opens_and_the_empty_ones_say_so(self):
        with self.station() as s:
            self.asked(s)
            s.tap("grid")
            cells = [n["key"] for n in s.nodes(role="button", action=True) if n["key"].startswith("grid/")]
            self.assertEqual(len(cells), 48)
            empty = 0
            for key in cells:
                s.tap(key)
                self.assertTrue(s.has(key="means/text"), key)
                here = s.nodes(key="here")[0]["name"]
                empty += here == "No skill of this area is counted here."
                self.assertRegex(here, "^(You are here: |No skill of this area)")
                s.tap("back")
            self.assertEqual(empty, 8)
            s.tap("grid/D2/sell")
            self.assertTrue(s.has(key="case/text"))
            s.tap("skills/D2.1")
            s.tap("back")
            self.assertEqual(s.screen(), "cell")
            s.tap([n["key"] for n in s.nodes(role="listitem", action=True) if n["key"].startswith("lessons/")][0])
            self.assertEqual(s.screen(), "lesson")

    def test_the_three_views_lead_to_each_other(self):
        with self.station() as s:
            self.asked(s)
            for key, screen in (("grid", "grid"), ("matrix", "explorer"), ("result", "result"), ("business", "grid"), ("result", "result")):
                s.tap(key)
                self.assertEqual(s.screen(), screen)


if __name__ == "__main__":
    fixture.main()
