"""What a station writes tells nobody what a visitor did (T40, T41, T42): every file it wrote, during and after a visit, is searched
for every id, text and picture of the content and for what was typed, in four spellings. The same search must find something where
rows are left open."""
import base64
import os
import sqlite3
import subprocess
import unittest

import fixture
from fixture import World, answer

CANARY = "40718293"
SHORTEST = 6  # shorter texts are in any file by chance


def contents(packs):
    """Ids, texts and picture names of the containers."""
    found = set()
    for name in os.listdir(packs):
        if name.endswith(".m2k"):
            with sqlite3.connect("file:%s?mode=ro&immutable=1" % os.path.join(packs, name), uri=True) as db:
                for sql in ("SELECT id FROM item", "SELECT id FROM lesson", "SELECT id FROM question", "SELECT stem FROM question_text",
                            "SELECT value FROM choice", "SELECT feedback FROM choice", "SELECT name FROM media"):
                    found |= {row[0] for row in db.execute(sql) if row[0]}
    return {t for t in found if len(t) >= SHORTEST}


def spellings(text):
    raw = text.encode("utf-8")
    forms = [raw, text.encode("utf-16-le"), text.encode("utf-16-be")]
    forms += [raw.hex().encode(), raw.hex().upper().encode()]
    for shift in range(3):  # the three places a byte can have in base64; letters that depend on neighbours cut off
        code = base64.b64encode(b"\0" * shift + raw)
        forms.append(code[[0, 2, 3][shift]:len(code) - 4])
    return [f for f in forms if len(f) >= SHORTEST]


def written(folders):
    """Every file under the folders, signed containers left out."""
    for folder in folders:
        for at, _, names in os.walk(folder):
            for name in names:
                if ".m2k" in name or name.startswith(("trust.json", "catalog.json", "station.json", "courier.json", "READ-ME")):
                    continue
                try:
                    with open(os.path.join(at, name), "rb") as f:
                        yield os.path.join(at, name), f.read().rstrip(b"\0")  # the reserve is 16 MiB of nothing
                except FileNotFoundError:
                    pass  # replaced while we looked


class Secrecy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(fixture.CONTENT)
        cls.needles = contents(cls.world.packs) | {CANARY}
        cls.forms = {form: needle for needle in cls.needles for form in spellings(needle)}
        cls.patterns = cls.world.path("patterns")
        with open(cls.patterns, "w") as f:
            f.write("\n".join(sorted(form.hex() for form in cls.forms)))

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def search(self, folders):
        """The first needle found, with its file, or None. grep looks for all of them at once, in hexadecimal, where no byte is special."""
        files = list(written(folders))
        self.assertGreater(len(files), 3, "nothing was written")
        lines = "\n".join(blob.hex() for _, blob in files)
        found = subprocess.run(["grep", "-o", "-F", "-f", self.patterns], input=lines, capture_output=True, text=True).stdout
        for form in {bytes.fromhex(line) for line in found.split()}:
            for path, blob in files:
                if form in blob:
                    return "'%s' stands in %s" % (self.forms[form], path)
        return None

    def visit(self, name, program="micro2-station"):
        """A visit with searches on the way; returns the first find, or None."""
        hub, _ = self.world.hub(name)
        stick, run = self.world.stick(name + "-stick"), self.world.path(name + "-run")
        os.mkdir(run)
        bin_dir = self.world.path(name + "-bin")  # the driver of the tests calls it micro2-station
        os.mkdir(bin_dir)
        os.symlink(os.path.join(fixture.BIN, program), os.path.join(bin_dir, "micro2-station"))
        folders, found = [hub, run, stick], []

        def pick(i, keys):
            if i % 5 == 2:
                found.append(self.search(folders))
            return keys[i % len(keys)]

        with self.world.station(hub, run=run, bin_dir=bin_dir) as s:
            s.tap("languages/en")
            answer(s, pick)
            s.tap("home")
            s.tap("learn")
            s.tap(s.nodes(role="listitem", action=True)[0]["key"])
            s.tap(s.nodes(role="listitem", action=True)[0]["key"])
            while s.screen() == "lesson":
                s.tap("next")
            s.tap(s.nodes(role="radio")[0]["key"])
            s.tap("check")
            found.append(self.search(folders))
            s.tap("home")
            s.tap("about")
            s.tap("staff")
            s.ask(type=CANARY)
            s.tap("enter")
            found.append(self.search(folders))
            s.tap("finished")
            s.tap("finish/yes")
            s.ask(plug=stick)
            found.append(self.search(folders))
            s.ask(quit=True)
            code, err = s.close()
        found.append(self.search(folders))
        for needle in self.needles:
            if needle in err:
                found.append("'%s' stands in the log" % needle)
        self.assertEqual(code, 0, err)
        return next((f for f in found if f), None)

    def test_nothing_a_visitor_met_or_typed_stands_in_what_the_station_wrote(self):
        self.assertGreater(len(self.needles), 500)
        self.assertIsNone(self.visit("sealed"))

    def test_rows_left_open_are_found(self):
        self.assertIsNotNone(self.visit("open", "micro2-station-unsealed"))

    def test_each_spelling_is_found_where_it_is(self):
        """The search itself can find: a needle planted in each spelling, at each place in base64."""
        os.makedirs(self.world.path("planted"), exist_ok=True)
        for k in range(4):
            with open(self.world.path("planted", "plain%d" % k), "wb") as f:
                f.write(b"nothing here" * 50)
        needle = "D1.1-km1"
        raw = needle.encode()
        plants = [raw, needle.encode("utf-16-le"), needle.encode("utf-16-be"), raw.hex().encode(), raw.hex().upper().encode()]
        plants += [base64.b64encode(b"#" * k + raw + b"tail" * 3) for k in range(3)]
        for blob in plants:
            with open(self.world.path("planted", "it"), "wb") as f:
                f.write(b"before" + blob + b"after")
            self.assertIsNotNone(self.search([self.world.path("planted")]), blob)
        os.remove(self.world.path("planted", "it"))
        self.assertIsNone(self.search([self.world.path("planted")]))


if __name__ == "__main__":
    fixture.main()
