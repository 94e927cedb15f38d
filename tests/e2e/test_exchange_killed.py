"""Station or stickd are killed anywhere in an exchange: what was under way carries on by itself, every row goes out whole, every container is
there whole, and the stick's file system is as it was (THREATS T1, T10, T18, T24)."""
import os
import random
import re
import shutil
import time

import fixture
from fixture import answer
from stickd import StickdTest, run

KILLS = 60 if fixture.IS_LONG else 6


class Killed(StickdTest):
    content = fixture.CONTENT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hub_name = "Ballyhale"
        cls.master, _ = cls.world.hub(cls.hub_name)
        with cls.world.station(cls.master) as s:
            s.tap("languages/en")
            cls.times = answer(s, lambda i, keys: keys[i % len(keys)])
            s.tap("finished")
            s.tap("finish/yes")
        cls.renew()

    @classmethod
    def renew(cls):
        """The office has all containers in a second version."""
        sources = cls.world.path("content-2")
        shutil.copytree(cls.content, sources)
        for folder, _, names in os.walk(sources):
            for name in names:
                if name in ("core.json", "module.json", "workbench.json", "workshops.json"):
                    with open(os.path.join(folder, name), "r+", encoding="utf-8") as f:
                        text = f.read().replace('"version": 1', '"version": 2')
                        f.seek(0)
                        f.write(text)
        shutil.rmtree(cls.world.packs)
        cls.world.micro2("content", "build", sources, "--office", cls.world.office, "--out", cls.world.packs)
        cls.packs = sorted(os.listdir(cls.world.packs))

    def fresh(self, n):
        """The hub and the stick as they were before anything was exchanged."""
        self.hub, image = self.path("hub-%d" % n), self.path("stick-%d" % n)
        shutil.copytree(self.master, self.hub)
        run("cp", "--sparse=always", self.stick, image)
        return image

    def done(self, s):
        self.wait_for(s, "stick", name="You can take the stick out")

    def test_T1_T24_killed_anywhere_an_exchange_carries_on_by_itself_and_nothing_is_lost(self):
        rng, images = random.Random(24), []
        self.stick = self.image("fat32", "--hub", self.hub_name)
        image = self.fresh(0)
        self.plug(image)
        began = time.monotonic()
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.done(s)
            took = time.monotonic() - began
        self.pull()
        n_records, others = self.shown(image)
        for n in range(1, KILLS + 1):
            image = self.fresh(n)
            with self.subTest(n=n, of="station" if n % 2 else "stickd"):
                self.killed(image, is_station=n % 2, after_s=took * rng.uniform(0.2, 1))
                self.pull()
                self.fsck(image, "fat32")
                self.assertGreaterEqual(self.shown(image)[0], n_records)
                self.assertEqual(self.shown(image)[1], others)
                self.has_all()
            images.append(image)
            shutil.rmtree(self.hub)
        self.world.micro2("office", "collect", self.world.office, *images)
        self.assertEqual([f["ms"] for f in self.world.facts("answer", self.hub_name)], self.times)

    def killed(self, image, is_station, after_s):
        self.plug(image)
        s = self.world.station(self.hub, stickd=self.socket, clock=None)
        time.sleep(after_s)
        if is_station:
            s.kill()
            s = self.world.station(self.hub, stickd=self.socket, clock=None)
        else:
            self.pull()
            self.plug(image)
        with s:
            self.done(s)

    def shown(self, image):
        """How many records are on the stick, and what else: each exchange that was begun tells of itself, too."""
        said = self.world.micro2("stick", "show", image).replace(image, "")
        return int(re.search(r"(\d+) records", said)[1]), re.sub(r"\d+ records", "", said)

    def has_all(self):
        """Each container of the office lies on the hub's shelf, byte for byte."""
        for name in self.packs:
            if name.endswith(".m2k"):
                run("cmp", os.path.join(self.world.packs, name), os.path.join(self.hub, "shelf", name))


if __name__ == "__main__":
    fixture.main()
