"""A server under traffic: clients that push rows of their own, readers, and the reckoning."""

import heapq
import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.parse

from product import LAUNCHER, ROOT

APPEND, LEDGER = "stream", "book"
DATASET = """\
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
        schema:
          - t TIMESTAMP NOT NULL
          - id STRING NOT NULL
          - text STRING
      merge:
        kind: {merge}
    - kind: SetVocab
      eventTimeColumn: t
"""
MANIFEST = "---\n".join(
    [
        DATASET.format(name=APPEND, merge="Append"),
        DATASET.format(name=LEDGER, merge="Ledger\n        primaryKey: [id]"),
    ]
)


# For servers that live for a moment: what the second compiler does costs more than it gives.
QUICK = {"_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}


def seed():
    """Of this commit, so that the days of a repository try different points; printed by each test."""
    chosen = os.environ.get("CATCHWATER_TESTS_SEED")
    if chosen:
        return int(chosen)
    asked = ["git", "-C", str(ROOT), "rev-parse", "--short=7", "HEAD"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return int(done.stdout.strip() or "1", 16)


def text_of(row_id):
    """What the row of that id has in its other column."""
    return "text of " + row_id


class Server:
    """`./catchwater serve` in a folder, on a port of its own that stays over restarts."""

    def __init__(self, folder, environment, prefix=(), options=("--no-metrics",)):
        self.folder = folder
        self.environment = {"CATCHWATER_WRITER_LOCK_WAIT_SECONDS": "10", **environment}
        self.prefix = list(prefix)
        self.options = list(options)
        self.process = None
        self.port = "0"
        self.starts = []

    def start(self):
        """Starts it and waits until it listens."""
        began = time.monotonic()
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, LAUNCHER, "serve", "--port", self.port, *self.options],
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self.environment,
            )
        line = self.process.stdout.readline().decode()
        self.starts.append(time.monotonic() - began)
        prefix = "Listening on "
        if not line.startswith(prefix):
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            raise AssertionError(f"the server said {line!r}\n{self.log()}")
        self.port = str(urllib.parse.urlsplit(line[len(prefix) :].strip()).port)
        return self

    def log(self):
        """The end of what it wrote to its log."""
        return (self.folder / "server.log").read_text()[-3000:]

    def connect(self, timeout=30):
        return http.client.HTTPConnection("127.0.0.1", int(self.port), timeout=timeout)

    def ask(self, method, path, body=None, headers=None, timeout=30):
        """One request on a connection of its own: status, headers, parsed body."""
        connection = self.connect(timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            read = answer.read()
            return answer.status, answer.headers, json.loads(read) if read else None
        finally:
            connection.close()

    def push(self, dataset, rows, timeout=30, **headers):
        """Pushes rows given as ids: status, outcome, parsed body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Content-Type"] = "application/x-ndjson"
        path = f"/{dataset}/ingest"
        status, found, answer = self.ask("POST", path, body_of(rows), named, timeout)
        return status, found.get("Ingest-Outcome"), answer

    def pid(self):
        """Of the Java process, also where something runs in front of it."""
        return int((self.folder / ".catchwater/run/server/pid").read_text())

    def kill(self):
        if self.prefix:
            os.kill(self.pid(), signal.SIGKILL)
        else:
            self.process.kill()
        self.gone()

    def gone(self, timeout=60):
        """Waits for its end; the exit code."""
        try:
            code = self.process.wait(timeout=timeout)
        finally:
            self.process.stdout.close()
        return code

    def stop(self, timeout=60):
        """Ends it by SIGTERM: exit code and seconds."""
        began = time.monotonic()
        os.kill(self.pid(), signal.SIGTERM)
        return self.gone(timeout), time.monotonic() - began

    def end(self):
        """For the end of a test, whatever became of it."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.gone()


def body_of(ids, bad_at=None):
    """NDJSON rows of these ids; the one at `bad_at` has a time that is none."""
    lines = []
    for number, row_id in enumerate(ids):
        t = "never" if number == bad_at else "2020-01-01T00:00:00Z"
        lines.append(json.dumps({"t": t, "id": row_id, "text": text_of(row_id)}))
    return ("\n".join(lines) + "\n").encode()


class Push:
    """One push and what became of it."""

    def __init__(self, dataset, ids, key):
        self.dataset = dataset
        self.ids = ids
        self.key = key
        self.outcome = None
        self.answer = None
        self.offsets = None
        self.started = None
        self.ended = None

    def may_repeat(self):
        return self.key is not None or self.dataset == LEDGER


class Client(threading.Thread):
    """Pushes rows of its own ids, 1 to 200 a request, three in ten through the Ledger. What got no
    answer is sent again with the same key, or as the same rows of the Ledger; without either it
    stays unknown, and so it is reckoned."""

    def __init__(self, name, server, random_seed, by_curl=False, rows_max=200, pause=0):
        super().__init__(daemon=True, name=name)
        self.server = server
        self.random = random.Random(random_seed)
        self.by_curl = by_curl
        self.rows_max = rows_max
        self.pause = pause
        self.pushes = []
        self.ending = threading.Event()
        self.problems = []
        self.unexpected = []
        self.acked = 0
        self.cuts = 0
        self.connection = None
        self.wait_seconds = 0.02

    def run(self):
        try:
            while not self.ending.is_set():
                self.one(len(self.pushes))
                if self.pause:
                    time.sleep(self.pause)
        except Exception as e:  # pylint: disable=broad-except
            self.unexpected.append(repr(e))
        finally:
            self.hang_up()

    def one(self, number):
        dataset = LEDGER if self.random.random() < 0.3 else APPEND
        count = self.random.randint(1, self.rows_max)
        ids = [f"{self.name}-{number}-{row}" for row in range(count)]
        key = f"{self.name}-{number}" if self.random.random() < 0.5 else None
        push = Push(dataset, ids, key)
        self.pushes.append(push)
        push.started = time.monotonic()
        body = body_of(ids)
        while True:
            outcome = self.attempt(push, body)
            if outcome == "applied" or outcome == "refused":
                break
            if outcome == "unknown":
                push.outcome = "unknown"
                if not push.may_repeat():
                    break
            if self.ending.is_set():
                break
            time.sleep(self.wait_seconds)
        if push.outcome is None and outcome == "later":
            push.outcome = "refused"
        push.ended = time.monotonic()

    def attempt(self, push, body):
        """applied; unknown; refused for good; or later: for certain not applied, try again."""
        headers = {"Content-Type": "application/x-ndjson"}
        if push.key is not None:
            headers["Idempotency-Key"] = push.key
        try:
            send = self.curl if self.by_curl else self.send
            status, outcome, answer = send(f"/{push.dataset}/ingest", headers, body)
        except ConnectionRefusedError:
            self.hang_up()
            return "later"
        except (OSError, http.client.HTTPException, ValueError):
            self.hang_up()
            self.cuts += 1
            return "unknown"
        if status == 200:
            push.outcome = "applied"
            push.offsets = answer["offsets"]
            self.acked += 1
            return "applied"
        if outcome == "not-applied" and status in (409, 429, 503, 507):
            self.problems.append((status, answer.get("type")))
            return "later"
        if outcome == "not-applied":
            self.unexpected.append((status, answer))
            push.outcome = push.outcome or "refused"
            return "refused"
        self.problems.append((status, answer.get("type")))
        return "unknown"

    def send(self, path, headers, body):
        if self.connection is None:
            connection = self.server.connect()
            connection.connect()
            self.connection = connection
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        read = json.loads(answer.read())
        if answer.headers.get("Connection") == "close":
            self.hang_up()
        return answer.status, answer.headers.get("Ingest-Outcome"), read

    def curl(self, path, headers, body):
        words = ["curl", "-s", "-m", "30", "--data-binary", "@-"]
        words += ["-w", "\n%{http_code} %header{ingest-outcome}"]
        for name, value in headers.items():
            words += ["-H", f"{name}: {value}"]
        url = f"http://127.0.0.1:{self.server.port}{path}"
        done = subprocess.run([*words, url], input=body, capture_output=True, check=False)
        if done.returncode == 7:
            raise ConnectionRefusedError
        if done.returncode != 0:
            raise OSError(done.returncode)
        text, _, last = done.stdout.decode().rpartition("\n")
        status, _, outcome = last.partition(" ")
        return int(status), outcome or None, json.loads(text)

    def hang_up(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Reader(threading.Thread):
    """Asks for the last rows by tail and by SQL, and keeps every row it ever saw."""

    def __init__(self, server, pause=0.02):
        super().__init__(daemon=True, name="reader")
        self.server = server
        self.pause = pause
        self.ending = threading.Event()
        self.seen = {APPEND: {}, LEDGER: {}}
        self.answers = {"tail": 0, "query": 0}
        self.changed = []
        self.unexpected = []

    def run(self):
        turn = 0
        while not self.ending.is_set():
            dataset = APPEND if turn % 2 else LEDGER
            kind = "query" if turn % 10 == 9 else "tail"
            turn += 1
            try:
                self.look(kind, dataset)
            except (OSError, http.client.HTTPException, ValueError):
                pass
            time.sleep(self.pause)

    def look(self, kind, dataset):
        if kind == "tail":
            path = f"/{dataset}/tail?limit=300"
        else:
            sql = f'select "offset", id from "{dataset}" order by "offset" desc limit 300'
            path = "/query?" + urllib.parse.urlencode({"query": sql, "limit": 300})
        status, _, answer = self.server.ask("GET", path)
        if status != 200:
            if status not in (503,):
                self.unexpected.append((kind, status, answer))
            return
        rows = answer["data"] if kind == "tail" else answer["output"]["data"]
        self.answers[kind] += 1
        seen = self.seen[dataset]
        for row in rows:
            if seen.setdefault(row["offset"], row["id"]) != row["id"]:
                self.changed.append((dataset, row["offset"], seen[row["offset"]], row["id"]))


class Reckoning:
    """Compares what clients know with what is in the datasets; counts what must be none."""

    def __init__(self):
        self.lost = []
        self.twice = []
        self.partial = []
        self.phantom = []
        self.inverted = []
        self.vanished = []
        self.applied = 0
        self.unknown = 0
        self.rows = 0

    def of(self, dataset, rows, pushes):
        """Rows are triples of offset, id and text, as they lie in the dataset."""
        places = {}
        for offset, row_id, text in rows:
            places.setdefault(row_id, []).append(offset)
            if text != text_of(row_id):
                self.phantom.append((dataset, offset, row_id, text))
        offsets = sorted(offset for offset, _, _ in rows)
        if offsets != list(range(len(offsets))):
            self.lost.append((dataset, "offsets have gaps or are used twice"))
        self.twice += [(dataset, row_id) for row_id, at in places.items() if len(at) > 1]
        known = set()
        for push in pushes:
            if push.dataset == dataset:
                known.update(push.ids)
                self.push(push, [places[row][0] for row in push.ids if row in places])
        self.phantom += [(dataset, row_id) for row_id in places if row_id not in known]
        self.order([push for push in pushes if push.dataset == dataset], places)
        self.rows += len(rows)
        return self

    def push(self, push, found):
        what = (push.dataset, push.ids[0], len(push.ids), push.outcome, push.key, found[:3])
        if push.outcome == "applied":
            self.applied += 1
            if len(found) < len(push.ids):
                self.lost.append(what)
            elif push.offsets and found != list(
                range(push.offsets["start"], push.offsets["end"] + 1)
            ):
                self.lost.append((*what, push.offsets))
        elif push.outcome == "unknown":
            self.unknown += 1
        elif found:
            self.phantom.append(what)
        whole = found and found == list(range(found[0], found[0] + len(push.ids)))
        if found and not whole:
            self.partial.append(what)

    def order(self, pushes, places):
        """An answer that was there before a push was sent has the smaller offsets."""
        applied = [push for push in pushes if push.outcome == "applied"]
        applied = [push for push in applied if {push.ids[0], push.ids[-1]} <= places.keys()]
        applied.sort(key=lambda push: push.started)
        ended, highest = [], -1
        for number, push in enumerate(applied):
            while ended and ended[0][0] < push.started:
                highest = max(highest, heapq.heappop(ended)[2])
            first = places[push.ids[0]][0]
            if first < highest:
                self.inverted.append((push.dataset, push.ids[0], first, highest))
            heapq.heappush(ended, (push.ended, number, places[push.ids[-1]][0]))

    def reader(self, reader, dataset, rows):
        there = {offset: row_id for offset, row_id, _ in rows}
        for offset, row_id in reader.seen[dataset].items():
            if there.get(offset) != row_id:
                self.vanished.append((dataset, offset, row_id, there.get(offset)))
        return self

    def with_those_of(self, other):
        """This one with what another one found besides."""
        for name, found in vars(other).items():
            setattr(self, name, getattr(self, name) + found)
        return self

    def line(self):
        """The counts as every test prints them."""
        return (
            f"rows={self.rows} applied={self.applied} unknown={self.unknown}"
            f" lost={len(self.lost)} dup={len(self.twice)} partial={len(self.partial)}"
            f" phantom={len(self.phantom)} inverted={len(self.inverted)}"
            f" vanished={len(self.vanished)}"
        )

    def wrong(self):
        return {
            name: found[:5]
            for name, found in vars(self).items()
            if isinstance(found, list) and found
        }


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
