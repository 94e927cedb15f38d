"""What a board gets besides the programs, as `cmake --install` puts it: units, users, rules (T12, T56). Units are weighed by
systemd's own scale, which needs no running systemd."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import fixture

MARKS = {"micro2-station.service": 15, "micro2-stickd.service": 10}  # tenths of an exposure score


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="m2image-")
        build = os.path.dirname(fixture.BIN)
        subprocess.run(["cmake", "--install", build, "--component", "image"], check=True, capture_output=True,
                       env=dict(os.environ, DESTDIR=cls.root))
        cls.files = [os.path.join(d, f) for d, _, names in os.walk(cls.root) for f in names]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def path(self, end):
        return next(f for f in self.files if f.endswith("/" + end))

    def text(self, end):
        with open(self.path(end)) as f:
            return f.read()

    def values(self, unit, key):
        return re.findall(r"(?m)^%s=(.*)$" % key, self.text(unit))

    def test_T56_exposure_of_each_program_is_under_its_mark(self):
        for name, mark in MARKS.items():
            said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=%d" % mark, self.path(name)],
                                  capture_output=True, text=True)
            print(re.search(r"Overall.*?: *([0-9.]+)", said.stdout).group(0))
            self.assertEqual(said.returncode, 0, said.stdout)

    def test_systemd_knows_every_word_of_the_units(self):
        units = [f for f in self.files if f.endswith((".service", ".socket"))]
        self.assertEqual(len(units), 3)
        said = subprocess.run(["systemd-analyze", "verify", "--man=no", "--root=" + self.root] + [u[len(self.root):] for u in units],
                              capture_output=True, text=True).stderr
        for line in said.splitlines():  # the targets of a whole system are not in this folder
            self.assertRegex(line, r"Unit \S+\.(target|slice|socket) not found")

    def test_every_program_and_file_that_is_named_is_there(self):
        named = []
        for name in MARKS:
            named += [w for w in self.values(name, "ExecStart")[0].split() if w.startswith("/")]
        named += re.findall(r'"([^" ]+) (?:judge|admit) \S+ ([^" ]+)"', self.text("90-micro2-usb.rules"))
        named = [w for n in named for w in ([n] if isinstance(n, str) else n)]
        named = [w for w in named if not w.startswith(("/run/", "/var/"))]
        self.assertEqual({os.path.basename(w) for w in named}, {"micro2-station", "micro2-stickd", "micro2-admit", "slot"})
        for w in named:
            self.assertTrue(os.path.exists(self.root + w), w)
        self.assertTrue(os.access(self.path("micro2-voice"), os.X_OK))

    def test_station_and_stick_reader_meet_at_one_door_that_only_the_station_opens(self):
        door = self.values("micro2-stickd.socket", "ListenSequentialPacket")[0]
        self.assertIn("--stickd " + door, self.values("micro2-station.service", "ExecStart")[0])
        self.assertEqual(self.values("micro2-stickd.socket", "SocketGroup"), ["station"])
        self.assertEqual(self.values("micro2-stickd.socket", "SocketMode"), ["0660"])
        for name, user in (("micro2-station.service", "station"), ("micro2-stickd.service", "stick")):
            self.assertEqual(self.values(name, "User"), [user])
            self.assertRegex(self.text("sysusers.d/micro2.conf"), r"(?m)^u %s +-" % user)

    def test_T10_both_come_back_within_three_seconds_however_often_they_fall(self):
        for name in MARKS:
            self.assertEqual(self.values(name, "Restart"), ["always"])
            self.assertLessEqual(int(self.values(name, "RestartSec")[0]), 3)
            self.assertEqual(self.values(name, "StartLimitIntervalSec"), ["0"])
        self.assertEqual(self.values("micro2-stickd.service", "WatchdogSec"), ["300"])  # one that hangs; slow sticks take minutes

    def test_the_station_may_use_display_input_and_sound_however_late_their_drivers_come(self):
        self.assertEqual(self.values("micro2-station.service", "DeviceAllow"), ["char-226 rw", "char-13 rw", "char-116 rw", "/dev/tty1 rw"])

    def test_T12_the_reader_has_no_family_no_right_and_no_device_but_those_it_needs(self):
        def s(key):
            return self.values("micro2-stickd.service", key)
        self.assertEqual(s("RestrictAddressFamilies"), ["AF_UNIX AF_NETLINK"])
        self.assertEqual(s("CapabilityBoundingSet"), [""])
        self.assertEqual(s("DeviceAllow"), ["char-usb_device rw"])
        self.assertEqual(s("BindPaths"), ["/dev/bus/usb"])
        self.assertEqual(s("TemporaryFileSystem"), ["/:ro"])
        self.assertNotIn("strict", s("ProtectSystem"))  # which would put the host's files back in its place
        # Before the module is there, char-usb_device names nothing, and no stick could be opened.
        self.assertIn("modprobe@usbcore.service", s("After")[0])
        self.assertEqual(s("Wants"), ["modprobe@usbcore.service"])
        self.assertIn("d /dev/bus/usb 0755 root root", self.text("tmpfiles.d/micro2.conf"))  # or it does not start before USB does

    def test_T12_the_kernel_lets_no_device_in_by_itself_and_has_no_driver_for_sticks(self):
        words = self.text("modprobe.d/micro2.conf")
        self.assertIn("options usbcore authorized_default=0", words)
        for driver in ("usb_storage", "uas"):
            self.assertIn("install %s /bin/false" % driver, words)
        rules = self.text("90-micro2-usb.rules")
        self.assertIn('ATTR{authorized_default}="0"', rules)
        self.assertLess(rules.index('GROUP="root", MODE="0600"'), rules.index('GROUP="stick"'))


if __name__ == "__main__":
    fixture.main()
