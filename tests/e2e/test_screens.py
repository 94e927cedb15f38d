"""Every screen and dialog in every language, real and invented, laid out on five panels, at four text sizes, in three themes: nothing
clipped, overlapping, outside, too small, too close, unnamed, pale or in the wrong language (A01, A05, A10, A11, A12, A14, A16, A18, A20, A30,
A36, A80, A82). A screen that is not reached fails the test. M2_SHOTS=FOLDER keeps a picture of each state, to be looked at."""
import os
import re
import shutil
import tempfile
import unittest

import fixture
import invented
from fixture import World, spoil

ONE_IN = 1 if fixture.IS_LONG else 3
REAL = ("en", "it", "es")
HELP = ["home", "language", "read_aloud", "text_size", "contrast", "finished"]
QUESTIONS = 4  # of the assessment, before it is stopped
UNTRANSLATED = re.compile(r"(packs|log)/|code$")  # ids of containers, lines of the log, codes of errors
FOREIGN = {"MICRO2", "Ballyhale", "Test office", "EU", "DigComp", "EntreComp"}


class Walk:
    """One visitor's way through everything there is, looking at each state."""

    def __init__(self, test, station, lang, hub, stick, code):
        self.test, self.s, self.lang, self.hub, self.stick, self.code = test, station, lang, hub, stick, code
        self.reached, self.found, self.n, self.states = set(), [], 0, 0

    def look(self, state):
        tree = self.s.tree()
        self.reached.add(tree["screen"])
        self.states += 1
        answer = self.s.ask(check={"one_in": ONE_IN, "from": self.states % ONE_IN})
        self.n += answer["checked"]
        self.found += ["%s, %s: %s" % (self.lang, state, line) for line in answer["findings"]]
        self.words(state, tree)
        if os.environ.get("M2_SHOTS"):
            self.s.shot(os.path.join(os.environ["M2_SHOTS"], "%s-%02d-%s.png" % (self.lang, self.states, state.replace(" ", "-"))))

    def words(self, state, tree):
        """Help is on every screen; texts are of the language that was chosen."""
        keys = []

        def walk(node):
            if node["role"] == "button" and node["key"] in HELP:
                keys.append(node["key"])
            for field in ("name", "value"):
                text = node.get(field) or ""
                if (self.lang not in REAL and text not in self.native and not UNTRANSLATED.match(node["key"])
                        and not invented.is_invented(self.own(text), self.lang)):
                    self.found.append("%s, %s: not translated: '%s' (%s)" % (self.lang, state, text, node["key"]))
            for child in node.get("children", ()):
                walk(child)

        walk(tree["root"])
        if keys != HELP:
            self.found.append("%s, %s: help is %s" % (self.lang, state, keys))

    native = {"English", "Italiano", "Español"}

    @staticmethod
    def own(text):
        for name in FOREIGN:
            text = text.replace(name, "")
        return text

    def first(self, role):
        return self.s.nodes(role=role, action=True)[0]["key"]

    def questions(self):
        s, seen = self.s, set()
        s.tap("assess")
        self.look("length")
        s.tap("12")
        for i in range(QUESTIONS):
            kind = "scale" if s.has(key="scale") else "choice"
            self.look("question %s" % kind)
            s.tap(s.nodes(role="radio")[i % 5]["key"])
            if kind not in seen:
                self.look("question %s chosen" % kind)
            seen.add(kind)
            s.tap("next")
        s.tap("back")
        self.look("question again")
        s.tap("stop")
        self.look("stop the questions?")
        s.tap("stop_here/yes")
        self.look("result")

    def lesson(self):
        s = self.s
        s.tap("home")
        s.tap("learn")
        self.look("modules")
        s.tap(self.first("listitem"))
        self.look("module")
        s.tap(self.first("listitem"))
        s.tap("back")  # was a use after free: the screen went on after it had been replaced
        self.test.assertEqual(s.screen(), "modules")
        s.tap(self.first("listitem"))
        s.tap(self.first("listitem"))
        page = 0
        while s.screen() == "lesson":
            self.look("lesson page %d" % page)
            s.tap("next")
            page += 1
        asked = 0
        while s.has(role="radio"):
            self.look("quiz")
            radios = s.nodes(role="radio")
            s.tap(radios[-1 if asked == 0 else asked % 2]["key"])
            s.tap("check")
            self.look("quiz answered %d" % asked)
            s.tap("next")
            asked += 1
        self.look("lesson done")
        s.tap("home")
        s.tap("learn")
        self.look("modules with one done")

    def staff(self):
        s = self.s
        s.tap("home")
        s.tap("about")
        self.look("about")
        s.tap("staff")
        self.look("code")
        s.ask(type="00000000")
        self.look("code typed")
        s.tap("enter")
        self.look("code wrong")
        s.ask(type=self.code)
        s.tap("enter")
        self.test.assertEqual(s.screen(), "staff")
        self.look("staff")

    def sticks(self):
        s = self.s
        s.tap("home")
        s.ask(plug=self.stick)
        self.look("a stick is in")
        s.tap("stick_in/see")
        self.look("stick")
        s.ask(pull=True)
        self.look("stick out")
        s.ask(plug=self.test.world.office)  # a folder, but no courier stick
        self.look("stick strange")
        s.ask(pull=True)

    def ease(self):
        s = self.s
        s.tap("home")
        s.tap("ease")
        self.look("ease")
        for key in ("rate/200", "scan/1"):
            s.tap(key)
        self.look("ease one key")
        s.tap("scan/2")
        self.look("ease two keys")
        s.tap("scan/0")
        s.tap("home")
        s.advance(21000)
        self.look("home hesitating")
        s.tap("practice")
        self.look("practice touch")
        s.tap("try")
        self.look("practice touched")
        s.tap("next")
        self.look("practice hear")
        s.tap("next")
        s.tap("text_size")
        self.look("practice bigger")
        s.tap("next")
        self.look("practice help")
        for _ in range(3):
            s.tap("text_size")
        s.tap("home")
        s.tap("result")
        s.tap("read_aloud")
        self.look("personal")
        s.tap("personal/no")
        s.tap("read_aloud")

    def dialogs(self):
        s = self.s
        s.tap("home")
        self.look("home with a result")
        s.advance(91000)
        self.look("still there")
        s.tap("still_there/yes")
        s.tap("finished")
        self.look("finish")
        s.tap("finish/yes")

    def fault(self):
        """A container goes bad under the station."""
        s = self.s
        s.tap("languages/" + self.lang)
        s.tap("learn")
        s.tap(self.first("listitem"))
        spoil(self.hub)
        s.tap(s.nodes(role="listitem", action=True)[-1]["key"])  # one that was not read before
        self.look("fault")

    def all(self):
        s = self.s
        self.look("welcome")
        s.tap("languages/" + self.lang)
        self.look("home")
        self.questions()
        self.lesson()
        self.staff()
        self.sticks()
        self.ease()
        self.dialogs()
        self.fault()


class Screens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix="m2screens-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        cls.sources = os.path.join(cls.dir, "content")
        shutil.copytree(fixture.CONTENT, cls.sources)
        for lang in (invented.LONG, invented.MIRRORED):
            invented.add(cls.sources, lang)
        cls.world = World(cls.sources)

    @classmethod
    def tearDownClass(cls):
        cls.world.close()
        shutil.rmtree(cls.dir)

    def walk(self, lang):
        hub, code = self.world.hub("Ballyhale-%s" % lang)
        stick = self.world.stick("stick-" + lang)
        with self.world.station(hub, lang=lang) as s:
            walk = Walk(self, s, lang, hub, stick, code)
            walk.all()
            every = set(s.ask(screens=True)["screens"])
        if walk.found:
            self.fail("%d findings:\n%s" % (len(walk.found), "\n".join(walk.found[:60])))
        self.assertEqual(every, walk.reached)
        print("%s: %d states, %d layouts" % (lang, walk.states, walk.n))

    def test_every_screen_in_english(self):
        self.walk("en")

    def test_every_screen_in_italian(self):
        self.walk("it")

    def test_every_screen_in_spanish(self):
        self.walk("es")

    def test_A82_every_screen_in_a_language_40_percent_longer(self):
        self.walk(invented.LONG)

    def test_A80_every_screen_from_right_to_left(self):
        self.walk(invented.MIRRORED)


if __name__ == "__main__":
    fixture.main()
