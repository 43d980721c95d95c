"""Flight SQL of the packaged server, asked by the ADBC driver from PyPI."""

import json
import subprocess
import unittest
import urllib.parse
import urllib.request

from product import LAUNCHER, ProductTest

try:
    import adbc_driver_flightsql.dbapi as flight
    import pyarrow.compute
except ImportError:
    flight = None

MANIFEST = """
kind: DatasetSnapshot
version: 1
content:
  name: gps
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read: {kind: NdJson, schema: [t TIMESTAMP, device STRING, v BIGINT]}
      merge: {kind: Append}
    - kind: SetVocab
      eventTimeColumn: t
"""


def row(v, device="a"):
    return json.dumps({"t": "2020-01-01T00:00:00Z", "device": device, "v": v})


@unittest.skipUnless(flight, "needs adbc-driver-flightsql from PyPI")
class FlightTest(ProductTest):
    def setUp(self):
        super().setUp()
        self.dataset(MANIFEST)
        self.server = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--no-metrics", "--flight-port", "0"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
            text=True,
        )
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait, 60)
        self.addCleanup(self.server.terminate)
        self.http = self.after("Listening on ")
        self.address = self.after("Flight SQL on ")
        self.connection = flight.connect(self.address, autocommit=True)
        self.addCleanup(self.connection.close)

    def after(self, words):
        line = self.server.stdout.readline()
        self.assertTrue(line.startswith(words), line)
        return line[len(words) :].strip()

    def push(self, *rows):
        request = urllib.request.Request(
            f"{self.http}/gps/ingest",
            data="\n".join(rows).encode(),
            headers={"Content-Type": "application/x-ndjson"},
        )
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(200, answer.status)

    def ask(self, sql, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetch_arrow_table()

    def test_a_row_is_in_the_next_statement(self):
        for v in range(5):
            self.push(row(v))
            found = self.ask("SELECT v FROM gps ORDER BY v")
            self.assertEqual(list(range(v + 1)), found.column("v").to_pylist())

    def test_values_are_those_of_http(self):
        self.push(row(1), row(-9007199254740993, "it's"))
        sql = 'SELECT device, v, t, v / 2.0 AS half FROM gps ORDER BY "offset"'
        with urllib.request.urlopen(
            f"{self.http}/query?{urllib.parse.urlencode({'query': sql})}"
        ) as answer:
            wanted = json.load(answer)["output"]["data"]
        found = self.ask(sql).to_pylist()
        for one in found:
            one["t"] = one["t"].strftime("%Y-%m-%dT%H:%M:%SZ")
        self.assertEqual(wanted, found)

    def test_parameters_are_bound(self):
        self.push(row(1), row(2, "it's"), row(3))
        found = self.ask("SELECT v FROM gps WHERE device = ? OR v > ? ORDER BY v", ("it's", 2))
        self.assertEqual([2, 3], found.column("v").to_pylist())

    def test_a_million_rows_in_batches(self):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT range AS n, repeat('x', 20) AS s FROM range(1000000)")
            rows = total = 0
            for batch in cursor.fetch_record_batch():
                self.assertLess(batch.nbytes, 4 << 20)
                rows += batch.num_rows
                total += pyarrow.compute.sum(batch.column("n")).as_py()
        self.assertEqual(1_000_000, rows)
        self.assertEqual(499_999_500_000, total)

    def test_what_is_wrong_is_told(self):
        with self.assertRaisesRegex(flight.ProgrammingError, "Dataset not found: gsp.*gps"):
            self.ask("SELECT * FROM gsp")
        with self.assertRaisesRegex(flight.ProgrammingError, "nope"):
            self.ask("SELECT nope FROM gps")

    def test_the_tree_of_tables(self):
        self.push(row(1))
        schema = self.connection.adbc_get_table_schema("gps")
        self.assertEqual(["offset", "op", "system_time", "t", "device", "v"], schema.names)
        self.assertEqual(schema, self.ask("SELECT * FROM gps").schema)
        tree = self.connection.adbc_get_objects(depth="tables").read_all().to_pylist()
        names = [
            table["table_name"]
            for catalog in tree
            for schemas in catalog["catalog_db_schemas"]
            for table in schemas["db_schema_tables"]
        ]
        self.assertEqual(["gps"], names)
        self.assertEqual("catchwater", self.connection.adbc_get_info()["vendor_name"])
