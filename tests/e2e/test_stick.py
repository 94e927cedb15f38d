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

    def carried(self, stick):
        """A visit's results go on the stick; its mailboxes as they are then."""
        with self.world.station(self.hub) as s:
            s.tap("languages/en")
            answer(s, lambda i, keys: keys[0])
            s.tap("home")
            s.ask(plug=stick)
            s.ask(pull=True)
        return self.boxes(stick)

    def boxes(self, stick):
        path = os.path.join(stick, "MICRO2", "mailbox")
        return {name: self.read(path, name) for name in os.listdir(path)}

    def test_another_size_of_mailboxes_lost_what_was_in_them(self):
        stick = self.stick(kb="1024")
        boxes = self.carried(stick)
        self.assertIn("32 mailboxes of 1024 KB", self.prepare(stick))  # no size is named: they stay
        os.remove(os.path.join(stick, "MICRO2", "courier.json"))
        self.assertIn("32 mailboxes of 1024 KB", self.prepare(stick))
        self.assertTrue(self.boxes(stick) == boxes)
        resize = "stick", "prepare", self.world.office, stick, "--mailbox-kb", "512"
        code, _, err = self.world.run(*resize)
        self.assertEqual(code, 1)
        self.assertIn("mailbox 0 holds results of 'Ballyhale' that are not collected", err)
        self.assertIn("run `micro2 office collect` first", err)
        self.assertTrue(self.boxes(stick) == boxes)
        self.world.collect(stick)
        self.assertIn("32 mailboxes of 512 KB", self.world.micro2(*resize))
        other = World()
        self.addCleanup(other.close)
        boxes = self.carried(stick)
        code, _, err = other.run("stick", "prepare", other.office, stick, "--mailbox-kb", "64")
        self.assertEqual(code, 1)
        self.assertIn("a station that this office does not know", err)
        self.assertTrue(self.boxes(stick) == boxes)

    def test_a_stick_that_fails_stopped_those_after_it_and_the_tally(self):
        stick = self.stick()
        self.carried(stick)
        other = World()
        self.addCleanup(other.close)
        code, out, err = self.world.run("office", "collect", self.world.office, other.stick(), self.world.path("nowhere"), stick)
        self.assertEqual(code, 3)  # the gravest
        self.assertIn("hand it to the office it is from", err)
        self.assertIn("nowhere", err)
        self.assertIn(" 0 refused", out)
        self.assertNotIn("rows: 0 new", out)
        self.assertIn("receipts: 1", out)

    def test_a_cut_left_receipts_without_a_signature(self):
        stick = self.stick()
        self.carried(stick)
        receipt = os.path.join(stick, "MICRO2", "receipts", "000.json")
        os.mkdir(receipt)  # it cannot be written: as if the stick went just then
        self.assertNotEqual(self.world.run("office", "collect", self.world.office, stick)[0], 0)
        self.assertTrue(os.path.isfile(receipt + ".minisig"))

    def test_show_names_each_part_that_is_damaged(self):
        stick = self.stick()
        at = os.path.join(stick, "MICRO2")
        self.assertIn("32 mailboxes empty", self.world.micro2("stick", "show", stick))
        os.remove(os.path.join(at, "trust.json"))
        os.remove(os.path.join(at, "mailbox", "004.m2b"))
        with open(os.path.join(at, "mailbox", "005.m2b"), "r+b") as f:
            f.write(b"?")
        code, out, err = self.world.run("stick", "show", stick)
        self.assertEqual(code, 1)
        self.assertNotIn("no courier stick", err)  # once said so
        self.assertIn("trust.json", err)
        self.assertIn("renew the stick with `micro2 stick prepare`", err)
        self.assertIn("core 1,", out)
        self.assertIn("mailbox 04: missing", out)
        self.assertIn("mailbox 05: damaged", out)
        self.assertIn("30 mailboxes empty", out)
        self.prepare(stick)
        self.assertIn("31 mailboxes empty", self.world.run("stick", "show", stick)[1])
        code, _, err = self.world.run("stick", "show", self.world.office)
        self.assertEqual(code, 1)
        self.assertIn("no courier stick", err)

    def test_a_hub_that_nobody_knows_was_prepared_for(self):
        stick = self.stick()
        courier = self.read(stick, "MICRO2", "courier.json")
        code, _, err = self.world.run("stick", "prepare", self.world.office, stick, "--hub", "Ballyhale", "--hub", "Nobody")
        self.assertEqual(code, 1)
        self.assertIn("'Nobody'", err)
        self.assertIn("Ballyhale", err.split("known hubs")[1])
        self.assertEqual(self.read(stick, "MICRO2", "courier.json"), courier)
        self.prepare(stick, "--hub", "Ballyhale")


if __name__ == "__main__":
    fixture.main()
