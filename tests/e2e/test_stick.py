"""The office's side of a courier stick: preparing, showing and collecting, and what is said when something is wrong."""
import os

import fixture
from fixture import World, WorldTest, answer


class Stick(WorldTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hub, _ = cls.world.hub()
        cls.made = 0

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
        os.remove(path + ".minisig")
        with open(path + ".new", "wb"):  # of a run that was cut
            pass
        self.prepare(stick)
        self.assertTrue(self.read(path + ".minisig") == self.read(self.world.packs, "core-1.m2k.minisig"))
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

    def test_a_stick_without_a_place_for_this_hub_was_called_one_that_could_not_be_written(self):
        stick = self.stick()
        for name in self.boxes(stick):
            os.remove(os.path.join(stick, "MICRO2", "mailbox", name))
        with self.world.station(self.hub) as s:
            s.ask(plug=stick)
            s.wait(key="done")
            self.assertIn("This stick has no place left for this station. They wait here for a fresh one.", str(s.tree()))

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
        os.makedirs(receipt)  # it cannot be written: as if the stick went just then
        self.assertNotEqual(self.world.run("office", "collect", self.world.office, stick)[0], 0)
        self.assertTrue(os.path.isfile(receipt + ".minisig"))

    def test_a_stick_carries_what_its_hub_lacks_by_what_the_hub_said_itself(self):
        world = World()
        self.addCleanup(world.close)
        hub, _ = world.hub()

        def brought(name):
            return world.micro2("stick", "show", world.stick(name)).split("It brings ")[1].split("\n")[0]

        self.assertEqual(brought("first"), "2 containers of lessons and words:")  # it said nothing yet
        with world.station(hub) as s:
            s.ask(plug=world.path("first"))
            s.ask(pull=True)
        world.collect(world.path("first"))
        self.assertEqual([p["id"] for p in world.facts("shelf")[-1]["containers"]], ["core", "shop"])
        self.assertEqual(brought("second"), "0 containers of lessons and words.")
        self.assertEqual(world.facts("open"), [])  # a stick is no visit

    def test_show_names_each_part_that_is_damaged(self):
        self.world.hub("Shown damaged")  # it said nothing yet: a stick brings it everything
        stick = self.stick()
        at = os.path.join(stick, "MICRO2")
        shown = self.world.micro2("stick", "show", stick)
        self.assertIn('of "Test office"', shown)
        self.assertIn("32 of 32 mailboxes are empty.\nIt carries no cards of the village board.\nReady to go.\n", shown)
        os.remove(os.path.join(at, "trust.json"))
        os.remove(os.path.join(at, "mailbox", "004.m2b"))
        with open(os.path.join(at, "mailbox", "005.m2b"), "r+b") as f:
            f.write(b"?")
        code, out, err = self.world.run("stick", "show", stick)
        self.assertEqual(code, 1)
        self.assertNotIn("no courier stick", err)  # once said so
        self.assertIn("trust.json", err)
        self.assertIn("renew the stick with `micro2 stick prepare`", err)
        self.assertIn("core, version 1,", out)
        self.assertIn("mailbox 4 is missing", err)
        self.assertIn("mailbox 5 is damaged", err)
        self.assertIn("30 of 32 mailboxes are empty", out)
        self.assertNotIn("Ready to go", out)
        self.prepare(stick)
        self.assertIn("31 of 32 mailboxes are empty", self.world.run("stick", "show", stick)[1])
        code, _, err = self.world.run("stick", "show", self.world.office)
        self.assertEqual(code, 1)
        self.assertIn("no courier stick", err)

    def test_show_tells_the_office_whose_stick_it_is_and_what_waits_on_it(self):
        self.world.hub("Shown whole")
        stick = self.stick()
        self.carried(stick)
        show = "stick", "show", stick
        self.assertRegex(self.world.micro2(*show), r"Ballyhale: \d+ records\n(.*\n)*Ready to go. Whether its results are in the office's ledger: pass --office.\n")
        out = self.world.micro2(*show, "--office", self.world.office)
        self.assertRegex(out, r"(?m)^  .+ \(shop\), version 1, ")
        self.assertRegex(out, r"Ballyhale: \d+ records; not collected yet\n(.*\n)*Take the results in with `micro2 office collect`.\n$")
        self.world.collect(stick)
        out = self.world.micro2(*show, "--office", self.world.office)
        self.assertRegex(out, r"Ballyhale: \d+ records; the office has them\n(.*\n)*Ready to go.\n$")
        self.assertIn("It brings receipts to 1 hub.\n", out)
        other = World()
        self.addCleanup(other.close)
        code, out, err = other.run(*show, "--office", other.office)
        self.assertEqual(code, 3)
        self.assertIn("not a stick of this office", err)
        self.assertIn("hand it to the office it is from", err)
        self.assertNotIn("Ready to go", out)

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
