"""The Python packages of the repository as tests use them: from their source, without installing."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from unittest import mock

from product import LAUNCHER, ROOT, ProductTest

SOURCE = ROOT / "python" / "src"
sys.path.insert(0, str(SOURCE))

import catchwater  # noqa: E402
import streamsql  # noqa: E402

MANIFEST = """
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
        schema:
          - t TIMESTAMP
          - v BIGINT
      merge:
        kind: Append
    - kind: SetVocab
      eventTimeColumn: t
"""


def row(number):
    return {"t": "2020-01-01T00:00:00Z", "v": number}


def end_engine(engine):
    """Ends an engine that runs, and waits until it has."""
    with contextlib.suppress(OSError, ValueError):
        process = int((engine.root / "run/server/pid").read_text())
        os.kill(process, signal.SIGTERM)
        for _ in range(200):
            os.kill(process, 0)
            time.sleep(0.05)


class EngineTest(ProductTest):
    """A test with the engine of an empty folder, which is the one of the packages too; the engine ends with
    the test."""

    def setUp(self):
        super().setUp()
        self.use_engine(catchwater.Engine(self.folder, LAUNCHER))
        self.addCleanup(end_engine, self.engine)

    def use_engine(self, engine):
        self.engine = engine
        self.folder = engine.folder
        variables = {"CATCHWATER_HOME": str(ROOT), "CATCHWATER_WORKSPACE": str(self.folder)}
        changed = mock.patch.dict(os.environ, variables)
        changed.start()
        self.addCleanup(changed.stop)
        self.client = catchwater.Client(self.engine)
        self.addCleanup(self.client.close)

    def process(self):
        return int((self.engine.root / "run/server/pid").read_text())

    def kill_engine(self):
        os.kill(self.process(), signal.SIGKILL)

    def python(self, program, check=True):
        """A program in a process of its own, in the folder."""
        variables = {**os.environ, "PYTHONPATH": str(SOURCE)}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=self.folder, env=variables, capture_output=True, text=True
        )
        if check:
            self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout


class StoreTest(EngineTest):
    """A test with the store of that engine."""

    def setUp(self):
        super().setUp()
        self.store = streamsql.Local(self.folder)
        self.addCleanup(self.store.close)


def answer(status, body=b"{}", **headers):
    """The bytes of an answer; `_` in the names of headers is `-`."""
    lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class ScriptedServer:
    """A server that does what it is told: one item of `script` for each request, bytes that it answers, or
    None where it closes the connection without an answer. What came is in `requests`, each the bytes of a
    request."""

    def __init__(self, script):
        self.script = list(script)
        self.requests = []
        self.connections = 0
        self.clients = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for client in self.clients:
            client.close()

    def client(self, **options):
        address = catchwater.transport.Address("127.0.0.1", self.port)
        client = catchwater.Client(address, **options)
        self.clients.append(client)
        return client

    def _serve(self):
        with contextlib.suppress(OSError):
            while self.script:
                connection, _ = self.listener.accept()
                self.connections += 1
                with connection:
                    self._talk(connection)

    def _talk(self, connection):
        with contextlib.suppress(OSError):
            while self.script:
                request = self._request(connection)
                if not request:
                    return
                self.requests.append(request)
                said = self.script.pop(0)
                if said is None:
                    return
                connection.sendall(said)
                if b"Connection: close" in said:
                    return

    @staticmethod
    def _request(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65_536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += connection.recv(65_536)
        return head + b"\r\n\r\n" + body


def header(request, name):
    for line in request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
        if line.lower().startswith(name.lower() + ":"):
            return line.split(":", 1)[1].strip()
    return None
