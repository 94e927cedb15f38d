"""USB devices of our own making in the guest's ports: qemu's usb-redir speaks to them over a socket, in the protocol of
usbredirproto.h. What such a device says of itself, and the moment it goes, are decided here; all that was asked of it is kept."""
import os
import socket
import struct
import threading

HELLO, CONNECT, DISCONNECT, RESET, INTERFACES, ENDPOINTS, SET_CONFIG, GET_CONFIG, CONFIG_STATUS = range(9)
SET_ALT, GET_ALT, ALT_STATUS = 9, 10, 11
START_INTERRUPT, STOP_INTERRUPT, INTERRUPT_STATUS, CANCEL = 15, 16, 17, 21
CONTROL, BULK, INTERRUPT = 100, 101, 103
SUCCESS, STALL, HIGH_SPEED = 0, 4, 2
CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6  # version of the device, packet sizes, tickets of 64 bits, bulk lengths of 32
HEAD_OF_HELLO, HEAD, CONTROL_HEAD, BULK_HEAD = "<III", "<IIQ", "<BBBBHHH", "<BBHIH"
IN, TYPE_CONTROL, TYPE_BULK, TYPE_INTERRUPT, TYPE_NONE = 0x80, 0, 2, 3, 255
GET_DESCRIPTOR, OF_DEVICE, OF_INTERFACE = 6, 0x80, 0x81
MAKER, SECTOR = 0x1209, 512


class Gone(Exception):
    """The device leaves, in the middle of what it does."""


class Interface:
    """One interface: its class, its endpoints as (address, kind, bytes of a packet), what else stands behind its descriptor."""
    KIND, ENDS, EXTRA = (0xff, 0, 0), (), b""

    def describe(self, number):
        own = struct.pack("<BBBBBBBBB", 9, 4, number, 0, len(self.ENDS), *self.KIND, 0) + self.EXTRA
        return own + b"".join(struct.pack("<BBBBHB", 7, 5, address, kind, size, 4) for address, kind, size in self.ENDS)

    def control(self, kind, request, value):
        """The answer; None: it stalls."""
        return None

    def put(self, data):
        raise AssertionError("no bulk endpoint")

    def get(self, n):
        raise AssertionError("no bulk endpoint")


class Keyboard(Interface):
    REPORT = bytes.fromhex("05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508"
                           "150025650507190029658100c0")
    KIND, ENDS = (3, 1, 1), ((0x83, TYPE_INTERRUPT, 8),)
    EXTRA = struct.pack("<BBHBBBH", 9, 0x21, 0x0111, 0, 1, 0x22, len(REPORT))

    def control(self, kind, request, value):
        if (kind, request, value >> 8) == (OF_INTERFACE, GET_DESCRIPTOR, 0x22):
            return self.REPORT
        return None if kind & IN else b""


class Network(Interface):
    """Ethernet as CDC has it, its first interface."""
    KIND, ENDS = (2, 6, 0), ((0x84, TYPE_INTERRUPT, 16),)


class Storage(Interface):
    """A stick with the bytes of an image: SCSI by Bulk-Only Transport. writes(at, bytes) says how many bytes of a write still
    reach the image before the device is gone; None: it goes on."""
    KIND, ENDS = (8, 6, 0x50), ((0x81, TYPE_BULK, 512), (0x02, TYPE_BULK, 512))

    def __init__(self, image, writes=lambda at, data: None):
        self.image, self.writes = image, writes
        self.size = os.path.getsize(image) // SECTOR
        self.answers, self.due, self.data, self.at, self.tag = [], 0, b"", 0, b""

    def control(self, kind, request, value):
        return b"\0" if request == 0xfe else b"" if request == 0xff else None  # how many units; reset

    def pass_on(self, residue=0, failed=0):
        self.answers.append(b"USBS" + self.tag + struct.pack("<IB", residue, failed))

    def put(self, data):
        if self.due:
            self.data += data
            if len(self.data) >= self.due:
                self.write(self.data)
                self.due = 0
                self.pass_on()
            return
        self.tag, n, cdb = data[4:8], struct.unpack_from("<I", data, 8)[0], data[15:31]
        if cdb[0] == 0x2a:
            self.at, self.due, self.data = struct.unpack_from(">I", cdb, 2)[0] * SECTOR, n, b""
            return
        answer = self.answer(cdb)
        if answer is not None and n:
            self.answers.append(answer[:n])
        elif n:
            self.answers.append(b"")
        self.pass_on(n - len((answer or b"")[:n]), answer is None)

    def answer(self, cdb):
        if cdb[0] == 0x28:
            at, n = struct.unpack_from(">I", cdb, 2)[0], struct.unpack_from(">H", cdb, 7)[0]
            with open(self.image, "rb") as f:
                f.seek(at * SECTOR)
                return f.read(n * SECTOR)
        return {0x00: b"", 0x35: b"", 0x1b: b"", 0x1e: b"",
                0x12: b"\0\x80\5\2\x1f\0\0\0" + b"MICRO2  " + b"stick of a test " + b"1   ",
                0x25: struct.pack(">II", self.size - 1, SECTOR),
                0x1a: b"\3\0\0\0",
                0x03: b"\x70\0\5\0\0\0\0\x0a\0\0\0\0\x20" + bytes(5)}.get(cdb[0])  # no such command

    def write(self, data):
        n = self.writes(self.at, data)
        with open(self.image, "r+b") as f:
            f.seek(self.at)
            f.write(data if n is None else data[:n])
        if n is not None:
            raise Gone

    def get(self, n):
        return self.answers.pop(0) if self.answers else None


class Device(threading.Thread):
    """Waits at path for qemu. asked: what was asked of it, by name, besides its descriptors."""

    def __init__(self, path, interfaces, product=1):
        super().__init__(daemon=True)
        self.interfaces, self.product, self.asked = interfaces, product, []
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(path)
        self.door.listen(1)
        self.qemu = None
        self.start()

    def close(self):
        for s in (self.door, self.qemu):
            if s:
                try:
                    s.shutdown(socket.SHUT_RDWR)  # wakes who waits at it
                except OSError:
                    pass
                s.close()
        self.join()

    # --- what it says of itself

    def device(self):
        return struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x200, 0, 0, 0, 64, MAKER, self.product, 0x100, 1, 2, 3, 1)

    def config(self):
        parts = b"".join(one.describe(i) for i, one in enumerate(self.interfaces))
        return struct.pack("<BBHBBBBB", 9, 2, 9 + len(parts), len(self.interfaces), 1, 0, 0x80, 50) + parts

    def descriptor(self, value):
        kind, number = value >> 8, value & 0xff
        if kind == 1:
            return self.device()
        if kind == 2:
            return self.config()
        if kind == 3:
            text = (b"\x09\x04" if number == 0 else ["MICRO2", "Test", "TEST%04d" % self.product][number - 1].encode("utf-16-le"))
            return bytes((2 + len(text), 3)) + text
        return None

    # --- packets

    def say(self, kind, ticket, body, data=b""):
        self.qemu.sendall(struct.pack(HEAD_OF_HELLO if kind == HELLO else HEAD, kind, len(body) + len(data), ticket) + body + data)

    def hear(self, n):
        data = b""
        while len(data) < n:
            more = self.qemu.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def introduce(self):
        n = len(self.interfaces)
        fill = lambda values, rest=0: bytes(values) + bytes([rest]) * (32 - len(values))  # noqa: E731
        self.say(INTERFACES, 0, struct.pack("<I", n) + fill(range(n)) + b"".join(fill([i.KIND[k] for i in self.interfaces]) for k in range(3)))
        ends = {0: (TYPE_CONTROL, 0, 64), 16: (TYPE_CONTROL, 0, 64)}
        for number, one in enumerate(self.interfaces):
            for address, kind, size in one.ENDS:
                ends[(address & 15) + (16 if address & IN else 0)] = (kind, number, size)
        row = [ends.get(i, (TYPE_NONE, 0, 0)) for i in range(32)]
        self.say(ENDPOINTS, 0, bytes(r[0] for r in row) + bytes(4 if r[0] == TYPE_INTERRUPT else 0 for r in row) + bytes(r[1] for r in row) +
                 struct.pack("<32H", *(r[2] for r in row)))
        self.say(CONNECT, 0, struct.pack("<BBBBHHH", HIGH_SPEED, 0, 0, 0, MAKER, self.product, 0x100))

    def run(self):
        try:
            self.qemu, _ = self.door.accept()
            self.say(HELLO, 0, b"micro2 test".ljust(64, b"\0") + struct.pack("<I", CAPABILITIES))
            head = HEAD_OF_HELLO
            while True:
                kind, n, ticket = struct.unpack(head, self.hear(struct.calcsize(head)))
                self.meet(kind, ticket, self.hear(n))
                head = HEAD
        except Gone:
            self.say(DISCONNECT, 0, b"")
        except (EOFError, OSError):
            pass

    def meet(self, kind, ticket, body):
        if kind == HELLO:
            self.introduce()
        elif kind == CONTROL:
            self.meet_control(ticket, body)
        elif kind == BULK:
            self.meet_bulk(ticket, body)
        elif kind == SET_CONFIG:
            self.asked.append("configuration")
            self.say(CONFIG_STATUS, ticket, bytes((SUCCESS, body[0])))
        elif kind == GET_CONFIG:
            self.say(CONFIG_STATUS, ticket, bytes((SUCCESS, 1)))
        elif kind in (SET_ALT, GET_ALT):
            self.say(ALT_STATUS, ticket, bytes((SUCCESS, body[0], 0)))
        elif kind in (START_INTERRUPT, STOP_INTERRUPT):
            self.asked.append("interrupts")
            self.say(INTERRUPT_STATUS, ticket, bytes((SUCCESS, body[0])))

    def meet_control(self, ticket, body):
        end, request, kind, _, value, index, n = struct.unpack_from(CONTROL_HEAD, body)
        if (kind, request) == (OF_DEVICE, GET_DESCRIPTOR):
            answer = self.descriptor(value)
        elif kind & 0x1f == 1 and index < len(self.interfaces):
            self.asked.append("request %02x" % request)
            answer = self.interfaces[index].control(kind, request, value)
        else:  # its state; an endpoint that is to go on
            answer = bytes(2) if kind & IN else b""
        data = (answer or b"")[:n] if kind & IN else b""
        self.say(CONTROL, ticket, struct.pack(CONTROL_HEAD, end, request, kind, STALL if answer is None else SUCCESS, value, index, len(data)), data)

    def meet_bulk(self, ticket, body):
        end, _, low, stream, high = struct.unpack_from(BULK_HEAD, body)
        one = next(i for i in self.interfaces if any(address == end for address, _, _ in i.ENDS))
        self.asked.append("data")
        n, answer = low | high << 16, b""
        if end & IN:
            answer = one.get(n)
            n = len(answer or b"")
        else:
            one.put(body[struct.calcsize(BULK_HEAD):])
        status = STALL if answer is None else SUCCESS
        self.say(BULK, ticket, struct.pack(BULK_HEAD, end, status, n & 0xffff, stream, n >> 16), answer or b"")
