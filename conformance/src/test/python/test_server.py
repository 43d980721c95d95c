"""The packaged server, pushed into by curl and Python at once while it is killed."""

import http.client
import json
import os
import signal
import subprocess
import threading
import time
import urllib.parse

from product import LAUNCHER, ProductTest

MANIFEST = """\
kind: DatasetSnapshot
version: 1
content:
  name: readings
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: NdJson
        schema:
          - t TIMESTAMP NOT NULL
          - pusher STRING
          - number BIGINT
      merge:
        kind: MERGE
    - kind: SetVocab
      eventTimeColumn: t
"""
KILLS = 60 if os.environ.get("CATCHWATER_TESTS_FULL") else 4


class Server:
    """`./catchwater serve` on a port of its own, started again after each kill."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        self.log = open(folder / "server.log", "ab")
        self.process = None
        self.address = None
        self.port = "0"

    def start(self):
        self.process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", self.port, "--no-metrics"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=self.environment,
        )
        line = self.process.stdout.readline().decode()
        prefix = "Listening on "
        if not line.startswith(prefix):
            raise AssertionError(f"the server said {line!r}")
        self.address = urllib.parse.urlsplit(line[len(prefix) :].strip())
        self.port = str(self.address.port)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()
        return code, time.monotonic() - started


class Pusher(threading.Thread):
    """Pushes numbered rows, one a request; after no answer it sends the same bytes again."""

    def __init__(self, name, port, ending, by_curl, keyed):
        super().__init__(daemon=True)
        self.name = name
        self.port = port
        self.ending = ending
        self.by_curl = by_curl
        self.keyed = keyed
        self.acked = {}
        self.sent = 0
        self.failures = []

    def run(self):
        while not self.ending.is_set():
            self.push(self.sent)
            self.sent += 1

    def push(self, number):
        row = {"t": "2020-01-01T00:00:00Z", "pusher": self.name, "number": number}
        body = json.dumps(row)
        while not self.ending.is_set():
            try:
                status, answer = self.send(number, body)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)
                continue
            if status == 200:
                offsets = answer["offsets"]
                self.acked[number] = offsets["start"] if offsets else None
                return
            if status < 500:
                self.failures.append((status, answer))
                return
            time.sleep(0.05)

    def send(self, number, body):
        headers = {"Content-Type": "application/x-ndjson"}
        if self.keyed:
            headers["Idempotency-Key"] = f"{self.name}-{number}"
        if self.by_curl:
            words = ["curl", "-s", "-m", "20", "-w", "\n%{http_code}", "-d", body]
            for name, value in headers.items():
                words += ["-H", f"{name}: {value}"]
            url = f"http://127.0.0.1:{self.port}/readings/ingest"
            done = subprocess.run([*words, url], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise OSError(done.returncode)
            text, _, status = done.stdout.rpartition("\n")
            return int(status), json.loads(text)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/readings/ingest", body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


class ServerTest(ProductTest):
    def reconcile(self, merge, keyed):
        """Kills the server again and again; says what was acknowledged and what is there."""
        self.dataset(MANIFEST.replace("MERGE", merge))
        server = Server(self.folder, self.environment())
        server.start()
        ending = threading.Event()
        pushers = [
            Pusher(name, server.address.port, ending, name == "curl", keyed)
            for name in ("curl", "python-1", "python-2")
        ]
        for pusher in pushers:
            pusher.start()
        for number in range(KILLS):
            time.sleep(0.3 + 0.17 * (number % 7))
            server.kill()
            server.start()
        before = [len(pusher.acked) for pusher in pushers]
        limit = time.monotonic() + 60
        while time.monotonic() < limit and any(
            len(pusher.acked) == count for pusher, count in zip(pushers, before)
        ):
            time.sleep(0.1)
        ending.set()
        for pusher in pushers:
            pusher.join(timeout=60)
        code, seconds = server.stop()
        self.assertEqual(0, code)
        self.assertLess(seconds, 15)
        rows = {}
        for line in self.rows("readings"):
            offset, _, _, _, name, number = line.split(",")
            rows.setdefault((name, int(number)), []).append(int(offset))
        self.run_command("verify", "readings")
        offsets = sorted(offset for found in rows.values() for offset in found)
        self.assertEqual(list(range(len(offsets))), offsets)
        for pusher in pushers:
            self.assertEqual([], pusher.failures)
            self.assertGreater(len(pusher.acked), 0, pusher.name)
            for number, offset in pusher.acked.items():
                found = rows.get((pusher.name, number))
                self.assertIsNotNone(found, f"{pusher.name} {number} was acknowledged and is lost")
                if offset is not None:
                    self.assertIn(offset, found, f"{pusher.name} {number} is at another offset")
        return rows

    def test_T01_a_killed_server_loses_nothing_it_acknowledged(self):
        self.reconcile("Append", keyed=False)

    def test_T01_a_ledger_has_each_row_once(self):
        rows = self.reconcile("Ledger\n        primaryKey: [pusher, number]", keyed=False)
        twice = {key: found for key, found in rows.items() if len(found) > 1}
        self.assertEqual({}, twice)

    def test_an_empty_folder_becomes_a_workspace(self):
        folder = self.folder / "new"
        folder.mkdir()
        process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--no-metrics"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
        )
        self.assertIn(b"Listening on http://127.0.0.1:", process.stdout.readline())
        self.assertTrue((folder / ".catchwater" / "version").exists())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(timeout=30))
        process.stdout.close()
