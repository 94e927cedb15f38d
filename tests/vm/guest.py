"""A guest of build_guest.py under qemu, without KVM: boots, runs commands in it, plugs sticks, touches and photographs its screen."""
import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import usbredir  # noqa: E402
from station import Station  # noqa: E402

BOOT_S = 300  # emulated, on a busy machine
WAITS_S = 120
OFFICE_S = 600  # its programs, emulated
OFFICE_DIR = "/opt/office"
PORTS = ("agent", "drive", "touch")
KERNEL_WORDS = ("root=/dev/vda rw console=ttyS0 mitigations=off panic=-1 lpj=4000000 tsc=reliable no_timer_check cryptomgr.notests quiet "
                "vt.global_cursor_default=0 systemd.show_status=0 systemd.journald.forward_to_console=1 systemd.unit=multi-user.target")


class GuestError(Exception):
    pass


def tree_image(tree, image):
    """An image a guest mounts, of a folder."""
    size = sum(os.lstat(os.path.join(d, f)).st_size for d, _, files in os.walk(tree) for f in files)
    with open(image, "wb") as f:
        f.truncate(size * 5 // 4 + (8 << 20))
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", tree, image], check=True)


class Port:
    """One end of a virtio-serial port or of QMP: lines of text."""

    def __init__(self, path, until):
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > until:
                    raise GuestError("%s: nobody there" % path)
                time.sleep(0.02)
        self.file = self.socket.makefile("rwb")

    def say(self, line):
        self.file.write(line.encode() + b"\n")
        self.file.flush()

    def hear(self, seconds):
        self.socket.settimeout(seconds)
        try:
            line = self.file.readline()
        except socket.timeout:
            raise GuestError("no answer within %d s" % seconds)
        if not line:
            raise GuestError("the guest is gone")
        return line.decode()


class Guest:
    """programs: a folder laid out as a package installs it; it is there when systemd starts. Use as a context manager."""

    def __init__(self, built, programs, work, memory_mb=512):
        self.work, self.n_drives, self.ours = work, 0, {}
        image = os.path.join(work, "programs.img")
        tree_image(programs, image)
        command = ["qemu-system-x86_64", "-M", "pc,i8042=off", "-accel", "tcg", "-cpu", "qemu64", "-m", str(memory_mb), "-smp", "2", "-nodefaults",
                   "-no-user-config", "-display", "none", "-no-reboot", "-S", "-kernel", os.path.join(built, "vmlinux"),
                   "-initrd", os.path.join(built, "initrd"), "-append", KERNEL_WORDS,
                   "-drive", "file=%s,if=virtio,format=raw,snapshot=on" % os.path.join(built, "root.img"),
                   "-drive", "file=%s,if=virtio,format=raw,readonly=on" % image,
                   "-drive", "file=%s,if=virtio,format=raw,readonly=on" % os.path.join(built, "raw.img"),
                   "-serial", "file:" + os.path.join(work, "serial.log"), "-qmp", "unix:%s,server=on,wait=off" % self.path("qmp"),
                   "-vga", "none", "-device", "virtio-gpu-pci", "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
                   "-device", "qemu-xhci,id=xhci", "-device", "usb-ehci,id=ehci"]
        for name in PORTS:
            command += ["-chardev", "socket,id=%s,path=%s,server=on,wait=off" % (name, self.path(name)),
                        "-device", "virtserialport,chardev=%s,name=%s" % (name, name)]
        self.said = open(self.path("qemu.log"), "w+")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said)
        try:
            until = time.monotonic() + WAITS_S
            self.qmp_port = Port(self.path("qmp"), until)
            self.ports = {name: Port(self.path(name), until) for name in PORTS}
            self.qmp_port.hear(WAITS_S)
            self.qmp("qmp_capabilities")
        except Exception:
            self.close()
            raise

    def path(self, name):
        return os.path.join(self.work, name)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()

    def close(self):
        """Ends qemu; what its disks held is gone, the sticks' images are whole."""
        for device in self.ours.values():
            device.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(WAITS_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.said.close()

    # --- the machine

    def qmp(self, command, **arguments):
        self.qmp_port.say(json.dumps({"execute": command, "arguments": arguments}))
        while True:
            answer = json.loads(self.qmp_port.hear(WAITS_S))
            if "error" in answer:
                raise GuestError("%s: %s" % (command, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]  # what comes between are events

    def screendump(self, path):
        self.qmp("screendump", filename=os.path.abspath(path), format="png")

    def plug(self, image, bus="xhci", serial="TEST0001", bytes_per_s=0):
        """A stick of this image, read as slowly as asked for; returns its name for pull()."""
        self.n_drives += 1
        name = "stick%d" % self.n_drives
        self.qmp("object-add", **{"qom-type": "throttle-group", "id": name + "-speed", "limits": {"bps-read": bytes_per_s}})
        self.qmp("blockdev-add", **{"driver": "throttle", "node-name": name, "throttle-group": name + "-speed",
                                    "file": {"driver": "file", "filename": os.path.abspath(image)}})
        self.qmp("device_add", driver="usb-storage", id=name, drive=name, serial=serial, bus=bus + ".0")
        return name

    def plug_device(self, driver, bus="xhci"):
        self.n_drives += 1
        name = "device%d" % self.n_drives
        self.qmp("device_add", driver=driver, id=name, bus=bus + ".0")
        return name

    def plug_ours(self, interfaces, bus="xhci", product=1):
        """A device of usbredir.py; returns its name for pull(), and the device."""
        self.n_drives += 1
        name = "ours%d" % self.n_drives
        self.ours[name] = device = usbredir.Device(self.path(name), interfaces, product)
        self.qmp("chardev-add", id=name, backend={"type": "socket", "data": {
            "addr": {"type": "unix", "data": {"path": self.path(name)}}, "server": False}})
        self.qmp("device_add", driver="usb-redir", id=name, chardev=name, bus=bus + ".0")
        return name, device

    def reads(self, name):
        """How often something was read of a stick of plug()."""
        return sum(one["stats"]["rd_operations"] for one in self.qmp("query-blockstats") if one.get("node-name") == name)

    def pull(self, name):
        self.qmp("device_del", id=name)
        until = time.monotonic() + WAITS_S
        while name.startswith("stick"):  # its image is free once nobody uses it
            try:
                self.qmp("blockdev-del", **{"node-name": name})
                return
            except GuestError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        if name in self.ours:
            self.ours.pop(name).close()

    # --- inside

    def sh(self, command, seconds=WAITS_S, must=True):
        """What a root shell in the guest says to a command; GuestError where its exit code is not 0."""
        self.ports["agent"].say(base64.b64encode(command.encode()).decode())
        code, said = (self.ports["agent"].hear(seconds).split() + [""])[:2]
        said = base64.b64decode(said).decode("utf-8", "replace").rstrip("\n")
        if must and code != "0":
            raise GuestError("'%s' in the guest: %s: %s" % (command, code, said))
        return said

    def boot(self):
        """Switches it on: what was plugged before is in its ports from the first moment."""
        self.qmp("cont")
        self.sh("true", BOOT_S)

    def take_kernels_driver(self):
        """The guest gets the kernel's own storage driver; nobody of ours may read sticks any more."""
        self.sh("systemctl stop micro2-stickd.socket micro2-stickd.service; mount -o ro /dev/vdc /mnt && for m in /mnt/*.ko; do insmod $m; done")

    def plug_disk(self, image, bus="xhci", bytes_per_s=0):
        """A stick that the kernel's own driver makes /dev/sda of; returns its name for pull_disk()."""
        name = self.plug(image, bus, bytes_per_s=bytes_per_s)
        self.sh("until [ -b /dev/sda ]; do sleep 0.1; done")
        return name

    def pull_disk(self, name):
        self.pull(name)
        self.sh("while [ -b /dev/sda ]; do sleep 0.1; done")

    def office(self, command, **how):
        """What the office's program says in the guest, run with the libraries it was built with: those of this machine."""
        return self.sh("cd %s && ./ld --library-path . ./micro2 %s 2>&1 </dev/null" % (OFFICE_DIR, command), OFFICE_S, **how)

    def read_raw(self, image, bus, megabytes, bytes_per_s=0):
        """MB/s of that driver, with a stick as fast as plug() makes it."""
        name = self.plug_disk(image, bus, bytes_per_s)
        said = self.sh("dd if=/dev/sda of=/dev/null bs=1M count=%d iflag=direct" % megabytes)
        self.pull_disk(name)
        moved, seconds = re.search(r"(\d+) bytes.*?, ([\d.]+) s,", said, re.S).groups()
        return int(moved) / float(seconds) / 1e6

    def touch(self, words):
        """down X Y, move X Y, up, tap X Y."""
        self.ports["touch"].say(words)
        said = self.ports["touch"].hear(WAITS_S)
        if said != "ok\n":
            raise GuestError("touch: %s" % said)


class GuestStation(Station):
    """The station in the guest, through its own door."""

    def __init__(self, guest):
        self.port = guest.ports["drive"]

    def ask(self, **command):
        self.port.say(json.dumps(command, ensure_ascii=False))
        answer = json.loads(self.port.hear(WAITS_S))
        if not answer.get("ok"):
            raise GuestError("%s: %s" % (command, answer.get("error")))
        return answer


DRIVEN = """# The deployed unit, with its driver on a port of the harness. Descriptor 3 holds its terminal, as 0 does without us.
[Unit]
BindsTo=dev-virtio\\x2dports-drive.device
After=dev-virtio\\x2dports-drive.device vm-touch.service

[Service]
ExecStart=
ExecStart=/bin/sh -c 'exec %s --drive - 3<&0 <>/dev/virtio-ports/drive >&0'
DeviceAllow=char-virtio-portsdev rw
"""


def enable(tree):
    """What `systemctl enable` does with the units of a tree."""
    units = os.path.join(tree, "usr/lib/systemd/system")
    for name in sorted(os.listdir(units)):
        with open(os.path.join(units, name)) as f:
            targets = re.findall(r"^WantedBy=(\S+)", f.read(), re.M)
        for target in targets:
            wants = os.path.join(tree, "etc/systemd/system", target + ".wants")
            os.makedirs(wants, exist_ok=True)
            os.symlink("/usr/lib/systemd/system/" + name, os.path.join(wants, name))


def drive(tree):
    """The station's unit gets a port of the harness as its driver; all else of it stays."""
    with open(os.path.join(tree, "usr/lib/systemd/system/micro2-station.service")) as f:
        command = re.search(r"^ExecStart=(.+)$", f.read(), re.M).group(1)
    folder = os.path.join(tree, "etc/systemd/system/micro2-station.service.d")
    os.makedirs(folder)
    with open(os.path.join(folder, "vm.conf"), "w") as f:
        f.write(DRIVEN % command)


def lay_out_office(tree, build, office):
    """An office, its program, what that calls and its libraries; its computer is not a board, so a folder of its own."""
    program, folder = os.path.join(build, "bin", "micro2"), tree + OFFICE_DIR
    shutil.copytree(office, os.path.join(folder, "office"))
    shutil.copy(program, folder)
    os.makedirs(os.path.join(tree, "usr", "sbin"), exist_ok=True)
    for maker in ("mkfs.vfat", "mkfs.exfat"):
        shutil.copy("/usr/sbin/" + maker, os.path.join(tree, "usr", "sbin"))
    said = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    for library in re.findall(r"(/\S+) \(0x", said):
        shutil.copy(library, os.path.join(folder, "ld" if "/ld-" in library else ""))


def lay_out(tree, build):
    """What `cmake --install` puts on a board, enabled, and the harness's own ends, below tree."""
    subprocess.run(["cmake", "--install", build, "--component", "image", "--strip"], check=True, env=dict(os.environ, DESTDIR=tree), stdout=subprocess.DEVNULL)
    shutil.copytree(os.path.join(HERE, "deploy"), tree, dirs_exist_ok=True)
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", os.path.join(tree, "usr/local/sbin/touch-screen"),
                    os.path.join(HERE, "touch.c")], check=True)
    enable(tree)
    drive(tree)
