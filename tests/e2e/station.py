"""Drives micro2-station through its own door (DESIGN §7): one JSON command a line, one JSON answer a line."""
import json
import os
import subprocess
import tempfile
import time

SOCKET_S = 20


class DriveError(Exception):
    pass


class Station:
    """A station on a virtual clock, headless or in a window of env's display. Use as a context manager; leaving it quits the program."""

    def __init__(self, bin_dir, data, *more, size="1280x800", lang=None, text=None, theme=None, seed=1, clock="virtual",
                 stick=None, stickd=None, run=None, env=None, mm=None, headless=True):
        self.own_run = None
        if run is None:
            self.own_run = tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
            run = self.own_run.name
        args = [os.path.join(bin_dir, "micro2-station"), "--data", data, "--run", run, "--drive", "-",
                "--size", size, "--seed", str(seed)] + ["--headless"] * headless
        for name, value in (("--clock", clock), ("--stick", stick), ("--stickd", stickd), ("--lang", lang), ("--text", text), ("--theme", theme),
                            ("--panel-mm", mm)):
            if value:
                args += [name, str(value)]
        self.log = tempfile.TemporaryFile()  # not a pipe: nobody reads while it runs
        self.process = subprocess.Popen(args + list(more), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, env=env)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            try:
                self.ask(quit=True)
            except (DriveError, BrokenPipeError, OSError):
                pass
        self.close()

    def close(self):
        """Waits for the end; returns the exit code and what was written to stderr."""
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        if self.own_run:
            self.own_run.cleanup()
            self.own_run = None
        if not self.log.closed:
            self.log.seek(0)
            self.said = self.log.read().decode("utf-8", "replace")
            self.log.close()
        return self.process.returncode, self.said

    def assess(self, length):
        """From the home page to the first question, or to where the questions stand; leaves out what is asked about the business."""
        self.tap("assess")
        if self.screen() == "trade":
            self.tap("straight")
        if self.screen() == "length":
            self.tap(length)

    def kill(self):
        self.process.kill()
        return self.close()

    def ask(self, **command):
        """Sends a command, returns the answer; DriveError where ok is false."""
        self.process.stdin.write(json.dumps(command, ensure_ascii=False) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            code, err = self.close()
            raise DriveError("the station ended with %s: %s" % (code, err[-2000:]))
        answer = json.loads(line)
        if not answer.get("ok"):
            raise DriveError("%s: %s" % (command, answer.get("error")))
        return answer

    def tap(self, key=None, **node):
        if key:
            node["key"] = key
        return self.ask(tap=node)

    def tree(self, **how):
        return self.ask(tree=True, **how)["tree"]

    def screen(self):
        return self.tree()["screen"]

    def shot(self, path):
        return self.ask(shot=path)

    def wait(self, ms=5000, **node):
        return self.ask(wait=node, ms=ms)

    def until(self, key, is_new=lambda name: True):
        """The node with that key, once it is there and its name is new; in real time, for what a socket brings: virtual time waits for none."""
        end = time.monotonic() + SOCKET_S
        while True:
            found = [n for n in self.nodes(key=key) if is_new(n["name"])]
            if found:
                return found[0]
            if time.monotonic() > end:
                raise DriveError("no '%s' came in %d s" % (key, SOCKET_S))

    def advance(self, ms):
        return self.ask(advance_ms=ms)

    def nodes(self, tree=None, **match):
        """All nodes of the screen, or of a tree that was asked for, whose fields have these values, in reading order."""
        found = []

        def walk(node):
            if all(node.get(k) == v for k, v in match.items()):
                found.append(node)
            for child in node.get("children", ()):
                walk(child)

        walk((tree or self.tree())["root"])
        return found

    def has(self, **match):
        return bool(self.nodes(**match))
