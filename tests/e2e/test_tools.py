"""Tools: the price of the example to the cent, by hand and in three languages; what is typed lives in the visit and goes with it, and
no number of it reaches a disk; the result on a stick and in codes; children of micro2-compute that fail are a sentence and no more."""
import json
import os
import shutil
import subprocess

import fixture
from fixture import WorldTest, in_memory

TYPED = {"materials": "1.35", "minutes": "9", "hour": "14", "month": "180", "sold": "240", "vat": "13.5"}
SAYS = {"en": ("4.20 €", "6.81 €", "At 71 sold in a month, your costs are covered."),
        "it": ("4,20 €", "6,81 €", "Con 71 venduti in un mese, i costi sono coperti."),
        "es": ("4,20 €", "6,81 €", "Con 71 vendidas en un mes, los gastos están cubiertos.")}
CHILDREN = {"absent": None, "dies": "#!/bin/sh\nkill -9 $$\n", "ends": "#!/bin/sh\nexit 0\n",
            "lies": "#!/bin/sh\nread line\necho '{\"fields\":[{\"id\":\"../x\"}]}'\n", "babbles": "#!/bin/sh\nread line\necho something else\n",
            "floods": "#!/bin/sh\nexec tr '\\000' x </dev/zero\n"}


class Tools(WorldTest):
    content = fixture.CONTENT

    def station(self, name, **options):
        hub, _ = self.world.hub(name)
        return self.world.station(hub, **options)

    def open(self, s, lang, tool="price"):
        s.tap("languages/" + lang)
        s.tap("tools")
        s.tap("tools/" + tool)

    def type(self, s, field, text):
        s.tap("fields/" + field)
        s.ask(type=text)
        s.tap("back")

    def value(self, s, key):
        return s.nodes(key="results/" + key)[0]["value"]

    def shown(self, s):
        return self.value(s, "figure-cost"), self.value(s, "figure-sell"), s.nodes(key="results/say-even")[0]["name"]

    def own(self, name):
        os.mkdir(self.world.path(name))
        return self.world.path(name)

    def test_T40_no_memory_keeps_a_figure_when_the_visit_is_over(self):
        with self.station("memory") as s:
            self.open(s, "en")
            self.type(s, "month", "41937.26")
            s.tap("explain")
            s.tap("back")
            self.assertGreater(in_memory(s.pid, b"41937.26") + in_memory(s.pid, b"41,937.26"), 0)  # it can be found
            s.tap("finished")
            s.tap("finish/yes")
            s.tree()
            self.assertEqual([in_memory(s.pid, n) for n in (b"41937.26", b"41,937.26")], [0, 0])

    def test_the_price_of_the_example_is_reckoned_to_the_cent(self):
        for lang, says in SAYS.items():
            with self.subTest(lang), self.station("price-" + lang) as s:
                self.open(s, lang)
                for field in TYPED:  # away from where it begins, and back by hand
                    self.type(s, field, "3")
                self.assertNotEqual(self.shown(s)[:2], says[:2])
                for field, text in TYPED.items():
                    self.type(s, field, text if lang == "en" else text.replace(".", ","))
                self.assertEqual(self.shown(s), says)
                stack = s.nodes(key="results/stack-each")[0]
                self.assertEqual(stack["role"], "chart")
                for amount in ("1.35", "2.10", "0.75"):
                    self.assertIn(amount if lang == "en" else amount.replace(".", ","), stack["value"])

    def test_a_number_out_of_its_range_is_told_and_nothing_is_reckoned_of_it(self):
        with self.station("range") as s:
            self.open(s, "en")
            s.tap("fields/sold")
            s.ask(type="0")
            self.assertEqual(s.nodes(key="results/wrong")[0]["name"], "“Sold in a month” goes from 1 to 100,000. Please type it again.")
            self.assertFalse(s.has(key="results/figure-sell"))
            s.ask(type="1")
            self.assertFalse(s.has(key="results/wrong"))
            self.assertEqual(self.value(s, "figure-cost"), "183.45 €")
            s.tap("keys/delete")
            self.assertTrue(s.has(key="results/wrong"))
            s.tap("back")
            self.assertTrue(s.nodes(key="take")[0]["disabled"])

    def test_keys_go_from_field_to_field(self):
        with self.station("keys") as s:
            self.open(s, "en")
            s.tap("fields/materials")
            self.assertTrue(s.has(key="keys/mark"))
            for _ in range(5):
                s.tap("next")
            self.assertTrue(s.has(key="fields/vat"))
            s.tap("all")
            self.assertEqual(len(s.nodes(role="field")), 6)
            s.tap("fields/minutes")
            self.assertFalse(s.has(key="keys/mark"))  # it has no decimals

    def test_what_was_typed_stays_for_the_visit_and_goes_with_it(self):
        with self.station("visit") as s:
            self.open(s, "en")
            self.type(s, "materials", "7.77")
            s.tap("home")
            s.tap("tools")
            s.tap("tools/price")
            self.assertEqual(s.nodes(key="fields/materials")[0]["value"], "7.77 €")
            s.tap("language")
            s.tap("languages/it")
            self.assertEqual((s.screen(), s.nodes(key="fields/materials")[0]["value"]), ("tool", "7,77 €"))
            s.tap("finished")
            s.tap("finish/yes")
            self.open(s, "en")
            self.assertEqual(s.nodes(key="fields/materials")[0]["value"], "1.35 €")

    def test_T41_the_journal_says_the_tool_and_no_number_and_the_office_counts_visits(self):
        hub, _ = self.world.hub("Rows")
        stick = self.world.stick("rows")
        with self.world.station(hub) as s:
            for _ in range(5):
                self.open(s, "en")
                self.type(s, "materials", "4321.09")
                s.tap("back")
                s.tap("tools/price")
                s.tap("finished")
                s.tap("finish/yes")
            s.ask(plug=stick)
            s.wait(key="note/state", name="You can take the stick out")
        self.world.collect(stick)
        rows = self.world.facts("tool", "Rows")
        self.assertEqual(len(rows), 5)  # once a visit
        for row in rows:
            self.assertEqual(sorted(k for k in row if k not in ("t",)), ["id", "kind"])
            self.assertEqual(row["id"], "price")
        found = subprocess.run(["grep", "-rlE", "4321[.,]09|4321090", hub, stick], capture_output=True, text=True).stdout
        self.assertEqual(found, "")
        out = self.own("report")
        self.world.micro2("office", "report", self.world.office, "--html", os.path.join(out, "r.html"), "--csv", out)
        with open(os.path.join(out, "tools.csv"), encoding="utf-8") as f:
            self.assertEqual(f.read().split(), ["tool,opened", "price,5"])
        with open(os.path.join(out, "r.html"), encoding="utf-8") as f:
            self.assertIn("Know your price", f.read())

    def test_after_a_crash_the_tool_is_there_and_what_was_typed_is_not(self):
        hub, _ = self.world.hub("Crash")
        run = self.own("run-crash") if not os.path.isdir("/dev/shm") else "/dev/shm/m2-tool-run-%d" % os.getpid()
        os.makedirs(run, exist_ok=True)
        self.addCleanup(shutil.rmtree, run, True)
        s = self.world.station(hub, run=run)
        self.open(s, "en")
        self.type(s, "materials", "7.77")
        s.kill()
        with self.world.station(hub, run=run) as s:
            s.wait(key="fields/materials")
            self.assertEqual((s.screen(), s.nodes(key="fields/materials")[0]["value"]), ("tool", "1.35 €"))

    def test_the_result_goes_on_a_stick_of_her_own_as_plain_text(self):
        own = self.own("own-stick")
        with self.station("stick") as s:
            self.open(s, "en")
            s.tap("take")
            self.assertIn("6.81 €", s.nodes(key="code")[0]["value"])
            s.tap("stick")
            self.assertEqual(s.screen(), "stick")
            s.ask(plug=own)
            s.tap("save")
            s.wait(key="note/saved")
            self.assertIn("micro2-tool.txt", s.nodes(key="note/saved")[0]["name"])
            s.tap("done")
            self.assertEqual(s.screen(), "tool")
            self.type(s, "materials", "2")
            s.tap("take")
            while not s.has(key="done"):
                s.tap("next")
            s.tap("stick")
            s.tap("save")
            s.wait(key="note/saved")
        self.assertEqual(sorted(os.listdir(own)), ["micro2-tool-2.txt", "micro2-tool.txt"])
        with open(os.path.join(own, "micro2-tool.txt"), encoding="utf-8", newline="") as f:
            text = f.read()
        for line in ("Know your price", "Cost: 4.20 €", "Sell at, with 30 % margin and VAT: 6.81 €",
                     "At 71 sold in a month, your costs are covered.", "- My time for one, minutes: 9"):
            self.assertIn("\r\n" + line + "\r\n", "\r\n" + text)

    def test_children_that_fail_are_a_sentence_and_no_more(self):
        for name, script in CHILDREN.items():
            with self.subTest(name):
                bin_dir = self.own("bin-" + name)
                for program in ("micro2-station", "micro2-voice", "micro2-paper"):  # not soft links: /proc/self/exe follows them
                    try:
                        os.link(os.path.join(fixture.BIN, program), os.path.join(bin_dir, program))
                    except OSError:
                        shutil.copy(os.path.join(fixture.BIN, program), bin_dir)
                if script:
                    with open(os.path.join(bin_dir, "micro2-compute"), "w") as f:
                        f.write(script)
                    os.chmod(os.path.join(bin_dir, "micro2-compute"), 0o755)
                with self.station("child-" + name, bin_dir=bin_dir) as s:
                    self.open(s, "en")
                    s.wait(key="results/failed", ms=20000)
                    self.assertIn("does not work now", s.nodes(key="results/failed")[0]["name"])
                    s.tap("home")
                    self.assertEqual(s.screen(), "home")

    def test_hostile_programs_are_answered_by_an_error(self):
        programs = ("while true do end", "return ('x'):rep(1<<40)", "local t={} while true do t[#t+1]={} end", "return (('a?'):rep(40)..('a'):rep(40))",
                    "return os.getenv('HOME')", "return io.open('/etc/passwd')", "return load('return 1')", "local function f() return 1+f() end return f()",
                    "return {fields=function() end}", "return setmetatable({}, {__index=os})", "error({})",
                    "return {fields={(('a'):rep(40)):match(('a?'):rep(40)..('a'):rep(40))}}")
        lines = "".join(json.dumps({"format": "micro2-compute-1", "program": p, "values": None}) + "\n" for p in programs)
        done = subprocess.run([os.path.join(fixture.BIN, "micro2-compute")], input=lines, capture_output=True, text=True, timeout=60)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((len(answers), done.stderr), (len(programs), ""))
        for program, answer in zip(programs, answers):
            self.assertEqual(list(answer), ["error"], program)
        self.assertEqual(done.returncode, 4)  # the last of them took too long


if __name__ == "__main__":
    fixture.main()
