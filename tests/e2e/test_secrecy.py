"""What a station writes tells nobody what a visitor did (T38, T39, T40, T42, T48): every file it wrote, during and after a visit, is
searched for every id, text and picture of the content and for what was typed, in eight spellings. The same search must find
something where rows are left open."""
import base64
import hashlib
import os
import sqlite3
import stat

import fixture
from fixture import WorldTest, answer, open_first_lesson

CANARY = "40718293"
SHORTEST = 6  # bytes; what is shorter is in any file by chance
SIGNED = (".m2k", ".m2k.part", ".minisig")


def contents(packs):
    """Ids, texts and picture names of the containers."""
    found = set()
    for name in os.listdir(packs):
        if name.endswith(".m2k"):
            with sqlite3.connect("file:%s?mode=ro&immutable=1" % os.path.join(packs, name), uri=True) as db:
                for sql in ("SELECT id FROM item", "SELECT id FROM lesson", "SELECT id FROM question", "SELECT stem FROM question_text",
                            "SELECT value FROM choice", "SELECT feedback FROM choice", "SELECT name FROM media"):
                    found |= {row[0] for row in db.execute(sql) if row[0]}
    return found


def spellings(text):
    raw = text.encode("utf-8")
    forms = [raw, text.encode("utf-16-le"), text.encode("utf-16-be"), raw.hex().encode(), raw.hex().upper().encode()]
    for shift in range(3):  # the three places a text can have in base64; letters that depend on its neighbours cut off
        code = base64.b64encode(b"\0" * shift + raw)
        forms.append(code[(0, 2, 3)[shift]:(shift + len(raw)) * 8 // 6])
    return [f for f in forms if len(f) >= SHORTEST]


def files(folders):
    """Path and bytes of every file under the folders; signed containers alone are left out."""
    for folder in folders:
        for at, _, names in os.walk(folder):
            for name in names:
                if not name.endswith(SIGNED):
                    try:
                        with open(os.path.join(at, name), "rb") as f:
                            yield os.path.join(at, name), f.read()
                    except FileNotFoundError:
                        pass  # replaced while we looked


def opened(pid):
    """Path and bytes of every regular file that a process holds open to write, those that have no name any more too."""
    for fd in os.listdir("/proc/%d/fd" % pid):
        link = "/proc/%d/fd/%s" % (pid, fd)
        try:
            with open("/proc/%d/fdinfo/%s" % (pid, fd), encoding="ascii") as f:
                flags = int(f.read().split("flags:")[1].split()[0], 8)
            if flags & os.O_ACCMODE != os.O_RDONLY and stat.S_ISREG(os.stat(link).st_mode):
                with open(link, "rb") as f:
                    yield os.readlink(link), f.read()
        except FileNotFoundError:
            pass  # closed while we looked


class Search:
    """Looks for all needles at once."""

    def __init__(self, needles):
        self.needles = {n for n in needles if len(n) >= SHORTEST}
        self.heads = {}  # the first bytes of a form: the forms, each with its needle
        for needle in self.needles:
            for form in spellings(needle):
                self.heads.setdefault(form[:SHORTEST], []).append((form, needle))

    def find(self, path, blob):
        """A sentence, or None."""
        heads = self.heads
        for i in range(len(blob) - SHORTEST + 1):
            if blob[i:i + SHORTEST] in heads:
                for form, needle in heads[blob[i:i + SHORTEST]]:
                    if blob.startswith(form, i):
                        return "'%s' stands in %s" % (needle, path)
        return None


class Witness:
    """One station's traces: what it wrote since `before`, wherever it may write, each state of a file searched once."""

    def __init__(self, search, folders):
        self.search, self.folders, self.found, self.searched = search, folders, [], set()
        self.seen = {(path, hashlib.sha256(blob).digest()) for path, blob in files(folders)}

    def look(self, pid=None):
        for path, blob in [*files(self.folders), *(opened(pid) if pid else ())]:
            key = (path, hashlib.sha256(blob).digest())
            if key not in self.seen:
                self.seen.add(key)
                self.searched.add(os.path.basename(path))
                said = self.search.find(path, blob)
                if said:
                    self.found.append(said)


class Secrecy(WorldTest):
    content = fixture.CONTENT

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.needles = contents(cls.world.packs) | {CANARY}

    def learn(self, s, look):
        """A lesson and all its questions."""
        s.tap("home")
        open_first_lesson(s)
        while s.screen() == "lesson":
            s.tap("next")
        asked = 0
        while s.has(role="radio"):
            s.tap(s.nodes(role="radio")[asked % 2]["key"])
            s.tap("check")
            look()
            s.tap("next")
            asked += 1
        self.assertGreaterEqual(asked, 3)

    def staff(self, s, code, look):
        """A wrong code and the right one are typed."""
        s.tap("home")
        s.tap("about")
        s.tap("staff")
        s.ask(type=CANARY)
        look()
        s.tap("enter")
        s.ask(type=code)
        s.tap("enter")
        self.assertEqual(s.screen(), "staff")
        look()

    def visit(self, name, program="micro2-station"):
        """A visit with searches on the way; returns what was found and where it was searched."""
        hub, code = self.world.hub(name)
        stick, run, home = self.world.stick(name + "-stick", kb="256"), self.world.path(name + "-run"), self.world.path(name + "-home")
        bin_dir = self.world.path(name + "-bin")  # the driver of the tests calls it micro2-station
        for folder in (run, home, bin_dir):
            os.mkdir(folder)
        os.symlink(os.path.join(fixture.BIN, program), os.path.join(bin_dir, "micro2-station"))
        env = dict(os.environ, HOME=home, TMPDIR=home, SQLITE_TMPDIR=home, XDG_CACHE_HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home)
        witness = Witness(Search(self.needles | {code}), [hub, run, stick, home])
        with self.world.station(hub, run=run, bin_dir=bin_dir, env=env) as s:
            def look():
                witness.look(s.pid)

            def pick(i, keys):
                if i % 4 == 2:
                    look()
                return keys[i % len(keys)]

            s.tap("languages/en")
            self.assertGreaterEqual(len(answer(s, pick)), 12)
            look()
            self.learn(s, look)
            self.staff(s, code, look)
            s.tap("finished")
            s.tap("finish/yes")
            look()
            s.ask(plug=stick)
            look()
            s.ask(pull=True)
            s.ask(quit=True)
            status, err = s.close()
        witness.look()
        said = witness.search.find("the log", err.encode())
        self.assertEqual(status, 0, err)
        return witness.found + ([said] if said else []), witness.searched

    def test_nothing_a_visitor_met_or_typed_stands_in_what_the_station_wrote(self):
        self.assertGreater(len(self.needles), 500)
        found, searched = self.visit("sealed")
        self.assertEqual(found, [])
        for name in ("hub.db", "hub.db-wal", "hub.db-shm", "visit", "000.m2b"):
            self.assertIn(name, searched)  # it was there and was looked at

    def test_rows_left_open_are_found_in_the_hub_and_on_the_stick(self):
        found, _ = self.visit("open", "micro2-station-unsealed")
        for name in ("hub.db-wal", "000.m2b"):
            self.assertTrue(any(said.endswith(name) for said in found), (name, found[:5]))

    def test_every_id_of_the_content_is_long_enough_to_be_searched(self):
        with sqlite3.connect("file:%s?mode=ro&immutable=1" % os.path.join(self.world.packs, "core-1.m2k"), uri=True) as db:
            items = {i for (i,) in db.execute("SELECT id FROM item")}
        self.assertTrue(items)
        self.assertLessEqual(items, Search(self.needles).needles)

    def test_each_spelling_is_found_where_it_is(self):
        """The search itself can find: a needle planted in each spelling, at each place in base64."""
        raw = "D1.1-km1".encode()
        search = Search({raw.decode()})
        plants = [raw, raw.decode().encode("utf-16-le"), raw.decode().encode("utf-16-be"), raw.hex().encode(), raw.hex().upper().encode()]
        plants += [base64.b64encode(b"#" * k + raw + b"tail" * 3) for k in range(3)]
        plants += [base64.b64encode(b"#" * k + raw) for k in range(3)]
        for blob in plants:
            self.assertIsNotNone(search.find("it", b"before" + blob + b"after"), blob)
        self.assertIsNone(search.find("it", b"nothing here" * 50))


if __name__ == "__main__":
    fixture.main()
