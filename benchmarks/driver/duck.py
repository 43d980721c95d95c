"""What DuckDB does for the benchmarks, each as a process of its own with one thread.

  duck.py make  KIND ROWS ORDER FILE     seeded input: KIND ndjson|csv, ORDER sorted|shuffled
  duck.py ledger ROWS FILE               seeded history of a Ledger: one key a row, sorted by time
  duck.py keys  ROWS COUNT SEED FILE     a push of COUNT rows into it, keys spread, half of them new
  duck.py copy  KIND FILE TARGET         the reference: read and write Parquet with zstd; KIND also parquet
  duck.py warm  KIND FILE TARGET RUNS    the same in one process, CPU seconds of each run as JSON
  duck.py sum   KIND FILE                rows and checksum of an input, as JSON
  duck.py sum   slices GLOB              the same of our slices
  duck.py sum   logical GLOB             bytes that a logical hash of our slices takes in
"""

import json
import os
import resource
import sys
import time

import duckdb

COLUMNS = {
    "t": "TIMESTAMP",
    "long": "DOUBLE",
    "lat": "DOUBLE",
    "speed": "DOUBLE",
    "device": "VARCHAR",
    "status": "VARCHAR",
}
STATUS = "['moving', 'stopped', 'charging', 'offline']"
START = "TIMESTAMP '2024-01-01 00:00:00'"


def connect(threads=1):
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("SET enable_progress_bar = false")
    return connection


def unit(salt):
    """A number in [0, 1) that depends on the row and the salt only."""
    return f"((hash(i * 16 + {salt}) % 1000000000)::DOUBLE / 1000000000)"


def reading_rows(rows, order):
    instant = "i" if order == "sorted" else f"(hash(i * 16 + 9) % {rows})::BIGINT"
    return f"""
      SELECT strftime({START} + to_seconds({instant}), '%Y-%m-%dT%H:%M:%SZ') AS t,
             round({unit(1)} * 360 - 180, 6) AS long,
             round({unit(2)} * 180 - 90, 6) AS lat,
             round({unit(3)} * 120, 3) AS speed,
             'device-' || lpad((hash(i * 16 + 4) % 1000)::VARCHAR, 4, '0') AS device,
             {STATUS}[(hash(i * 16 + 5) % 4)::INT + 1] AS status
      FROM range({rows}) r(i)"""


def ledger_rows(numbers):
    """Key k has its own time, so that keys lie all over the history."""
    return f"""
      SELECT strftime({START} + to_milliseconds(k * 250), '%Y-%m-%dT%H:%M:%S.%gZ') AS t,
             'meter-' || lpad(k::VARCHAR, 10, '0') AS meter,
             round((hash(k) % 1000000)::DOUBLE / 1000, 3) AS reading
      FROM ({numbers})"""


def write(connection, query, kind, path):
    options = "(FORMAT csv, HEADER false)" if kind == "csv" else "(FORMAT json)"
    connection.execute(f"COPY ({query}) TO '{path}' {options}")


def reader(kind, path):
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in COLUMNS.items())
    if kind == "parquet":
        return f"read_parquet('{path}')"
    if kind == "csv":
        return f"read_csv('{path}', header = false, columns = {{{columns}}})"
    return f"read_json('{path}', format = 'newline_delimited', columns = {{{columns}}})"


def copy(connection, kind, path, target):
    connection.execute(
        f"COPY (SELECT * FROM {reader(kind, path)}) TO '{target}' (FORMAT parquet, CODEC 'zstd')"
    )


def warm(kind, path, target, runs):
    connection = connect()
    results = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_SELF)
        start = time.perf_counter()
        copy(connection, kind, path, target)
        after = resource.getrusage(resource.RUSAGE_SELF)
        os.unlink(target)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        results.append({"cpu": cpu, "wall": time.perf_counter() - start})
    print(json.dumps(results))


def checksum(source):
    columns = ", ".join(COLUMNS)
    times = f"epoch_ms(t::TIMESTAMP) AS t, {', '.join(list(COLUMNS)[1:])}"
    rows, mixed, added = (
        connect(2)
        .execute(
            f"SELECT count(*), bit_xor(hash({columns})), sum(hash({columns}) % 1000003) "
            f"FROM (SELECT {times} FROM {source})"
        )
        .fetchone()
    )
    print(json.dumps({"rows": rows, "checksum": f"{mixed:016x}-{int(added)}"}))


def logical_bytes(pattern):
    row = connect(2).execute(
        f"SELECT sum(52 + 16 + strlen(device) + strlen(status))::BIGINT FROM read_parquet('{pattern}')"
    )
    print(row.fetchone()[0])


def main(arguments):
    verb, *rest = arguments
    if verb == "make":
        kind, rows, order, path = rest
        write(connect(2), reading_rows(int(rows), order), kind, path)
    elif verb == "ledger":
        rows, path = rest
        write(connect(2), ledger_rows(f"SELECT i * 2 AS k FROM range({rows}) r(i)"), "csv", path)
    elif verb == "keys":
        rows, count, seed, path = rest
        step = max(1, int(rows) * 2 // int(count))
        inside = f"(hash(i + {seed} * 1000003) % {step})::BIGINT"
        keys = f"SELECT i * {step} + {inside} AS k FROM range({count}) r(i)"
        write(connect(2), ledger_rows(keys), "csv", path)
    elif verb == "copy":
        kind, path, target = rest
        copy(connect(), kind, path, target)
    elif verb == "warm":
        kind, path, target, runs = rest
        warm(kind, path, target, int(runs))
    elif verb == "sum" and rest[0] == "slices":
        checksum(f"read_parquet('{rest[1]}')")
    elif verb == "sum" and rest[0] == "logical":
        logical_bytes(rest[1])
    elif verb == "sum":
        checksum(reader(*rest))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
