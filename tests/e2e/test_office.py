"""The office's commands from outside: what they make, what they print, how they say that something is wrong."""
import fcntl
import json
import os
import pty
import shutil
import subprocess
import time
import unittest

import fixture
from fixture import WorldTest


class Office(WorldTest):

    def fails(self, *args, code=1, lines=1):
        """The message of a command that must fail with this exit code: `lines` on stderr, nothing on stdout."""
        was, out, err = self.world.run(*args)
        self.assertEqual((was, out), (code, ""), err)
        self.assertEqual(err.count("\n"), lines, err)
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

    def test_a_hub_that_could_not_be_made_burned_its_name_and_left_half_a_folder(self):
        data, keys = self.world.path("hub"), os.path.join(self.world.office, "keys")
        modules = self.world.path("modules")
        shutil.copytree(self.world.packs, modules, ignore=shutil.ignore_patterns("core*"))
        new = ("hub", "new", self.world.office, "Sora", "--out", data)
        self.assertIn("'%s': no core container, without which a station cannot run; build all containers into it" % modules,
                      self.fails(*new, "--packs", modules))
        self.assertFalse(os.path.exists(data) or os.path.exists(data + ".new"))
        for name in ("root1.key", "root2.key"):
            os.rename(os.path.join(keys, name), self.world.path(name))
        self.assertIn("needs 2 of the 3 root keys: key 'root", self.fails(*new))
        for name in ("root1.key", "root2.key"):
            os.rename(self.world.path(name), os.path.join(keys, name))
        self.assertFalse(os.path.exists(data) or os.path.exists(data + ".new"))
        os.mkdir(data)
        with open(os.path.join(data, "letter"), "w", encoding="utf-8"):
            pass
        self.assertIn("'%s': not empty; name a new folder" % data, self.fails(*new))
        self.assertEqual(os.listdir(data), ["letter"])
        os.remove(os.path.join(data, "letter"))  # an empty folder is as good as none
        os.mkdir(data + ".new")
        self.assertIn("'%s.new': left from a run that was cut off; remove it" % data, self.fails(*new))
        os.rmdir(data + ".new")
        self.world.micro2(*new[:-1], data + "/")
        with self.world.station(data) as s:
            self.assertEqual(s.screen(), "welcome")
        with open(os.path.join(data, "trust", "trust.json"), encoding="utf-8") as f:
            self.assertIn("Sora", f.read())

    def typed(self, lines, *args):
        """(exit code, what the terminal showed) of micro2 with these lines typed, each at its prompt."""
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.pop("MICRO2_PASSPHRASE", None)
            os.execv(os.path.join(fixture.BIN, "micro2"), ["micro2", *args])
        shown, rest = "", list(lines)
        while True:
            try:
                data = os.read(fd, 4096)
            except OSError:  # it has closed the terminal
                data = b""
            if not data:
                break
            shown += data.decode()
            if rest and shown.endswith(": "):
                time.sleep(0.05)  # echo goes off behind the prompt
                os.write(fd, (rest.pop(0) + "\n").encode())
        os.close(fd)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown

    def test_a_passphrase_typed_once_with_a_slip_locked_the_keys_for_ever(self):
        office = self.world.path("typed")
        code, shown = self.typed(["apples", "aples"], "office", "init", office)
        self.assertEqual(code, 1)
        self.assertIn("the two passphrases differ; nothing was made", shown)
        self.assertNotIn("apples", shown)
        self.assertFalse(os.path.exists(office))
        code, shown = self.typed([""], "office", "init", office)
        self.assertEqual(code, 1)
        self.assertIn("a passphrase is needed", shown)
        longest = "x" * 255
        self.assertIn("over 255 bytes; use a shorter one", self.typed([longest + "x"], "office", "init", office)[1])
        self.assertIn("'%s': not empty" % self.world.office, self.typed([longest, longest], "office", "init", self.world.office)[1])

    def test_a_list_of_no_language_or_of_one_twice_was_taken(self):
        office = self.world.path("languages")
        longest = ",".join("a" + x + y for x in "abcd" for y in "abcdefghijklmnopqrstuvwxyz")[:127].rstrip(",")
        self.assertEqual(len(longest), 127)
        for bad in (",", "", "en,", ",en", "en,,it", "en,it,en", "en it", "EN", "e", "-en", "en-", "en\n", longest + "a"):
            self.assertIn("'%s' is no list of different languages; write as en,it,es" % bad,
                          self.fails("office", "init", office, "--no-passphrase", "--languages", bad, lines=1 + bad.count("\n")))
            self.assertFalse(os.path.exists(office))
        self.world.micro2("office", "init", office, "--no-passphrase", "--languages", longest)
        with open(os.path.join(office, "office.json"), encoding="utf-8") as f:
            self.assertEqual(json.load(f)["languages"], longest.replace(",", " "))

    def test_a_report_said_nothing_of_what_it_had_written(self):
        page, tables = self.world.path("report.html"), self.world.path("tables")
        self.assertEqual(self.world.micro2("office", "report", self.world.office, "--html", page, "--csv", tables),
                         "written: %s\nwritten: %s\nhubs: 0, visits: 0; take results in with `micro2 office collect`\n" % (page, tables))

    def test_messages_that_named_no_place_or_no_remedy(self):
        office = self.world.path("broken")
        shutil.copytree(self.world.office, office)
        self.assertIn("'/nonexistent/x.html': cannot create", self.fails("office", "report", office, "--html", "/nonexistent/x.html"))
        self.assertIn("; name a place where you may write", self.fails("office", "report", office, "--html", "/nonexistent/x.html"))
        os.remove(os.path.join(office, "packs", "core-1.m2k.minisig"))
        self.assertIn("core-1.m2k': its signature is missing; build it again",
                      self.fails("hub", "new", office, "Alcala", "--out", self.world.path("unsigned"), code=3))
        os.remove(os.path.join(office, "keys", "author.key"))
        _, _, err = self.world.run("content", "build", fixture.SMALL, "--office", office, "--out", self.world.path("built"))
        self.assertIn("keys/author.key': the author's key is not here; bring it back", err)
        os.remove(os.path.join(office, "keys", "office.pub"))
        self.assertIn("keys/office.pub' back from your last copy", self.fails("hub", "new", office, "Alcala", "--out", self.world.path("unsigned")))
        shutil.rmtree(os.path.join(office, "trust"))
        self.assertIn("trust.json': No such file or directory; put '%s' back from your last copy of the office" % os.path.join(office, "trust"),
                      self.fails("office", "report", office, "--csv", self.world.path("tables")))
        self.assertRegex(self.world.run("office", "collect", self.world.office, "/nonexistent")[2], "/nonexistent.*; ")

    def sparse(self, name, mib, *pieces):
        """An image with these (offset, bytes) in it."""
        path = self.world.blank(name, mib)
        with open(path, "r+b") as f:
            for at, data in pieces:
                f.seek(at)
                f.write(data)
        return path

    def test_a_stick_of_another_kind_is_named_and_formatted_only_after_a_yes(self):
        prepare = "stick", "prepare", self.world.office
        cases = (("ntfs", "it is formatted with NTFS", (0, b"\xeb\x52\x90NTFS    "), (510, b"\x55\xaa")),
                 ("luks", "it is encrypted (LUKS)", (0, b"LUKS\xba\xbe")), ("empty", "it is empty and not formatted"))
        for name, words, *pieces in cases:
            image = self.sparse(name, 300, *pieces)
            with open(image, "rb") as f:
                before = f.read(4096)
            self.assertIn(words, self.world.run("stick", "show", image)[2])
            self.assertIn("'%s': %s; to format it, run this in a terminal" % (image, words), self.fails(*prepare, image))
            for said in ("no", "y", ""):
                code, shown = self.typed([said], *prepare, image)
                self.assertEqual(code, 1, shown)
                self.assertIn("%s. ALL of it will be lost, and it becomes FAT32." % words, shown)
                self.assertIn("not formatted; nothing was changed", shown)
            with open(image, "rb") as f:
                self.assertEqual(f.read(4096), before)
            code, shown = self.typed(["yes"], *prepare, image)
            self.assertEqual(code, 0, shown)
            out = self.world.micro2("stick", "show", image, "--office", self.world.office)
            self.assertIn("formatted with FAT32", out)
            self.assertIn(" (shop), version 1, 0.2 MB", out)  # behind its title
            self.assertIn("Ready to go.", out)
            self.world.micro2(*prepare, image)  # and from now on without a question
        self.world.micro2(*prepare, image, "--format", "exfat", "--yes")
        self.assertIn("formatted with exFAT", self.world.micro2("stick", "show", image))

    def test_what_is_no_stick_is_not_formatted_by_a_yes(self):
        prepare = "stick", "prepare", self.world.office
        letter, film = self.world.path("letter.txt"), self.sparse("film", 100, (0, b"RIFF"), (9999, b"x"))
        with open(letter, "w", encoding="utf-8") as f:
            f.write("Dear Ana,\n")
        for path in (letter, film):
            self.assertIn("'%s': a file that is no image of a stick; name" % path, self.fails("stick", "show", path))
        self.assertIn("too small for a courier stick; take one of 64 MB or more", self.fails(*prepare, letter, "--yes"))
        self.assertIn("'%s': a file that is no image of a stick; name another, or pass --format" % film, self.fails(*prepare, film, "--yes"))
        self.assertIn("a folder is not formatted; name the stick's device", self.fails(*prepare, self.world.packs, "--format", "fat32", "--yes"))
        self.assertIn("--format 'ntfs': write fat32 or exfat", self.fails(*prepare, film, "--format", "ntfs"))
        self.assertIn("'/dev/null': no folder, image or disk; name", self.fails(*prepare, "/dev/null"))
        self.assertIn("not there; plug the stick in and name its device", self.fails(*prepare, self.world.path("nowhere")))
        with open(letter, encoding="utf-8") as f:
            self.assertEqual(f.read(), "Dear Ana,\n")
        self.assertIn("too small", self.fails(*prepare, self.sparse("tiny", 63), "--yes"))
        self.world.micro2(*prepare, self.sparse("least", 64), "--yes", "--mailbox-kb", "64")
        self.world.micro2(*prepare, film, "--format", "fat32", "--yes", "--mailbox-kb", "64")

    def test_an_image_that_somebody_else_writes_on_is_left_alone(self):
        image = self.sparse("busy", 200)
        with open(image, "r+b") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            self.assertIn("another program is writing on it; wait", self.fails("stick", "prepare", self.world.office, image, "--yes", code=2))
            self.assertIn("another program is writing on it; wait", self.world.run("office", "collect", self.world.office, image)[2])

    @unittest.skipUnless(os.environ.get("M2_NAMESPACE") == "1", "needs to mount: run as root, or allow user namespaces")
    def test_a_program_that_formats_and_is_missing_is_named_with_its_package(self):
        image = self.sparse("tool", 200)
        for fs, program, package in (("fat32", "vfat", "dosfstools"), ("exfat", "exfat", "exfatprogs")):
            path = os.path.realpath("/usr/sbin/mkfs." + program)
            subprocess.run(["mount", "--bind", "/dev/null", path], check=True)
            try:
                err = self.fails("stick", "prepare", self.world.office, image, "--format", fs, "--yes")
            finally:
                subprocess.run(["umount", path], check=True)
            self.assertIn("'/usr/sbin/mkfs.%s' is missing; install the package %s" % (program, package), err)
        with open(image, "rb") as f:
            self.assertEqual(f.read(1 << 20).strip(b"\0"), b"")

    @unittest.skipUnless(os.environ.get("M2_NAMESPACE") == "1", "needs to mount: run as root, or allow user namespaces")
    def test_a_full_card_was_told_without_its_name_and_without_what_to_do(self):
        small = self.world.path("small")
        os.mkdir(small)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], check=True)
        try:
            data = os.path.join(small, "hub")
            err = self.fails("hub", "new", self.world.office, "Full", "--out", data, code=2)
            self.assertIn("'%s': " % data, err)
            self.assertIn("; make room", err)
            self.assertEqual(os.listdir(small), [])
            with open(os.path.join(self.world.office, "trust", "trust.json"), encoding="utf-8") as f:
                self.assertNotIn("Full", f.read())
        finally:
            subprocess.run(["umount", small], check=True)


if __name__ == "__main__":
    fixture.in_namespace()
    fixture.main()
