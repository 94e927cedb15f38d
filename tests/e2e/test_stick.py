"""The office's side of a courier stick: preparing, showing and collecting, and what is said when something is wrong."""
import os
import unittest

import fixture
from fixture import World, answer


class Stick(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.hub, _ = cls.world.hub()
        cls.made = 0

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def stick(self, **options):
        Stick.made += 1
        return self.world.stick("stick-%d" % Stick.made, **options)

    def read(self, *names):
        with open(os.path.join(*names), "rb") as f:
            return f.read()

    def prepare(self, stick, *args):
        return self.world.micro2("stick", "prepare", self.world.office, stick, *args)

    def test_a_container_that_went_bad_on_the_stick_is_copied_anew(self):
        stick = self.stick()
        path = os.path.join(stick, "MICRO2", "containers", "core-1.m2k")
        with open(path, "r+b") as f:  # of the same length
            f.seek(5000)
            f.write(b"????")
        self.prepare(stick)
        self.assertTrue(self.read(path) == self.read(self.world.packs, "core-1.m2k"))
        self.assertIn("(0.0 MB new)", self.prepare(stick))
        self.assertFalse([n for n in os.listdir(os.path.dirname(path)) if n.endswith(".new")])


if __name__ == "__main__":
    fixture.main()
