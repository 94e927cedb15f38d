"""Whom stations trust, from the office's commands to a hub's shelf: keys added, revoked and replaced (T2, T31, T32, T33)."""
import base64
import glob
import json
import os
import shutil
import subprocess
import unittest
import unittest.mock

import fixture
from fixture import World


class Trust(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.office = self.world.office

    def tearDown(self):
        self.world.close()

    def trust(self, *args):
        return self.world.micro2("office", args[0], self.office, *args[1:])

    def fails(self, *args, code=1):
        was, out, err = self.world.run("office", args[0], self.office, *args[1:])
        self.assertEqual((was, out, err.count("\n")), (code, "", 1), err)
        return err

    def build(self):
        self.world.micro2("content", "build", fixture.SMALL, "--office", self.office, "--out", self.world.packs)

    def bring(self, hub, stick):
        """The stick in the hub and out again; what the hub trusts then."""
        with self.world.station(hub) as s:
            s.ask(plug=stick)
            s.ask(pull=True)
        return self.held(hub)

    def held(self, folder):
        with open(os.path.join(folder, "trust", "trust.json"), encoding="utf-8") as f:
            return json.load(f)

    def author_of(self, hub, name):
        """The key id of the signature beside a container on the hub's shelf; None where it is gone."""
        path = os.path.join(hub, "shelf", name + ".minisig")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as f:
            return f.read().split("\n")[1][:14]

    def author(self):
        with open(os.path.join(self.office, "keys", "author.pub"), encoding="utf-8") as f:
            return f.read().split("\n")[1][:13]

    def test_T32_a_hub_years_behind_follows_rotations_and_a_stolen_authors_work_leaves_it(self):
        hub, _ = self.world.hub()
        old = self.author()
        self.assertTrue(self.author_of(hub, "core-1.m2k"))
        for year in range(5):
            self.trust("rotate", "--no-passphrase")
            self.world.hub("Hub %d" % year)
        first = self.held(self.office)["roots"]
        self.trust("revoke", "author", "--stolen", "--no-passphrase")
        self.trust("rotate", "--no-passphrase")
        self.assertNotEqual(first, self.held(self.office)["roots"])
        was, out, err = self.world.run("stick", "prepare", self.office, self.world.path(), "--packs", self.world.packs)
        self.assertNotEqual(was, 0)  # the containers are the stolen author's still
        self.build()
        signed = self.author_of(hub, "core-1.m2k")
        now = self.bring(hub, self.world.stick())
        self.assertEqual(now, self.held(self.office))
        self.assertEqual([k.get("revoked") for k in now["keys"] if k["role"] == "author"], ["stolen", None])
        self.assertNotEqual(self.author(), old)
        self.assertNotEqual(self.author_of(hub, "core-1.m2k"), signed)
        with self.world.station(hub) as s:
            self.assertEqual(s.screen(), "welcome")

    def test_T32_what_a_stolen_key_signed_goes_with_the_list_and_what_a_lost_one_signed_stays(self):
        for how in ("lost", "stolen"):
            hub, _ = self.world.hub("Hub " + how)
            self.trust("revoke", "author", "--" + how, "--no-passphrase")
            self.build()
            stick = self.world.stick(how)
            os.remove(os.path.join(stick, "MICRO2", "catalog.json"))  # nothing comes in its place
            self.bring(hub, stick)
            self.assertEqual(self.author_of(hub, "core-1.m2k") is None, how == "stolen")

    def test_T33_a_stick_of_a_revoked_courier_is_refused_and_a_new_one_taken(self):
        hub, _ = self.world.hub()
        before = self.world.stick("before")
        self.trust("revoke", "courier", "--lost", "--no-passphrase")
        after = self.world.stick("after")
        lost = self.world.path("lost")
        shutil.copytree(before, lost)
        counter = self.bring(hub, after)["counter"]
        self.assertEqual(self.bring(hub, lost)["counter"], counter)
        with self.world.station(hub) as s:
            s.tap("languages/en")
            fixture.answer(s, lambda i, keys: keys[0])
            s.tap("home")
            s.ask(plug=lost)
            s.ask(pull=True)
        for name in os.listdir(os.path.join(lost, "MICRO2", "mailbox")):
            with open(os.path.join(lost, "MICRO2", "mailbox", name), "rb") as f:
                self.assertFalse(any(f.read(512)), name)

    def visit(self, hub, stick):
        """Answers of a visitor, carried to the office; how many facts it has then, and what it said."""
        with self.world.station(hub) as s:
            s.tap("languages/en")
            fixture.answer(s, lambda i, keys: keys[0])
            s.tap("home")
            s.ask(plug=stick)
            s.ask(pull=True)
        said = self.world.collect(stick)
        return len(self.world.facts("answer")), said

    def test_T31_T32_a_stolen_office_key_is_replaced_and_older_results_are_still_opened(self):
        hub, _ = self.world.hub()
        stick = self.world.stick()
        n, _ = self.visit(hub, stick)
        self.assertGreater(n, 0)
        self.assertIn("keys/office-*.key", self.trust("revoke", "office", "--stolen", "--no-passphrase"))
        self.world.micro2("stick", "prepare", self.office, stick)
        with self.world.station(hub) as s:  # sealed to the old key: the list comes after the answers
            s.tap("languages/en")
            fixture.answer(s, lambda i, keys: keys[0])
            s.tap("home")
            s.ask(plug=stick)
            self.assertNotIn("does not fit", str(s.tree()))
            s.ask(pull=True)
        self.assertIn(" 0 that could not be opened", self.world.collect(stick))
        self.assertEqual(len(self.world.facts("answer")), 2 * n)
        old = glob.glob(os.path.join(self.office, "keys", "office-*.key"))
        self.assertEqual(len(old), 1)
        os.remove(old[0])  # what comes after the list is sealed to the new one
        after, said = self.visit(hub, stick)
        self.assertIn(" 0 that could not be opened", said)
        self.assertEqual(after, 3 * n)

    def test_T33_a_receipt_for_another_hub_is_left_out(self):
        hubs = {name: self.world.hub(name)[0] for name in ("Ballyhale", "Sora")}
        stick, words = self.world.stick(), {}
        for hub in (hubs["Sora"], hubs["Ballyhale"]):
            with self.world.station(hub) as s:
                s.tap("languages/en")
                fixture.answer(s, lambda i, keys: keys[0])
                s.tap("home")
                if hub == hubs["Sora"]:
                    s.ask(plug=stick)
                    s.ask(pull=True)
        self.world.collect(stick)  # a receipt for Sora
        for name in hubs:
            with self.world.station(hubs[name]) as s:
                s.ask(plug=stick)
                words[name] = str(s.tree())
                s.ask(pull=True)
        self.assertIn("No receipt for this station yet", words["Ballyhale"])
        self.assertIn("The office has confirmed", words["Sora"])

    def test_T2_a_rotation_cut_anywhere_leaves_the_old_roots_or_the_new(self):
        before, keys = self.world.path("before"), os.path.join(self.office, "keys")
        self.world.hub()
        shutil.copytree(self.office, before)
        self.trust("rotate", "--no-passphrase")
        after = self.world.path("after")
        shutil.copytree(self.office, after)
        old, new = self.held(before)["roots"], self.held(after)["roots"]
        # cut 0: new keys made; 1: and the rotation; 2: and the list; 3 … 14: and so many of the keys' files moved
        moved = [n for i in "123" for n in ("root%s.key" % i, "root%s.pub" % i, "next/root%s.key" % i, "next/root%s.pub" % i)]
        for cut in range(3 + len(moved)) if fixture.IS_LONG else (0, 1, 2, 3, 4, 5, 6, 14):
            shutil.rmtree(self.office)
            shutil.copytree(before, self.office)
            os.mkdir(os.path.join(keys, "next"))
            for i in "123":
                for end in (".key", ".pub"):
                    shutil.copy(os.path.join(after, "keys", "root" + i + end), os.path.join(keys, "next"))
            if cut >= 1:
                shutil.copytree(os.path.join(after, "trust", "rotations"), os.path.join(self.office, "trust", "rotations"))
            if cut >= 2:
                shutil.rmtree(os.path.join(self.office, "trust"))
                shutil.copytree(os.path.join(after, "trust"), os.path.join(self.office, "trust"))
            for name in moved[:cut - 2] if cut > 2 else []:
                to = os.path.basename(name)
                if not name.startswith("next/"):
                    retired = glob.glob(os.path.join(after, "keys", to[:5] + "-*" + to[5:]))
                    to = os.path.basename(retired[0])
                os.rename(os.path.join(keys, name), os.path.join(keys, to))
            self.assertEqual(self.held(self.office)["roots"], new if cut >= 2 else old)
            self.assertIn("replaced %d times" % (cut >= 2), self.trust("keys"))
            if cut < 4:  # the list goes on, past the number that a rotation without its list has
                self.world.micro2("hub", "new", self.office, "After the cut", "--out", self.world.path("hub %d" % cut))
            self.trust("rotate", "--no-passphrase")
            self.assertIn("replaced %d times" % (2 if cut >= 2 else 1), self.trust("keys"))

    def test_T32_revocations_only_rise(self):
        self.world.hub("Sora")
        self.trust("revoke", "Sora", "--lost")
        line = next(l for l in self.trust("keys").splitlines() if "Sora" in l)
        self.assertIn("revoked as lost", line)
        key = line.split()[1]
        self.assertIn("revoked already, and that is never taken back", self.fails("revoke", key, "--lost"))
        self.trust("revoke", key, "--stolen")
        self.assertIn("revoked already", self.fails("revoke", key, "--lost"))
        self.assertIn("Sora  revoked as stolen", self.trust("keys"))
        self.assertIn("'Sora': no such key; `micro2 office keys` lists them", self.fails("revoke", "Sora", "--lost"))
        self.assertIn("pass --lost or --stolen", self.fails("revoke", "Sora"))
        self.assertIn("pass --lost or --stolen", self.fails("revoke", "Sora", "--lost", "--stolen"))
        self.world.micro2("hub", "new", self.office, "Sora", "--out", self.world.path("again"))  # its name is free again

    def test_new_keys_are_kept_under_a_passphrase_unless_told_otherwise(self):
        before = self.held(self.office)
        with unittest.mock.patch.dict(os.environ, MICRO2_PASSPHRASE=""):
            for args in (("rotate",), ("revoke", "courier", "--lost")):
                self.assertIn("a passphrase is needed", self.fails(*args))
        self.assertEqual(self.held(self.office), before)
        if not fixture.IS_LONG:  # the dearest scrypt
            return
        with unittest.mock.patch.dict(os.environ, MICRO2_PASSPHRASE="village"):
            self.trust("revoke", "courier", "--lost")
        with open(os.path.join(self.office, "keys", "courier.key"), encoding="utf-8") as f:
            self.assertEqual(base64.b64decode(f.read().split("\n")[1])[2:4], b"Sc")  # scrypt
        self.assertEqual(os.stat(os.path.join(self.office, "keys", "courier.key")).st_mode & 0o777, 0o600)
        os.mkdir(self.world.path("stick"))
        with unittest.mock.patch.dict(os.environ, MICRO2_PASSPHRASE="hill"):
            code, _, err = self.world.run("stick", "prepare", self.office, self.world.path("stick"))
        self.assertEqual(code, 3)
        self.assertIn("wrong passphrase; try again", err)

    def test_two_roots_of_three_are_needed(self):
        keys = os.path.join(self.office, "keys")
        before = self.held(self.office)
        for name in ("root1.key", "root2.key"):
            os.rename(os.path.join(keys, name), self.world.path(name))
        for args in (("rotate", "--no-passphrase"), ("revoke", "courier", "--lost", "--no-passphrase")):
            self.assertIn("needs 2 of the 3 root keys: key 'root", self.fails(*args))
        os.rename(self.world.path("root2.key"), os.path.join(keys, "root2.key"))
        self.trust("rotate", "--no-passphrase")
        self.assertNotEqual(self.held(self.office)["roots"], before["roots"])

    def test_root_keys_of_another_list_once_wrote_one_that_nobody_accepts(self):
        keys, other = os.path.join(self.office, "keys"), self.world.path("other")
        self.world.micro2("office", "init", other, "--no-passphrase")
        before = self.held(self.office)
        for i in "123":
            shutil.copy(os.path.join(other, "keys", "root%s.key" % i), keys)
        self.assertIn("fewer than 2 of the roots trusted here signed it", self.fails("revoke", "courier", "--lost", "--no-passphrase", code=3))
        self.assertEqual(self.held(self.office), before)
        self.trust("keys")

    def test_a_second_authors_containers_are_taken(self):
        hub, _ = self.world.hub()
        mine, public = self.world.path("mine.key"), self.world.path("mine.pub")
        subprocess.run(["minisign", "-G", "-W", "-s", mine, "-p", public], check=True, capture_output=True)
        self.assertIn("author 'Ada' is in trust list", self.trust("author", "Ada", public))
        self.assertIn("'Ada' is the name of another author", self.fails("author", "Ada", public))
        self.assertIn("a key is there twice", self.fails("author", "Grace", public, code=3))
        for pack in glob.glob(os.path.join(self.world.packs, "shop-1.m2k")):
            subprocess.run(["minisign", "-S", "-H", "-s", mine, "-m", pack, "-t", "container shop 1"], check=True, capture_output=True,
                           stdin=subprocess.DEVNULL)
        os.remove(os.path.join(hub, "shelf", "shop-1.m2k"))
        self.bring(hub, self.world.stick())
        with open(public, encoding="utf-8") as f:
            key = f.read().split("\n")[1]
        with open(os.path.join(hub, "shelf", "shop-1.m2k.minisig"), encoding="utf-8") as f:
            self.assertIn(key[3:13], f.read())  # the same id


if __name__ == "__main__":
    fixture.main()
