"""Without touch, without sight, with one key, with a trembling hand: the tasks of a visit done another way (ACCESSIBILITY; each
test is named by the items it covers)."""
import time

import fixture
from fixture import WorldTest, open_first_lesson, spoil

STEPS_MAX = 80
QUESTIONS_MAX = 36  # twelve items, of up to three taps each


class Accessibility(WorldTest):
    content = fixture.CONTENT
    made = 0

    def station(self, **options):
        Accessibility.made += 1
        return self.world.station(self.world.hub("hub-%d" % self.made)[0], **options)

    # --- keys

    def focus_on(self, s, key):
        for _ in range(STEPS_MAX):
            focus = s.tree()["focus"] or ""
            if focus == key or focus.endswith("/" + key):
                return
            s.ask(key="Tab")
        self.fail("no way by keys to %s on %s" % (key, s.screen()))

    def choose(self, s, key):
        self.focus_on(s, key)
        s.ask(key="Enter")

    def test_A40_every_task_is_done_with_keys_alone(self):
        with self.station() as s:
            self.choose(s, "languages/it")
            self.assertEqual((s.screen(), s.tree()["lang"]), ("home", "it"))
            self.choose(s, "assess")
            self.choose(s, "trades/baker")
            self.choose(s, "people/others")
            while s.screen() == "trade":
                self.choose(s, "next")
            self.choose(s, "12")
            for i in range(QUESTIONS_MAX):
                if s.screen() != "question":
                    break
                self.choose(s, s.nodes(role="radio")[i % 3]["key"])
                self.choose(s, "next")
            self.assertEqual(s.screen(), "result")
            self.choose(s, "start")
            self.assertEqual(s.screen(), "lesson")
            while s.screen() == "lesson":
                self.choose(s, "next")
            while s.has(role="radio"):
                self.choose(s, s.nodes(role="radio")[0]["key"])
                self.choose(s, "check")
                self.choose(s, "next")
            self.assertTrue(s.has(key="done") or s.screen() == "quiz")
            self.choose(s, "finished")
            self.choose(s, "finish/yes")
            self.assertEqual(s.screen(), "welcome")

    def test_A42_focus_goes_through_everything_in_reading_order_and_comes_round(self):
        with self.station() as s:
            s.tap("languages/en")
            for screen in (None, "assess", "learn", "about", "ease"):
                if screen:
                    s.tap("home")
                    s.tap(screen)
                targets = [n["key"] for n in s.nodes(action=True) if not n["disabled"]]
                self.focus_on(s, targets[0])
                seen = [s.tree()["focus"]]
                while len(seen) < STEPS_MAX:
                    s.ask(key="Tab")
                    if s.tree()["focus"] == seen[0]:
                        break
                    seen.append(s.tree()["focus"])
                steps = {n["key"] for n in s.nodes(action=True) if n["key"] in ("more_above", "more_below")}
                self.assertEqual([k for k in seen if k not in steps], [t for t in targets if t not in steps])
                s.ask(key="Shift+Tab")
                self.assertEqual(s.tree()["focus"], seen[-1])

    def test_A41_other_keys_do_nothing(self):
        with self.station() as s:
            s.tap("languages/en")
            before = s.tree()["root"]
            for key in ("F4", "F5", "F10", "F12", "A", "Z", "PrintScreen", "Insert", "Delete", "Menu"):
                s.ask(key=key)
            self.assertEqual(s.tree()["root"], before)

    def test_A02_A21_a_marked_key_reads_aloud_repeats_and_is_silent(self):
        with self.station() as s:
            s.tap("languages/en")
            s.ask(key="F1")
            self.assertTrue(s.ask(stats=True)["stats"]["is_speaking"])
            first = s.ask(said=True)["said"][-1]
            self.assertIn("Find where I stand", first)
            s.ask(key="F3")
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])
            s.ask(key="F2")
            self.assertTrue(s.ask(stats=True)["stats"]["is_speaking"])
            self.assertEqual(s.ask(said=True)["said"][-1], first)
            s.ask(key="F1")
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])

    # --- ears

    def hear(self, s, words):
        """Goes on with the next key until what is heard begins with these words; the screen is never looked at."""
        for _ in range(STEPS_MAX):
            s.ask(key="Tab")
            s.advance(250)
            if s.ask(said=True)["said"][-1].startswith(words):
                return
        self.fail("never heard: %s; last: %s" % (words, s.ask(said=True)["said"][-3:]))

    def said(self, s):
        return s.ask(said=True)["said"][-1]

    def test_A33_every_task_is_done_by_ear_alone(self):
        with self.station() as s:
            s.ask(key="F1")
            self.assertIn("Which language do you speak?", self.said(s))
            self.hear(s, "English")
            s.ask(key="Enter")
            self.hear(s, "Find where I stand, button")
            s.ask(key="Enter")
            self.assertTrue(self.said(s).startswith("Your business"))
            self.hear(s, "Bakery")
            s.ask(key="Enter")
            self.hear(s, "I work alone")
            s.ask(key="Enter")
            self.hear(s, "Yes")  # of the first act; the rest is left out
            s.ask(key="Enter")
            while not self.said(s).startswith("Find where I stand"):
                self.hear(s, ("Skip, button", "Next, button"))
                s.ask(key="Enter")
            self.hear(s, "About 6 minutes")
            s.ask(key="Enter")
            for _ in range(QUESTIONS_MAX):
                if self.said(s).startswith(("My digital business matrix", "Read your result aloud?")):
                    break
                self.hear(s, "I am not sure yet, answer")
                s.ask(key="Enter")
                self.hear(s, "Next, button")
                s.ask(key="Enter")
            s.advance(300)
            if s.ask(said=True)["said"][-1].startswith("Read your result aloud?") or s.has(key="personal"):
                self.hear(s, "Yes, read it aloud")
                s.ask(key="Enter")
            self.assertIn("You are strongest in", " ".join(s.ask(said=True)["said"][-3:]))
            self.hear(s, "Start step 1")
            s.ask(key="Enter")
            for _ in range(10):
                self.hear(s, ("Next, button", "To the questions, button"))
                last = self.said(s)
                s.ask(key="Enter")
                if last.startswith("To the questions"):
                    break
            asked = 0
            while asked < 6 and s.screen() == "quiz" and s.has(role="radio"):
                self.hear(s, "I am not sure yet, answer")
                s.ask(key="Enter")
                self.hear(s, "Check, button")
                s.ask(key="Enter")
                self.hear(s, ("Next, button", "To the end, button", "Next"))
                s.ask(key="Enter")
                asked += 1
            self.assertGreaterEqual(asked, 3)
            self.hear(s, "I am finished")
            s.ask(key="Enter")
            self.hear(s, "Yes, I am finished")
            s.ask(key="Enter")
            self.assertEqual(s.screen(), "welcome")

    def test_A33_slide_to_hear_lift_and_tap_twice_anywhere(self):
        with self.station() as s:
            s.tap("languages/en")
            s.tap("ease")
            s.tap("explore")
            s.tap("home")  # one touch only speaks now
            self.assertEqual(s.screen(), "ease")
            x, y, w, h = next(n["rect"] for n in s.nodes(key="home"))
            s.ask(touch={"finger": 1, "at": [640, 300], "is": "down"})
            s.ask(touch={"finger": 1, "at": [x + w // 2, y + h // 2], "is": "move"})
            self.assertTrue(self.said(s).startswith("Home, button"), self.said(s))
            s.ask(touch={"finger": 1, "at": [x + w // 2, y + h // 2], "is": "up"})
            self.assertEqual(s.screen(), "ease")
            s.advance(1000)
            for _ in range(2):
                s.ask(touch={"finger": 1, "at": [900, 200], "is": "down"})
                s.ask(touch={"finger": 1, "at": [900, 200], "is": "up"})
            self.assertEqual(s.screen(), "home")

    # --- one key, a trembling hand

    def use_keys(self, s, how_many):
        s.tap("languages/en")
        s.tap("ease")
        s.tap("scan/%d" % how_many)
        s.tap("home")

    def test_A44_one_key_chooses_where_the_frame_has_come_to(self):
        with self.station() as s:
            self.use_keys(s, 1)
            for _ in range(STEPS_MAX):
                s.advance(2000)
                if s.tree()["focus"] == "tiles/learn":
                    break
            s.ask(key="Space")
            self.assertEqual(s.screen(), "modules")
            s.advance(2000)  # it begins anew with the first thing of the new page
            self.assertEqual(s.tree()["focus"], "modules/get-found")

    def test_A44_two_keys_move_and_choose(self):
        with self.station() as s:
            self.use_keys(s, 2)
            for _ in range(STEPS_MAX):
                s.ask(key="Space")
                if s.tree()["focus"] == "tiles/learn":
                    break
            before = s.tree()["focus"]
            s.advance(20000)
            self.assertEqual(s.tree()["focus"], before)
            s.ask(key="Enter")
            self.assertEqual(s.screen(), "modules")

    def touch(self, s, key, held_ms):
        x, y, w, h = next(n["rect"] for n in s.nodes() if n["key"].endswith(key))
        s.ask(touch={"finger": 1, "at": [x + w // 2, y + h // 2], "is": "down"})
        s.advance(held_ms)
        s.ask(touch={"finger": 1, "at": [x + w // 2, y + h // 2], "is": "up"})

    def test_A34_a_touch_counts_when_it_was_held_and_not_again_too_soon(self):
        with self.station() as s:
            s.tap("languages/en")
            s.tap("ease")
            s.tap("hold/more")
            before = s.nodes(role="checkbox")
            self.touch(s, "explore", 100)  # too short: it was not meant
            self.assertEqual(s.nodes(role="checkbox"), before)
            self.touch(s, "rate/200", 300)
            self.assertTrue([n for n in s.nodes(role="tab") if n["key"] == "rate/200" and n["value"]])

    def test_A24_a_result_is_read_aloud_only_after_a_yes(self):
        with self.station() as s:
            s.tap("languages/en")
            s.assess("12")
            s.tap(s.nodes(role="radio")[0]["key"])
            s.tap("next")
            s.tap("stop")
            s.tap("stop_here/yes")
            s.tap("read_aloud")
            self.assertTrue(s.has(key="personal"))
            self.assertNotIn("You are strongest", " ".join(s.ask(said=True)["said"]))
            s.tap("personal/no")
            s.tap("read_aloud")
            s.tap("read_aloud")
            self.assertFalse(s.has(key="personal"))  # asked once
            said = " ".join(s.ask(said=True)["said"])
            self.assertNotIn("You are strongest", said)
            self.assertIn("Ask me again", said)  # the rest is read
            s.tap("finished")
            s.tap("finish/yes")
            s.tap("languages/en")
            s.assess("12")
            s.tap(s.nodes(role="radio")[0]["key"])
            s.tap("next")
            s.tap("stop")
            s.tap("stop_here/yes")
            s.tap("read_aloud")
            s.tap("personal/yes")
            self.assertIn("You are strongest", self.said(s))

    def test_A26_a_fault_is_spoken_what_happened_that_nothing_is_lost_and_what_to_do(self):
        for lang, words in (("en", ("cannot read or write its card", "is saved", "Please tell the people")),
                            ("it", ("la sua memoria", "è salvato", "Avvisa")), ("es", ("su tarjeta", "guardad", "Avisa"))):
            Accessibility.made += 1
            hub, _ = self.world.hub("hub-%d" % self.made)
            with self.world.station(hub) as s:
                s.tap("languages/" + lang)
                s.tap("read_aloud")
                spoil(hub)
                open_first_lesson(s)
                self.assertEqual(s.screen(), "fault")
                for part in words:
                    self.assertIn(part, self.said(s))

    def test_A28_the_voice_has_three_speeds(self):
        took = []
        with self.station() as s:
            s.tap("languages/en")
            for rate in ("110", "150", "200"):
                s.tap("ease")
                s.tap("rate/" + rate)
                s.tap("home")
                s.tap("about")
                s.tap("read_aloud")
                until = time.monotonic() + 20
                while not s.ask(stats=True)["stats"]["is_whole"] and time.monotonic() < until:
                    time.sleep(0.01)
                took.append(s.ask(stats=True)["stats"]["speech_ms"])
                s.tap("read_aloud")
                s.tap("home")
        self.assertGreater(took[0], 1.15 * took[1])
        self.assertGreater(took[1], 1.15 * took[2])

    def test_A35_staff_are_told_of_a_panel_that_touches_itself_and_keys_still_work(self):
        Accessibility.made += 1
        hub, code = self.world.hub("hub-%d" % self.made)
        with self.world.station(hub) as s:
            s.tap("languages/en")
            for _ in range(45):
                s.ask(tap=[640, 12])
            self.choose(s, "about")
            self.choose(s, "staff")
            s.ask(type=code)
            s.ask(key="Enter") if s.screen() == "staff" else self.choose(s, "enter")
            self.assertTrue(any("touches at one place" in n["name"] for n in s.nodes(role="listitem")))

    def test_A64_an_answer_can_be_changed_until_the_end(self):
        with self.station() as s:
            s.tap("languages/en")
            s.assess("12")
            first = s.nodes(role="heading")[0]["name"]
            s.tap("options/0")
            s.tap("next")
            s.tap("back")
            self.assertEqual(s.nodes(role="heading")[0]["name"], first)
            self.assertIn("options/0", [n["key"] for n in s.nodes(role="radio") if n["value"]])
            s.tap("options/1")
            s.tap("next")
            self.assertNotEqual(s.nodes(role="heading")[0]["name"], first)

    # --- nobody there, somebody new

    def test_A03_the_first_page_invites_once_in_each_language_by_day_and_not_more_than_once_a_minute(self):
        with self.station() as s:
            paints = s.ask(stats=True)["stats"]["paints"]
            s.advance(59000)
            self.assertEqual(s.ask(stats=True)["stats"]["paints"], paints)  # nothing moves
            langs, spoke = [], 0
            for _ in range(6):
                s.advance(61000)
                langs.append(s.tree()["lang"])
                spoke += s.ask(stats=True)["stats"]["is_speaking"]
                s.ask(key="F3")
                s.advance(0)
            self.assertEqual(set(langs), {"en", "it", "es"})
            s.tap("languages/es")
            self.assertEqual((s.screen(), s.tree()["lang"]), ("home", "es"))

    def test_A03_silent_at_night_and_where_staff_say_so(self):
        night = 1795734000 - 1795734000 % 86400 + 2 * 3600
        with self.station(clock="virtual@%d" % night) as s:
            s.advance(61000)
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])
        hub, code = self.world.hub("mute")
        with self.world.station(hub) as s:
            s.tap("languages/en")
            s.tap("about")
            s.tap("staff")
            s.ask(type=code)
            s.tap("enter")
            s.tap("invites")
            s.tap("finished")
            s.tap("finish/yes")
            s.advance(61000)
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])
        with self.world.station(hub) as s:  # it is kept
            s.advance(61000)
            self.assertFalse(s.ask(stats=True)["stats"]["is_speaking"])
        with self.station() as s:
            s.advance(61000)
            self.assertTrue(s.ask(stats=True)["stats"]["is_speaking"])

    def test_practice_is_offered_to_who_hesitates(self):
        with self.station() as s:
            s.tap("languages/en")
            self.assertFalse(s.has(key="practice"))
            s.advance(20000)
            self.assertTrue(s.has(key="practice"))
            s.tap("practice")
            s.tap("try")
            self.assertTrue(s.has(role="status"))
            s.tap("next")
            s.tap("read_aloud")
            self.assertTrue(s.has(role="status"))
            s.tap("next")
            s.tap("text_size")
            self.assertTrue(s.has(role="status"))
            s.tap("next")
            s.tap("next")
            self.assertEqual(s.screen(), "home")

    def test_A52_A70_A71_A72_nothing_moves_by_itself_and_no_question_has_a_limit(self):
        with self.station() as s:
            s.tap("languages/en")
            s.advance(21000)  # practice has been offered
            for key in ("assess", "straight", "12"):
                s.tap(key)
                paints = s.ask(stats=True)["stats"]["paints"]
                s.advance(60000)
                self.assertEqual(s.ask(stats=True)["stats"]["paints"], paints)


if __name__ == "__main__":
    fixture.main()
