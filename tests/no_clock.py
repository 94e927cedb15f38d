"""No decision about trust reads the clock (THREATS T8, R4): shown by the symbols of the built library.

    python3 tests/no_clock.py libm2_trust.a libm2_base.a

No object of the first library may call for the time, nor may any object of the second that it reaches, however far.
"""
import re
import subprocess
import sys

CLOCKS = re.compile(r"(clock|clock_.*|time|ftime|gettimeofday|timespec_get|(local|gm)time(_r)?|mktime|timegm|strftime|"
                    r"timer(fd)?_.*|[a-z]*stat(x|64)?_time|utime.*|ntp_.*)$")


def objects(library):
    """Of each object in the library: the symbols it has, and those it calls for."""
    found = {}
    for line in subprocess.run(["nm", "-A", "-P", library], text=True, stdout=subprocess.PIPE, check=True).stdout.splitlines():
        place, symbol, kind = line.split()[:3]
        has, wants = found.setdefault(place.rstrip(":"), (set(), set()))
        (wants if kind in "UwV" else has).add(symbol.split("@")[0])
    return found


def main(judged, helpers):
    reached, helped = objects(judged), objects(helpers)
    if not any("trustlist_verify_update" in has for has, _ in reached.values()):
        sys.exit(f"no_clock: '{judged}' is not the library of trust/")
    if not any(CLOCKS.match(s) for _, wants in helped.values() for s in wants):
        sys.exit(f"no_clock: '{helpers}' reads no clock at all; this test would see nothing")
    while True:
        wanted = {symbol for _, wants in reached.values() for symbol in wants}
        more = {name: parts for name, parts in helped.items() if name not in reached and parts[0] & wanted}
        if not more:
            break
        reached.update(more)
    faults = [f"{name}: calls '{symbol}'" for name, (_, wants) in sorted(reached.items()) for symbol in sorted(wants) if CLOCKS.match(symbol)]
    print("\n".join(faults) or f"no_clock: {len(reached)} objects, none reads a clock")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
