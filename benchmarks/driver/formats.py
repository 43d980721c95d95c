"""Inputs of other formats: a Parquet file of a million rows against DuckDB reading and writing it, and a
JSON document larger than memory whose rows stand behind a sub-path."""

import json
import shutil

from process import interleaved, median
from product import READINGS, Workspace, duck

MEGA = 1_000_000
ROWS_A_GIGABYTE = 8_400_000


def parquet(bench):
    source, target = bench.path("readings.parquet"), bench.path("duck.parquet")
    duck("copy", "csv", bench.input("csv", MEGA), source)
    workspace = Workspace(bench.path("parquet"), READINGS.replace("{kind}", "Parquet"))

    def ingest():
        workspace.fresh()
        return workspace.ingest(source)

    ours, theirs = interleaved(bench.runs, ingest, lambda: duck("copy", "parquet", source, target))
    expected = json.loads(duck("sum", "parquet", source).output)
    found = json.loads(duck("sum", "slices", workspace.data()).output)
    bench.check("parquet-1m", found, expected)
    for field in ("wall", "cpu"):
        own, other = median(ours, field), median(theirs, field)
        target_ratio = "≤ 1.5" if field == "wall" else "≤ 2.5"
        bench.add(
            "parquet-1m",
            f"{field} / DuckDB, read and written",
            own / other,
            target_ratio,
            f"{own:.2f} s / {other:.2f} s",
        )
    shutil.rmtree(workspace.folder)
    source.unlink()


def document(lines, path):
    """The rows of an NDJSON file as an array inside a document, something before it and behind it."""
    with lines.open("rb") as rows, path.open("wb") as out:
        out.write(b'{"meta": {"made": "by a test", "tags": ["a", "b"]}, "result": {"rows": [\n')
        before = b""
        for row in rows:
            out.write(before)
            out.write(row.rstrip(b"\n"))
            before = b",\n"
        out.write(b'\n], "next": null}, "end": true}\n')


def json_document(bench):
    rows = ROWS_A_GIGABYTE // (10 if bench.quick else 1)
    lines, source = bench.input("ndjson", rows), bench.path("document.json")
    document(lines, source)
    step = "kind: Json\n        subPath: result.rows"
    workspace = Workspace(bench.path("document"), READINGS.replace("kind: {kind}", step))
    usages = []
    for _ in range(min(3, bench.runs)):
        workspace.fresh()
        usages.append(workspace.ingest(source))
    bench.add(
        "json-document",
        f"peak MB, {source.stat().st_size / 1e9:.1f} GB with subPath",
        median(usages, "memory") / 1e6,
        "≤ 400",
        f"{median(usages, 'wall'):.1f} s wall",
    )
    expected = json.loads(duck("sum", "ndjson", lines).output)
    found = json.loads(duck("sum", "slices", workspace.data()).output)
    bench.check("json-document", found, expected)
    shutil.rmtree(workspace.folder)
    for path in (lines, source):
        path.unlink()
