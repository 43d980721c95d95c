"""The reckoning of the crash tests finds what it is there to find."""

import unittest

from traffic import APPEND, Push, Reader, Reckoning, Server, text_of


def applied(ids, first, started, ended):
    push = Push(APPEND, ids, None)
    push.outcome = "applied"
    push.offsets = {"start": first, "end": first + len(ids) - 1}
    push.started, push.ended = started, ended
    return push


def rows(*ids):
    return [(offset, row_id, text_of(row_id)) for offset, row_id in enumerate(ids)]


class ReckoningTest(unittest.TestCase):
    def setUp(self):
        self.one = applied(["a", "b"], 0, 0, 1)
        self.other = applied(["c"], 2, 2, 3)

    def wrong(self, found, *pushes):
        return set(Reckoning().of(APPEND, found, pushes).wrong())

    def test_what_was_acknowledged_and_is_there_is_right(self):
        self.assertEqual(set(), self.wrong(rows("a", "b", "c"), self.one, self.other))

    def test_planted_faults_are_found(self):
        self.assertIn("lost", self.wrong(rows("a", "b"), self.one, self.other))
        self.assertIn("twice", self.wrong(rows("a", "b", "c", "a"), self.one, self.other))
        self.assertIn("partial", self.wrong(rows("a", "c"), self.one, self.other))
        self.assertIn("phantom", self.wrong(rows("a", "b", "c", "d"), self.one, self.other))
        altered = [*rows("a", "b"), (2, "c", "another text")]
        self.assertIn("phantom", self.wrong(altered, self.one, self.other))
        late = applied(["c"], 0, 2, 3)
        early = applied(["a", "b"], 1, 0, 1)
        self.assertIn("inverted", self.wrong(rows("c", "a", "b"), early, late))
        self.assertIn("lost", self.wrong([(0, "a", text_of("a")), (2, "b", text_of("b"))], self.one))

    def test_rows_of_a_refused_push_are_phantoms_and_those_of_an_unknown_one_are_not(self):
        push = Push(APPEND, ["a", "b"], None)
        push.outcome = "unknown"
        self.assertEqual(set(), self.wrong(rows("a", "b"), push))
        self.assertEqual(set(), self.wrong([], push))
        self.assertEqual({"partial"}, self.wrong(rows("a"), push))
        push.outcome = "refused"
        self.assertEqual({"phantom"}, self.wrong(rows("a", "b"), push))

    def test_a_row_that_a_reader_saw_and_is_not_there_has_vanished(self):
        reader = Reader(Server(None, {}))
        reader.seen[APPEND] = {0: "a", 1: "b"}
        reckoning = Reckoning().reader(reader, APPEND, rows("a"))
        self.assertEqual({"vanished"}, set(reckoning.wrong()))
