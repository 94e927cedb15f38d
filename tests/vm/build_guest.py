"""Builds the guest of tests/vm: a small Debian with its stock kernel, without any driver that could read a stick.

    build_guest.py --out build/vm

leaves there vmlinux, initrd and root.img (no programs of ours: those come in with each run). Works as root and without;
takes some minutes and network, once: what is there is kept while this file and the files of guest/ stay the same."""
import argparse
import fnmatch
import glob
import hashlib
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SUITE = "bookworm"
PACKAGES = """busybox-static espeak-ng-data fonts-materialdesignicons-webfont fonts-noto-core fonts-symbola kmod libcairo2 libdrm2
    libespeak-ng1 libfribidi0 libjansson4 liblua5.4-0 libmd4c0 libpangocairo-1.0-0 libqrencode4 libsdl2-2.0-0 libsdl2-ttf-2.0-0 libseccomp2 libsodium23 libsqlite3-0 libsystemd0 libunibreak1
    libusb-1.0-0 systemd-sysv udev usbutils""".split()
LEFT_OUT = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/fonts/truetype/noto/*",
            "/usr/share/icons/*", "/usr/share/bug/*", "/usr/share/lintian/*"]
TAKEN_IN = ["/usr/share/fonts/truetype/noto/%s-*" % f for f in
            ("NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansDevanagari", "NotoSansSymbols2", "NotoSansMath")]
# The kernel's modules, with what they need. Storage, file systems of sticks, network, sound are not there (T12, T14); the drivers
# of keyboards and mice are: that a keyboard in the slot stays dead must be the work of the rules, not of a missing driver.
BOOT_MODULES = ["virtio_pci", "virtio_blk", "ext4", "crc32c_generic"]
MODULES = BOOT_MODULES + ["virtio_console", "virtio_rng", "virtio-gpu", "xhci_pci", "ehci_pci", "uhci_hcd", "usbhid", "hid_generic", "evdev", "uinput"]
# What reads a stick as the kernel does, for one comparison at the end of a run: an image of its own, which no one else mounts.
RAW_MODULES = ["usb-storage", "sd_mod"]
NEVER = ["usb-storage", "uas", "vfat", "exfat", "fat", "msdos", "sd_mod"]
ROOT_BYTES, RAW_BYTES = 900 << 20, 8 << 20


def run(*args, **more):
    return subprocess.run(args, check=True, **more)


def recipe():
    """A word for all that decides what comes out."""
    h = hashlib.sha256()
    for path in [__file__] + sorted(glob.glob(os.path.join(HERE, "guest", "*"))):
        h.update(os.path.basename(path).encode() + b"\0" + open(path, "rb").read())
    return h.hexdigest()


def bootstrap(tar):
    options = ["--dpkgopt=path-exclude=%s" % p for p in LEFT_OUT] + ["--dpkgopt=path-include=%s" % p for p in TAKEN_IN]
    run("mmdebstrap", "--quiet", "--variant=minbase", "--include=" + ",".join(PACKAGES), *options, SUITE, tar)


def fetch_kernel(folder):
    """Debian's own package, unpacked without its scripts: no initramfs-tools, no boot loader."""
    about = run("apt-cache", "depends", "linux-image-amd64", capture_output=True, text=True).stdout
    name = re.search(r"Depends: (linux-image-\S+)", about).group(1)
    run("apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", name, cwd=folder, stdout=subprocess.DEVNULL)
    run("dpkg-deb", "-x", glob.glob(os.path.join(folder, "linux-image-*.deb"))[0], os.path.join(folder, "kernel"))
    return name[len("linux-image-"):]


def unpack_vmlinux(bzimage, out):
    """The ELF inside: booted directly, it saves the emulator the decompression."""
    image = open(bzimage, "rb").read()
    for at in (m.start() for m in re.finditer(re.escape(b"\xfd7zXZ\0"), image)):
        try:
            elf = lzma.LZMADecompressor().decompress(image[at:])
        except lzma.LZMAError:
            continue
        if elf[:4] == b"\x7fELF":
            with open(out, "wb") as f:
                f.write(elf)
            return
    sys.exit("build_guest: %s: no xz-packed kernel inside; look how this kernel is packed" % bzimage)


def module_file(lib, name):
    """Its path below lib; None where it is built in."""
    pattern = re.sub("[-_]", "[-_]", name) + ".ko*"
    found = [os.path.relpath(os.path.join(d, f), lib) for d, _, files in os.walk(lib) for f in fnmatch.filter(files, pattern)]
    return found[0] if found else None


def with_needs(lib, names):
    """The files of these modules and of all they need, each after its needs."""
    needs = {}
    for line in open(os.path.join(lib, "modules.dep")):
        path, rest = line.split(":")
        needs[path] = rest.split()
    built_in = open(os.path.join(lib, "modules.builtin")).read()
    order = []
    for name in names:
        path = module_file(lib, name)
        if path is None and not re.search("/%s.ko" % re.sub("[-_]", "[-_]", name), built_in):
            sys.exit("build_guest: the kernel has no module '%s'; correct MODULES" % name)
        for one in list(reversed(needs[path])) + [path] if path else []:
            if one not in order:
                order.append(one)
    return order


def take_modules(kernel, version, root):
    """Copies the modules of the list into root; returns those the initrd loads and those of the comparison, in order."""
    lib, into = os.path.join(kernel, "lib/modules", version), os.path.join(root, "lib/modules", version)
    run("depmod", "-b", kernel, version)
    for path in with_needs(lib, MODULES):
        os.makedirs(os.path.dirname(os.path.join(into, path)), exist_ok=True)
        shutil.copy(os.path.join(lib, path), os.path.join(into, path))
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        shutil.copy(os.path.join(lib, name), into)
    first = [os.path.join(into, p) for p in with_needs(lib, BOOT_MODULES)]
    run("depmod", "-b", root, version)
    for name in NEVER:
        if module_file(into, name):
            sys.exit("build_guest: module '%s' came in as a need of another; a guest must not have it" % name)
    return first, [os.path.join(lib, p) for p in with_needs(lib, RAW_MODULES) if not os.path.exists(os.path.join(into, p))]


def number(modules, folder):
    for i, path in enumerate(modules):
        shutil.copy(path, os.path.join(folder, "%02d.ko" % i))


def make_image(folder, image, size):
    with open(image, "wb") as f:
        f.truncate(size)
    run("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", folder, image)


def make_initrd(work, root, modules, out):
    top = os.path.join(work, "initrd")
    for d in ("bin", "modules", "proc", "sys", "dev", "root", "programs"):
        os.makedirs(os.path.join(top, d))
    shutil.copy(os.path.join(root, "bin/busybox"), os.path.join(top, "bin/busybox"))
    shutil.copy(os.path.join(HERE, "guest", "init"), os.path.join(top, "init"))
    os.chmod(os.path.join(top, "init"), 0o755)
    number(modules, os.path.join(top, "modules"))
    with open(out, "wb") as f:
        run("sh", "-c", "find . | cpio --quiet -o -H newc -R 0:0", cwd=top, stdout=f)


def furnish(root):
    """What is no package: the harness's ends in the guest, and a Debian that stays quiet."""
    shutil.copy(os.path.join(HERE, "guest", "agent"), os.path.join(root, "usr/local/sbin/agent"))
    units = os.path.join(root, "etc/systemd/system")
    for unit in ("vm-agent.service", "vm-touch.service"):
        shutil.copy(os.path.join(HERE, "guest", unit), os.path.join(units, unit))
        os.symlink("../" + unit, os.path.join(units, "multi-user.target.wants", unit))
    for name in ("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer", "systemd-timesyncd.service",
                 "systemd-networkd-wait-online.service", "systemd-pstore.service", "e2scrub_reap.service", "getty@tty1.service", "getty.target",
                 "serial-getty@ttyS0.service", "systemd-update-utmp.service", "systemd-update-utmp-runlevel.service", "systemd-hwdb-update.service",
                 "systemd-logind.service"):
        link = os.path.join(units, name)
        if os.path.lexists(link):
            os.remove(link)
        os.symlink("/dev/null", link)
    for path, text in (("etc/hostname", "station\n"), ("etc/machine-id", "0" * 31 + "1\n")):
        with open(os.path.join(root, path), "w") as f:
            f.write(text)


def in_fakeroot(work, version, out):
    """Everything that needs owners of files to be kept, of which fakeroot keeps count where we are not root."""
    root = os.path.join(work, "root")
    os.mkdir(root)
    run("tar", "-xf", os.path.join(work, "root.tar"), "-C", root, "--exclude=./dev/*", "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*")
    first, raw = take_modules(os.path.join(work, "kernel"), version, root)
    furnish(root)
    make_initrd(work, root, first, os.path.join(out, "initrd"))
    make_image(root, os.path.join(out, "root.img"), ROOT_BYTES)
    os.mkdir(os.path.join(work, "raw"))
    number(raw, os.path.join(work, "raw"))
    make_image(os.path.join(work, "raw"), os.path.join(out, "raw.img"), RAW_BYTES)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        in_fakeroot(*args.inside, args.out)
        return
    mark = os.path.join(args.out, "recipe")
    if os.path.exists(mark) and open(mark).read() == recipe():
        return
    shutil.rmtree(args.out, ignore_errors=True)
    os.makedirs(args.out)
    with tempfile.TemporaryDirectory(prefix="m2-guest-") as work:
        os.chmod(work, 0o755)
        bootstrap(os.path.join(work, "root.tar"))
        version = fetch_kernel(work)
        unpack_vmlinux(os.path.join(work, "kernel/boot/vmlinuz-" + version), os.path.join(args.out, "vmlinux"))
        run("fakeroot", sys.executable, __file__, "--out", args.out, "--inside", work, version)
    with open(mark, "w") as f:
        f.write(recipe())


if __name__ == "__main__":
    main()
