"""What the end-to-end tests share: an office, its containers, a hub and a stick, made by the programs themselves."""
import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from station import Station

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", ".."))
SMALL = os.path.join(ROOT, "tests", "data", "content-small")
CONTENT = os.path.join(ROOT, "content")
IS_LONG = os.environ.get("M2_TEST_ALL") == "1"
BIN = None


class Checked(Station):
    """A station that must end well: no crash, no leak, no word of a sanitizer."""

    def __exit__(self, kind, value, trace):
        super().__exit__(kind, value, trace)
        code, err = self.close()
        if kind is None and code != 0:
            raise AssertionError("the station ended with %s: %s" % (code, err))


class World:
    """An office with built containers, in a folder of its own; hubs and sticks as a test asks."""

    def __init__(self, content=SMALL):
        self.dir = tempfile.mkdtemp(prefix="m2e2e-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.office, self.packs = self.path("office"), self.path("office", "packs")
        self.micro2("office", "init", self.office, "--no-passphrase", "--name", "Test office")
        self.micro2("content", "build", content, "--office", self.office, "--out", self.packs)

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def keep(self, path):
        """Copies a file to where it outlives the world; returns the copy's name."""
        return shutil.copy(path, os.path.join(tempfile.gettempdir(), "m2-" + os.path.basename(path)))

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def run(self, *args):
        """(exit code, stdout, stderr) of micro2."""
        done = subprocess.run([os.path.join(BIN, "micro2"), *args], capture_output=True, text=True, start_new_session=True)  # no terminal
        return done.returncode, done.stdout, done.stderr

    def micro2(self, *args):
        code, out, err = self.run(*args)
        if code != 0:
            raise AssertionError("micro2 %s: %s %s" % (" ".join(args), code, err))
        return out

    def hub(self, name="Ballyhale"):
        """A new hub; returns its data folder and its staff code."""
        text = self.micro2("hub", "new", self.office, name, "--out", self.path(name))
        return self.path(name), text.split("staff code: ")[1][:8]

    def stick(self, name="stick", kb="1024"):
        os.mkdir(self.path(name))
        self.micro2("stick", "prepare", self.office, self.path(name), "--mailbox-kb", kb)
        return self.path(name)

    def blank(self, name="image", mib=256):
        """An image with nothing on it."""
        with open(self.path(name), "wb") as f:
            f.truncate(mib << 20)
        return self.path(name)

    def station(self, data, **options):
        return Checked(options.pop("bin_dir", BIN), data, **options)

    def facts(self, kind, hub="Ballyhale"):
        """Bodies of the office's facts of a kind from a hub, in the order of its journal."""
        with sqlite3.connect(os.path.join(self.office, "ledger.db")) as db:
            return [json.loads(body) for (body,) in
                    db.execute("SELECT body FROM fact JOIN hub USING (station) WHERE kind = ? AND hub.name = ? ORDER BY seq", (kind, hub))]

    def collect(self, stick):
        return self.micro2("office", "collect", self.office, stick)

    def minisign(self, path, comment):
        """Signs a container anew as the office's author, with Debian's own program."""
        subprocess.run(["minisign", "-S", "-H", "-s", os.path.join(self.office, "keys", "author.key"), "-m", path, "-t", comment],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL)


class WorldTest(unittest.TestCase):
    """A world for all tests of a class."""
    content = SMALL

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.content)
        cls.addClassCleanup(cls.world.close)


def spoil(hub):
    """Every container of the hub but its core goes bad under the station."""
    shelf = os.path.join(hub, "shelf")
    for pack in os.listdir(shelf):
        if pack.endswith(".m2k") and not pack.startswith("core"):
            os.truncate(os.path.join(shelf, pack), 0)


def in_memory(pid, needle):
    """How often the bytes stand in what a process may write."""
    n = 0
    with open("/proc/%d/maps" % pid, encoding="ascii") as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            where, rights = line.split()[:2]
            first, end = (int(x, 16) for x in where.split("-"))
            if rights.startswith("rw") and end - first <= 1 << 30:  # larger: a sanitizer's own
                try:
                    memory.seek(first)
                    n += memory.read(end - first).count(needle)
                except OSError:
                    pass  # a guard page, or the kernel's
    return n


def open_first_lesson(station):
    """From home to the first lesson of the first module."""
    station.tap("learn")
    station.tap(station.nodes(role="listitem", action=True)[0]["key"])
    station.tap(station.nodes(role="listitem", action=True)[0]["key"])


def answer(station, options, length="12", hold_ms=4000):
    """Goes through an assessment; options(n, keys) picks. Returns the times each question was looked at, in order."""
    times = []
    station.assess(length)
    while station.screen() == "question":
        keys = [n["key"] for n in station.nodes(role="radio")]
        times.append(hold_ms + len(times) if hold_ms else 0)  # 0: the clock is real
        if hold_ms:
            station.advance(times[-1])
        station.tap(options(len(times) - 1, keys))
        station.tap("next")
    return times


def in_namespace():
    """Runs this program again where it may mount: as root, or as itself in a namespace of its own. True = we are there."""
    if os.environ.get("M2_NAMESPACE") == "1":
        return True
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0:
        return False
    os.environ["M2_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", "-rm", sys.executable, *sys.argv])


def main():
    """Takes --bin from the command line; the rest is unittest's."""
    global BIN
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--bin", required=True)
    args, rest = parser.parse_known_args()
    BIN = os.path.abspath(args.bin)
    unittest.main(argv=sys.argv[:1] + rest)
