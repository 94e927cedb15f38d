"""Images of sticks as shops sell them: one partition behind an MBR, filled and checked by other programs than ours."""
import hashlib
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fakes"))
import exfat_ref  # noqa: E402

START = 1 << 20  # of the partition
SIZE = 320 << 20
MAILBOX = "MICRO2/mailbox"


def run(*args):
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout


class Stick:
    """Common to both: an image that holds what a folder holds."""

    def __init__(self, image, folder):
        self.image, self.at = image, "%s@@%d" % (image, START)
        with open(image, "wb") as f:
            f.truncate(SIZE)
        run("sh", "-c", "echo 'start=%d, type=%s' | sfdisk -q -X dos '%s'" % (START // 512, self.TYPE, image))
        part = image + ".part"
        with open(part, "wb") as f:
            f.truncate(SIZE - START)
        run(*self.MKFS, part)
        run("dd", "if=" + part, "of=" + image, "bs=1M", "seek=%d" % (START >> 20), "conv=sparse,notrunc")
        os.remove(part)
        self.fill(folder)
        self.before = self.fixed()

    def check(self):
        self.check_image(self.image)

    @classmethod
    def check_image(cls, image):
        """The other programs find nothing to mend."""
        part = image + ".part"
        run("dd", "if=" + image, "of=" + part, "bs=1M", "skip=%d" % (START >> 20), "conv=sparse")
        run(*cls.FSCK, part)
        os.remove(part)

    def fixed(self):
        """A hash of all bytes but those inside of mailboxes."""
        h, at = hashlib.blake2b(), 0
        with open(self.image, "rb") as f:
            for begin, end in sorted(self.mailboxes()) + [(SIZE, SIZE)]:
                assert at <= begin
                f.seek(at)
                while at < begin:
                    piece = f.read(min(1 << 20, begin - at))
                    h.update(piece)
                    at += len(piece)
                at = end
        return h.hexdigest()

    def written(self, places, n):
        """Those of the places where n bytes are no longer zeros."""
        with open(self.image, "rb") as f:
            return [at for at in sorted(places) if f.seek(at) == at and any(f.read(n))]

    def is_untouched(self):
        return self.fixed() == self.before


class Fat32(Stick):
    NAME, TYPE, MKFS, FSCK = "FAT32", "c", ("mkfs.vfat", "-F", "32", "-s", "8"), ("fsck.vfat", "-n")

    def fill(self, folder):
        run("mcopy", "-s", "-i", self.at, *[os.path.join(folder, n) for n in sorted(os.listdir(folder))], "::")

    def mailboxes(self):
        with open(self.image, "rb") as f:
            f.seek(START)
            boot = f.read(512)
        word = lambda at, n: int.from_bytes(boot[at:at + n], "little")  # noqa: E731
        sector, cluster = word(11, 2), word(11, 2) * boot[13]
        heap = START + (word(14, 2) + boot[16] * word(36, 4)) * sector
        for first, last in re.findall(r"<(\d+)-(\d+)>", run("mshowfat", "-i", self.at, "::%s/*" % MAILBOX)):
            yield heap + (int(first) - 2) * cluster, heap + (int(last) - 1) * cluster


class ExFat(Stick):
    NAME, TYPE, MKFS, FSCK = "exFAT", "7", ("mkfs.exfat",), ("fsck.exfat", "-n")

    def fill(self, folder):
        v = exfat_ref.Volume(self.image, START)
        for path, folders, files in os.walk(folder):
            top = path[len(folder) + 1:]
            for name in sorted(folders):
                v.mkdir(os.path.join(top, name))
            for name in sorted(files):
                with open(os.path.join(path, name), "rb") as f:
                    v.add(os.path.join(top, name), f.read())

    def mailboxes(self):
        v = exfat_ref.Volume(self.image, START)
        for _, _, _, (first, length, _, chained) in v.parse(v.folder(MAILBOX)[0]):
            for c in v.clusters_of(first, length, chained):
                yield START + v.at(c), START + v.at(c) + v.cluster
