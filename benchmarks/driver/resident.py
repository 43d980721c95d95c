"""The row `resident`: a command through the engine, from shell to shell, against its work alone."""

import json
import re
import statistics
import time

import process
import product
from product import READINGS, Workspace

KEEP = {"CATCHWATER_ENGINE_RESIDENT": "true"}
WARMING = 200


def resident(bench):
    """Commands handed to a warm engine, and the same ones again and again inside one process.

    Allowed are 20 ms (the script of the launcher, its client, a socket) and 1.2 times the work.
    """
    rows = 1_000_000 if bench.quick else 10_000_000
    one = bench.input("ndjson", 1)
    large = Workspace(bench.path("resident"), READINGS.replace("{kind}", "NdJson"))
    large.ingest(bench.input("ndjson", rows))
    small = Workspace(bench.path("resident-one"), READINGS.replace("{kind}", "NdJson"))
    small.ingest(one)
    runs = bench.runs * 3
    for workspace, what, words in (
        (small, "ingest of one row", ["ingest", "readings", str(one)]),
        (large, "tail", ["tail", "readings"]),
        (large, f"sql count of {rows // 1_000_000} M rows", ["sql", "-c", "SELECT count(*) FROM readings"]),
    ):
        warm_up(workspace, words)
        # In turn, a few at a time, so that both see the same minutes.
        through, alone = [], []
        for _ in range(3):
            through += [workspace.command(*words).wall for _ in range(runs // 3)]
            alone += inside(workspace, words, runs // 3)
        workspace.command("system", "engine", "stop")
        ours, work = statistics.median(through) * 1000, statistics.median(alone) * 1000
        bench.add(
            "resident",
            f"{what}, ms",
            ours,
            f"≤ {20 + 1.2 * work:.1f}",
            f"{ours:.1f} ms, the work alone {work:.1f} ms",
        )


def warm_up(workspace, words):
    """Starts the engine of a workspace and lets it compile what the command runs."""
    workspace.command("list", env=KEEP)
    socket = workspace.folder / ".catchwater/run/engine.sock"
    deadline = time.monotonic() + 60
    while not socket.exists():
        if time.monotonic() > deadline:
            raise process.Failed("no engine after a minute\n")
        time.sleep(0.05)
    for _ in range(WARMING):
        workspace.command(*words)
    told = workspace.command("system", "engine", "status").output
    if int(re.search(r"commands +(\d+)", told).group(1)) < WARMING:
        raise process.Failed(f"the engine did not run the commands:\n{told}")


def inside(workspace, words, runs):
    done = process.run(
        [
            *product.warm_java(),
            "dev.catchwater.benchmarks.WarmCommand",
            str(workspace.folder),
            str(WARMING),
            str(runs),
            *words,
        ]
    )
    return json.loads(done.output)
