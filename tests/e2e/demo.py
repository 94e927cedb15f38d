"""Two hubs and thirty seeded visitors (--visitors N: as many): every visit is made through `micro2-station --drive`, by no other writer.
Leaves OUT/*.png of every screen, OUT/report.html, OUT/csv/ and a line of figures."""
import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import time

from station import Station

HERE = os.path.dirname(os.path.abspath(__file__))
CONTENT = os.path.join(HERE, "..", "..", "content")
HUBS = [("Ballyhale", ["en"]), ("Val Rendena", ["it", "es"])]
VISITORS = 30
LENGTHS = ("12", "24")


class Demo:
    def __init__(self, bin_dir, out, content=CONTENT, visitors=VISITORS):
        self.visitors = visitors
        self.bin, self.out, self.content = os.path.abspath(bin_dir), os.path.abspath(out), content
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(os.path.join(self.out, "work"))
        self.office = self.path("office")
        self.stick = self.path("stick")
        self.shown = set()
        self.answers = self.lessons = 0

    def path(self, name):
        return os.path.join(self.out, "work", name)

    def micro2(self, *args):
        return subprocess.run([os.path.join(self.bin, "micro2"), *args], check=True, capture_output=True, text=True).stdout

    def prepare(self):
        """An office, the containers, two hubs, a stick."""
        self.micro2("office", "init", self.office, "--no-passphrase", "--name", "MICRO2 training office")
        self.micro2("content", "build", self.content, "--office", self.office, "--out", os.path.join(self.office, "packs"))
        self.read_answers()
        self.codes = {}
        for name, _ in HUBS:
            text = self.micro2("hub", "new", self.office, name, "--out", self.path(name))
            self.codes[name] = text.split("staff code: ")[1][:8]
        os.mkdir(self.stick)
        self.micro2("stick", "prepare", self.office, self.stick, "--mailbox-kb", "2048")

    def read_answers(self):
        """{question's text: text of its right answer}, from the containers: visitors know things, more or less."""
        self.right = {}
        for pack in os.listdir(os.path.join(self.office, "packs")):
            if pack.endswith(".m2k"):
                with sqlite3.connect("file:%s?mode=ro&immutable=1" % os.path.join(self.office, "packs", pack), uri=True) as db:
                    self.right.update(db.execute("SELECT stem, value FROM question_text JOIN choice ON choice.question = question_text.id "
                                                 "AND choice.lang = question_text.lang WHERE is_right"))

    def pick(self, s, rng, skill):
        """The key of what a visitor of this skill (0 to 1) answers."""
        radios = s.nodes(role="radio")
        answers, unsure = radios[:-1], radios[-1]
        if rng.random() < 0.08:
            return unsure["key"]
        right = next((self.right[n["name"]] for n in s.nodes(role="heading") if n["name"] in self.right), None)
        if right is None:  # a statement about oneself: from not yet to I show others
            return answers[min(len(answers) - 1, max(0, round(rng.gauss(3 * skill, 0.6))))]["key"]
        knows = [n["key"] for n in answers if n["name"] == right]
        return knows[0] if knows and rng.random() < skill else rng.choice(answers)["key"]

    def shot(self, s, name):
        """One picture of each screen in each language is enough."""
        key = "%s-%s" % (name, s.tree()["lang"])
        if key not in self.shown:
            self.shown.add(key)
            s.shot(os.path.join(self.out, "%02d-%s.png" % (len(self.shown), key)))

    def business(self, s, rng):
        """The first pass, where the content has one: a trade, with whom, the acts of the business; some leave it out."""
        if s.screen() != "trade":
            return
        self.shot(s, "trade")
        if rng.random() < 0.2:
            s.tap("straight")
            return
        s.tap(rng.choice(s.nodes(role="radio"))["key"])
        s.tap(rng.choice(s.nodes(role="radio"))["key"])
        while s.screen() == "trade":
            radios = s.nodes(role="radio")
            self.shot(s, "acts" if radios else "placed")
            for i in range(0, len(radios), 3):
                s.tap(rng.choice(radios[i:i + 3])["key"])
            s.tap("next")

    def assess(self, s, rng):
        s.tap("assess")
        self.business(s, rng)
        self.shot(s, "length")
        s.tap(rng.choice(LENGTHS))
        skill = min(0.95, max(0.1, rng.gauss(0.55, 0.25)))
        while s.screen() == "question":
            options = s.nodes(role="radio")
            s.advance(rng.randrange(4000, 22000))
            s.tap(self.pick(s, rng, skill))
            self.shot(s, "question-scale" if len(options) == 5 and s.has(key="scale") else "question")
            s.tap("next")
            self.answers += 1
            if rng.random() < 0.04 and s.screen() == "question":
                s.tap("back")
        self.shot(s, "result")

    def lesson(self, s, rng):
        s.tap("home")
        s.tap("learn")
        self.shot(s, "modules")
        modules = s.nodes(role="listitem", action=True)
        s.tap(rng.choice(modules)["key"])
        self.shot(s, "module")
        lessons = s.nodes(role="listitem", action=True)
        s.tap(rng.choice(lessons)["key"])
        while s.screen() == "lesson":
            s.advance(rng.randrange(8000, 40000))
            self.shot(s, "lesson")
            s.tap("next")
        while s.has(role="radio"):
            s.tap(self.pick(s, rng, 0.75))
            s.tap("check")
            self.shot(s, "lesson-question")
            s.tap("next")
        self.shot(s, "lesson-done")
        self.lessons += 1

    def visit(self, s, lang, rng):
        self.shot(s, "welcome")
        there = [n["key"] for n in s.nodes(role="button") if n["key"].startswith("languages/")]
        s.tap("languages/" + lang if "languages/" + lang in there else there[0])
        self.shot(s, "home")
        self.assess(s, rng)
        for _ in range(rng.choice((0, 1, 1, 2))):
            self.lesson(s, rng)
        if rng.random() < 0.7:
            s.tap("finished")
            self.shot(s, "finish")
            s.tap("finish/yes")
        else:
            s.advance(90000)
            self.shot(s, "still-there")
            s.advance(30001)
        assert s.screen() == "welcome", s.screen()

    def staff(self, s, code):
        s.tap("languages/" + HUBS[0][1][0])
        s.tap("home/about" if s.has(key="home/about") else "about")
        self.shot(s, "about")
        s.tap("staff")
        self.shot(s, "code")
        s.ask(type=code)
        s.tap("enter")
        self.shot(s, "staff")
        s.tap("back")
        s.tap("finished")
        s.tap("finish/yes")

    def fault(self, name):
        """What a visitor sees when a container goes bad under the station: on a copy of the hub."""
        copy = self.path("bad-card")
        shutil.copytree(self.path(name), copy)
        with Station(self.bin, copy, seed=7) as s:
            s.tap("languages/en")
            s.tap("learn")
            s.tap(s.nodes(role="listitem", action=True)[0]["key"])
            for pack in os.listdir(os.path.join(copy, "shelf")):
                if pack.endswith(".m2k") and not pack.startswith("core"):
                    os.truncate(os.path.join(copy, "shelf", pack), 0)
            s.tap(s.nodes(role="listitem", action=True)[0]["key"])
            assert s.screen() == "fault", s.screen()
            self.shot(s, "fault")

    def courier(self, name, again=False):
        """The stick comes to a hub."""
        with Station(self.bin, self.path(name), seed=99) as s:
            s.ask(plug=self.stick)
            self.shot(s, "stick-again" if again else "stick")
            s.ask(pull=True)

    def run(self):
        begun = time.monotonic()
        self.prepare()
        for h, (name, langs) in enumerate(HUBS):
            with Station(self.bin, self.path(name), seed=h + 1) as s:
                for v in range(self.visitors // len(HUBS)):
                    self.visit(s, langs[v % len(langs)], random.Random(1000 * h + v))
                    s.advance(8 * 3600 * 1000)
                if h == 0:
                    self.staff(s, self.codes[name])
            self.courier(name)
        said = self.micro2("office", "collect", self.office, self.stick).strip()
        again = self.micro2("office", "collect", self.office, self.stick).strip()
        self.courier(HUBS[0][0], again=True)
        self.fault(HUBS[0][0])
        self.micro2("office", "report", self.office, "--html", os.path.join(self.out, "report.html"), "--csv", os.path.join(self.out, "csv"))
        assert " 0 refused" in said and " 0 in conflict" in said and " 0 that could not be opened" in said, said
        assert "rows: 0 new" in again, again
        return "%d hubs, %d visits, %d answers, %d lessons, %d pictures, %.0f s; %s" % (
            len(HUBS), self.visitors // len(HUBS) * len(HUBS), self.answers, self.lessons, len(self.shown), time.monotonic() - begun, said)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--content", default=CONTENT)
    parser.add_argument("--visitors", type=int, default=VISITORS)
    args = parser.parse_args()
    print(Demo(args.bin, args.out, args.content, args.visitors).run())
    print("pictures and report.html: %s" % args.out)


if __name__ == "__main__":
    main()
