"""Two invented languages made from the English of a content folder, to see what real ones hide: `qal` is 40 % longer and all
accents, `qar` runs from right to left. A text of a screen that shows plain English letters was never translated."""
import csv
import json
import os
import re

LONG, MIRRORED = "qal", "qar"
ACCENTS = str.maketrans("aeioucnszyAEIOUCNSZY", "àéîõüçñšžýÀÉÎÕÜÇÑŠŽÝ")
HEBREW = "אבגדהוזחטיכלמנסעפצקרשתםןףץ"
RTL = {c: HEBREW[i] for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}
KEEP = re.compile(r"\{[a-z_]*\}|\\.|\(D\d\.\d\)|\([a-z0-9-]+\.svg\)|[a-z0-9-]+\.svg ")
HEADERS = {LONG: ("nplurals=2; plural=(n != 1);", "Çàlîñ", "ltr"), MIRRORED: ("nplurals=2; plural=(n != 1);", "עברלית", "rtl")}


def word(text, lang):
    if lang == MIRRORED:
        return "".join(RTL.get(c.lower(), c) for c in text)
    longer = round(len(text) * 0.4)
    return text.translate(ACCENTS) + ("öàéüîýšçñõ" * 9)[:longer]


def say(text, lang):
    """The text with every word invented; places, escapes and file names stay."""
    out, at = [], 0
    for kept in KEEP.finditer(text):
        out += [re.sub("[A-Za-z]+", lambda m: word(m.group(), lang), text[at:kept.start()]), kept.group()]
        at = kept.end()
    return "".join(out) + re.sub("[A-Za-z]+", lambda m: word(m.group(), lang), text[at:])


def is_invented(text, lang):
    """No word of four or more plain English letters is in it."""
    return not re.search(r"[a-zA-Z]{4,}", re.sub("öàéüîýšçñõ|[^\x00-\x7f]", "·", text))


def po(known, lang):
    plural, native, direction = HEADERS[lang]
    out = ['msgid ""', 'msgstr ""', '"Language: %s\\n"' % lang, '"MIME-Version: 1.0\\n"', '"Content-Type: text/plain; charset=UTF-8\\n"',
           '"Content-Transfer-Encoding: 8bit\\n"', '"Plural-Forms: %s\\n"' % plural, '"X-Native-Name: %s\\n"' % native,
           '"X-Direction: %s\\n"' % direction, ""]
    for entry in known.split("\n\n")[1:]:
        lines = [line for line in entry.split("\n") if line and not line.startswith(("#", "msgstr"))]
        fields, name = {}, None
        for line in lines:
            if line.startswith("msg"):
                name, line = line.split(" ", 1)
            fields[name] = fields.get(name, "") + json.loads(line)
        if "msgid" not in fields:
            continue
        for name in ("msgctxt", "msgid", "msgid_plural"):
            if name in fields:
                out.append("%s %s" % (name, json.dumps(fields[name], ensure_ascii=False)))
        texts = [fields["msgid"]] if "msgid_plural" not in fields else [fields["msgid"], fields["msgid_plural"]]
        for i, text in enumerate(texts):
            said = text if fields.get("msgctxt") == "badges of answers" else say(text, lang)
            out.append("msgstr%s %s" % ("[%d]" % i if len(texts) > 1 else "", json.dumps(said, ensure_ascii=False)))
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def gift(english, lang):
    def line(text):
        if text.startswith("//") or text.strip() in ("", "}"):
            return text
        head = re.match(r"::[^:]+:: ", text)
        tail = re.search(r" \{\}?$", text)
        start, end = head.end() if head else 0, tail.start() if tail else len(text)
        return text[:start] + say(text[start:end], lang) + text[end:]
    return "\n".join(line(text) for text in english.split("\n"))


def lesson(english, lang):
    front, body = english.split("---\n", 2)[1:]
    lines, listed = [], ""
    for text in front.split("\n"):
        for key in ("title: ", "about: "):
            if text.startswith(key):
                text = key + say(text[len(key):], lang)
        if not text.startswith("- "):
            listed = text.rstrip(":")
        elif listed in ("outcomes", "needs"):
            text = "- " + say(text[2:], lang)
        lines.append(text)
    return "---\n%s---\n%s" % ("\n".join(lines), say(body, lang))


def table(path, lang):
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    for i, name in enumerate(list(rows[0])):
        if name == "en" or name.endswith("_en"):
            rows[0].append(name[:-2] + lang)
            for row in rows[1:]:
                row.append(row[i] if name.startswith("verified") else say(row[i], lang))
    with open(path, "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(rows)


def change(path, how):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    return how(text)


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def add(content, lang):
    """Adds the language to every file of the folder."""
    for at, _, names in os.walk(content):
        for name in names:
            path = os.path.join(at, name)
            if name == "it.po":  # English stands in the source: any translation knows what there is to say
                write(os.path.join(at, lang + ".po"), change(path, lambda t: po(t, lang)))
            elif name == "en.gift":
                write(os.path.join(at, lang + ".gift"), change(path, lambda t: gift(t, lang)))
            elif name == "en.md":
                write(os.path.join(at, lang + ".md"), change(path, lambda t: lesson(t, lang)))
            elif name in ("core.json", "module.json", "tool.json", "workshop.json"):
                j = json.loads(change(path, str))
                j["languages"].append(lang)
                for key in ("title", "about"):
                    if key in j:
                        j[key][lang] = say(j[key]["en"], lang)
                write(path, json.dumps(j, ensure_ascii=False, indent=1) + "\n")
            elif name in ("competences.csv", "areas.csv", "levels.csv", "statements.csv", "processes.csv", "trades.csv", "taps.csv", "means.csv",
                          "cases.csv", "words.csv"):
                table(path, lang)
