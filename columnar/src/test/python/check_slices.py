"""Reads slices with pyarrow and compares them with what was written.

Usage: check_slices.py FOLDER. For each NAME.parquet there is NAME.json: a line of JSON a row, in which
numbers are numbers, IEEE values their bits, bytes and texts hexadecimal, times and decimals the
stored integers. Prints one line a slice; exit code 1 if any differs.
"""

import json
import pathlib
import struct
import sys

import pyarrow
import pyarrow.parquet

types = pyarrow.types


def plain(kind, value):
    """A value of pyarrow as the JSON files have it."""
    if value is None:
        return None
    if types.is_list(kind):
        return [plain(kind.value_type, item) for item in value]
    if types.is_struct(kind):
        return [plain(field.type, value[field.name]) for field in kind]
    if types.is_float16(kind):
        return struct.unpack("<h", struct.pack("<e", value))[0]
    if types.is_float32(kind):
        return struct.unpack("<i", struct.pack("<f", value))[0]
    if types.is_float64(kind):
        return struct.unpack("<q", struct.pack("<d", value))[0]
    if types.is_string(kind):
        return value.encode().hex()
    if types.is_binary(kind) or types.is_fixed_size_binary(kind):
        return value.hex()
    if types.is_decimal(kind):
        return int(value.scaleb(kind.scale))
    return value


def storage(column):
    """Times as the integers they are stored as, at the top level and in lists."""
    kind = column.type
    if types.is_timestamp(kind) or types.is_time64(kind):
        return column.cast(pyarrow.int64())
    if types.is_time32(kind) or types.is_date32(kind):
        return column.cast(pyarrow.int32())
    return column


def check(path):
    import decimal

    decimal.getcontext().prec = 100
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    table = file.read()
    expected = [json.loads(line) for line in path.with_suffix(".json").open()]
    if table.num_rows != len(expected):
        return f"{table.num_rows} rows, {len(expected)} written"
    for index, name in enumerate(table.column_names):
        column = storage(table.column(index))
        for row, value in enumerate(column.to_pylist()):
            have = plain(column.type, value)
            if have != expected[row][index]:
                return f"{name}[{row}] is {have}, {expected[row][index]} was written"
    return check_statistics(file, table)


def check_statistics(file, table):
    """Bounds and null counts of flat columns hold for each row group."""
    first = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group)
        part = table.slice(first, rows.num_rows)
        first += rows.num_rows
        for index in range(rows.num_columns):
            chunk = rows.column(index)
            if not chunk.has_offset_index:
                return f"{chunk.path_in_schema} has no offset index"
            if chunk.path_in_schema not in table.column_names:
                continue
            column = part.column(chunk.path_in_schema)
            statistics = chunk.statistics
            if statistics is None:
                return f"{chunk.path_in_schema} has no statistics"
            if statistics.null_count != column.null_count:
                return f"{chunk.path_in_schema} counts {statistics.null_count} nulls"
            wrong = check_bounds(statistics, column)
            if wrong:
                return f"{chunk.path_in_schema} {wrong}"
    return None


def check_bounds(statistics, column):
    kind = column.type
    if not statistics.has_min_max or types.is_floating(kind) or types.is_unsigned_integer(kind):
        return None
    values = [value for value in storage(column).to_pylist() if value is not None]
    if types.is_string(kind):
        values = [value.encode() for value in values]
    least, most = statistics.min_raw, statistics.max_raw
    if not values or type(least) is not type(values[0]) or types.is_decimal(kind):
        return None
    if min(values) < least or max(values) > most:
        return f"has values outside {least} to {most}"
    return None


def main():
    failed = False
    slices = sorted(pathlib.Path(sys.argv[1]).glob("*.parquet"))
    for path in slices:
        wrong = check(path)
        failed |= wrong is not None
        print(path.name, wrong or "ok")
    return 1 if failed or not slices else 0


if __name__ == "__main__":
    sys.exit(main())
