"""Modified condition/decision coverage of a folder of firmware, measured and demanded to be 100 % (THREATS T33).

    python3 tests/mcdc.py [--build DIR]

Builds firmware/trust with clang's -fcoverage-mcdc beside its unit tests, runs these and asks llvm-cov: each condition of
each decision must have been seen deciding it alone, true and false, with all conditions behind a short cut held still or
masked (masking MC/DC). A decision of one condition must have come out both ways. Nothing is excluded; what cannot be
reached does not belong into the folder. Fails below 100 % and names what is missing.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "firmware" / "trust"
TESTS = ("keys", "minisig", "seal", "trustlist", "counter")
EXCERPT_MAX = 100
CLANG, PROFDATA, COV = "clang-19", "llvm-profdata-19", "llvm-cov-19"
COVERED = ["-Werror", "-fprofile-instr-generate", "-fcoverage-mapping", "-fcoverage-mcdc"]  # a warning: a decision it cannot measure


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if done.returncode != 0:
        sys.exit(f"mcdc: '{' '.join(str(w) for w in words[:3])} …' failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def flags(what, *packages):
    return run("pkg-config", what, *packages).split()


def build(build_dir):
    """The test programs, with the folder's sources covered and all others plain."""
    common = ["-std=c11", "-g", "-O1", "-D_GNU_SOURCE", '-DM2_VERSION="0"', f"-I{ROOT}/firmware", f"-I{ROOT}/tests",
              f'-DM2_SOURCE_DIR="{ROOT}"', f'-DM2_TEST_DATA="{ROOT}/tests/data"']
    common += flags("--cflags", "libsodium", "cmocka", "jansson")
    libs = flags("--libs", "libsodium", "cmocka", "jansson") + ["-lpthread", "-lm"]
    plain = sorted((ROOT / "firmware" / "base").glob("*.c")) + [ROOT / "tests" / "unit" / "test_main.c"]
    plain += [ROOT / "tests" / "fakes" / "failing_io.c"]
    jobs = [(source, []) for source in plain] + [(source, COVERED) for source in sorted(FOLDER.glob("*.c"))]
    jobs += [(ROOT / "tests" / "unit" / f"test_{name}.c", []) for name in TESTS]

    def compile_one(job):
        out = build_dir / f"{job[0].parent.name}_{job[0].stem}.o"
        run(CLANG, *common, *job[1], "-c", job[0], "-o", out)
        return out

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, jobs))
    shared, tests = objects[:-len(TESTS)], objects[-len(TESTS):]
    for name, test in zip(TESTS, tests):
        run(CLANG, "-fprofile-instr-generate", test, *shared, f"@{ROOT}/tests/fakes/failing_io.wraps", *libs, "-o", build_dir / name)


def measure(build_dir):
    """llvm-cov's words about the folder after all tests ran."""
    env = {**os.environ, "LLVM_PROFILE_FILE": str(build_dir / "%p.profraw"), "TMPDIR": str(build_dir)}
    for old in build_dir.glob("*.profraw"):
        old.unlink()
    for name in TESTS:
        run(build_dir / name, env=env)
    run(PROFDATA, "merge", "-o", build_dir / "profile", *build_dir.glob("*.profraw"))
    more = [word for name in TESTS[1:] for word in ("-object", build_dir / name)]
    text = run(COV, "export", "-instr-profile", build_dir / "profile", build_dir / TESTS[0], *more, "-sources", FOLDER)
    return json.loads(text)["data"][0]["files"]


def excerpt(lines, region):
    """The source text of a region, on one line."""
    first, column, last, end = region[:4]
    text = lines[first - 1:last]
    text[-1] = text[-1][:end - 1]
    text[0] = text[0][column - 1:]
    words = " ".join(" ".join(text).split())
    return words if len(words) <= EXCERPT_MAX else words[:EXCERPT_MAX - 1] + "…"


def missing(entry):
    """What one file lacks, as sentences; and its counts: conditions, of them shown, outcomes, of them seen."""
    path = pathlib.Path(entry["filename"])
    lines, said = path.read_text().splitlines(), []
    shown = total = seen = 0
    for record in entry["mcdc_records"]:
        conditions = [b for b in entry["branches"] if inside(record, b)]
        for i, good in enumerate(record[-1]):
            total, shown = total + 1, shown + good
            if not good:
                what = excerpt(lines, conditions[i]) if len(conditions) == len(record[-1]) else f"condition {i + 1}"
                said.append(f"{path.name}:{record[0]}: no two runs where only '{what}' decides '{excerpt(lines, record)}'")
    for branch in entry["branches"]:
        seen += (branch[4] > 0) + (branch[5] > 0)
        for outcome, count in (("true", branch[4]), ("false", branch[5])):
            if not count:
                said.append(f"{path.name}:{branch[0]}: '{excerpt(lines, branch)}' was never {outcome}")
    return said, total, shown, 2 * len(entry["branches"]), seen


def inside(region, part):
    return tuple(region[:2]) <= tuple(part[:2]) and tuple(part[2:4]) <= tuple(region[2:4])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", type=pathlib.Path, help="keep the programs and the profile in this folder")
    given = options.parse_args()
    absent = [tool for tool in (CLANG, PROFDATA, COV) if not shutil.which(tool)]
    if absent:
        sys.exit(f"mcdc: {', '.join(absent)} not here; `tools/dev setup` installs it")
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the tests sync a lot
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        where = given.build or pathlib.Path(scratch)
        where.mkdir(parents=True, exist_ok=True)
        build(where)
        files = measure(where)
    sentences, sums = [], [0, 0, 0, 0]
    print(f"{'file':14} {'conditions':>10} {'shown':>6} {'outcomes':>9} {'seen':>6}")
    for entry in files:
        said, *counts = missing(entry)
        sentences += said
        sums = [a + b for a, b in zip(sums, counts)]
        print(f"{pathlib.Path(entry['filename']).name:14} {counts[0]:10} {counts[1]:6} {counts[2]:9} {counts[3]:6}")
    print(f"{'all':14} {sums[0]:10} {sums[1]:6} {sums[2]:9} {sums[3]:6}")
    absent = {p.name for p in FOLDER.glob("*.c")} - {pathlib.Path(e["filename"]).name for e in files}
    sentences += [f"{name}: not measured" for name in sorted(absent)]
    if sentences:
        print("\n".join(sentences))
        sys.exit(f"mcdc: below 100 %: {len(sentences)} missing")
    print("mcdc: 100 %")


if __name__ == "__main__":
    main()
