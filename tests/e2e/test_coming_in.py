"""What the screen says while a stick's content comes in, and when it is over, in three languages, at two sizes of text, on two panels: whether
the stick may be pulled, which step goes on and its figures are seen without scrolling (A01, A05). M2_SHOTS=FOLDER keeps the pictures."""
import os
import shutil
import sqlite3
import time

import fixture
from fixture import WorldTest
from reader import Reader

PACK, MEGABYTES, HELD_AT = "get-found", 12, 10 << 20
PANELS = (("1280x800", "217x136"), ("800x480", "154x86"))
WAITS_S = 30


class ComingIn(WorldTest):
    content = fixture.CONTENT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hubs = [cls.world.hub("hub-%d" % i)[0] for i in range(13)]  # each with the first version
        new = cls.world.path("office", "packs", PACK + "-2.m2k")
        shutil.copy(os.path.join(cls.world.packs, PACK + "-1.m2k"), new)
        with sqlite3.connect(new) as db:  # with bytes that do not compress, so that there is something to wait for
            db.execute("UPDATE manifest SET value = '2' WHERE key = 'version'")
            db.execute("INSERT INTO media VALUES ('large.svg', 'image/png', 480, 300, 'Test', 'CC BY 4.0', ?)", (os.urandom(MEGABYTES << 20),))
            db.commit()
            db.execute("VACUUM")
        cls.world.minisign(new, "container %s 2" % PACK)
        cls.stick = cls.world.stick("stick")

    def shot(self, s, name, **how):
        if os.environ.get("M2_SHOTS"):
            s.ask(shot=os.path.join(os.environ["M2_SHOTS"], name + ".png"), **how)

    def until(self, is_so):
        end = time.monotonic() + WAITS_S
        while not is_so():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def is_in_view(self, s, tree, key):
        """Whole, above what stands at the bottom of every page."""
        found, page = s.nodes(tree, key=key), tree["size"]
        self.assertEqual(len(found), 1, key)
        x, y, w, h = found[0]["rect"]
        bottom = min(n["rect"][1] for n in s.nodes(tree, key="home"))
        self.assertTrue(found[0]["visible"] and 0 <= x <= x + w <= page[0] and 0 <= y <= y + h <= bottom, (key, found[0]))

    def coming(self, s):
        """The tree, once the held part of the container is waited for."""
        tree = None

        def is_held():
            nonlocal tree
            tree = s.tree(now=True)
            return any("MB" in str(n) for n in s.nodes(tree, key="steps/content"))

        self.until(is_held)
        return tree

    def test_at_large_text_nobody_saw_whether_the_stick_may_be_pulled(self):
        for n, (lang, text, (size, mm)) in enumerate((l, t, p) for l in ("en", "it", "es") for t in ("100", "200") for p in PANELS):
            path, name = self.world.path("reader-%d" % n), "coming-%s-%s-%s" % (lang, text, size)
            with self.subTest(name), Reader(path) as reader, \
                    self.world.station(self.hubs[n], lang=lang, text=text, size=size, mm=mm, stickd=path) as s:
                reader.meet()
                s.tree()  # it has begun
                reader.serve(self.stick, PACK + "-2.m2k", HELD_AT)
                tree = self.coming(s)
                self.shot(s, name, now=True)
                for key in ("note/state", "note/time", "steps/content")[:2 if (text, size) == ("200", "800x480") else 3]:  # no room there
                    self.is_in_view(s, tree, key)
                reader.go_on.set()
                s.wait(key="done", ms=WAITS_S * 1000)
                self.shot(s, name + "-over")
                self.is_in_view(s, s.tree(), "note/state")

    def test_stop_ends_it_while_the_stick_hangs(self):
        path = self.world.path("reader-stop")
        with Reader(path) as reader, self.world.station(self.hubs[-1], stickd=path) as s:
            reader.meet()
            s.tree()  # it has begun
            reader.serve(self.stick, PACK + "-2.m2k", HELD_AT)
            self.coming(s)
            s.ask(tap={"key": "stop"}, now=True)
            s.wait(key="done", ms=WAITS_S * 1000)  # the stick still hangs
            self.assertIn("Stopped. It goes on from here with the next stick.", str(s.nodes(key="steps/content")))
            self.assertTrue([n for n in os.listdir(os.path.join(self.hubs[-1], "shelf", ".staging")) if n.endswith(".part")])


if __name__ == "__main__":
    fixture.main()
