"""Measures the rows of benchmarks/RESULTS.md and writes it.

Every ratio compares runs of the same minutes: what is compared is run in turn, after one round that
does not count. Figures are medians.
"""

import argparse
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

import process
import product
import rows

ROOT = product.ROOT
RESULTS = ROOT / "benchmarks/RESULTS.md"


def arguments():
    parser = argparse.ArgumentParser(prog="./benchmarks/run", description=__doc__)
    parser.add_argument("--only", action="append", choices=[*rows.ROWS, *rows.LONG_ROWS], help="only this row; may repeat")
    parser.add_argument("--runs", type=int, default=5, help="runs of each bulk measurement (5)")
    parser.add_argument("--quick", action="store_true", help="smaller inputs, 3 runs")
    parser.add_argument(
        "--data",
        type=pathlib.Path,
        default=ROOT / "benchmarks/data",
        help="where inputs and workspaces lie (benchmarks/data); 30 GB for the whole table",
    )
    parser.add_argument("--soak", action="store_true", help="ten minutes of steady pushes besides")
    parser.add_argument("--keep", action="store_true", help="keep inputs and workspaces")
    return parser.parse_args()


def machine():
    cpu = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def java_version():
    release = pathlib.Path(os.environ["JAVA_HOME"], "release").read_text().splitlines()
    values = dict(line.split("=", 1) for line in release if "=" in line)
    return f"{values.get('IMPLEMENTOR', '')} {values['JAVA_VERSION']}".replace('"', "").strip()


def git(*command):
    return subprocess.run(
        ["git", *command], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()


def report(bench, options, started, load):
    dirty = " with uncommitted changes" if git("status", "--porcelain", "-uno") else ""
    only = "".join(f" --only {name}" for name in options.only or [])
    command = "./benchmarks/run" + only + (" --quick" if options.quick else "") + (" --soak" if options.soak else "")
    lines = [
        "# Results",
        "",
        "Written by the command below; do not edit. Ratios compare runs of the same minutes on the same machine;",
        f"figures are medians of {options.runs} runs (short commands {options.runs * 3}; the 5 GB files one).",
        "",
        f"* machine: {machine()}",
        f"* load average at the start: {load:.2f}",
        f"* JDK: {java_version()}; DuckDB (Python package) {duckdb_version()}, one thread",
        f"* date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime(started))}",
        f"* commit: {git('rev-parse', '--short=12', 'HEAD')}{dirty}",
        f"* command: `{command}`, {(time.time() - started) / 60:.0f} minutes",
        "",
        "| row | what | measured | to reach | | absolute |",
        "|---|---|---|---|---|---|",
    ]
    for row, what, value, target, absolute in bench.results:
        met = ("met" if rows.meets(value, target) else "**missed**") if target else ""
        lines.append(f"| {row} | {what} | {value:.2f} | {target} | {met} | {absolute} |")
    lines += ["", "## Correctness", ""]
    for what, good, found, expected in bench.checks:
        lines.append(f"* {what}: " + ("as expected" if good else f"**{found} instead of {expected}**"))
    lines += [
        "",
        "Rows and checksums of the inputs as DuckDB reads them are compared with those of our slices as DuckDB reads them.",
        "What each row does stands in `benchmarks/driver/rows.py`.",
    ]
    RESULTS.write_text("\n".join(lines) + "\n")


def duckdb_version():
    for line in (ROOT / "tools/requirements.txt").read_text().splitlines():
        if line.startswith("duckdb=="):
            return line.removeprefix("duckdb==")
    return "?"


def main():
    options = arguments()
    if options.quick:
        options.runs = 3
    started, load = time.time(), os.getloadavg()[0]
    folder = options.data / "catchwater-benchmarks"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        product.build()
        bench = rows.Bench(folder, options.runs, options.quick, product.launcher_flags())
        known = {**rows.ROWS, **rows.LONG_ROWS}
        for name in options.only or [*rows.ROWS, *(rows.LONG_ROWS if options.soak else [])]:
            try:
                known[name](bench)
            except process.Failed as failure:
                bench.checks.append((name, False, str(failure).strip(), "a run that ends well"))
                print(f"{name}: {failure}", file=sys.stderr)
        if options.only:
            print("(RESULTS.md is written by a run of all rows only)")
        else:
            report(bench, options, started, load)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(good for _, good, _, _ in bench.checks) else 1


if __name__ == "__main__":
    sys.exit(main())
