"""Stands for micro2-stickd towards a station: tells what a test wants, and serves a folder as the stick, as slowly as it is told."""
import os
import socket
import struct
import threading

SIZE, READ, OVERWRITE, CREATE, SYNC, STOP = 1, 2, 3, 4, 6, 7
ANSWER, STICK, REFUSED, GONE, COMING = 64, 128, 129, 130, 131
ERR_NOT_FOUND = 6
HEAD = struct.Struct("<4sHHQQIIII")
MESSAGE_MAX = 256 * 1024


class Reader:
    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(path)
        self.listener.listen(1)
        self.listener.settimeout(20)
        self.thread = None

    def tell(self, kind, word="", code=0, ticket=0, number=0, data=b""):
        self.station.send(HEAD.pack(b"M2W1", kind, code, ticket, number, 0, len(word), len(data), 0) + word.encode() + data)

    def __enter__(self):
        return self

    def meet(self):
        self.station = self.listener.accept()[0]

    def __exit__(self, *why):
        if self.thread:
            self.go_on.set()
            self.station.shutdown(socket.SHUT_RDWR)
            self.thread.join()
        self.station.close()
        self.listener.close()

    def serve(self, folder, holds, at):
        """A stick with this folder's files. What lies in the file `holds` from byte `at` on comes once go_on is set."""
        self.folder, self.holds, self.at, self.go_on = folder, holds, at, threading.Event()
        self.thread = threading.Thread(target=self.answer)
        self.thread.start()
        self.tell(STICK, "SLOW")

    def answer(self):
        try:
            while self.one():
                pass
        except OSError:  # the station left
            pass

    def one(self):
        message = self.station.recv(MESSAGE_MAX)
        if not message:
            return False
        _, kind, _, ticket, number, n, name_bytes, _, _ = HEAD.unpack_from(message)
        name = message[HEAD.size:HEAD.size + name_bytes].decode()
        if kind != STOP:
            self.do(kind, os.path.join(self.folder, name), name, ticket, number, n, message[HEAD.size + name_bytes:])
        return True

    def do(self, kind, path, name, ticket, number, n, data):
        if kind in (SIZE, READ, OVERWRITE) and not os.path.isfile(path):
            return self.tell(ANSWER, code=ERR_NOT_FOUND, ticket=ticket, data=b"no such file")
        if kind == SIZE:
            return self.tell(ANSWER, ticket=ticket, number=os.path.getsize(path))
        if kind == SYNC:
            return self.tell(ANSWER, ticket=ticket)
        assert kind in (READ, OVERWRITE), kind
        with open(path, "r+b") as f:
            f.seek(number)
            if kind == OVERWRITE:
                f.write(data)
                return self.tell(ANSWER, ticket=ticket)
            found = f.read(n)
        if name.endswith(self.holds) and number + len(found) > self.at:
            self.go_on.wait()
        return self.tell(ANSWER, ticket=ticket, data=found)
