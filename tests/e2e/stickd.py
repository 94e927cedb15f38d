"""A stickd over an image beside a station, as they are deployed: what tests of both share."""
import os
import subprocess
import time

import fixture
from fixture import WorldTest

WAITS_S = 20


def run(*args):
    return subprocess.run(args, check=True, capture_output=True).stdout


class StickdTest(WorldTest):
    made = 0

    def setUp(self):
        StickdTest.made += 1
        self.hub, _ = self.world.hub("Hub %d" % self.made)
        self.socket = self.world.path("s%d" % self.made)
        self.service = None

    def tearDown(self):
        self.pull()

    def path(self, name):
        return self.world.path("%s-%d" % (name, self.made))

    def plug(self, image, *options):
        """A stickd that holds this image, once it listens."""
        self.log = open(self.path("stickd-log"), "w+b")
        self.service = subprocess.Popen([os.path.join(fixture.BIN, "micro2-stickd"), "--socket", self.socket, "--image", image, *options], stderr=self.log)
        until = time.monotonic() + WAITS_S
        while not os.path.exists(self.socket) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertIsNone(self.service.poll())

    def pull(self):
        """stickd ends at once, as over a stick that kills it."""
        if self.service:
            self.service.kill()
            self.service.wait()
            self.service = None
            self.log.seek(0)
            said = self.log.read().decode()
            self.log.close()
            self.assertNotIn("Sanitizer", said)
            os.remove(self.socket)

    def image(self, fs, *args):
        """A courier stick as the office makes it of an empty image."""
        image = self.world.blank("%s-%d" % (fs, self.made))
        self.world.micro2("stick", "prepare", self.world.office, image, "--format", fs, "--yes", "--mailbox-kb", "1024", *args)
        return image

    def fsck(self, image, fs):
        """Debian's own check finds nothing wrong in its partition."""
        plain = self.path("plain")
        with open(image, "rb") as f, open(plain, "wb") as out:
            f.seek(1 << 20)
            out.write(f.read())
        run("/usr/sbin/fsck." + {"fat32": "vfat"}.get(fs, fs), "-n", plain)
        os.remove(plain)

    def wait_for(self, s, screen, **node):
        until = time.monotonic() + WAITS_S
        while time.monotonic() < until:
            if s.screen() == screen and s.has(**node):
                return
            time.sleep(0.02)
        self.fail("no %s on %s: %s" % (node, screen, s.tree()))
