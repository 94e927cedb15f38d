"""What a stick takes: content in and results out, over sizes, file systems and what else lies on the stick. The stick is an image behind
stickd's own code, with the time a real one takes added to each command (bench_exchange); raw is the same bytes read from it in one go.
Alone: sticks.py --bin DIR [--quick | --long]. Without either: all but 4 GB; --quick: the small ones; --long: 4 GB, too. Ends with 1 where memory,
the wait for the first list or the number of commands (the same in every run) are not as they should be; times are only told."""
import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = os.path.normpath(os.path.join(HERE, "..", "data", "content-small"))
READ_MB_S, WRITE_MB_S, OUT_MB_S = 100, 50, 10  # of a USB 3 stick; results are measured with one that reads and writes 10
ROWS = 50000
# what, containers, MB of each, files of somebody's own beside them
PLANS = [("10 MB", 4, 2.5, 10), ("10 MB", 4, 2.5, 10000), ("100 MB", 40, 2.5, 10), ("100 MB", 40, 2.5, 1000), ("100 MB", 40, 2.5, 10000),
         ("100 MB in 250", 250, 0.4, 10), ("1 GB", 100, 10, 10), ("1 GB", 100, 10, 10000)]
QUICK = [("10 MB", 4, 2.5, 10), ("40 MB in 100", 100, 0.4, 1000)]
LONG = [("4 GB", 10, 410, 10), ("4 GB", 10, 410, 10000)]
MEMORY_MB, LIST_S, ROWS_S, RATIO = 32, 2, 5, 0.8
HEAD = "%-14s %5s %7s %6s  %8s %8s %6s %8s %7s %7s %9s" % (
    "content", "packs", "foreign", "format", "raw s", "import s", "ratio", "again s", "list s", "more MB", "commands")


class Sticks:
    def __init__(self, bin_dir, folder, repeat):
        self.bin, self.dir, self.repeat = os.path.abspath(bin_dir), folder, repeat
        self.rows = []

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def run(self, program, *args):
        done = subprocess.run([os.path.join(self.bin, program), *map(str, args)], capture_output=True, text=True)
        assert done.returncode == 0, "%s %s: %s" % (program, args, done.stderr)
        return done.stdout

    def office(self, name):
        office = self.path(name)
        self.run("micro2", "office", "init", office, "--no-passphrase", "--name", "Bench")
        self.run("micro2", "content", "build", SMALL, "--office", office, "--out", os.path.join(office, "packs"))
        first = self.path("first-packs")  # what each hub has before the stick comes
        shutil.rmtree(first, ignore_errors=True)
        shutil.copytree(os.path.join(office, "packs"), first)
        return office

    def container(self, office, name, megabytes):
        """The module with bytes that do not compress, signed by the office's author."""
        old, new = (os.path.join(office, "packs", n) for n in ("shop-1.m2k", "%s-2.m2k" % name))
        shutil.copy(old, new)
        left, piece = int(megabytes * 1e6), 8 << 20
        with sqlite3.connect(new) as db:
            db.execute("UPDATE manifest SET value = '2' WHERE key = 'version'")
            db.execute("UPDATE manifest SET value = ? WHERE key = 'id'", (name,))
            for i in range((left + piece - 1) // piece):
                db.execute("INSERT INTO media VALUES (?, 'image/png', 480, 300, 'Bench', 'CC BY 4.0', ?)",
                           ("big%02d.svg" % i, os.urandom(min(piece, left - i * piece))))
            db.commit()
            db.execute("VACUUM")
        subprocess.run(["minisign", "-S", "-H", "-s", os.path.join(office, "keys", "author.key"), "-m", new, "-t", "container %s 2" % name],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def image(self, office, fs, n_foreign, content_bytes, kb=1024):
        path = self.path("stick.img")
        if os.path.exists(path):
            os.remove(path)
        with open(path, "wb") as f:
            f.truncate(int(content_bytes * 1.1) + n_foreign * 45000 + 32 * kb * 1024 + (128 << 20))
        self.run("micro2", "stick", "prepare", office, path, "--format", fs, "--yes", "--mailbox-kb", kb)
        return path

    def exchange(self, hub, image, read_mb=READ_MB_S, write_mb=WRITE_MB_S):
        """Before all else that runs here, where that is allowed: a stick does not wait for its turn on a processor."""
        first = ["chrt", "-f", "1"] if subprocess.run(["chrt", "-f", "1", "true"], capture_output=True).returncode == 0 else []
        done = subprocess.run(first + [os.path.join(self.bin, "bench_exchange"), hub, image, str(read_mb), str(write_mb)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["ok"], (said, done.stderr)
        return said

    def imports(self, what, n, megabytes, foreign):
        """foreign: how many files of somebody's own, each once."""
        office = self.office("office")
        empty = {}
        for fs in ("fat32", "exfat"):
            for n_foreign in foreign:  # somebody's files were there first
                image = self.image(office, fs, n_foreign, n * megabytes * 1e6)
                self.run("bench_fill_stick", image, n_foreign)
                empty[fs, n_foreign] = image + ".%s.%d" % (fs, n_foreign)
                os.rename(image, empty[fs, n_foreign])
        for i in range(n):
            self.container(office, "pack%03d" % i, megabytes)
        for (fs, n_foreign), image in empty.items():
            self.run("micro2", "stick", "prepare", office, image)
            best = None
            for i in range(self.repeat):
                self.run("micro2", "hub", "new", office, "hub-%s-%d-%d" % (fs, n_foreign, i), "--packs", self.path("first-packs"), "--out", self.path("hub"))
                f = self.exchange(self.path("hub"), image)
                assert f["packs"] == n, f
                shutil.rmtree(self.path("hub"))
                best = f if best is None or f["raw_s"] / f["content_s"] > best["raw_s"] / best["content_s"] else best
            os.remove(image)
            self.rows.append({"content": what, "packs": n, "foreign": n_foreign, "format": fs, "ratio": best["raw_s"] / best["content_s"], **best})
            print("%-14s %5d %7d %6s  %8.2f %8.2f %6.2f %8.2f %7.2f %7.1f %9d" % (
                what, n, n_foreign, fs, best["raw_s"], best["content_s"], best["raw_s"] / best["content_s"], best["verify_s"], best["list_s"],
                best["peak_extra_mb"], best["commands"]), flush=True)
        shutil.rmtree(office)

    def results(self, foreign):
        office = self.office("office")
        for fs in ("fat32", "exfat"):
            for n_foreign in foreign:
                image = self.image(office, fs, n_foreign, 1e6, 50000)
                self.run("bench_fill_stick", image, n_foreign)
                hub = self.path("hub")
                self.run("micro2", "hub", "new", office, "hub-%s-%d" % (fs, n_foreign), "--packs", self.path("first-packs"), "--out", hub)
                self.run("bench_fill_journal", hub, ROWS)
                f = self.exchange(hub, image, OUT_MB_S, OUT_MB_S)
                self.rows.append({"results": f["rows"], "foreign": n_foreign, "format": fs, "seconds": f["results_s"]})
                print("%d rows out in %.2f s, each byte read back; %d files of somebody's own, %s, stick of %d MB/s" %
                      (f["rows"], f["results_s"], n_foreign, fs, OUT_MB_S), flush=True)
                os.remove(image)
                shutil.rmtree(hub)
        shutil.rmtree(office)

    def misses(self, has_times=True):
        """What no machine's day explains. Commands: finding a container, its signature, its bytes in parts of a megabyte; once the table
        and the folders."""
        said = []
        for r in self.rows:
            if "ratio" in r:
                what = "%s, %d foreign, %s" % (r["content"], r["foreign"], r["format"])
                said += ["%s: %.1f MB more memory" % (what, r["peak_extra_mb"])] if r["peak_extra_mb"] > MEMORY_MB else []
                said += ["%s: %.2f s to the first list" % (what, r["list_s"])] if has_times and r["list_s"] > LIST_S else []
                most = 600 + r["foreign"] / 5 + 10 * r["packs"] + 2 * r["content_mb"]
                said += ["%s: %d commands, at most %d are needed" % (what, r["commands"], most)] if r["commands"] > most else []
        return said

    def table(self, plans):
        print(HEAD, flush=True)
        sizes = list(dict.fromkeys(p[:3] for p in plans))
        for size in sizes:
            self.imports(*size, foreign=[p[3] for p in plans if p[:3] == size])
        self.results((10,) if self.repeat == 1 else (10, 10000))


def plans(is_quick, is_long):
    return QUICK if is_quick else PLANS + LONG if is_long else PLANS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--quick", action="store_true", help="the small ones, once")
    parser.add_argument("--long", action="store_true", help="4 GB, too: needs 13 GB of disk")
    parser.add_argument("--repeat", type=int, default=3, help="the best of so many")
    parser.add_argument("--only", help="those whose content is called so")
    parser.add_argument("--out", help="the table as JSON")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="m2sticks-", dir=os.path.dirname(os.path.abspath(args.bin)))  # on a disk, not in memory
    sticks = Sticks(args.bin, folder, 1 if args.quick else args.repeat)
    try:
        sticks.table([p for p in plans(args.quick, args.long) if not args.only or p[0] == args.only])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for miss in sticks.misses():
        print("MISSES: " + miss)
    if args.out:
        with open(args.out, "w") as f:
            json.dump(sticks.rows, f, indent=1)
    return 1 if sticks.misses() else 0


if __name__ == "__main__":
    sys.exit(main())
