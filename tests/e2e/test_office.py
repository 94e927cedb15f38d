"""The office's commands from outside: what they make, what they print, how they say that something is wrong."""
import os
import unittest

import fixture
from fixture import World


class Office(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def fails(self, *args, code=1):
        """The message of a command that must fail with this exit code: one line on stderr, nothing on stdout."""
        was, out, err = self.world.run(*args)
        self.assertEqual((was, out), (code, ""), err)
        self.assertEqual(err.count("\n"), 1, err)
        return err

    def test_a_new_office_has_a_ledger_and_a_lost_one_is_not_begun_anew(self):
        office = self.world.path("lost")
        self.world.micro2("office", "init", office, "--no-passphrase")
        ledger = os.path.join(office, "ledger.db")
        self.assertTrue(os.path.exists(ledger))
        self.world.micro2("office", "report", office, "--csv", self.world.path("csv"))
        os.remove(ledger)
        os.mkdir(self.world.path("stick"))
        for args in (("office", "report", office, "--csv", self.world.path("csv")), ("office", "collect", office, self.world.path("stick")),
                     ("stick", "prepare", office, self.world.path("stick"), "--packs", self.world.packs)):
            self.assertIn("'%s': the office's ledger is missing; put it back from your last copy" % ledger, self.fails(*args))
            self.assertFalse(os.path.exists(ledger))


if __name__ == "__main__":
    fixture.main()
