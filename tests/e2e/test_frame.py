"""What is the same around every screen: language in the middle of something, leaving without a word, staying when asked (A04, A50,
A51, A63, T40)."""
import os
import sqlite3

import fixture
from fixture import WorldTest, open_first_lesson, spoil


class Frame(WorldTest):
    content = fixture.CONTENT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = 0

    def hub(self):
        Frame.made += 1
        data, self.code = self.world.hub("hub-%d" % self.made)
        return data

    def test_another_language_in_the_middle_of_something_took_one_home(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.assess("12")
            s.tap(s.nodes(role="radio")[0]["key"])
            s.tap("next")
            number = s.nodes(role="progress")[0]["value"].split()[1]
            s.tap("language")
            s.tap("languages/it")
            self.assertEqual((s.screen(), s.tree()["lang"]), ("question", "it"))
            self.assertEqual(s.nodes(role="progress")[0]["value"].split()[1], number)
            s.tap("language")
            s.tap("back")
            self.assertEqual(s.screen(), "question")
            s.tap("home")
            open_first_lesson(s)
            s.tap("next")
            page = [n["key"] for n in s.nodes(role="image")]
            s.tap("language")
            s.tap("languages/es")
            self.assertEqual((s.screen(), s.tree()["lang"], [n["key"] for n in s.nodes(role="image")]), ("lesson", "es", page))
            while s.screen() == "lesson":
                s.tap("next")
            s.tap(s.nodes(role="radio")[0]["key"])
            s.tap("check")
            s.tap("next")
            options = len(s.nodes(role="radio"))
            s.tap("language")
            s.tap("languages/en")
            self.assertEqual((s.screen(), s.tree()["lang"], len(s.nodes(role="radio"))), ("quiz", "en", options))

    def test_A50_the_question_comes_after_90_s_and_any_touch_goes_on_where_one_was(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.assess("12")
            before = s.tree()
            s.advance(89000)
            self.assertFalse(s.has(key="still_there"))
            s.advance(1000)
            self.assertTrue(s.has(key="still_there"))
            self.assertIn("What you answered is saved", str(s.tree()))  # A53: what a time-out loses is said beforehand
            s.advance(29000)
            s.ask(tap=[5, 400])
            self.assertEqual(s.tree()["root"], before["root"])

    def test_A51_more_time_is_ten_times_as_long(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.advance(90000)
            s.tap("still_there/more_time")
            s.advance(899000)
            self.assertFalse(s.has(key="still_there"))
            s.advance(1000)
            self.assertTrue(s.has(key="still_there"))

    def test_A51_one_can_stay_more_than_ten_times(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            for _ in range(12):
                s.advance(90000)
                s.tap("still_there/yes")
            self.assertEqual(s.screen(), "home")

    def leaves(self, s):
        s.advance(90000)
        s.advance(30001)
        self.assertEqual(s.screen(), "welcome")
        self.assertFalse(s.has(key="back"))

    def test_a_visit_left_at_the_page_of_languages_never_ended(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/it")
            s.tap("language")
            self.leaves(s)
            self.assertEqual(s.tree()["lang"], "en")

    def test_a_visit_left_at_a_fault_never_ended(self):
        hub = self.hub()
        with self.world.station(hub) as s:
            s.tap("languages/en")
            spoil(hub)
            open_first_lesson(s)
            self.assertEqual(s.screen(), "fault")
            self.leaves(s)

    def test_the_page_of_a_stick_that_is_out_stayed_for_ever(self):
        with self.world.station(self.hub()) as s:
            s.ask(plug=self.world.stick("stick-%d" % self.made))
            s.advance(200000)
            self.assertEqual(s.screen(), "stick")  # it is still in
            s.ask(pull=True)
            s.advance(90001)
            self.assertEqual(s.screen(), "welcome")

    def test_help_set_on_the_first_page_was_left_to_the_next_visitor(self):
        with self.world.station(self.hub()) as s:
            s.advance(1000)
            height = s.nodes(key="ask")[0]["rect"][3]
            s.tap("text_size")
            self.assertGreater(s.nodes(key="ask")[0]["rect"][3], height)
            s.advance(89000)
            self.assertGreater(s.nodes(key="ask")[0]["rect"][3], height)
            s.advance(1001)
            self.assertEqual(s.nodes(key="ask")[0]["rect"][3], height)

    def test_a_stick_threw_a_visitor_out_of_her_question(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.assess("12")
            s.tap("options/2")
            before = s.tree()["root"]
            stick = self.world.stick("stick-%d" % self.made)
            s.ask(plug=stick)
            self.assertEqual(s.screen(), "question")
            s.tap("stick_in/no")
            self.assertEqual(s.tree()["root"], before)  # with what she had picked
            s.ask(pull=True)
            s.ask(plug=stick)
            s.tap("stick_in/see")
            self.assertEqual(s.screen(), "stick")
            s.wait(key="done")
            s.tap("done")
            self.assertEqual(s.tree()["root"], before)
            s.tap("home")
            s.tap("stick")  # a way back to it
            self.assertEqual(s.screen(), "stick")
            s.ask(pull=True)
            s.tap("done")
            self.assertFalse(s.has(key="stick"))

    def test_what_was_picked_was_lost_by_a_look_at_another_page(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.assess("12")
            s.tap("options/1")
            picked = s.nodes(role="radio", value="on")
            self.assertEqual(len(picked), 1)
            s.tap("home")
            s.tap("assess")
            self.assertEqual(s.nodes(role="radio", value="on"), picked)
            s.tap("finished")
            s.tap("finish/yes")
            s.tap("languages/en")
            s.assess("12")
            self.assertFalse(s.nodes(role="radio", value="on"))  # it went with the visit

    def test_stop_was_final_at_a_touch_and_stood_among_the_answers(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.assess("12")
            self.assertFalse(s.has(key="stop"))
            s.tap("options/1")
            s.tap("next")
            s.tap("stop")
            s.tap("stop_here/no")
            self.assertEqual(s.screen(), "question")
            s.tap("stop")
            s.tap("stop_here/yes")
            self.assertEqual(s.screen(), "result")

    def test_the_question_whether_somebody_is_there_dropped_the_one_below_it(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.tap("finished")
            s.advance(90000)
            self.assertTrue(s.has(key="still_there"))
            s.tap("still_there/yes")
            self.assertTrue(s.has(key="finish"))

    def test_staff_page_stayed_half_a_minute_longer_than_it_should(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.tap("about")
            s.tap("staff")
            s.ask(type=self.code)
            s.tap("enter")
            self.assertEqual(s.screen(), "staff")
            s.advance(119000)
            self.assertEqual(s.screen(), "staff")
            s.advance(1001)
            self.assertEqual(s.screen(), "welcome")

    def test_staff_are_told_when_results_have_waited_for_half_a_year_and_not_a_day_before(self):
        hub = self.hub()
        with self.world.station(hub) as s:
            s.tap("languages/en")
        for days, told in ((180, False), (181, True)):  # the visit was on day 1
            with sqlite3.connect(os.path.join(hub, "hub.db")) as db:
                db.execute("UPDATE setting SET value = ? WHERE key = 'day.counted'", (str(days),))
            db.close()
            with self.world.station(hub) as s:
                s.tap("languages/en")
                s.tap("about")
                s.tap("staff")
                s.ask(type=self.code)
                s.tap("enter")
                self.assertEqual(s.has(key="late"), told)

    def test_A04_help_lasts_for_the_visit(self):
        with self.world.station(self.hub()) as s:
            s.tap("languages/en")
            s.tap("about")
            before = [n["rect"] for n in s.nodes(role="heading")]
            for key in ("text_size", "contrast", "read_aloud"):
                s.tap(key)
            self.assertNotEqual([n["rect"] for n in s.nodes(role="heading")], before)
            s.tap("finished")
            s.tap("finish/yes")
            s.tap("languages/en")
            s.tap("about")
            self.assertEqual([n["rect"] for n in s.nodes(role="heading")], before)


if __name__ == "__main__":
    fixture.main()
