"""Flight SQL of the packaged server, asked by the ADBC driver from PyPI."""

import json
import re
import shutil
import subprocess
import unittest
import urllib.parse
import urllib.request

from product import LAUNCHER, ProductTest

try:
    import adbc_driver_flightsql.dbapi as flight
    import pyarrow.compute
    from adbc_driver_flightsql import DatabaseOptions
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


class ServedTest(ProductTest):
    def serve(self, *options):
        self.server = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--flight-port", "0", *options],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
            text=True,
        )
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait, 60)
        self.addCleanup(self.server.terminate)

    def after(self, words):
        line = self.server.stdout.readline()
        self.assertTrue(line.startswith(words), line)
        return line[len(words) :].strip()


@unittest.skipUnless(flight, "needs adbc-driver-flightsql from PyPI")
class FlightTest(ServedTest):
    def setUp(self):
        super().setUp()
        self.dataset(MANIFEST)
        self.serve("--no-metrics")
        self.http = self.after("Listening on ")
        self.address = self.after("Flight SQL on ")
        self.connection = flight.connect(self.address, autocommit=True)
        self.addCleanup(self.connection.close)

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


@unittest.skipUnless(flight, "needs adbc-driver-flightsql from PyPI")
@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class EncryptedFlightTest(ServedTest):
    def setUp(self):
        super().setUp()
        self.dataset(MANIFEST)
        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
            ],
            check=True,
            capture_output=True,
        )
        key.chmod(0o600)
        token = self.run_command("token", "create", "analyst", "-s", "query:gps")
        self.token = token.stdout.decode().strip()
        self.certificate = certificate.read_text()
        self.run_command("config", "set", "server.tokens", "required")
        self.serve("--tls-cert", str(certificate), "--tls-key", str(key))
        self.assertTrue(self.after("Listening on ").startswith("https://"))
        self.figures = self.after("Metrics on ")
        self.address = self.after("Flight SQL on ")

    def connect(self, **options):
        return flight.connect(self.address, db_kwargs=options, autocommit=True)

    def test_rows_come_to_whoever_has_a_token_and_trusts_the_certificate(self):
        self.assertTrue(self.address.startswith("grpc+tls://"), self.address)
        trust = {DatabaseOptions.TLS_ROOT_CERTS.value: self.certificate}
        token = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {self.token}"}
        with self.connect(**trust, **token) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) AS n FROM gps")
            self.assertEqual([0], cursor.fetch_arrow_table().column("n").to_pylist())
        with self.assertRaisesRegex(flight.Error, "(?i)unauthenticated|valid token"):
            with self.connect(**trust) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        with self.assertRaisesRegex(flight.Error, "(?i)certificate"):
            with self.connect(**token) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        with urllib.request.urlopen(self.figures) as answer:
            figures = answer.read().decode()
        call = 'catchwater_requests_total{method="POST",route="/arrow.flight.protocol.FlightService'
        # The driver asks for what the server can do, too.
        for ended in ('GetFlightInfo",status="200"', 'DoGet",status="200"', '[A-Za-z]+",status="401"'):
            self.assertRegex(figures, f"{re.escape(call)}/{ended}}} [1-9]")
        self.assertNotIn(self.token, figures)
