"""exfat_ref: a second reading of the exFAT specification, independent of firmware/stick/exfat*.c, for its tests.

make DIR            images of many geometries, filled and fragmented, with a list of what is in each
list FILE OFFSET    what is in an image: name, bytes, CRC-32 of the contents, one line a file
agree DIR           every DIR/*.img, damaged, reads as the DIR/*.list beside it says
check DIR           every DIR/*.img against the DIR/*.list beside it: files of the list are there, byte for byte
seeds DIR           the corpus of the fuzz target
Only the standard library. mkfs.exfat makes the empty volumes where it can; the others (large sectors, two FATs) are made here.
"""

import os
import random
import struct
import subprocess
import sys
import zlib

END = 0xFFFFFFFF
IN_USE, FOLDER = 0x80, 0x10


def rotate16(total, byte):
    return (((total & 1) << 15) + (total >> 1) + byte) & 0xFFFF


def rotate32(total, byte):
    return (((total & 1) << 31) + (total >> 1) + byte) & 0xFFFFFFFF


def upper_unit(unit):
    if 0xD800 <= unit < 0xE000:
        return unit
    up = chr(unit).upper()
    return ord(up) if len(up) == 1 and ord(up) < 0x10000 else unit


def pack_upcase():
    """The table in its compressed form: runs of characters that stay as they are become FFFF and their number."""
    units, out, i = [upper_unit(u) for u in range(0x10000)], [], 0
    while i < 0x10000:
        run = 0
        while i + run < 0x10000 and units[i + run] == i + run and run < 0xFFFF:
            run += 1
        if run > 2 and i >= 128:
            out += [0xFFFF, run]
            i += run
        else:
            out.append(units[i])
            i += 1
    return struct.pack("<%dH" % len(out), *out)


class Volume:
    """A volume at an offset of a file. A file is (entry set, where that lies); a folder is a list of its clusters."""

    def __init__(self, path, offset=0, strict=True):
        self.fd = os.open(path, os.O_RDWR)
        self.strict = strict  # else what is damaged is passed over
        self.offset = offset
        boot = self.raw(0, 512)
        assert boot[3:11] == b"EXFAT   ", "no exFAT"
        (self.fat_at, fat_length, self.heap_at, self.count, self.root) = struct.unpack_from("<5I", boot, 80)
        flags, = struct.unpack_from("<H", boot, 106)
        self.sector = 1 << boot[108]
        self.cluster = self.sector << boot[109]
        self.fats = [self.fat_at * self.sector]
        self.active = flags & 1
        if boot[110] == 2:
            self.fats.append((self.fat_at + fat_length) * self.sector)
        self.heap_at *= self.sector
        self.bitmaps, self.up = {}, None
        for kind, entry in self.specials():
            first, length = struct.unpack_from("<IQ", entry, 20)
            if kind == 0x81:
                self.bitmaps[entry[1] & 1] = (self.chain(first), length)
            elif kind == 0x82:
                data = self.gather(self.chain(first), length)
                total = 0
                for b in data:
                    total = rotate32(total, b)
                assert total == struct.unpack_from("<I", entry, 4)[0], "up-case table"
                self.up = self.unpack(data)
        clusters, length = self.bitmaps[self.active]
        self.map = bytearray(self.gather(clusters, length))

    @staticmethod
    def unpack(data):
        units, out, i = struct.unpack("<%dH" % (len(data) // 2), data), [], 0
        while i < len(units):
            if units[i] == 0xFFFF and i + 1 < len(units):
                out += range(len(out), len(out) + units[i + 1])
                i += 2
            else:
                out.append(units[i])
                i += 1
        return out + list(range(len(out), 0x10000))

    # bytes and clusters
    def raw(self, at, n):
        return os.pread(self.fd, n, self.offset + at)

    def put(self, at, data):
        os.pwrite(self.fd, data, self.offset + at)

    def at(self, cluster):
        return self.heap_at + (cluster - 2) * self.cluster

    def next(self, cluster):
        return struct.unpack("<I", self.raw(self.fats[self.active] + 4 * cluster, 4))[0]

    def link(self, cluster, to):
        for fat in self.fats:
            self.put(fat + 4 * cluster, struct.pack("<I", to))

    def chain(self, first, most=None):
        out = []
        while first != END and len(out) != most:
            assert 2 <= first < self.count + 2 and first not in out[-1:], "chain"
            out.append(first)
            assert len(out) <= self.count, "loop"
            first = self.next(first)
        return out

    def gather(self, clusters, n):
        return b"".join(self.raw(self.at(c), self.cluster) for c in clusters)[:n]

    def is_free(self, c):
        return not self.map[(c - 2) // 8] >> (c - 2) % 8 & 1

    def mark(self, clusters, used):
        for c in clusters:
            bit = 1 << (c - 2) % 8
            self.map[(c - 2) // 8] = self.map[(c - 2) // 8] & ~bit | (bit if used else 0)
        for where, length in self.bitmaps.values():
            for i, c in enumerate(where):
                self.put(self.at(c), bytes(self.map[i * self.cluster:(i + 1) * self.cluster]))

    def take(self, n, rng=None):
        """n free clusters: in a row, or with holes between them."""
        got, c = [], 2
        while len(got) < n:
            assert c < self.count + 2, "full"
            if self.is_free(c) and not (rng and rng.random() < 0.4):
                got.append(c)
            elif not rng:
                got = []
            c += 1
        self.mark(got, True)
        return got

    # entries
    def specials(self):
        for entry in self.slots(self.chain(self.root)):
            if entry[0] in (0x81, 0x82, 0x83):
                yield entry[0], entry

    def slots(self, clusters):
        for c in clusters:
            data = self.raw(self.at(c), self.cluster)
            for i in range(0, self.cluster, 32):
                if data[i] == 0:
                    return
                yield data[i:i + 32]

    def fold(self, name):
        units = struct.unpack("<%dH" % (len(name.encode("utf-16le")) // 2), name.encode("utf-16le"))
        return tuple(self.up[u] for u in units)

    def name_hash(self, name):
        total = 0
        for unit in self.fold(name):
            total = rotate16(rotate16(total, unit & 0xFF), unit >> 8)
        return total

    @staticmethod
    def sum_set(raw):
        total = 0
        for i, b in enumerate(raw):
            if i not in (2, 3):
                total = rotate16(total, b)
        return total

    def build(self, name, first, length, valid, chained, attributes):
        utf16 = name.encode("utf-16le")
        names = [utf16[i:i + 30] for i in range(0, len(utf16), 30)]
        entry = struct.pack("<BBHHHIIIBBBBB7x", 0x85, 1 + len(names), 0, attributes, 0, 0x52210000, 0x52210000,
                            0x52210000, 0, 0, 0x80, 0x80, 0x80)
        entry += struct.pack("<BBBBHHQIIQ", 0xC0, 1 if chained or not first else 3, 0, len(utf16) // 2,
                             self.name_hash(name), 0, valid, 0, first, length)
        for part in names:
            entry += struct.pack("<BB30s", 0xC1, 0, part)
        return entry[:2] + struct.pack("<H", self.sum_set(entry)) + entry[4:]

    def parse(self, clusters):
        """(number of the slot, name, attributes, stream) of every file of a folder."""
        slots = list(self.slots(clusters))
        i = 0
        while i < len(slots):
            if slots[i][0] != 0x85:
                i += 1
                continue
            raw = b"".join(slots[i:i + 1 + slots[i][1]])
            text = b"".join(raw[j + 2:j + 32] for j in range(64, len(raw), 32) if raw[j] == 0xC1)[:2 * raw[35] if len(raw) > 64 else 0]
            name = text.decode("utf-16le", "surrogatepass")
            is_whole = len(raw) == 32 * (1 + raw[1]) > 64 and raw[32] == 0xC0 and struct.unpack_from("<H", raw, 2)[0] == self.sum_set(raw)
            if not is_whole or self.name_hash(name) != struct.unpack_from("<H", raw, 36)[0]:
                assert not self.strict, "damaged entries"
                i += 1
                continue
            valid, _, first, length = struct.unpack_from("<QIIQ", raw, 40)
            yield i, name, struct.unpack_from("<H", raw, 4)[0], (first, length, valid, not raw[33] & 2)
            i += 1 + slots[i][1]

    def clusters_of(self, first, length, chained):
        n = -(-length // self.cluster)
        return (self.chain(first, n) if chained else list(range(first, first + n))) if n else []

    def walk(self):
        """(path, contents) of every file; every cluster used once, and marked."""
        seen = set()
        todo = [("", self.chain(self.root))]
        while todo:
            path, clusters = todo.pop()
            for _, name, attributes, (first, length, valid, chained) in self.parse(clusters):
                mine = self.clusters_of(first, length, chained)
                assert len(mine) == -(-length // self.cluster), "short chain"
                assert not seen & set(mine), "cross-linked"
                assert not any(self.is_free(c) for c in mine), "used but free"
                seen |= set(mine)
                if attributes & FOLDER:
                    todo.append((path + name + "/", mine))
                else:
                    yield path + name, self.gather(mine, valid) + bytes(length - valid)

    def read(self, path):
        folder, _, wanted = path.rpartition("/")
        first, length, valid, chained = next(stream for _, name, _, stream in self.parse(self.folder(folder)[0])
                                             if self.fold(name) == self.fold(wanted))
        return self.gather(self.clusters_of(first, valid, chained), valid) + bytes(length - valid)

    # changes
    def folder(self, path):
        """(clusters, where its own set lies) of a folder by path."""
        clusters, own = self.chain(self.root), None
        for part in [p for p in path.split("/") if p]:
            for slot, name, _, (first, length, _, chained) in self.parse(clusters):
                if self.fold(name) == self.fold(part):
                    own = (clusters, slot)
                    clusters = self.clusters_of(first, length, chained)
                    break
            else:
                raise KeyError(path)
        return clusters, own

    def slot_at(self, clusters, slot):
        per = self.cluster // 32
        return self.at(clusters[slot // per]) + slot % per * 32

    def enter(self, folder, raw, rng):
        """Put a set behind the last one, lengthening the folder where it has to."""
        clusters, own = self.folder(folder)
        free = len(list(self.slots(clusters)))
        need = len(raw) // 32
        while free + need + 1 > len(clusters) * self.cluster // 32:
            new = self.take(1, rng)[0]
            self.put(self.at(new), bytes(self.cluster))
            for a, b in zip(clusters, clusters[1:] + [new]):  # a contiguous folder becomes a chained one
                self.link(a, b)
            self.link(new, END)
            clusters.append(new)
            if own:
                head = self.raw(self.slot_at(*own), 32)
                old = b"".join(self.raw(self.slot_at(own[0], own[1] + i), 32) for i in range(1 + head[1]))
                length = len(clusters) * self.cluster
                old = old[:33] + b"\x01" + old[34:40] + struct.pack("<Q", length) + old[48:56] + struct.pack("<Q", length) + old[64:]
                old = old[:2] + struct.pack("<H", self.sum_set(old)) + old[4:]
                for i in range(1 + head[1]):
                    self.put(self.slot_at(own[0], own[1] + i), old[32 * i:32 * i + 32])
        for i in range(need):
            self.put(self.slot_at(clusters, free + i), raw[32 * i:32 * i + 32])

    def add(self, path, data, rng=None, valid=None, chained=None):
        """rng: scattered over the volume; else in a row."""
        folder, _, name = path.rpartition("/")
        clusters = self.take(-(-len(data) // self.cluster), rng) if data else []
        chained = bool(rng) if chained is None else chained
        for i, c in enumerate(clusters):
            self.put(self.at(c), data[i * self.cluster:(i + 1) * self.cluster])
        if chained:
            for a, b in zip(clusters, clusters[1:] + [END]):
                self.link(a, b)
        first = clusters[0] if clusters else 0
        self.enter(folder, self.build(name, first, len(data), len(data) if valid is None else valid, chained, 0x20), rng)

    def mkdir(self, path, rng=None):
        folder, _, name = path.rpartition("/")
        cluster = self.take(1, rng)[0]
        self.put(self.at(cluster), bytes(self.cluster))
        if rng:
            self.link(cluster, END)
        self.enter(folder, self.build(name, cluster, self.cluster, self.cluster, bool(rng), FOLDER), rng)

    def edit(self, path, hash_add=0, sum_add=0, **fields):
        """The stream entry of a file changed, its set summed up anew."""
        folder, _, wanted = path.rpartition("/")
        clusters, _ = self.folder(folder)
        for slot, name, _, _ in list(self.parse(clusters)):
            if name == wanted:
                n = 1 + self.raw(self.slot_at(clusters, slot), 2)[1]
                raw = bytearray(b"".join(self.raw(self.slot_at(clusters, slot + i), 32) for i in range(n)))
                for field, value in fields.items():
                    struct.pack_into({"first": "<I", "flags": "<B"}.get(field, "<Q"), raw, {"first": 52, "length": 56, "valid": 40, "flags": 33}[field],
                                     value)
                raw[36] = raw[36] + hash_add & 0xFF
                struct.pack_into("<H", raw, 2, self.sum_set(raw) + sum_add & 0xFFFF)
                for i in range(n):
                    self.put(self.slot_at(clusters, slot + i), bytes(raw[32 * i:32 * i + 32]))

    def stream(self, path):
        folder, _, wanted = path.rpartition("/")
        return next(stream for _, name, _, stream in self.parse(self.folder(folder)[0]) if name == wanted)

    def delete(self, path):
        folder, _, wanted = path.rpartition("/")
        clusters, _ = self.folder(folder)
        for slot, name, _, (first, length, _, chained) in list(self.parse(clusters)):
            if name == wanted:
                self.mark(self.clusters_of(first, length, chained), False)
                for i in range(1 + self.raw(self.slot_at(clusters, slot), 2)[1]):
                    at = self.slot_at(clusters, slot + i)
                    self.put(at, bytes([self.raw(at, 1)[0] & 0x7F]))
                return
        raise KeyError(path)


def make_volume(path, size, sector, cluster, n_fats=1, active=0, label="", flags=0, upcase=None):
    """A volume as the specification has it, for what mkfs.exfat does not make."""
    fat_at = 24
    count = (size // sector - fat_at) * sector // cluster
    fat_length = -(-(count + 2) * 4 // sector)
    heap_at = -(-(fat_at + n_fats * fat_length) * sector // cluster) * cluster // sector
    count = (size // sector - heap_at) * sector // cluster
    upcase, map_bytes = upcase or pack_upcase(), -(-count // 8)
    total, clusters, entries, used = 0, {}, b"", 2
    for b in upcase:
        total = rotate32(total, b)
    parts = [("map%d" % i, map_bytes) for i in range(n_fats)] + [("up", len(upcase)), ("root", cluster)]
    for name, length in parts:
        n = -(-length // cluster)
        clusters[name] = list(range(used, used + n))
        used += n
    bits = bytearray(map_bytes)
    for c in range(used - 2):
        bits[c // 8] |= 1 << c % 8
    if label:
        units = label.encode("utf-16le")
        entries += struct.pack("<BB22s8x", 0x83, len(units) // 2, units)
    for i in range(n_fats):
        entries += struct.pack("<BB18xIQ", 0x81, i, clusters["map%d" % i][0], map_bytes)
    entries += struct.pack("<B3xI12xIQ", 0x82, total, clusters["up"][0], len(upcase))
    boot = bytearray(11 * sector)
    struct.pack_into("<3s8s53xQQIIIIIIHHBBBBB", boot, 0, b"\xeb\x76\x90", b"EXFAT   ", 0, size // sector, fat_at, fat_length,
                     heap_at, count, clusters["root"][0], 0x12345678, 0x100, active | flags, sector.bit_length() - 1,
                     (cluster // sector).bit_length() - 1, n_fats, 0x80, 0)
    boot[510:512] = b"\x55\xaa"
    for i in range(1, 9):
        boot[(i + 1) * sector - 4:(i + 1) * sector] = b"\x00\x00\x55\xaa"
    total = 0
    for i, b in enumerate(boot):
        if i not in (106, 107, 112):
            total = rotate32(total, b)
    region = bytes(boot) + struct.pack("<I", total) * (sector // 4)
    fat = bytearray(fat_length * sector)
    struct.pack_into("<II", fat, 0, 0xFFFFFFF8, END)
    for chain in clusters.values():
        for a, b in zip(chain, chain[1:] + [END]):
            struct.pack_into("<I", fat, 4 * a, b)
    with open(path, "wb") as f:
        f.truncate(size)
        f.write(region + region)
        for i in range(n_fats):
            f.seek((fat_at + i * fat_length) * sector)
            f.write(fat)
        for name, data in [("map%d" % i, bits) for i in range(n_fats)] + [("up", upcase), ("root", entries)]:
            f.seek(heap_at * sector + (clusters[name][0] - 2) * cluster)
            f.write(data)


def contents(seed, n):
    return random.Random(seed).randbytes(n)


def fill(volume, seed, n_receipts=40):
    """What a courier stick and a learner's stick hold, scattered and not, among what others put there and took away."""
    rng = random.Random(seed)
    base = "Micro2" if seed % 3 == 0 else "MICRO2"  # as some systems write it: case counts for nothing
    volume.mkdir(base, rng if seed % 2 else None)
    for i in range(4):
        volume.add("IMG_%04d %s.jpg" % (i, "ñandú " * i), contents(seed + i, 700 * i), rng if i % 2 else None)
    for name in ("receipts", "mailbox", "containers"):
        volume.mkdir(base + "/" + name, rng if rng.random() < 0.5 else None)
    cluster = volume.cluster
    files = {
        "courier.json": (300, rng, None), "trust.json": (0, None, None), "catalog.json": (cluster, None, None),
        "READ-ME.TXT": (cluster + 1, rng, None), "mailbox/000.m2b": (65536, None, None),
        "mailbox/001.m2b": (65536, rng, None), "mailbox/002.m2b": (65536, None, 10000),
        "mailbox/003.m2b": (65536, rng, 512 * 7), "mailbox/004.m2b": (65536, None, 0),
        "containers/core-1.m2k": (150001, rng, None), "containers/demo-12.m2k": (100000, None, None),
    }
    for name, (size, how, valid) in files.items():
        volume.add(base + "/" + name, contents(seed + size, size), how, valid)
        volume.add(base + "/gone %s" % name.replace("/", " "), b"x" * 2000, rng)
    volume.add(base + "/trust.json.root1.minisig", contents(seed, 2 * cluster), None, None, True)  # a chain in a row
    for i in range(n_receipts):
        volume.add(base + "/receipts/%03d.json" % i, contents(seed + i, 200 + i), rng if i % 2 else None)
        if i % 5 == 0:
            volume.add(base + "/receipts/" + "~" * (1 + i * 6), b"", None)
    for name in files:
        volume.delete(base + "/gone %s" % name.replace("/", " "))
    volume.add("gone", b"", None)
    volume.mkdir("Foto")
    volume.delete("gone")
    volume.add("Foto/" + "long " * 51, contents(seed, 3000), rng)
    volume.add("Foto/\U0001F33D.txt", b"maize", None)


def make(out):
    kib, mib = 1024, 1024 * 1024
    index = []

    def done(name, sector, offset=0):
        volume = Volume("%s/%s.img" % (out, name), offset)
        fill(volume, len(index))
        write_list("%s/%s.img" % (out, name), offset, "%s/%s.list" % (out, name))
        index.append("%s %d %d" % (name, sector, offset))

    for size, cluster, options in ((4 * mib, 512, []), (4 * mib, kib, ["--pack-bitmap"]), (8 * mib, 4 * kib, ["-L", "LEARNER"]),
                                   (16 * mib, 8 * kib, ["-L", "mañana ✓"]), (64 * mib, 32 * kib, []), (256 * mib, 128 * kib, []),
                                   (40 * mib, 16 * kib, ["-b", "64K"]), (8192 * mib, 32 * kib, [])):
        name = "mkfs-%dm-%d" % (size // mib, cluster)
        with open("%s/%s.img" % (out, name), "wb") as f:
            f.truncate(size)
        subprocess.run(["mkfs.exfat", "-c", str(cluster), *options, "%s/%s.img" % (out, name)], check=True, stdout=subprocess.DEVNULL)
        done(name, 512)
    for sector, cluster, fats, active in ((4096, 4096, 1, 0), (4096, 32768, 1, 0), (1024, 2048, 1, 0), (2048, 2048, 1, 0), (512, 4096, 2, 0),
                                          (512, 1024, 2, 1)):
        name = "own-%d-%d-%d%d" % (sector, cluster, fats, active)
        make_volume("%s/%s.img" % (out, name), (8 if cluster > 4096 else 4) * mib, sector, cluster, fats, active, "OWN")
        done(name, sector)
    make_volume("%s/large.img" % out, 4 * mib, 4096, 4096)
    done("large", 512)  # made for 4096, on a device of 512
    make_volume("%s/dirty.img" % out, 4 * mib, 512, 2048, 1, 0, "", 2)
    done("dirty", 512)
    make_volume("%s/part.img" % out, 4 * mib, 512, 1024)
    with open("%s/part.img" % out, "rb") as f:
        data = f.read()
    with open("%s/part.img" % out, "wb") as f:
        f.write(random.Random(1).randbytes(63 * 512) + data + b"behind" * 200)
    done("part", 512, 63 * 512)
    make_volume("%s/holes.img" % out, 4 * mib, 512, 1024)
    done("holes", 512)
    volume = Volume("%s/holes.img" % out)  # every second cluster is taken: no two in a row are free
    free = [c for c in range(2, volume.count + 2) if volume.is_free(c)]
    volume.mark([c for c in free if c % 2], True)
    make_volume("%s/behind.img" % out, 4 * mib, 512, 2048)
    done("behind", 512)
    volume = Volume("%s/behind.img" % out)  # behind the end of each folder lies what must never come up
    ghost = volume.build("ghost.txt", 10, 5000, 5000, False, 0x20)
    for path in ("", "Foto"):
        clusters, _ = volume.folder(path)
        for slot in range(len(list(volume.slots(clusters))) + 1, len(clusters) * volume.cluster // 32):
            i = slot % (len(ghost) // 32) * 32
            volume.put(volume.slot_at(clusters, slot), ghost[i:i + 32])
    with open("%s/index" % out, "w", encoding="ascii") as f:
        f.write("\n".join(index) + "\n")


def tricks(out):
    """One image per trick and limit (THREATS T21), made of base.img."""
    mib = 1024 * 1024
    make_volume("%s/base.img" % out, 4 * mib, 512, 2048, 1, 0, "TRICK")
    fill(Volume("%s/base.img" % out), 1, 8)
    write_list("%s/base.img" % out, 0, "%s/base.list" % out)
    with open("%s/base.img" % out, "rb") as f:
        base = f.read().rstrip(b"\0")
    core, mail = "MICRO2/containers/core-1.m2k", "MICRO2/mailbox/000.m2b"

    def trick(name):
        with open("%s/%s.img" % (out, name), "wb") as f:
            f.write(base)
            f.truncate(4 * mib)
        return Volume("%s/%s.img" % (out, name))

    def chain(volume):
        return volume.chain(volume.stream(core)[0])

    volume = trick("loop")
    volume.link(chain(volume)[10], chain(volume)[5])
    volume = trick("breaks")
    volume.link(chain(volume)[10], 0)
    volume = trick("outside")
    volume.link(chain(volume)[10], volume.count + 2)
    volume = trick("cross")
    volume.edit("MICRO2/containers/demo-12.m2k", first=volume.stream(mail)[0] + 1)
    volume = trick("cross-in-broken-folder")  # of which only the first cluster can be found
    volume.edit("MICRO2/containers/demo-12.m2k", first=volume.stream(mail)[0] + 1)
    first, length = volume.stream("MICRO2/containers")[:2]
    volume.link(first, END)
    volume.edit("MICRO2/containers", length=length + volume.cluster, valid=length + volume.cluster, flags=1)
    volume = trick("meets")
    volume.link(chain(volume)[10], volume.stream(mail)[0])
    volume = trick("folder-in-itself")
    volume.edit("MICRO2/receipts", first=volume.stream("MICRO2")[0], length=volume.stream("MICRO2")[1], valid=volume.stream("MICRO2")[1])
    volume = trick("root-loop")
    volume.link(volume.chain(volume.root)[-1], volume.root)
    volume = trick("free")
    volume.mark(volume.clusters_of(*[volume.stream(mail)[i] for i in (0, 1, 3)])[3:4], False)
    for name, fields in {"long": {"length": 1 << 40}, "past": {"first": volume.count - 3}, "valid": {"valid": 65537}, "none": {"first": 0},
                         "hash": {"hash_add": 1}, "sum": {"sum_add": 1}, "endless": {"length": (1 << 64) - 1}}.items():
        trick(name).edit(mail, **fields)
    volume = trick("up-case")
    table = next(struct.unpack_from("<I", e, 20)[0] for kind, e in volume.specials() if kind == 0x82)
    volume.put(volume.at(table) + 200, b"\1")
    volume = trick("boot")
    volume.put(80, b"\1")
    volume = trick("boots")
    volume.put(80, b"\1")
    volume.put(12 * 512 + 80, b"\1")
    for name, n in (("full", 1000), ("over", 1001)):
        volume = trick(name)
        volume.mkdir("many")
        volume.enter("many", b"".join(volume.build("%04d.txt" % i, 0, 0, 0, False, 0x20) for i in range(n)), None)
    for name, n in (("deleted", 19000 - 1), ("deleted-over", 19000)):
        volume = trick(name)
        volume.mkdir("many")
        volume.enter("many", (b"\x41" + bytes(31)) * n + volume.build("0000.txt", 0, 0, 0, False, 0x20), None)
    volume = trick("twins")
    volume.add("twin.txt", b"first")
    volume.enter("", volume.build("TWIN.txt", 0, 0, 0, False, 0x20), None)
    for name, depth in (("depth", 4), ("depth-over", 5)):
        volume = trick(name)
        for i in range(1, depth + 1):
            volume.mkdir("/".join("abcde"[:i]))
        volume.enter("/".join("abcde"[:depth]), volume.build("x", *volume.stream(mail)[:2], 0, False, 0x20), None)
    make_volume("%s/zigzag.img" % out, 48 * mib, 512, 512)
    volume = Volume("%s/zigzag.img" % out)
    clusters = [1000 + i + far for i in range(2100) for far in range(0, 5 * 16384, 16384)]  # each next one far away in the FAT
    for a, b in zip(clusters, clusters[1:] + [END]):
        volume.link(a, b)
    volume.mark(clusters, True)
    volume.enter("", volume.build("zigzag.bin", clusters[0], len(clusters) * 512, 0, True, 0x20), None)
    volume = trick("unknown")  # a critical kind of entry nobody knows
    volume.enter("", b"\x86" + bytes(31), None)
    volume = trick("benign")
    volume.enter("", b"\xa0" + bytes(31), None)


def seeds(out):
    """For the fuzz target: boot sector, first sector of the FAT, then the heap as far as there is something in it."""
    table = struct.pack("<128H", *[upper_unit(u) for u in range(128)]) + struct.pack("<2H", 0xFFFF, 0x10000 - 128)
    for name, cluster, how in (("rows", 512, None), ("chains", 512, random.Random(1)), ("large-clusters", 2048, random.Random(2))):
        path = "%s/%s" % (out, name)
        make_volume(path, 1024 * 1024, 512, cluster, 1, 0, "SEED", 0, table)
        volume = Volume(path)
        volume.mkdir("MICRO2", how)
        volume.add("gone and gone and gone.txt", b"", None)
        volume.add("MICRO2/a.txt", contents(1, 700), how)
        volume.add("MICRO2/b.bin", contents(2, 1300), how, 600)
        volume.delete("gone and gone and gone.txt")
        data = volume.raw(0, 512) + volume.raw(volume.fats[0], 512) + volume.raw(volume.heap_at, 1024 * 1024).rstrip(b"\0")
        with open(path, "wb") as f:
            f.write(data)


def write_list(image, offset, path):
    lines = ["%s\t%d\t%08x\n" % (name, len(data), zlib.crc32(data)) for name, data in Volume(image, offset).walk()]
    with open(path, "w", encoding="utf-8", errors="surrogatepass") as f:
        f.writelines(sorted(lines))


def check(out):
    for name in sorted(os.listdir(out)):
        if name.endswith(".img"):
            stem = "%s/%s" % (out, name[:-4])
            there = {"%s\t%d\t%08x" % (n, len(d), zlib.crc32(d)) for n, d in Volume(stem + ".img").walk()}
            with open(stem + ".list", encoding="utf-8", errors="surrogatepass") as f:
                missing = set(f.read().split("\n")) - there - {""}
            assert not missing, "%s: not there, or not as it was: %s" % (name, sorted(missing))


def agree(out):
    """Damaged images: what was read of them, if not what was there before, this reading reads as well."""
    for name in sorted(os.listdir(out)):
        if name.endswith(".img"):
            volume = Volume("%s/%s" % (out, name), 0, False)
            with open("%s/%s.list" % (out, name[:-4]), encoding="utf-8") as f:
                for line in f:
                    path, size, crc = line.rstrip("\n").split("\t")
                    data = volume.read(path)
                    assert len(data) == int(size) and "%08x" % zlib.crc32(data) == crc, "%s: %s" % (name, path)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
        tricks(sys.argv[2])
    elif sys.argv[1] == "seeds":
        seeds(sys.argv[2])
    elif sys.argv[1] == "agree":
        agree(sys.argv[2])
    elif sys.argv[1] == "list":
        write_list(sys.argv[2], int(sys.argv[3]), "/dev/stdout")
    else:
        check(sys.argv[2])
