"""The table at the end of `./test --full`, and what counts as a figure that falls short."""

import sys
import unittest

from product import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import figures  # noqa: E402

TESTS = [
    ("XTest.T01_aKill", "passed", "", 2.0, "T01 kills=20 lost=0 ready-p99=0.5s\nnoise T01 kills=9\n"),
    ("XTest.T01_T17_both(Mode)[1]", "passed", "", 3.0, "T01 kills=30 lost=0\nT17 vanished=0\n"),
    ("test_x.XTest.test_T06_full", "skipped", "needs root", 0.0, ""),
    ("XTest.aT02InAName", "passed", "", 1.0, ""),
]


class FiguresTest(unittest.TestCase):
    def missed(self, *lines, tier="full"):
        wanted = figures.targets("# nothing\n\n" + "\n".join(lines), tier)
        return figures.missed(figures.collect(TESTS), wanted)

    def test_counts_add_up_over_the_lines(self):
        self.assertEqual([], self.missed("T01 fast kills>=50"))
        short = self.missed("T01 fast kills>=51")
        self.assertEqual(["T01: kills>=51 is wanted, 20 30 was found"], short)

    def test_every_line_must_be_as_it_should(self):
        self.assertEqual([], self.missed("T01 fast lost=0 ready-p99<=2", "T17 fast vanished=0"))
        self.assertEqual(1, len(self.missed("T01 fast kills=20")))
        self.assertEqual(1, len(self.missed("T01 fast kills<=29")))

    def test_what_was_not_printed_falls_short_unless_it_was_skipped_by_name(self):
        self.assertEqual(1, len(self.missed("T02 fast points>=1")))
        self.assertEqual(1, len(self.missed("T01 fast dup=0")))
        self.assertEqual([], self.missed("T06 fast fills>=5"))

    def test_targets_hold_from_their_tier_on(self):
        self.assertEqual([], self.missed("T01 nightly kills>=2000"))
        self.assertEqual(1, len(self.missed("T01 full kills>=2000")))
        self.assertEqual([], self.missed("T01 full kills>=2000", tier="fast"))
        self.assertEqual(1, len(self.missed("T01 full kills>=2000", tier="nightly")))

    def test_the_table_has_every_promise_with_its_time_and_lines(self):
        lines = figures.table(figures.collect(TESTS)).splitlines()
        self.assertEqual("  T01    2 tests     3.5 s", lines[0])
        self.assertEqual("      kills=20 lost=0 ready-p99=0.5s", lines[1])
        self.assertIn("  T06    0 tests     0.0 s; skipped: needs root", lines)
        self.assertIn("  T17    1 tests     1.5 s", lines)

    def test_the_targets_of_the_repository_can_be_read(self):
        text = (ROOT / "conformance/src/test/resources/targets.txt").read_text()
        for tier in figures.TIERS:
            self.assertGreater(len(figures.targets(text, tier)), 40)
