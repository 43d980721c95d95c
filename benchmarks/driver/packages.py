"""The row of the Python package: what it costs beside bare requests of `http.client`, from one process.

What is compared is run in turn within a round, over one connection each; figures are medians over the rounds.
"""

import http.client
import json
import random
import statistics
import sys
import time
import uuid

import product
from product import READINGS, Workspace
from serving import Bare, Server

GETS = 2_000
BATCH = 10_000
JSON, LINES = "application/json", "application/x-ndjson"


class Raw:
    """One connection of `http.client`, and nothing above it."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, method, address, body=None, headers=None):
        self.connection.request(method, address, body, headers or {})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {address}: {answer.status} {content[:200]}")

    def push(self, address, body, media_type):
        self.ask("POST", address, body, {"Content-Type": media_type, "Idempotency-Key": uuid.uuid4().hex})


def event(number):
    return {"user": number, "page": "/home", "ms": 17}


def rate(seconds, work):
    """How often something is done in a second."""
    count, begin = 0, time.perf_counter()
    while (took := time.perf_counter() - begin) < seconds:
        work(count)
        count += 1
    return count / took


def microseconds(count, work):
    """The times of so many calls: p50 and p99."""
    times = []
    for number in range(count):
        begin = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - begin)
    times.sort()
    return times[count // 2] * 1e6, times[count * 99 // 100] * 1e6


def package(bench):
    """`stream.upload`, the background uploader and `table.get`, beside bare requests."""
    # Not before: the peak of other rows' processes begins at what this one has in memory.
    sys.path.insert(0, str(product.ROOT / "python/src"))
    import streamsql

    workspace = Workspace(bench.path("python"), READINGS.replace("{kind}", "NdJson"))
    with Server(workspace) as server, Bare(bench.folder) as bare:
        with streamsql.Managed("127.0.0.1", server.port) as store:
            one_by_one(bench, store, Raw(server.port))
            in_the_background(bench, store, Raw(server.port))
            gets(bench, store, Raw(bare.port))
        server.stop()


def one_by_one(bench, store, raw):
    stream = store.create_stream("single")
    body = json.dumps(event(1), separators=(",", ":")).encode()
    address = "/streams/single/ingest?format=json"

    def bare(_):
        raw.push(address, body, JSON)

    def ours(number):
        stream.upload(event(number))

    for work in (bare, ours):
        rate(3, work)
    rounds = [(rate(1.5, bare), rate(1.5, ours)) for _ in range(bench.runs)]
    bench.add(
        "python",
        "stream.upload one by one / http.client",
        statistics.median(own / other for other, own in rounds),
        "≥ 0.7",
        f"{statistics.median(own for _, own in rounds):,.0f}/s / "
        f"{statistics.median(other for other, _ in rounds):,.0f}/s",
    )


def in_the_background(bench, store, raw):
    """What the server takes is asked with bodies that are made before, one behind the other."""
    count = 100_000 if bench.quick else 300_000
    events = [event(number) for number in range(count)]
    lines = [json.dumps(one, separators=(",", ":")).encode() for one in events]
    bodies = [b"\n".join(lines[at : at + BATCH]) for at in range(0, count, BATCH)]
    stream = store.create_stream("background")

    def limit():
        begin = time.perf_counter()
        for body in bodies:
            raw.push("/streams/background/ingest?format=ndjson", body, LINES)
        return count / (time.perf_counter() - begin)

    def ours():
        begin = time.perf_counter()
        with stream.uploader() as up:
            for one in events:
                up.upload(one)
        return count / (time.perf_counter() - begin)

    rounds = [(limit(), ours()) for _ in range(bench.runs + 1)][1:]
    most = statistics.median(one for one, _ in rounds)
    bench.add(
        "python",
        "background uploader, events/s",
        statistics.median(own for _, own in rounds),
        f"≥ {min(100_000, round(most))}",
        f"bodies made before, by http.client: {most:,.0f}/s",
    )
    bench.check(
        "python: events are as many as were accepted",
        store.sql("select count(*) as n from background")[0]["n"],
        2 * count * (bench.runs + 1),
    )


def gets(bench, store, raw):
    sizes = (1_000, 100_000 if bench.quick else 1_000_000)
    tables = {}
    for size in sizes:
        table = tables[size] = store.create_table(f"keys{size}", "id")
        for at in range(0, size, 50_000):
            table.insert({"id": f"user{n}", "n": n, "page": "/home"} for n in range(at, min(size, at + 50_000)))
    chance = random.Random(5)
    rounds = []
    for number in range(bench.runs + 1):
        one = {"bare": microseconds(GETS, lambda _: raw.ask("GET", "/"))}
        for size, table in tables.items():
            keys = [f"user{chance.randrange(size)}" for _ in range(GETS)]
            one[size] = microseconds(GETS, lambda n: table.get(keys[n]))
        if number:
            rounds.append(one)
    few, many = sizes

    def figure(what, which):
        return statistics.median(one[what][which] for one in rounds)

    for size in sizes:
        bench.add(
            "python",
            f"table.get of {size:,} keys: p99 / bare round trip",
            statistics.median(one[size][1] / one["bare"][1] for one in rounds),
            "≤ 3.0",
            f"p50 {figure(size, 0):.0f} µs, p99 {figure(size, 1):.0f} µs; "
            f"bare {figure('bare', 0):.0f} and {figure('bare', 1):.0f} µs",
        )
    bench.add(
        "python",
        f"table.get, p50, {many:,} / {few:,} keys",
        statistics.median(one[many][0] / one[few][0] for one in rounds),
        "≤ 1.5",
        f"{figure(many, 0):.0f} µs / {figure(few, 0):.0f} µs",
    )
