"""Another implementation of WebSockets than our own against the packaged server: pushes with many
messages on their way, over a kill of the server, and rows as they come."""

import json
import re
import signal
import subprocess
import threading
import unittest

from product import LAUNCHER, ROOT, ProductTest

try:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect
except ImportError:
    connect = None

MANIFEST = """\
kind: DatasetSnapshot
version: 1
content:
  name: gps
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: NdJson
        schema: [t TIMESTAMP, v BIGINT]
      merge:
        kind: Append
    - kind: SetVocab
      eventTimeColumn: t
"""


def row(v):
    return json.dumps({"t": "2020-01-01T00:00:00Z", "v": v})


@unittest.skipIf(connect is None, "needs websockets of PyPI")
class SocketsTest(ProductTest):
    def serve(self):
        process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--no-metrics"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        line = process.stdout.readline().decode()
        return process, line.strip().rsplit(":", 1)[1]

    def producer(self, port, messages, kill_after=None):
        """Sends what the server says it has not; returns how many it answered."""
        answered = 0
        with connect(f"ws://127.0.0.1:{port}/gps/ingest?producerId=p&producerEpoch=1") as socket:
            after = json.loads(socket.recv())["next"]
            for number in range(after, len(messages) + 1):
                socket.send(messages[number - 1])
            for number in range(after, len(messages) + 1):
                answer = json.loads(socket.recv())
                self.assertEqual(["ack", number], [answer["type"], answer["message"]])
                answered += 1
                if answered == kill_after:
                    break
        return answered

    def test_a_producer_goes_on_after_the_server_was_killed(self):
        self.dataset(MANIFEST)
        messages = [f"{row(2 * i)}\n{row(2 * i + 1)}" for i in range(200)]
        process, port = self.serve()
        try:
            self.producer(port, messages, kill_after=50)
        except ConnectionClosed:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        process, port = self.serve()
        self.producer(port, messages)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(timeout=30))
        values = [int(line.rsplit(",", 1)[1]) for line in self.rows("gps")]
        self.assertEqual(list(range(400)), values)

    def test_rows_come_as_the_page_shows(self):
        self.dataset(MANIFEST)
        process, port = self.serve()
        page = (ROOT / "docs/how-to/follow-rows.md").read_text()
        code = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
        code = code.replace(":8080/", f":{port}/").replace("print(", "seen.append(")
        with connect(f"ws://127.0.0.1:{port}/gps/ingest") as socket:
            socket.recv()
            for i in range(10):
                socket.send(row(i))
                self.assertEqual("applied", json.loads(socket.recv())["outcome"])
        stop = threading.Timer(3, process.terminate)
        self.addCleanup(stop.cancel)
        stop.start()
        seen = []
        try:
            exec(compile(code, "follow-rows.md", "exec"), {"seen": seen})
        except ConnectionClosed as end:
            self.assertEqual(1001, end.rcvd.code)
        self.assertEqual(list(range(10)), [each["v"] for each in seen])
        self.assertEqual(0, process.wait(timeout=30))


if __name__ == "__main__":
    unittest.main()
