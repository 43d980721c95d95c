"""A million rows through one SQL step, against the same without it."""

import json
import shutil

from process import interleaved, median
from product import READINGS, Workspace, duck

STEP = """
      preprocess:
        kind: Sql
        engine: datafusion
        query: select t, long, lat, speed * 3.6 as speed, device, status from input
      merge:"""


def preprocess(bench):
    source = bench.input("ndjson", 1_000_000)
    manifest = READINGS.replace("{kind}", "NdJson")
    stepped = manifest.replace("\n      merge:", STEP)
    without = Workspace(bench.path("step-without"), manifest)
    through = Workspace(bench.path("step-through"), stepped)

    def ingest(workspace):
        def action():
            workspace.fresh()
            return workspace.ingest(source)

        return action

    plain, prepared = interleaved(bench.runs, ingest(without), ingest(through))
    rows = json.loads(duck("sum", "ndjson", source).output)["rows"]
    found = json.loads(duck("sum", "slices", through.data()).output)["rows"]
    bench.check("preprocess, rows", found, rows)
    for field in ("wall", "cpu"):
        with_step, base = median(prepared, field), median(plain, field)
        bench.add(
            "preprocess",
            f"{field}, one step on 1 M rows / without",
            with_step / base,
            "≤ 1.6",
            f"{with_step:.2f} s / {base:.2f} s",
        )
    for workspace in (without, through):
        shutil.rmtree(workspace.folder)
