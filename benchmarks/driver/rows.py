"""The rows of the table: what is measured, against what, and what it should reach."""

import json
import pathlib
import shutil
import statistics

import formats
import merges
import packages
import process
import product
import server
import views
from preprocess import preprocess
from process import interleaved, median
from product import METERS, READINGS, Workspace, duck
from resident import resident

MEGA = 1_000_000


class Bench:
    """What all rows share: the folder, the number of runs, the results."""

    def __init__(self, folder, runs, quick, flags):
        self.folder = pathlib.Path(folder)
        self.runs = runs
        self.quick = quick
        self.results = []
        self.checks = []
        self.hello = product.Hello(self.folder / "hello", flags)

    def path(self, name):
        return self.folder / name

    def add(self, row, what, value, target, absolute):
        """One line: `value` and `target` in the unit of the target, `absolute` for a reader."""
        self.results.append((row, what, value, target, absolute))
        met = ("met" if meets(value, target) else "MISSED") if target else ""
        print(f"{row:<16} {what:<42} {value:>10.2f}  {target:<10} {met:<7} {absolute}", flush=True)

    def check(self, what, found, expected):
        self.checks.append((what, found == expected, found, expected))
        print(f"  check {what}: {'ok' if found == expected else f'{found} != {expected}'}", flush=True)

    def input(self, kind, rows, order="sorted"):
        path = self.path(f"readings-{rows}-{order}.{kind}")
        if not path.exists():
            duck("make", kind, rows, order, path)
        return path

    def history(self, rows):
        """A workspace with a Ledger dataset of so many keys, made once."""
        folder = self.path(f"meters-{rows}")
        if not folder.exists():
            source = self.path("meters.csv")
            duck("ledger", rows, source)
            Workspace(folder, METERS).ingest(source)
            source.unlink()
        workspace = object.__new__(Workspace)
        workspace.folder, workspace.name, workspace.manifest = folder, "meters", METERS
        return workspace

    def one_row_limit(self, hellos, factor):
        """The wall time that a one-row command may take now: hello world and the disk's syncs."""
        sync = process.fdatasync_p50(self.folder)
        return factor * median(hellos, "wall") + 8 * sync, sync


def meets(value, target):
    sign, number = target.split()
    return value <= float(number) if sign == "≤" else value >= float(number)


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms"


def bulk(bench, kind):
    """A million rows into an empty dataset, against DuckDB reading and writing the same."""
    source = bench.input(kind, MEGA)
    target = bench.path("duck.parquet")
    off = Workspace(bench.path("bulk-off"), READINGS.replace("{kind}", kind_name(kind)))
    on = Workspace(bench.path("bulk-on"), READINGS.replace("{kind}", kind_name(kind)))

    def ingest(workspace, *options):
        def action():
            workspace.fresh()
            return workspace.ingest(source, *options)

        return action

    def reference():
        return duck("copy", kind, source, target)

    offs, ons, refs = interleaved(
        bench.runs, ingest(off, "--no-read-back"), ingest(on), reference
    )
    expected = json.loads(duck("sum", kind, source).output)
    for name, workspace in (("off", off), ("on", on)):
        found = json.loads(duck("sum", "slices", workspace.data()).output)
        bench.check(f"{kind}-1m, read-back {name}", found, expected)
    row = f"{kind}-1m"
    for name, usages, cpu, wall in (("off", offs, "1.25", "0.75"), ("on", ons, "1.6", "1.0")):
        for field, target_ratio in (("cpu", cpu), ("wall", wall)):
            ours, theirs = median(usages, field), median(refs, field)
            bench.add(
                row,
                f"{field} / DuckDB, read-back {name}",
                ours / theirs,
                f"≤ {target_ratio}",
                f"{ours:.2f} s / {theirs:.2f} s",
            )
    for workspace in (off, on):
        shutil.rmtree(workspace.folder)


def kind_name(kind):
    return {"ndjson": "NdJson", "csv": "Csv"}[kind]


def ndjson(bench):
    bulk(bench, "ndjson")


def csv(bench):
    bulk(bench, "csv")


def warm(bench):
    """The same in one process that did it before: the median of runs after the warming ones."""
    for kind in ("ndjson", "csv"):
        source = bench.input(kind, MEGA)
        folder = bench.path("warm")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        manifest = folder / "manifest.yaml"
        manifest.write_text(READINGS.replace("{kind}", kind_name(kind)))
        warming, runs = (3, bench.runs) if bench.quick else (12, bench.runs)
        command = [
            *product.warm_java(),
            "dev.catchwater.benchmarks.WarmIngest",
            *map(str, (folder, manifest, source, warming, runs)),
        ]
        ours = json.loads(process.run(command).output.splitlines()[-1])
        theirs = json.loads(
            duck("warm", kind, source, bench.path("duck.parquet"), 2 + bench.runs).output
        )[2:]
        mine = statistics.median(run["cpu"] for run in ours)
        duck_cpu = statistics.median(run["cpu"] for run in theirs)
        bench.add(
            "warm",
            f"{kind}: cpu / DuckDB warm, read-back off",
            mine / duck_cpu,
            "≤ 1.0",
            f"{mine:.2f} s / {duck_cpu:.2f} s",
        )
        shutil.rmtree(folder)


def memory(bench):
    """Peak memory on files larger than it, in order and shuffled."""
    per_gigabyte = 8_400_000
    for gigabytes in (1,) if bench.quick else (1, 5):
        for order in ("sorted", "shuffled"):
            rows = gigabytes * per_gigabyte
            source = bench.input("ndjson", rows, order)
            workspace = Workspace(
                bench.path("memory"), READINGS.replace("{kind}", "NdJson")
            )
            usages = []
            for _ in range(1 if gigabytes > 1 else min(3, bench.runs)):
                workspace.fresh()
                usages.append(workspace.ingest(source))
            size = source.stat().st_size
            bench.add(
                "memory",
                f"peak MB, {size / 1e9:.1f} GB {order}",
                median(usages, "memory") / 1e6,
                "≤ 400",
                f"{median(usages, 'wall'):.1f} s wall",
            )
            if not bench.quick or gigabytes == 1:
                expected = json.loads(duck("sum", "ndjson", source).output)
                found = json.loads(duck("sum", "slices", workspace.data()).output)
                bench.check(f"{gigabytes} GB {order}", found, expected)
            shutil.rmtree(workspace.folder)
            source.unlink()


def one_row(bench):
    """One row into a dataset that has one, as a fresh process."""
    row = bench.path("row.ndjson")
    row.write_text(
        '{"t":"2024-01-01T00:00:00Z","long":1.5,"lat":2.5,"speed":3.5,'
        '"device":"device-001","status":"moving"}\n'
    )
    workspace = Workspace(bench.path("one-row"), READINGS.replace("{kind}", "NdJson"))
    workspace.ingest(row)
    ours, hellos = interleaved(bench.runs * 3, lambda: workspace.ingest(row), bench.hello.run)
    limit, sync = bench.one_row_limit(hellos, 2.5)
    bench.add(
        "one-row",
        "wall / (2.5 × hello + 8 × fdatasync)",
        median(ours, "wall") / limit,
        "≤ 1.0",
        f"{milliseconds(median(ours, 'wall'))}, hello {milliseconds(median(hellos, 'wall'))}, "
        f"fdatasync {sync * 1000:.2f} ms",
    )
    log = bench.path("classes.log")
    workspace.ingest(row, env={"_JAVA_OPTIONS": f"-XX:AOTMode=off -Xlog:class+load:file={log}"})
    loaded = log.read_text()
    bench.check("one-row, classes are seen", "dev.catchwater.cli.Main" in loaded, True)
    heavy = [name for name in ("org.duckdb", "snakeyaml", "picocli") if name in loaded]
    bench.check("one-row loads neither DuckDB, YAML nor an argument library", heavy, [])
    shutil.rmtree(workspace.folder)


def one_row_ledger(bench):
    """One new key into a Ledger dataset of a million."""
    workspace = bench.history(MEGA).copy_to(bench.path("one-row-ledger"))
    row, number = bench.path("row.csv"), iter(range(10**9))

    def push():
        row.write_text(f"2025-01-01T00:00:00Z,new-{next(number)},1.5\n")
        return workspace.ingest(row)

    push()
    ours, hellos = interleaved(bench.runs * 3, push, bench.hello.run)
    limit, sync = bench.one_row_limit(hellos, 3.5)
    bench.add(
        "one-row-ledger",
        "wall / (3.5 × hello + 8 × fdatasync), 1 M keys",
        median(ours, "wall") / limit,
        "≤ 1.0",
        f"{milliseconds(median(ours, 'wall'))}, hello {milliseconds(median(hellos, 'wall'))}, "
        f"fdatasync {sync * 1000:.2f} ms",
    )
    shutil.rmtree(workspace.folder)


def long_history(bench):
    return MEGA if bench.quick else 10 * MEGA


def tail(bench):
    """The last ten rows of a short and of a long history."""
    short, long = bench.history(10), bench.history(long_history(bench))
    shorts, longs, hellos = interleaved(
        bench.runs * 3,
        lambda: short.command("tail", "meters", "-o", "table"),
        lambda: long.command("tail", "meters", "-o", "table"),
        bench.hello.run,
    )
    base = median(hellos, "wall")
    for name, usages in (("10 rows", shorts), (f"{long_history(bench) // MEGA} M rows", longs)):
        bench.add(
            "tail",
            f"wall / hello, {name}",
            median(usages, "wall") / base,
            "≤ 2.5",
            f"{milliseconds(median(usages, 'wall'))}, hello {milliseconds(base)}",
        )
    bench.add(
        "tail",
        "wall, long / short history",
        median(longs, "wall") / median(shorts, "wall"),
        "≤ 1.2",
        "",
    )


def ledger_push(bench):
    """A thousand rows, keys spread over the history, half of them known."""
    seeds = iter(range(10**9))
    sizes = (10_000, long_history(bench))
    workspaces = [bench.history(rows).copy_to(bench.path(f"push-{rows}")) for rows in sizes]

    def push(workspace, rows):
        def action():
            source = bench.path("keys.csv")
            duck("keys", rows, 1000, next(seeds), source)
            return workspace.ingest(source)

        return action

    actions = [push(workspace, rows) for workspace, rows in zip(workspaces, sizes)]
    shorts, longs = interleaved(bench.runs * 3, *actions)
    bench.add(
        "ledger-push",
        f"wall, 1,000 rows on {sizes[1] // MEGA} M / on 10 k",
        median(longs, "wall") / median(shorts, "wall"),
        "≤ 1.3",
        f"{milliseconds(median(longs, 'wall'))} / {milliseconds(median(shorts, 'wall'))}",
    )
    for workspace in workspaces:
        shutil.rmtree(workspace.folder)


def many_pushes(bench):
    """The 5,000th one-row push against the 10th; the ones between run in one process."""
    count = 500 if bench.quick else 5_000
    row = bench.path("row.ndjson")
    row.write_text(
        '{"t":"2024-01-01T00:00:00Z","long":1.5,"lat":2.5,"speed":3.5,'
        '"device":"device-001","status":"moving"}\n'
    )
    young = Workspace(bench.path("young"), READINGS.replace("{kind}", "NdJson"))
    for _ in range(9):
        young.ingest(row)
    old = young.copy_to(bench.path("old"))
    process.run(
        [
            *product.warm_java(),
            "dev.catchwater.benchmarks.RepeatIngest",
            *map(str, (old.folder, old.name, row, count - 10)),
        ]
    )
    youngs, olds = interleaved(
        bench.runs * 3, lambda: young.ingest(row), lambda: old.ingest(row)
    )
    bench.add(
        "many-pushes",
        f"wall, push {count:,} / push 10",
        median(olds, "wall") / median(youngs, "wall"),
        "≤ 1.1",
        f"{milliseconds(median(olds, 'wall'))} / {milliseconds(median(youngs, 'wall'))}",
    )
    for workspace in (young, old):
        shutil.rmtree(workspace.folder)


def verify(bench):
    """Bytes that were hashed, logical and physical, for each second of CPU of a fresh process.

    On 0.4 GB, of which the start of the process takes a fifth, and on 1.3 GB.
    """
    source = bench.input("ndjson", MEGA)
    workspace = Workspace(bench.path("verify"), READINGS.replace("{kind}", "NdJson"))
    pushed = 0
    for pushes in (1,) if bench.quick else (4, 12):
        while pushed < pushes:
            workspace.ingest(source)
            pushed += 1
        hashed = product.hashed_bytes(workspace)
        (usages,) = interleaved(bench.runs, lambda: workspace.command("verify", "readings"))
        rate = hashed / median(usages, "cpu") / 1e6
        bench.add(
            "verify",
            f"MB hashed / s and core, {pushes} M rows",
            rate,
            "≥ 250",
            f"{hashed / 1e6:.0f} MB in {median(usages, 'cpu'):.2f} s CPU",
        )
    shutil.rmtree(workspace.folder)


ROWS = {
    "ndjson": ndjson,
    "csv": csv,
    "parquet": formats.parquet,
    "json-document": formats.json_document,
    "warm": warm,
    "one-row": one_row,
    "one-row-ledger": one_row_ledger,
    "tail": tail,
    "resident": resident,
    "ledger-push": ledger_push,
    "upsert-push": merges.upsert_push,
    "snapshot-push": merges.snapshot_push,
    "many-pushes": many_pushes,
    "verify": verify,
    "preprocess": preprocess,
    "memory": memory,
    "server": server.one_event,
    "server-tokens": server.tokens,
    "server-bulk": server.bulk,
    "quarantine": server.quarantine,
    "server-questdb": server.questdb,
    "server-held": server.held,
    "server-followers": server.followers,
    "server-replay": server.replay,
    "python": packages.package,
    "server-lookups": server.lookups,
    "server-view": views.view,
}

# Asked for by name only.
LONG_ROWS = {"server-soak": server.soak}
