"""Every text of the screens has its words in every language, with the same places for values, and no word is left over.
Needs nothing built: xgettext reads the sources, the .po files are read as they are. --content DIR checks other files."""
import argparse
import ast
import glob
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CONTENT = os.path.join(ROOT, "content")
KEYWORDS = ["tr", "trc:1c,2", "trn:1,2", "tr_mark:1c,2"]
LANGUAGES = ["it", "es"]
PLACE = re.compile(r"\{\w+\}|%[-+ #0-9.]*(?:hh|h|ll|l|z|j|t)?[diouxXeEfgGcsp]")


def entries(text):
    """The entries of a .po text behind its header: dicts of msgctxt, msgid, msgid_plural, msgstr, msgstr[0] …, and
    "flags", "is_obsolete"."""
    found = []
    for block in re.split(r"\n[ \t]*\n", text):
        entry, field = {"flags": "", "is_obsolete": False}, None
        for line in block.split("\n"):
            if line.startswith("#~"):
                entry["is_obsolete"] = True
                line = line[2:].lstrip()
            if line.startswith("#,"):
                entry["flags"] += line
            start = re.match(r'(msg\w+(?:\[\d+\])?)\s+(".*")\s*$', line)
            if start:
                field = start[1]
                entry[field] = ast.literal_eval(start[2])
            elif line.startswith('"') and field:
                entry[field] += ast.literal_eval(line.strip())
        if entry.get("msgid"):
            found.append(entry)
    return found


def n_plurals(text):
    header = re.search(r"Plural-Forms:\s*nplurals=(\d+)", text)
    return int(header[1]) if header else 0


def key(entry):
    return entry.get("msgctxt", ""), entry["msgid"]


def name(k):
    return "[%s] '%s'" % k if k[0] else "'%s'" % k[1]


def sources():
    return [f for folder in ("ui", "ui/kit", "ui/screens") for f in sorted(glob.glob(os.path.join(ROOT, folder, "*.c")))]


def extract(files):
    pot = subprocess.run(["xgettext", "--language=C", "--from-code=UTF-8", "--no-location", "-k", "-o", "-"] +
                         ["--keyword=" + k for k in KEYWORDS] + files, check=True, capture_output=True, text=True).stdout
    return entries(pot)


def unmarked(path, text):
    """Calls whose text stands elsewhere: xgettext does not see it, so a table must mark it and give trc() a known context."""
    marked = set(re.findall(r'tr_mark\(\s*"([^"]*)"', text))
    code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    for call in re.finditer(r'(?<![\w*])(trn?|trc)\(\s*(?:"([^"]*)"\s*(,)?\s*)?([^")\s])?', code):
        function, first, comma, rest = call[1], call[2], call[3], call[4]
        line = code.count("\n", 0, call.start()) + 1
        before = code[code.rfind("\n", 0, call.start()) + 1:call.start()]
        if before.startswith("const char *") or (os.path.basename(path) == "tr.c" and function == "trc" and first == ""):
            continue  # the function itself, and tr(), which asks trc() without a context
        if first is None or (function == "trc" and comma and rest and first not in marked):
            yield "%s:%d: the text of %s() is not in sight; mark it with tr_mark()" % (os.path.relpath(path, ROOT), line, function)


def places(text):
    return sorted(PLACE.findall(text.replace("%%", "")))


def problems(source, text):
    """What is wrong in a .po text, one line each."""
    words, nplurals = {}, n_plurals(text)
    for entry in entries(text):
        if entry["is_obsolete"]:
            yield "%s is obsolete" % name(key(entry))
        elif key(entry) in words:
            yield "%s stands there twice" % name(key(entry))
        else:
            words[key(entry)] = entry
    for entry in source:
        has = words.pop(key(entry), None)
        if has is None:
            yield "%s is missing" % name(key(entry))
            continue
        if "fuzzy" in has["flags"]:
            yield "%s is marked fuzzy" % name(key(entry))
        if has.get("msgid_plural") != entry.get("msgid_plural"):
            yield "%s has another plural in the sources" % name(key(entry))
        forms = ["msgstr[%d]" % i for i in range(nplurals)] if "msgid_plural" in entry else ["msgstr"]
        texts = {k: v for k, v in has.items() if k.startswith("msgstr")}
        if sorted(texts) != forms:
            yield "%s has %d forms, not %d" % (name(key(entry)), len(texts), len(forms))
        for form, value in texts.items():
            if not value.strip():
                yield "%s is empty" % name(key(entry))
            elif places(value) != places(entry["msgid"]):
                yield "%s has other places for values: '%s'" % (name(key(entry)), value)
    for left in words:
        yield "%s is used nowhere" % name(left)


class Words(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.source = extract(sources())

    def nothing(self, found):
        for line in found:
            print(line)
        self.assertFalse(found, "%d problems" % len(found))

    def test_sources_are_read(self):
        self.assertGreater(len(self.source), 150)
        contexts = {e.get("msgctxt") for e in self.source}
        self.assertLessEqual({"weekday", "month", "thousands separator; _ = no-break space", "badges of answers", "result"}, contexts)

    def test_every_text_is_in_sight(self):
        found = []
        for path in sources():
            with open(path, encoding="utf-8") as f:
                found += unmarked(path, f.read())
        self.nothing(found)

    def test_every_language_is_whole(self):
        others = {os.path.basename(p)[:-3] for p in glob.glob(os.path.join(CONTENT, "locale", "*.po"))} - {"en"}
        for lang in sorted(others | set(LANGUAGES)):
            path = os.path.join(CONTENT, "locale", lang + ".po")
            with self.subTest(lang=lang):
                self.assertTrue(os.path.exists(path), "%s: there is no such file" % path)
                with open(path, encoding="utf-8") as f:
                    self.nothing(["%s: %s" % (os.path.relpath(path, ROOT), p) for p in problems(self.source, f.read())])

    def test_english_says_only_what_differs(self):
        """en.po may hold a few words or none; each must be whole and used."""
        with open(os.path.join(CONTENT, "locale", "en.po"), encoding="utf-8") as f:
            found = [p for p in problems(self.source, f.read()) if not p.endswith(" is missing")]
        self.nothing(["en.po: " + p for p in found])


class Finder(unittest.TestCase):
    """The test's own eyes: each fault, planted, is seen, and a clean file is called clean."""
    HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    SOURCE = [{"msgid": "Page {n}"}, {"msgid": "May", "msgctxt": "month"}, {"msgid": "{n} day", "msgid_plural": "{n} days"},
              {"msgid": "%s of %d"}]
    CLEAN = HEADER + ('#. a hint\nmsgid "Page {n}"\nmsgstr "Pagina "\n"{n}"\n\nmsgctxt "month"\nmsgid "May"\nmsgstr "mag"\n\n'
                      'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} giorno"\nmsgstr[1] "{n} giorni"\n\n'
                      'msgid "%s of %d"\nmsgstr "%s di %d"\n')

    def found(self, text):
        return list(problems(self.SOURCE, text))

    def test_clean(self):
        self.assertEqual(self.found(self.CLEAN), [])

    def test_planted(self):
        for old, new, said in (
                ('msgctxt "month"\n', "", ["[month] 'May' is missing", "'May' is used nowhere"]),
                ('"mag"', '""', ["[month] 'May' is empty"]),
                ('#. a hint', '#, fuzzy', ["'Page {n}' is marked fuzzy"]),
                ('msgid "May"\nmsgstr "mag"', 'msgid "May"\nmsgstr "mag"\n\n#~ msgid "Old"\n#~ msgstr "Vecchio"', ["'Old' is obsolete"]),
                ('"{n}"\n', '"{m}"\n', ["'Page {n}' has other places for values: 'Pagina {m}'"]),
                ('%s di %d', '%s di %s', ["'%s of %d' has other places for values: '%s di %s'"]),
                ('msgstr[1] "{n} giorni"\n', "", ["'{n} day' has 1 forms, not 2"]),
                ('{n} giorni', 'tanti giorni', ["'{n} day' has other places for values: 'tanti giorni'"]),
                ('"{n} days"', '"{n} dayz"', ["'{n} day' has another plural in the sources"]),
                ('msgctxt "month"', 'msgid "Gone"\nmsgstr "Via"\n\nmsgctxt "month"', ["'Gone' is used nowhere"]),
                ('msgctxt "month"', 'msgid "Page {n}"\nmsgstr "{n}"\n\nmsgctxt "month"', ["'Page {n}' stands there twice"])):
            with self.subTest(fault=new or old):
                self.assertIn(old, self.CLEAN)
                self.assertEqual(self.found(self.CLEAN.replace(old, new, 1)), said)

    def test_unmarked(self):
        self.assertEqual(list(unmarked("x.c", 'a = tr("One");\nb = trn(\n    "1", "2", n); /* tr(x) */\nc = trc("m", "May");')), [])
        self.assertEqual(list(unmarked("x.c", 'd[] = {tr_mark("day", "Mon")};\ne = trc("day", d[0]);')), [])
        for line in ("tr(word)", "trc(where, word)", 'trc("day", days[0])', "trn(one, many, n)"):
            self.assertEqual(len(list(unmarked("x.c", "\ntext = %s;" % line))), 1, line)


def main():
    global CONTENT
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", default=CONTENT)
    args, rest = parser.parse_known_args()
    CONTENT = os.path.abspath(args.content)
    unittest.main(argv=sys.argv[:1] + rest)


if __name__ == "__main__":
    main()
