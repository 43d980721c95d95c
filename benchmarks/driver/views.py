"""How soon a view over many rows has those of a push."""

import json
import statistics
import time
import urllib.request

from product import READINGS, Workspace
from serving import Server

QUERY = "SELECT device, status, count(*), sum(speed), avg(speed), max(t) FROM readings GROUP BY device, status"
COLUMNS = ["device", "status", "n", "total", "mean", "latest"]


def ask(server, method, path, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}", data=body, method=method
    )
    with urllib.request.urlopen(request, timeout=1800) as answer:
        return json.load(answer)


def view(bench):
    """Pushes of 1,000 rows, each sealed when it is answered; from there on until the view has it."""
    many = 1_000_000 if bench.quick else 10_000_000
    ours = Workspace(bench.path("server-view"), READINGS.replace("{kind}", "NdJson"))
    ours.ingest(bench.input("ndjson", many))
    with open(bench.input("ndjson", 1_000_000), "rb") as rows:
        pushes = [b"".join(rows.readline() for _ in range(1000)) for _ in range(4 * bench.runs)]
    with Server(ours) as server:
        started = time.monotonic()
        definition = {
            "name": "by-device",
            "kind": "table",
            "query": QUERY,
            "dependencies": ["readings"],
            "outputColumns": COLUMNS,
        }
        ask(server, "POST", "/views", json.dumps(definition).encode())
        made = ask(server, "POST", "/views/by-device/refresh", b"")
        first = time.monotonic() - started
        bench.check("server-view: it is incremental", made["maintenance"], "incremental")
        lags = []
        for push in pushes:
            ask(server, "POST", "/readings/ingest?wait=committed", push)
            sealed = time.monotonic()
            while not ask(server, "GET", "/views/by-device")["fresh"]:
                time.sleep(0.005)
            lags.append(time.monotonic() - sealed)
        counted = ask(server, "GET", "/views/by-device/rows?limit=10000")["rows"]
        total = sum(row["n"] for row in counted)
        bench.check("server-view: rows counted", total, many + 1000 * len(pushes))
    bench.add(
        "server-view",
        f"view over {many // 1_000_000} M rows: s behind the seal of 1,000 rows, worst",
        max(lags),
        "≤ 1",
        f"p50 {statistics.median(lags) * 1000:.0f} ms, {len(counted):,} groups, first run {first:.1f} s",
    )
