"""Read aloud, with the real voice: what is said, and the word that is marked while it is heard (A20, A21, A62)."""
import os
import re
import time

import fixture
from fixture import WorldTest

WAITS_S = 20


class ReadAloud(WorldTest):
    content = fixture.CONTENT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hub, _ = cls.world.hub()

    def spoken(self, s):
        """Waits until the voice has given all it says now; its time stands still until advance()."""
        until = time.monotonic() + WAITS_S
        while time.monotonic() < until:
            stats = s.ask(stats=True)["stats"]
            if stats["is_whole"]:
                return
            time.sleep(0.01)
        self.fail("the voice did not end: %s" % stats)

    def marks(self, s):
        """(key, word) in the order they are marked, until the voice is silent."""
        found = []
        for _ in range(4000):
            reading = s.tree().get("reading")
            if reading and (not found or found[-1] != (reading["key"], reading["word"])):
                found.append((reading["key"], reading["word"]))
            if not s.ask(stats=True)["stats"]["is_speaking"]:
                self.assertNotIn("reading", s.tree())
                return found
            s.advance(50)
        self.fail("it speaks for ever")

    def test_the_loudspeaker_stayed_open_and_woke_the_machine_after_the_first_word(self):
        with self.world.station(self.hub, env=dict(os.environ, SDL_AUDIODRIVER="dummy")) as s:
            s.tap("languages/en")
            s.tap("read_aloud")
            self.spoken(s)
            self.assertTrue(s.ask(stats=True)["stats"]["has_device"])
            self.marks(s)
            s.advance(900)
            self.assertTrue(s.ask(stats=True)["stats"]["has_device"])  # the last word is still on its way
            s.advance(101)
            self.assertFalse(s.ask(stats=True)["stats"]["has_device"])
            s.tap("about")
            self.spoken(s)
            s.tap("read_aloud")  # silent again in the middle
            s.advance(1000)
            self.assertFalse(s.ask(stats=True)["stats"]["has_device"])

    def test_with_a_real_clock_the_station_stood_still_between_two_commands(self):
        with self.world.station(self.hub, clock=None) as s:
            s.tap("languages/en")
            s.tap("about")
            s.tap("read_aloud")
            paints, most = s.ask(stats=True)["stats"]["paints"], 0
            for _ in range(10):
                time.sleep(1)  # words are marked meanwhile; a command alone paints twice at most
                now = s.ask(stats=True)["stats"]["paints"]
                paints, most = now, max(most, now - paints)
                if most > 2:
                    return
            self.fail("at most %d paints in a second of reading" % most)

    def test_A62_each_word_is_marked_in_the_order_it_is_heard_in_three_languages(self):
        for lang in ("en", "it", "es"):
            with self.world.station(self.hub, lang=lang) as s:
                s.tap("languages/" + lang)
                s.tap("about")
                s.tap("read_aloud")
                self.spoken(s)
                said = s.ask(said=True)["said"][-1]
                names = {n["key"]: n["name"] for n in s.nodes() if n["name"]}
                marks = self.marks(s)
                self.assertGreater(len(marks), 20)
                at = 0
                for key, word in marks:
                    self.assertIn(word, names[key])
                    at = said.index(word, at)  # the order of what is said
                keys = [key for key, _ in marks]
                for key in set(keys):
                    words = " ".join(word for k, word in marks if k == key)
                    letters = re.sub(r"[^\w]", "", names[key])
                    self.assertGreaterEqual(len(re.sub(r"[^\w]", "", words)), 0.8 * len(letters), (key, words))  # nearly all of it

    def test_A21_a_touch_ends_speech_and_mark_at_once(self):
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            s.tap("read_aloud")
            self.spoken(s)
            s.advance(300)
            self.assertIn("reading", s.tree())
            s.ask(key="Tab")
            self.assertNotIn("reading", s.tree())
            s.advance(150)
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])  # focus is spoken 200 ms later
            s.advance(60)
            self.assertTrue(s.ask(stats=True)["stats"]["is_speaking"])

    def test_A04_reading_aloud_ends_with_the_visit(self):
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            s.tap("read_aloud")
            self.spoken(s)
            s.tap("finished")
            s.tap("finish/yes")
            said = s.ask(said=True)["said"]
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])
            s.tap("languages/it")
            self.assertEqual(s.ask(said=True)["said"], said)


if __name__ == "__main__":
    fixture.main()
