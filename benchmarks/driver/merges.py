"""The rows of the table about merges by key."""

import random
import shutil

from process import interleaved, median
from product import METERS, Workspace

MEGA = 1_000_000
SNAPSHOT = METERS.replace("kind: Ledger", "kind: Snapshot")
UPSERT = METERS.replace("kind: Ledger", "kind: UpsertStream")
APPEND = METERS.replace("kind: Ledger\n        primaryKey: [meter]", "kind: Append")


def write_meters(path, numbers, changed=frozenset(), times=0):
    """A row of each meter by its number; a changed one reads differently from all others."""
    with open(path, "w", encoding="ascii") as out:
        for number in numbers:
            day, second = divmod(number, 86_400)
            hour, rest = divmod(second, 3_600)
            value = (number * 7_919 % 1_000_003 + (times if number in changed else 0)) / 100
            out.write(
                f"2024-01-{1 + day % 28:02d}T{hour:02d}:{rest // 60:02d}:{rest % 60:02d}Z,"
                f"meter-{number:010d},{value}\n"
            )


def snapshot_push(bench):
    """A million rows on a million, one in a hundred changed, against the Append of the file."""
    states = [bench.path("state-0.csv"), bench.path("state-1.csv")]
    changed = set(random.Random(1).sample(range(MEGA), MEGA // 100))
    for times, state in enumerate(states):
        write_meters(state, range(MEGA), changed, times)
    snapshot = Workspace(bench.path("snapshot"), SNAPSHOT)
    append = Workspace(bench.path("append"), APPEND)
    snapshot.ingest(states[0])
    pushes = iter(range(1, 10**9))

    def push():
        return snapshot.ingest(states[next(pushes) % 2])

    def reference():
        append.fresh()
        return append.ingest(states[1])

    ours, refs = interleaved(bench.runs, push, reference)
    for field in ("wall", "cpu"):
        mine, other = median(ours, field), median(refs, field)
        bench.add(
            "snapshot-push",
            f"{field}, 1 M on 1 M, 1 % changed / Append",
            mine / other,
            "≤ 1.5",
            f"{mine:.2f} s / {other:.2f} s",
        )
    peak = median(ours, "memory") / 1e6
    bench.add("snapshot-push", "peak MB", peak, "≤ 400", "")
    for workspace in (snapshot, append):
        shutil.rmtree(workspace.folder)
    for state in states:
        state.unlink()


def upsert_push(bench):
    """A thousand rows, half of them new, half changed, keys spread over the history."""
    sizes = (10_000, MEGA)
    workspaces = []
    for size in sizes:
        workspace = Workspace(bench.path(f"upsert-{size}"), UPSERT)
        source = bench.path("meters.csv")
        write_meters(source, range(size))
        workspace.ingest(source)
        source.unlink()
        workspaces.append(workspace)
    seeds = iter(range(1, 10**9))

    def push(workspace, size):
        def action():
            seed = next(seeds)
            source = bench.path("changes.csv")
            known = random.Random(seed).sample(range(size), 500)
            fresh = range(size + 1_000 * seed, size + 1_000 * seed + 500)
            write_meters(source, [*known, *fresh], set(known), seed)
            return workspace.ingest(source)

        return action

    actions = [push(workspace, size) for workspace, size in zip(workspaces, sizes)]
    shorts, longs = interleaved(bench.runs * 3, *actions)
    bench.add(
        "upsert-push",
        "wall, 1,000 rows on 1 M / on 10 k",
        median(longs, "wall") / median(shorts, "wall"),
        "≤ 1.5",
        f"{median(longs, 'wall') * 1000:.0f} ms / {median(shorts, 'wall') * 1000:.0f} ms",
    )
    for workspace in workspaces:
        shutil.rmtree(workspace.folder)
