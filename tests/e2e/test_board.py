"""The village board as visitors and staff use it: put up by touch and in own words, found, answered, reported, taken down, carried to
another hub, gone after its days (THREATS T40, T42, T45, T46, T48)."""

import fixture
from fixture import WorldTest, in_memory
from test_secrecy import Search, Witness

TO_TOMORROW_MS = 14 * 3600 * 1000  # from the driver's 10:42: another date is another counted day
PAGE = 12
REPORTS = 5  # a visit
PHRASES = 26
STAFF_IDLE_MS = 2 * 60 * 1000


class Board(WorldTest):
    content = fixture.CONTENT
    made = 0

    def setUp(self):
        Board.made += 1
        self.name = "Ballyhale-%d" % self.made
        self.hub, self.code = self.world.hub(self.name)

    # what people do

    def begin(self, s, lang="en"):
        """A new visitor, in front of the board."""
        if s.screen() != "welcome":
            s.tap("finished")
            if s.has(key="finish/yes"):
                s.tap("finish/yes")
        s.tap("languages/" + lang)
        s.tap("board")

    def phrase(self, s, kind, phrase, digits="", weekday=0, weeks=4):
        s.tap("new")
        s.tap("kinds/" + kind)
        s.tap("what/" + phrase)
        if s.has(key="so_far"):
            for digit in digits:
                s.tap("keys/d" + digit)
            if weekday:
                s.tap("days/%d" % weekday)
            s.tap("next")
        s.tap("weeks/%d" % weeks)
        s.tap("next")
        s.tap("put")

    def type(self, s, text):
        """Letters, spaces, digits and points, each on its page."""
        digits = False
        for c in text:
            if c == " ":
                s.tap("keys/space")
                continue
            if c.isalpha() == digits:
                s.tap("keys/digits")
                digits = not digits
            s.ask(type=c)
        if digits:
            s.tap("keys/digits")

    def write(self, s, title, text=""):
        """To where own words are looked at."""
        s.tap("new")
        s.tap("kinds/need")
        s.tap("own")
        self.fill(s, title, text)

    def fill(self, s, title, text=""):
        self.type(s, title)
        if text:
            s.tap("sentence")
            self.type(s, text)
        s.tap("next")

    def put(self, s):
        s.tap("next")
        s.tap("put")

    def own(self, s, title, text=""):
        self.write(s, title, text)
        self.put(s)

    def enter(self, s):
        """To the staff's board."""
        s.tap("home")
        s.tap("about")
        s.tap("staff")
        for digit in self.code:
            s.tap("keys/d" + digit)
        s.tap("enter")
        s.tap("board")

    def cards(self, s):
        return [n["name"] for n in s.nodes(role="listitem")]

    def open(self, s, title):
        s.tap(s.nodes(role="listitem", name=title)[0]["key"])

    def said(self, s, key):
        return s.nodes(key=key)[0]["name"]

    # what must hold

    def test_a_card_of_a_phrase_is_up_at_once_and_taken_down_in_the_same_visit(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.assertIn("still empty", self.said(s, "none"))
            self.phrase(s, "offer", "kitchen", "3", 5)
            self.assertEqual(s.screen(), "board")
            self.assertEqual(self.said(s, "news"), "The card is up. Its number is 1.")
            title = "A kitchen to work in, 3\u00a0hours, Fridays"
            self.assertEqual(self.cards(s), [title])
            s.tap("show/needs")
            self.assertEqual(self.cards(s), [])
            s.tap("show/offers")
            self.open(s, title)
            self.assertEqual(self.said(s, "answer/ask"), "Ask at the hub for card 1 of %s." % self.name)
            self.assertFalse(s.has(key="report"))
            s.tap("take_down")
            s.tap("take_it_down/no")
            s.tap("take_down")
            s.tap("take_it_down/yes")
            self.assertEqual(s.screen(), "board")
            self.assertEqual(self.said(s, "news"), "The card is taken down.")
            self.assertEqual(self.cards(s), [])

    def test_it_is_shown_in_the_language_of_who_looks(self):
        titles = set()
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.phrase(s, "need", "jars-and-boxes", "340")
            for lang in ("en", "it", "es"):
                self.begin(s, lang)
                titles |= set(self.cards(s))
        self.assertEqual(titles, {"Jars and boxes, 340\u00a0pieces", "Vasetti e scatole, 340\u00a0pezzi", "Tarros y cajas, 340\u00a0piezas"})

    def test_every_phrase_has_a_title_and_a_sentence_for_offers_and_one_for_needs(self):
        sentences, titles = {}, set()
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("new")
            for kind in ("offer", "need"):
                s.tap("kinds/" + kind)
                rows = [(n["key"], n["name"]) for n in s.nodes(role="listitem")]
                self.assertEqual(len(rows), PHRASES)
                for key, name in rows:
                    s.tap(key)
                    while not s.has(key="put"):
                        s.tap("next")
                    self.assertEqual([self.said(s, "card/kind"), self.said(s, "card/title")], [kind.capitalize(), name])
                    sentences[kind, key] = self.said(s, "card/text")
                    titles.add(name)
                    while not s.has(key="own"):
                        s.tap("back")
                s.tap("back")
        self.assertEqual(len(titles), PHRASES)
        self.assertEqual(len(set(sentences.values())), 2 * PHRASES)

    def test_T45_own_words_wait_for_staff_and_their_author_alone_sees_them_waiting(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.write(s, "glass jars", "a pallet to share. who joins")
            s.tap("next")
            self.assertIn("Staff look", self.said(s, "then"))
            s.tap("put")
            self.assertIn("Staff look", self.said(s, "news"))
            self.assertEqual(self.cards(s), ["Glass jars"])
            self.open(s, "Glass jars")
            self.assertTrue(s.has(key="waits"))
            self.assertFalse(s.has(key="answer/ask"))
            self.begin(s)
            self.assertEqual(self.cards(s), [])
            self.enter(s)
            self.assertEqual(self.cards(s), ["Glass jars"])
            self.open(s, "Glass jars")
            s.tap("release")
            self.assertEqual(s.screen(), "board_staff")
            self.assertEqual(self.cards(s), [])
            self.begin(s)
            self.assertEqual(self.cards(s), ["Glass jars"])
            self.open(s, "Glass jars")
            self.assertEqual(self.said(s, "card/text"), "A pallet to share. Who joins")
            self.assertTrue(s.has(key="answer/ask"))

    def test_T46_staff_refuse_and_take_down_in_two_steps(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.own(s, "glass jars")
            self.phrase(s, "offer", "photos")
            self.enter(s)
            self.open(s, "Glass jars")
            s.tap("take_down")
            s.tap("refuse_it/no")
            self.assertTrue(s.has(key="release"))
            s.tap("take_down")
            s.tap("refuse_it/yes")
            s.tap("show/all")
            self.assertEqual(self.cards(s), ["Photos of products"])
            self.open(s, "Photos of products")
            self.assertFalse(s.has(key="release"))
            s.tap("take_down")
            self.assertIn("sticks take it down at other hubs", str(s.tree()))
            s.tap("take_it_down/yes")
            s.tap("show/all")
            self.assertEqual(self.cards(s), [])
            self.begin(s)
            self.assertEqual(self.cards(s), [])

    def test_staff_powers_end_by_themselves_wherever_staff_left_the_board(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.phrase(s, "offer", "photos")
            for page in ("board_staff", "card_staff", "card_new_staff"):
                self.begin(s)
                self.enter(s)
                if page == "card_staff":
                    s.tap("show/all")
                    self.open(s, "Photos of products")
                elif page == "card_new_staff":
                    s.tap("new")
                self.assertEqual(s.screen(), page)
                s.advance(STAFF_IDLE_MS - 1000)
                self.assertEqual(s.screen(), page)
                s.advance(1001)
                self.assertEqual(s.screen(), "welcome", page)

    def test_T45_numbers_and_addresses_are_refused_kindly(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            for title, words in (("ring 087 123 4567", "phone numbers"), ("look at www.eggs", "web addresses"), ("eggs@farm.ie", "mail")):
                self.write(s, title)
                self.assertIn(words, self.said(s, "refused"))
                self.assertIn("people ask at the hub", self.said(s, "refused"))
                self.assertFalse(s.has(key="weeks/1"))
                s.tap("home")
                s.tap("board")
            self.write(s, "ring 087 123 4567")
            for _ in range(len(" 087 123 4567")):
                s.tap("keys/delete")
            self.assertFalse(s.has(key="refused"))
            self.type(s, " me 12345")  # a weight, a price
            s.tap("next")
            self.assertTrue(s.has(key="weeks/1"))
            s.tap("back")
            s.tap("back")
            self.assertEqual([n["key"] for n in s.nodes(role="listitem")][0], "what/work-place")

    def test_a_card_has_an_end(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            s.tap("new")
            s.tap("kinds/offer")
            s.tap("own")
            self.assertTrue(s.nodes(key="next")[0]["disabled"])  # no title yet
            self.type(s, "x" * 60)
            self.assertFalse(s.has(key="refused"))
            self.type(s, "x")
            self.assertIn("no more room", self.said(s, "refused"))
            self.assertEqual(s.nodes(key="headline")[0]["value"], "X" + "x" * 59)
            s.tap("sentence")
            self.type(s, "y" * 180)
            self.assertFalse(s.has(key="refused"))
            self.type(s, "y")
            self.assertIn("no more room", self.said(s, "refused"))
            s.tap("next")
            s.tap("next")
            s.tap("put")
            self.assertEqual(len(self.cards(s)), 1)

    def test_T45_three_cards_a_visit(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            for phrase in ("photos", "labels", "machine"):
                self.assertTrue(s.has(key="new"))
                self.phrase(s, "offer", phrase)
            s.tap("new")
            self.assertIn("three cards", self.said(s, "enough"))
            self.assertFalse(s.has(key="kinds/offer"))
            s.tap("back")
            self.assertEqual(len(self.cards(s)), 3)
            self.open(s, self.cards(s)[0])  # taking one down gives no new one: else a visit could put up any number
            s.tap("take_down")
            s.tap("take_it_down/yes")
            s.tap("new")
            self.assertTrue(s.has(key="enough"))
            self.begin(s)
            s.tap("new")
            self.assertTrue(s.has(key="kinds/offer"))

    def test_T45_a_reported_card_is_hidden_until_staff_show_it_again(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.phrase(s, "offer", "photos")
            self.begin(s)
            self.open(s, "Photos of products")
            self.assertFalse(s.has(key="take_down"))
            s.tap("report")
            s.tap("report_it/no")
            s.tap("report")
            s.tap("report_it/yes")
            self.assertIn("hidden", self.said(s, "news"))
            self.assertEqual(self.cards(s), [])
            self.begin(s)
            self.assertEqual(self.cards(s), [])
            self.enter(s)
            s.tap("show/reported")
            self.open(s, "Photos of products")
            s.tap("release")
            self.begin(s)
            self.assertEqual(self.cards(s), ["Photos of products"])

    def test_T45_one_visitor_does_not_empty_the_board(self):
        phrases = ["photos", "labels", "machine", "tools", "repair", "firewood"]
        with self.world.station(self.hub) as s:
            for i, phrase in enumerate(phrases):
                if i % 3 == 0:
                    self.begin(s)
                self.phrase(s, "offer", phrase)
            self.begin(s)
            for _ in range(REPORTS):
                self.open(s, self.cards(s)[0])
                s.tap("report")
                s.tap("report_it/yes")
            self.assertEqual(len(self.cards(s)), len(phrases) - REPORTS)
            self.open(s, self.cards(s)[0])
            self.assertTrue(s.has(key="enough"))
            self.assertTrue(s.nodes(key="report")[0]["disabled"])

    def test_T40_the_next_visitor_takes_nothing_down_and_reads_nothing_that_was_not_put_up(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.phrase(s, "offer", "photos")
            s.tap("show/offers")
            self.write(s, "glass jars")
            self.begin(s)
            self.assertEqual(s.nodes(key="show/all")[0]["value"], "on")
            self.assertEqual(self.cards(s), ["Photos of products"])
            self.open(s, "Photos of products")
            self.assertFalse(s.has(key="take_down"))
            self.assertTrue(s.has(key="report"))
            s.tap("back")
            s.tap("new")
            s.tap("kinds/need")
            s.tap("own")
            self.assertFalse(s.nodes(key="headline")[0].get("value"))
            self.assertNotIn("lass jars", str(s.tree()))

    def test_T40_what_was_typed_and_not_put_up_is_in_no_memory_and_no_file(self):
        word = "quxelbarn"
        with self.world.station(self.hub) as s:
            witness = Witness(Search({word, word.capitalize()}), [])
            witness.folders = [self.hub]
            self.begin(s)
            self.write(s, word, word)
            self.assertTrue(s.has(key="weeks/1"))
            s.tap("next")
            self.assertGreater(in_memory(s.pid, word[1:].encode()), 0)  # it can be found
            witness.look(s.pid)
            s.tap("finished")
            s.tap("finish/yes")
            s.tree()
            self.assertEqual(in_memory(s.pid, word[1:].encode()), 0)
            witness.look(s.pid)
        witness.look()
        self.assertEqual(witness.found, [])
        self.assertIn("hub.db", witness.searched)

    def test_T48_no_log_and_no_file_keeps_the_words_of_a_card_that_was_taken_down(self):
        word = "wivorglas"
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.own(s, word)
            self.open(s, word.capitalize())
            s.tap("take_down")
            s.tap("take_it_down/yes")
            witness = Witness(Search({word, word.capitalize()}), [])
            witness.folders = [self.hub]
            witness.look(s.pid)
        witness.look()
        self.assertEqual(witness.found, [])
        self.assertIn("hub.db", witness.searched)
        self.assertNotIn(word[1:], s.said)

    def test_T42_the_office_learns_kind_and_phrase_and_never_words(self):
        stick = self.world.stick("stick-facts")
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.phrase(s, "need", "photos", "4")
            self.own(s, "glass jars", "a pallet to share")
            s.ask(plug=stick)
            s.wait(key="stick_in/see")
            s.tap("stick_in/see")
            s.wait(key="done")
            s.tap("home")
        self.world.collect(stick)
        facts = self.world.facts("card", self.name)
        self.assertEqual([(f["what"], f["phrase"]) for f in facts], [("need", "photos"), ("need", "")])
        self.assertNotIn("jars", str(facts))
        self.assertNotIn("pallet", str(facts))

    def test_a_workshop_of_the_hub_is_up_at_once(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.enter(s)
            s.tap("new")
            self.fill(s, "get paid by card", "26.11. 19.00")
            self.assertIn("the month as a word", self.said(s, "refused"))
            for _ in range(len("11. 19.00")):
                s.tap("keys/delete")
            self.type(s, " november at 19.00")
            s.tap("next")
            self.put(s)
            self.assertEqual(s.screen(), "board_staff")
            self.begin(s)
            s.tap("show/workshops")
            self.assertEqual(self.cards(s), ["Get paid by card"])
            s.tap("new")
            self.assertTrue(s.has(key="kinds/offer"))  # a visitor's is none of the staff's

    def test_a_board_of_many_cards_has_pages_and_each_knows_its_place(self):
        with self.world.station(self.hub) as s:
            for _ in range(5):
                self.begin(s)
                for phrase in ("photos", "labels", "machine"):
                    self.phrase(s, "offer", phrase)
            self.begin(s)
            self.assertEqual(len(self.cards(s)), PAGE)
            self.assertIn("15", self.said(s, "show/all"))
            s.tap("older")
            self.assertEqual(len(self.cards(s)), 15 - PAGE)
            self.assertTrue(s.nodes(key="older")[0]["disabled"])
            s.tap("newer")
            self.assertEqual(len(self.cards(s)), PAGE)
            s.tap("read_aloud")
            s.ask(said=True)
            for _ in range(12):
                s.ask(key="Tab")
                s.advance(300)
            said = " ".join(s.ask(said=True)["said"])
            self.assertIn("Offer, %s, today. " % self.name, said)
            self.assertIn("1 of 15", said)

    def test_a_card_tells_how_long_it_has_been_up(self):
        with self.world.station(self.hub) as s:
            self.begin(s)
            self.phrase(s, "offer", "photos", weeks=1)
            self.open(s, "Photos of products")
            self.assertEqual(self.said(s, "left"), "It comes down in 7 days.")
            s.advance(TO_TOMORROW_MS)
            self.begin(s)
            self.assertIn("%s · 1 day ago" % self.name, str(s.tree()))

    def test_cards_go_from_hub_to_hub_and_go_there_when_they_go_here(self):
        other, code = self.world.hub("Kilmaine-%d" % self.made)
        stick = self.world.stick("stick-%d" % self.made)

        def exchange(s):
            s.ask(plug=stick)
            s.wait(key="stick_in/see")
            s.tap("stick_in/see")
            s.wait(key="done")
            about = [n for n in s.nodes(role="listitem") if n["key"] == "steps/board"][0]
            s.tap("home")
            s.tap("board")
            return str(about)

        with self.world.station(self.hub) as here:
            self.begin(here)
            self.phrase(here, "offer", "photos")
            self.phrase(here, "need", "labels")
            self.assertIn("on it: 2.", exchange(here))
            here.ask(pull=True)
            with self.world.station(other) as there:
                self.begin(there)
                self.phrase(there, "offer", "firewood")
                self.assertIn("on it: 1.", exchange(there))
                self.assertLessEqual({"Photos of products", "Labels for products", "Firewood"}, set(self.cards(there)))
                there.tap("hubs")
                there.tap(there.nodes(role="listitem", name=self.name)[0]["key"])
                self.assertEqual(set(self.cards(there)), {"Photos of products", "Labels for products"})
                there.tap("show/needs")
                self.open(there, "Labels for products")
                self.assertIn("of %s." % self.name, self.said(there, "answer/ask"))
                there.ask(pull=True)
                self.open_board(here)
                self.open(here, "Labels for products")
                here.tap("take_down")
                here.tap("take_it_down/yes")
                exchange(here)
                self.assertIn("Firewood", self.cards(here))
                here.ask(pull=True)
                there.tap("home")
                there.tap("board")
                exchange(there)
                self.assertIn("Firewood", self.cards(there))
                there.tap("hubs")
                there.tap(there.nodes(role="listitem", name=self.name)[0]["key"])
                self.assertEqual(self.cards(there), ["Photos of products"])
                self.code = code
                self.enter(there)
                there.tap("show/all")
                self.open(there, "Photos of products")
                there.tap("take_down")
                self.assertIn("Only %s can take it down everywhere." % self.name, str(there.tree()))

    def open_board(self, s):
        s.tap("home")
        s.tap("board")


if __name__ == "__main__":
    fixture.main()
