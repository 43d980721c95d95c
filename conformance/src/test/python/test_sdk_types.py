"""The types of the Python packages hold, as mypy sees them at its strictest."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest

from sdk import SOURCE

USE = """
import catchwater
import streamsql

stream: streamsql.Stream = streamsql.source.create_stream("s", retention_policy="30d")
stream.set_retention(age="30d", bytes=1_000_000, rows=7)
push: catchwater.Push = stream.upload({"key": "value"}, format="json")
with stream.uploader() as up:
    up.upload(1)
    report: streamsql.Report = up.flush()
table: streamsql.Table = streamsql.source.create_table(name="t", primary_key=["id"])
name: object = table.get("user1")["name"]
view: streamsql.MaterializedTable = streamsql.materialize_table(
    name="v", query="SELECT 1", dependencies=["s"], output_columns=["n"], primary_key=["n"]
)
rows: catchwater.Rows = view.to_rows()
"""


@unittest.skipUnless(importlib.util.find_spec("mypy"), "needs mypy from PyPI")
class TypesTest(unittest.TestCase):
    def check(self, *words):
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, *words]
            done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def test_the_packages_and_what_uses_them(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as use:
            use.write(USE)
            use.flush()
            code, said = self.check("catchwater", "streamsql", use.name)
        self.assertEqual(0, code, said)

    def test_a_wrong_use_is_seen(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as use:
            use.write("import streamsql\nstreamsql.source.create_stream(name=7)\n")
            use.flush()
            code, said = self.check(use.name)
        self.assertEqual(1, code, said)
        self.assertIn('incompatible type "int"', said)

    def test_the_packages_say_that_they_have_types(self):
        for package in ("catchwater", "streamsql"):
            self.assertTrue((SOURCE / package / "py.typed").exists(), package)
