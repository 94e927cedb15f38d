"""The stick as it is deployed: micro2-stickd reads an image in user space, the station asks it over its socket, the office collects
what came back (T17, T19, T20)."""
import os
import subprocess
import time
import unittest

import fixture
from fixture import World, answer

WAITS_S = 20


class Stickd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.made = 0

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def setUp(self):
        Stickd.made += 1
        self.hub, _ = self.world.hub("Hub %d" % self.made)
        self.socket = self.world.path("s%d" % self.made)
        self.service = None

    def tearDown(self):
        self.pull()

    def path(self, name):
        return self.world.path("%s-%d" % (name, self.made))

    def plug(self, image):
        """A stickd that holds this image, once it listens."""
        self.log = open(self.path("stickd-log"), "w+b")
        self.service = subprocess.Popen([os.path.join(fixture.BIN, "micro2-stickd"), "--socket", self.socket, "--image", image], stderr=self.log)
        until = time.monotonic() + WAITS_S
        while not os.path.exists(self.socket) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertIsNone(self.service.poll())

    def pull(self):
        if self.service:
            self.service.kill()
            self.service.wait()
            self.service = None
            self.log.seek(0)
            said = self.log.read().decode()
            self.log.close()
            self.assertNotIn("Sanitizer", said)
            os.remove(self.socket)

    def run_tool(self, *args):
        subprocess.run(args, check=True, capture_output=True)

    def image(self, *mkfs):
        """A courier stick as an image of this file system, filled by Debian's own tools."""
        image, folder = self.path("image"), self.world.stick("stick-%d" % self.made)
        with open(image, "wb") as f:
            f.truncate(256 << 20)
        self.run_tool(*mkfs, image)
        self.run_tool("mcopy", "-s", "-i", image, *[os.path.join(folder, n) for n in sorted(os.listdir(folder))], "::")
        return image

    def wait_for(self, s, screen, **node):
        until = time.monotonic() + WAITS_S
        while time.monotonic() < until:
            if s.screen() == screen and s.has(**node):
                return
            time.sleep(0.02)
        self.fail("no %s on %s: %s" % (node, screen, s.tree()))

    def test_results_of_a_visit_go_out_over_a_FAT32_image_and_reach_the_office(self):
        image = self.image("mkfs.vfat", "-F", "32")
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            times = answer(s, lambda i, keys: keys[i % len(keys)])
        before = subprocess.run(["mdir", "-/", "-b", "-i", image, "::"], check=True, capture_output=True).stdout
        self.plug(image)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="done")
            self.assertIn("You can take the stick out", str(s.tree()))
            self.assertIn("Signed by Test office", str(s.tree()))
            self.pull()
            self.wait_for(s, "stick", name="The stick is out")
        self.assertEqual(before, subprocess.run(["mdir", "-/", "-b", "-i", image, "::"], check=True, capture_output=True).stdout)
        self.run_tool("fsck.vfat", "-n", image)
        back = self.path("back")
        os.mkdir(back)
        self.run_tool("mcopy", "-s", "-n", "-i", image, "::*", back)
        self.world.collect(back)
        self.assertEqual([f["ms"] for f in self.world.facts("answer", "Hub %d" % self.made)], times)

    def test_each_thing_that_is_no_courier_stick_is_named(self):
        blank = self.path("blank")
        with open(blank, "wb") as f:
            f.truncate(64 << 20)
        self.plug(blank)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="note/refused")
            self.assertIn("This stick is empty and not made ready yet.", str(s.tree()))
            s.tap("done")
            self.assertEqual(s.screen(), "welcome")
            self.pull()
        self.run_tool("mkfs.vfat", "-F", "16", blank)  # a learner's own, with nothing of ours
        self.plug(blank)
        with self.world.station(self.hub, stickd=self.socket, clock=None) as s:
            self.wait_for(s, "stick", key="done")
            self.assertIn("This is not a courier stick.", str(s.tree()))
        self.pull()
        with open(blank, "r+b") as f:
            f.write(b"\xeb\x52\x90NTFS    ")
            f.seek(510)
            f.write(b"\x55\xaa")
        self.plug(blank)
        with self.world.station(self.hub, stickd=self.socket, clock=None, lang="it") as s:
            self.wait_for(s, "stick", key="note/refused")
            self.assertIn("NTFS", str(s.tree()))


if __name__ == "__main__":
    fixture.main()
