"""The two pages that a visitor saves on a stick of her own: what they say in three languages, that they are two pages, and that the text
is there also where the paper cannot be made. M2_SHOTS=FOLDER keeps the pages as pictures, to be looked at."""
import os
import subprocess

import fixture
from fixture import WorldTest, answer

SAYS = {"en": ("Intended", "Shown on this station", "Certified elsewhere", "Nothing on this paper is a certificate"),
        "it": ("In programma", "Mostrato su questa postazione", "Certificato altrove", "Niente su questo foglio è un certificato"),
        "es": ("Previsto", "Mostrado en esta estación", "Certificado en otro lugar", "Nada de esta hoja es un certificado")}
UNSURE = {"en": "We are not sure this time. Try again when you have a quiet moment.",
          "it": "Questa volta non siamo sicuri. Riprova in un momento tranquillo.",
          "es": "Esta vez no estamos seguros. Prueba otra vez con calma."}
CHILDREN = {"absent": None, "dies": "#!/bin/sh\nkill -9 $$\n", "refuses": "#!/bin/sh\ncat >/dev/null\nexit 1\n",
            "lies": "#!/bin/sh\ncat >/dev/null\necho something else than a document\n",
            "floods": "#!/bin/sh\ncat >/dev/null\necho %PDF-1.5\nexec cat /dev/zero\n"}


def words(path):
    """The text of a document, its pieces joined by one space."""
    return " ".join(subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout.split())


class Paper(WorldTest):
    content = fixture.CONTENT

    def save(self, s, lang, own, hold_ms=4000):
        """A visit whose result is saved; the sentence of the result and the names of the steps."""
        s.tap("languages/" + lang)
        answer(s, lambda i, keys: keys[i % len(keys)], hold_ms=hold_ms)
        said = [s.nodes(key="sentence")[0]["name"]] + [n["name"] for n in s.nodes(role="button") + s.nodes(role="listitem") if n["key"].startswith("steps/")]
        s.ask(plug=own)
        s.tap("stick_in/see")
        s.tap("save")
        s.wait(key="note/saved", ms=20000)
        if os.environ.get("M2_SHOTS"):
            s.shot(os.path.join(os.environ["M2_SHOTS"], "saved-%s.png" % os.path.basename(own)))
        return said

    def own(self, name):
        os.mkdir(self.world.path(name))
        return self.world.path(name)

    def test_two_pages_say_in_her_language_what_the_screen_said(self):
        for lang, says in SAYS.items():
            with self.subTest(lang):
                hub, _ = self.world.hub("paper-" + lang)
                own = self.own("own-" + lang)
                with self.world.station(hub) as s:
                    said = self.save(s, lang, own)
                    self.assertIn("micro2-result.pdf", s.nodes(key="note/saved")[0]["name"])
                pdf = os.path.join(own, "micro2-result.pdf")
                self.assertEqual(sorted(os.listdir(own)), ["micro2-result.pdf", "micro2-result.txt"])
                info = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
                self.assertRegex(info, r"Pages: +2\n")
                self.assertIn("A4", info)
                self.assertNotIn("Date", info)
                text = words(pdf)
                self.assertEqual(len(said), 4)
                for one in (*said, *says):
                    self.assertIn(one, text)
                subprocess.run(["pdftoppm", "-r", "80", "-png", pdf, os.path.join(os.environ.get("M2_SHOTS", own), "paper-" + lang)], check=True)

    def test_careless_answers_are_said_wherever_the_result_is(self):
        for lang, unsure in UNSURE.items():
            with self.subTest(lang):
                own = self.own("careless-" + lang)
                with self.world.station(self.world.hub("careless-" + lang)[0]) as s:
                    self.save(s, lang, own, hold_ms=1)  # as fast as one can touch
                    s.tap("back")
                    self.assertEqual(s.screen(), "result")
                    self.assertTrue(s.has(name=unsure))
                    s.tap("said")
                    self.assertTrue(s.has(name=unsure))
                    s.tap("back")
                    s.tap("take")
                    self.assertIn(unsure, s.nodes(key="code")[0]["value"])
                with open(os.path.join(own, "micro2-result.txt"), encoding="utf-8") as f:
                    self.assertIn(unsure, f.read())
                self.assertIn(unsure, words(os.path.join(own, "micro2-result.pdf")))

    def test_nothing_of_hers_is_overwritten(self):
        hub, _ = self.world.hub("paper-again")
        own = self.own("own-again")
        with open(os.path.join(own, "micro2-result.pdf"), "w") as f:
            f.write("hers")
        with self.world.station(hub) as s:
            self.save(s, "en", own)
        with open(os.path.join(own, "micro2-result.pdf")) as f:
            self.assertEqual(f.read(), "hers")
        self.assertIn("micro2-result-2.pdf", os.listdir(own))

    def test_the_text_is_saved_where_the_paper_cannot_be_made(self):
        for name, script in CHILDREN.items():
            with self.subTest(name):
                bin_dir = self.own("bin-" + name)
                for program in ("micro2-station", "micro2-voice"):  # a hard link or a copy: /proc/self/exe follows a soft one
                    try:
                        os.link(os.path.join(fixture.BIN, program), os.path.join(bin_dir, program))
                    except OSError:
                        subprocess.run(["cp", os.path.join(fixture.BIN, program), bin_dir], check=True)
                if script:
                    with open(os.path.join(bin_dir, "micro2-paper"), "w") as f:
                        f.write(script)
                    os.chmod(os.path.join(bin_dir, "micro2-paper"), 0o755)
                hub, _ = self.world.hub("paper-" + name)
                own = self.own("own-" + name)
                with self.world.station(hub, bin_dir=bin_dir) as s:
                    self.save(s, "en", own)
                    self.assertIn("could not be made", s.nodes(key="note/saved")[0]["name"])
                self.assertEqual(os.listdir(own), ["micro2-result.txt"])

    def test_the_program_refuses_what_is_no_document_and_says_so(self):
        for sent in (b"", b"{}", b'{"format":"micro2-paper-2"}', b"\x00" * 100, b" " * 70000, b"[" * 60000):
            done = subprocess.run([os.path.join(fixture.BIN, "micro2-paper")], input=sent, capture_output=True)
            self.assertEqual((done.returncode, done.stdout), (1, b""), sent[:20])
            self.assertTrue(done.stderr.startswith(b"micro2-paper: paper"), done.stderr)


if __name__ == "__main__":
    fixture.main()
