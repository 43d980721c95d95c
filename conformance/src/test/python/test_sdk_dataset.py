"""`catchwater.Dataset` on a local engine."""

import gzip
import threading
import unittest

from sdk import MANIFEST, EngineTest, catchwater, row

from catchwater import encoding, errors


class DatasetTest(EngineTest):
    def setUp(self):
        super().setUp()
        self.dataset(MANIFEST)
        self.gps = self.client.dataset("gps")

    def values(self):
        return [found["v"] for found in self.gps.rows()]

    def test_rows_bytes_and_files_are_pushed(self):
        self.assertEqual(1, self.gps.ingest(row(0)).added)
        self.assertEqual(2, self.gps.ingest([row(1), row(2)]).added)
        self.assertEqual(1, self.gps.ingest(b'{"t":"2020-01-01T00:00:00Z","v":3}').added)
        self.assertEqual(1, self.gps.ingest(b"t,v\n2020-01-01T00:00:00Z,4\n", format="csv").added)
        plain = self.folder / "five.csv"
        plain.write_text("t,v\n2020-01-01T00:00:00Z,5\n")
        packed = self.folder / "six.ndjson.gz"
        packed.write_bytes(gzip.compress(encoding.encode(row(6))))
        self.assertEqual(range(5, 6), self.gps.ingest(plain).offsets)
        self.assertEqual(range(6, 7), self.gps.ingest(str(packed)).offsets)
        self.assertEqual(list(range(7)), self.values())

    def test_a_large_file_goes_in_parts(self):
        line = encoding.encode(row(7)) + b" " * 2_000 + b"\n"
        count = (33 << 20) // len(line) + 1
        path = self.folder / "large.ndjson"
        path.write_bytes(line * count)
        self.assertEqual(count, self.gps.ingest(path).added)

    def test_a_bad_row_is_named_and_nothing_is_there(self):
        with self.assertRaises(errors.InvalidError) as told:
            self.gps.ingest([row(1), {"t": "yesterday", "v": 2}])
        self.assertEqual('line 2, column 6, field "t"', told.exception.place)
        self.assertEqual("bad-data", told.exception.code)
        self.assertEqual([], self.values())

    def test_the_same_key_is_applied_once(self):
        first = self.gps.ingest(row(1), key="k-1")
        second = self.gps.ingest(row(1), key="k-1")
        self.assertEqual((False, True), (first.is_replayed, second.is_replayed))
        self.assertEqual(first.offsets, second.offsets)
        self.assertEqual([1], self.values())

    def test_a_dry_run_keeps_nothing(self):
        self.assertEqual(1, self.gps.ingest(row(1), dry_run=True).added)
        self.assertEqual([], self.values())

    def test_a_dataset_that_is_not_there(self):
        with self.assertRaises(errors.DatasetNotFoundError) as told:
            self.client.dataset("nothing").tail()
        self.assertIsInstance(told.exception, KeyError)
        with self.assertRaises(errors.DatasetNotFoundError):
            self.client.dataset("nothing").info()

    def test_tail_and_sql(self):
        self.gps.ingest([row(number) for number in range(20)])
        tail = self.gps.tail(3)
        self.assertEqual([17, 18, 19], [found["v"] for found in tail])
        self.assertEqual(["offset", "op", "system_time", "t", "v"], tail.columns)
        self.assertEqual([15, 16], [found["v"] for found in self.gps.tail(2, skip=3)])
        self.assertEqual([{"n": 20, "s": 190}], self.gps.sql("select count(*) as n, sum(v) as s from gps"))
        self.assertEqual(["n"], self.client.sql("select 1 as n from gps where false").columns)
        self.assertEqual(list(range(5)), [found["v"] for found in self.gps.rows(5)])
        self.assertEqual(["gps"], [dataset.name for dataset in self.client.datasets()])

    def test_follow_has_each_row_once_also_across_a_kill(self):
        self.gps.ingest([row(0), row(1)])
        seen = []
        followed = threading.Event()

        def follow():
            for found in self.gps.follow(0, timeout=60):
                seen.append(found["v"])
                followed.set()
                if found["v"] == 3:
                    return

        thread = threading.Thread(target=follow)
        thread.start()
        self.assertTrue(followed.wait(30))
        self.kill_engine()
        self.gps.ingest([row(2), row(3)])
        thread.join(60)
        self.assertEqual([0, 1, 2, 3], seen)

    def test_follow_ends_after_a_quiet_time(self):
        self.gps.ingest(row(0))
        self.assertEqual([0], [found["v"] for found in self.gps.follow(0, timeout=0.2)])

    def test_without_a_client_it_is_of_the_engine_of_the_folder(self):
        program = (
            "import catchwater; gps = catchwater.Dataset('gps');"
            "gps.ingest({'t': '2020-01-01T00:00:00Z', 'v': 9}); print(gps.tail(1)[0]['v'])"
        )
        self.assertEqual("9\n", self.python(program))

    def test_threads_have_connections_of_their_own(self):
        def push(number):
            for _ in range(20):
                self.gps.ingest(row(number))

        threads = [threading.Thread(target=push, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(list(range(8)) * 20), sorted(self.values()))

    def test_a_notebook_shows_a_table(self):
        self.gps.ingest([row(1)])
        self.assertIn("<th>v</th>", self.gps._repr_html_())
        self.assertIn("<td>1</td>", self.gps.tail()._repr_html_())
        shown = catchwater.Rows([{"a": "<b>"}], ["a"])._repr_html_()
        self.assertIn("&lt;b&gt;", shown)

    @unittest.skipUnless(encoding.module("pandas"), "needs pandas")
    def test_a_data_frame_goes_there_and_back(self):
        import pandas

        frame = pandas.DataFrame({"t": pandas.to_datetime(["2020-01-01", None], utc=True), "v": [1, 2]})
        self.assertEqual(2, self.gps.ingest(frame).added)
        self.assertEqual([1, 2], list(self.gps.to_dataframe()["v"]))

    @unittest.skipUnless(encoding.module("pyarrow"), "needs pyarrow")
    def test_a_table_of_arrow_goes_there_and_back(self):
        import pyarrow

        table = pyarrow.table({"t": pyarrow.array([0], pyarrow.timestamp("ms", "UTC")), "v": [7]})
        self.assertEqual(1, self.gps.ingest(table).added)
        self.assertEqual([7], self.gps.tail().to_arrow()["v"].to_pylist())
