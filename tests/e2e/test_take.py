"""What a visitor takes along: codes that phones read, in her language, from the screen as it is drawn in every theme, on every panel,
at every text size; nothing of it stays on the station (T39, T40). M2_SHOTS=FOLDER keeps the pictures, to be looked at."""
import os
import subprocess

import fixture
from fixture import WorldTest, answer
from test_secrecy import Search, Witness

PANELS = (("1280x800", "217x136"), ("800x480", "154x86"), ("1024x600", "154x90"))
THEMES = ("paper", "night", "contrast")
TEXTS = ("100", "200")
LEVELS = {"en": ("With help", "On my own", "I adapt it", "I lead"), "it": ("Con un aiuto", "Senza aiuto", "Lo adatto", "Apro la strada"),
          "es": ("Con ayuda", "Por mi cuenta", "Lo adapto", "Abro camino")}

HEADINGS = {"en": "Where I stand", "it": "A che punto sono", "es": "Cómo voy"}


class Take(WorldTest):
    content = fixture.CONTENT

    def shot(self, s, name):
        path = os.path.join(os.environ.get("M2_SHOTS", self.world.dir), name + ".png")
        s.shot(path)
        return path

    def read(self, s, name):
        """What a reader of codes finds in the picture of the screen."""
        done = subprocess.run(["zbarimg", "--nodbus", "--quiet", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable", self.shot(s, name)],
                              capture_output=True)
        return done.stdout.decode("utf-8").rstrip("\n")

    def codes(self, s, name):
        """Reads each code of the screen, from the first to the last, and compares it with what is written."""
        found = []
        while True:
            code, words = s.nodes(key="code")[0], s.nodes(key="text/words")[0]
            self.assertEqual(code["role"], "image")
            self.assertEqual(code["value"], words["name"])
            self.assertEqual(self.read(s, "%s-%d" % (name, len(found))), code["value"])
            found.append(code["value"])
            if s.has(key="done"):
                return found
            s.tap("next")

    def result(self, s, lang):
        s.tap("languages/" + lang)
        answer(s, lambda i, keys: keys[i % len(keys)])
        self.assertEqual(s.screen(), "result")

    def test_a_phone_reads_levels_steps_and_words_in_every_theme_size_and_language(self):
        for n, (lang, levels) in enumerate(LEVELS.items()):
            for m, (size, mm) in enumerate(PANELS):
                theme, text = THEMES[(n + m) % 3], TEXTS[(n + m) % 2]
                hub, _ = self.world.hub("%s-%s" % (lang, size))
                with self.subTest(lang + size), self.world.station(hub, size=size, mm=mm, theme=theme, text=text) as s:
                    self.result(s, lang)
                    self.shot(s, "result-%s-%s" % (lang, size))
                    steps = [n["name"] for n in s.nodes(role="listitem", action=True)] + [n["name"] for n in s.nodes(role="button") if n["key"].startswith("steps/")]
                    sentence = s.nodes(key="sentence")[0]["name"]
                    areas = [n["name"] for n in s.nodes(role="text") if n["key"].count("/") == 1 and n["key"].startswith("legend/")]
                    s.tap("take")
                    codes = self.codes(s, "take-%s-%s-%s-%s" % (lang, size, theme, text))
                    self.assertLessEqual(len(codes), 3)
                    whole = "\n".join(codes)
                    self.assertIn(sentence, whole)
                    self.assertEqual(len(areas), 8)
                    said = whole.split(HEADINGS[lang])[1]
                    for area in areas:
                        self.assertIn(area, said)
                    self.assertTrue(any("\n%s: " % level in said for level in levels))
                    self.assertEqual(len(steps), 3)
                    for i, step in enumerate(steps):
                        self.assertIn("%d. %s" % (i + 1, step), whole)
                    s.tap("done")
                    self.assertEqual(s.screen(), "result")

    def test_T39_T40_nothing_of_it_stays_on_the_station(self):
        hub, _ = self.world.hub("forgets")
        run, own = self.world.path("forgets-run"), self.world.path("forgets-own")
        os.mkdir(run)
        os.mkdir(own)
        with self.world.station(hub, run=run) as s:
            self.result(s, "en")
            s.tap("take")
            lines = {line for code in self.codes(s, "forgets") for line in code.split("\n")}
            s.ask(plug=own)
            s.tap("stick_in/see")
            s.tap("save")
            s.wait(key="note/saved")
            s.ask(pull=True)
            with open(os.path.join(own, "micro2-result.txt"), encoding="utf-8") as f:
                lines |= {line for line in f.read().split("\n") if ". " in line or ": " in line}
            witness = Witness(Search(lines), [hub, run])
            witness.seen.clear()  # all files, also what was there before
            witness.look(s.pid)
            s.tap("finished")
            s.tap("finish/yes")
            witness.look(s.pid)
            s.ask(quit=True)
        witness.look()
        self.assertGreater(len(witness.search.needles), 40)
        self.assertEqual(witness.found, [])
        self.assertIn("hub.db", witness.searched)

    def test_an_own_stick_that_is_in_is_offered_here(self):
        hub, _ = self.world.hub("offers")
        own = self.world.path("offers-own")
        os.mkdir(own)
        with self.world.station(hub) as s:
            self.result(s, "en")
            s.tap("take")
            s.tap("stick")  # none is in: the page that waits for one
            self.assertTrue(s.has(key="note"))
            s.tap("back")
            s.ask(plug=own)
            s.tap("stick_in/stay") if s.has(key="stick_in/stay") else s.ask(key="Escape")
            s.tap("stick")
            self.assertEqual(s.screen(), "stick")
            s.tap("back")
            self.assertEqual(s.screen(), "take")


if __name__ == "__main__":
    fixture.main()
