"""Every text of the screens has its words in every language, with the same places in braces, and no word is left over."""
import argparse
import ast
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
KEYWORDS = ["tr", "trc:1c,2", "trn:1,2", "tr_mark:1c,2"]


def entries(text):
    """The entries of a .po text behind its header: dicts of msgctxt, msgid, msgid_plural, msgstr, msgstr[0] …, flags."""
    found = []
    for block in text.split("\n\n"):
        entry, field = {"flags": ""}, None
        for line in block.split("\n"):
            if line.startswith("#~"):
                entry["flags"] += " obsolete"
            if line.startswith("#,"):
                entry["flags"] += line
            start = re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line)
            if start:
                field = start[1]
                entry[field] = ast.literal_eval(start[2])
            elif line.startswith('"') and field:
                entry[field] += ast.literal_eval(line)
        if entry.get("msgid"):
            found.append(entry)
    return found


def key(entry):
    return entry.get("msgctxt", ""), entry["msgid"]


def of_sources():
    sources = [f for folder in ("ui", "ui/kit", "ui/screens") for f in sorted(glob.glob(os.path.join(ROOT, folder, "*.c")))]
    pot = subprocess.run(["xgettext", "--from-code=UTF-8", "--no-location", "-o", "-"] + ["--keyword=" + k for k in KEYWORDS] + sources,
                         check=True, capture_output=True, text=True).stdout
    return entries(pot)


def places(text):
    return sorted(set(re.findall(r"\{\w+\}", text)))


def problems(source, path):
    with open(path, encoding="utf-8") as f:
        words = {key(e): e for e in entries(f.read())}
    for entry in source:
        has = words.pop(key(entry), None)
        if has is None:
            yield "'%s' is missing" % entry["msgid"]
            continue
        texts = [v for k, v in has.items() if k.startswith("msgstr")]
        if not all(texts) or ("msgid_plural" in entry) != ("msgstr[1]" in has):
            yield "'%s' is not whole" % entry["msgid"]
        if "fuzzy" in has["flags"]:
            yield "'%s' is marked fuzzy" % entry["msgid"]
        for text in texts:
            if places(text) != places(entry["msgid"]):
                yield "'%s' has other places in braces: '%s'" % (entry["msgid"], text)
    for left in words.values():
        yield "'%s' is used nowhere" % left["msgid"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", default=os.path.join(ROOT, "content"))
    args = parser.parse_args()
    source, n = of_sources(), 0
    assert len(source) > 100, "xgettext found only %d texts" % len(source)
    for path in sorted(glob.glob(os.path.join(args.content, "locale", "*.po"))):
        if os.path.basename(path) == "en.po":
            continue
        for problem in problems(source, path):
            print("%s: %s" % (path, problem))
            n += 1
    print("%d texts, %d problems" % (len(source), n))
    sys.exit(1 if n else 0)


if __name__ == "__main__":
    main()
