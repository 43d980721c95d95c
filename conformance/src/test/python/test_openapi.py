"""The packaged server against its own OpenAPI document, by schemathesis: requests that the document
allows and ones that it does not. No answer is a 5xx, and each has a status, a type and a body that
the document has."""

import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest
import urllib.request

from product import LAUNCHER, ProductTest, pick

MANIFEST = """\
kind: DatasetSnapshot
version: 1
content:
  name: {name}
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: NdJson
        schema: [t TIMESTAMP, v BIGINT]
      merge:
        {merge}
    - kind: SetVocab
      eventTimeColumn: t
"""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
SECONDS = pick(40, 300, 1_800)


@unittest.skipUnless(
    importlib.util.find_spec("schemathesis"), "needs schemathesis, of tools/requirements.txt"
)
class OpenApiTest(ProductTest):
    def ask(self, path, body=None):
        request = urllib.request.Request(self.address + path, data=body)
        request.add_header("Content-Type", "application/x-ndjson")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def serve(self):
        self.run_command("init")
        for name, merge in (("gps", "kind: Append"), ("keyed", "{kind: Ledger, primaryKey: [v]}")):
            self.run_command("add", "--stdin", text=MANIFEST.format(name=name, merge=merge))
        secret = self.folder / "secret"
        secret.write_text("s3cret")
        secret.chmod(0o600)
        self.run_command(
            "webhook", "add", "gps", "shop", "--scheme", "github", "--secret", "file:secret"
        )
        log = open(self.folder / "log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--no-metrics"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=log,
            env=self.environment(),
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.address = process.stdout.readline().decode().split()[-1]
        self.assertTrue(self.address.startswith("http://127.0.0.1:"), self.address)
        return process

    def known(self):
        """What is there, by the variables of paths."""
        row = b'{"t": "2020-01-01T00:00:00Z", "v": 1}'
        self.ask("/keyed/ingest", row)
        receipt = json.loads(self.ask("/gps/ingest?wait=committed", row))["receipt"]["id"]
        upload = self.ask("/platform/file/upload/prepare?fileName=a.csv&contentLength=3", b"")
        slices = self.folder / ".catchwater" / "datasets" / "gps" / "data"
        return {
            "dataset": ["gps", "keyed"],
            "hash": [self.ask("/gps/refs/head"), next(slices.iterdir()).name],
            "id": [receipt, "gps"],
            "key": ["1", "77"],
            "name": ["shop"],
            "ref": ["head"],
            "token": [json.loads(upload)["uploadToken"]],
        }

    def test_every_answer_is_one_of_the_document(self):
        process = self.serve()
        config = self.folder / "schemathesis.toml"
        hooks = pathlib.Path(__file__).with_name("openapi_bodies.py")
        config.write_text(f"hooks = {json.dumps(str(hooks))}\n")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--no-color"),
                *("--config-file", config, "run", self.address + "/openapi.json"),
                *("--url", self.address, "--max-time", str(SECONDS)),
                *("--phases", "examples,coverage,fuzzing", "--mode", "all", "--max-examples"),
                *(str(pick(20, 100, 1_000)), "--continue-on-failure", "--no-shrink"),
                *("--request-timeout", "30", "--suppress-health-check", "all"),
                *("--warnings", "off", "--checks", ",".join(CHECKS), *pick(("--seed", "1"), ())),
                # Answers that do not end.
                *("--exclude-path", "/{dataset}/events"),
            ],
            cwd=self.folder,
            env={**os.environ, "CATCHWATER_TEST_KNOWN": json.dumps(self.known())},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS + 300,
        )
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(\d{2,}) generated, \1 passed")
        self.assertNotIn('"level":"error"', (self.folder / "log").read_text())
        self.assertIn("version", self.ask("/info"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(timeout=60))
