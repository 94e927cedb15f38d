"""A dozen screens compared, pixel by pixel and with tolerance, with pictures somebody looked at (tests/data/pictures).
M2_GOLDEN=1 writes them anew: then look at each before it is committed."""
import os
import subprocess

import fixture
from fixture import WorldTest

PICTURES = os.path.join(fixture.ROOT, "tests", "data", "pictures")
TOLERATED = 30  # of 10,000 pixels
LOOKS = (  # name, size, millimetres, text, theme
    ("paper", "1024x600", "154x90", "100", "paper"),
    ("night", "800x480", "154x86", "125", "night"),
    ("contrast-200", "1280x800", "217x136", "200", "contrast"),
)


class Pictures(WorldTest):  # the small content: authors may change the real one every day

    def compare(self, s, name):
        known, now = os.path.join(PICTURES, name + ".png"), self.world.path(name + ".png")
        if os.environ.get("M2_GOLDEN") == "1":
            os.makedirs(PICTURES, exist_ok=True)
            s.shot(known)
            return
        s.shot(now)
        differs = int(subprocess.run([os.path.join(fixture.BIN, "picture_diff"), known, now], check=True, capture_output=True, text=True).stdout)
        if differs > TOLERATED:
            self.failed.append("%s: %d of 10,000 pixels differ; look at %s" % (name, differs, self.world.keep(now)))

    def test_a_dozen_screens_look_as_they_did(self):
        self.failed = []
        for look, size, mm, text, theme in LOOKS:
            hub, _ = self.world.hub("hub-" + look)
            with self.world.station(hub, size=size, mm=mm, text=text, theme=theme) as s:
                s.tap("languages/en")
                self.compare(s, "home-" + look)
                s.assess("12")
                while not s.has(key="options/2"):
                    s.tap("next")
                s.tap("options/1")
                s.ask(key="Tab")
                self.compare(s, "question-" + look)
                s.tap("next")
                s.tap("stop")
                s.tap("stop_here/yes")
                self.compare(s, "result-" + look)
                s.tap("matrix")
                self.compare(s, "explorer-" + look)
                s.tap("skills/D2.2")
                self.compare(s, "skill-" + look)
                s.tap("back")
                s.tap("grid")
                self.compare(s, "grid-" + look)
                s.tap("grid/D2/sell" if s.has(key="grid/D2/sell") else "cells/D2")
                self.compare(s, "cell-" + look)
                s.tap("home")
                s.tap("learn")
                s.tap(s.nodes(role="listitem", action=True)[0]["key"])
                s.tap(s.nodes(role="listitem", action=True)[0]["key"])
                s.tap("next")
                self.compare(s, "lesson-" + look)
        self.assertEqual(self.failed, [])


if __name__ == "__main__":
    fixture.main()
