"""Makes the files of src/test/resources/parquet with pyarrow: types that DuckDB does not write, and
files that ask for care. Usage: make_parquet.py FOLDER"""

import datetime
import decimal
import pathlib
import sys

import pyarrow
import pyarrow.parquet

INSTANT = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)


def types():
    """Two rows: values, then nulls."""
    columns = {
        "i8": (-7, pyarrow.int8()),
        "u8": (200, pyarrow.uint8()),
        "u16": (60000, pyarrow.uint16()),
        "u32": (4000000000, pyarrow.uint32()),
        "u64": (18000000000000000000, pyarrow.uint64()),
        "half": (1.5, pyarrow.float16()),
        "f32": (0.25, pyarrow.float32()),
        "dec9": (decimal.Decimal("-1234567.89"), pyarrow.decimal128(9, 2)),
        "dec38": (decimal.Decimal("12345678901234567890.5"), pyarrow.decimal128(38, 1)),
        "day": (INSTANT.date(), pyarrow.date32()),
        "t_ms": (INSTANT.time(), pyarrow.time32("ms")),
        "t_ns": (INSTANT.time(), pyarrow.time64("ns")),
        "at_ms": (INSTANT, pyarrow.timestamp("ms", "UTC")),
        "at_us": (INSTANT, pyarrow.timestamp("us")),
        "at_ns": (INSTANT, pyarrow.timestamp("ns", "UTC")),
        "text": ("żółć 🚀", pyarrow.large_string()),
        "bytes": (b"\x00\xff", pyarrow.binary()),
        "fixed": (b"abcd", pyarrow.binary(4)),
        "list": ([1, None, 3], pyarrow.list_(pyarrow.int64())),
        "struct": ({"a": 1, "b": "x"}, pyarrow.struct([("a", pyarrow.int32()), ("b", pyarrow.string())])),
        "map": ([("k", 1)], pyarrow.map_(pyarrow.string(), pyarrow.int32())),
        "nothing": (None, pyarrow.null()),
    }
    return pyarrow.table(
        {name: pyarrow.array([value, None], type_) for name, (value, type_) in columns.items()}
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    pyarrow.parquet.write_table(types(), folder / "types.parquet", compression="zstd")
    pyarrow.parquet.write_table(
        pyarrow.table({"t": pyarrow.array([INSTANT, None], pyarrow.timestamp("ns"))}),
        folder / "int96.parquet",
        use_deprecated_int96_timestamps=True,
    )
    table = pyarrow.table({"a": pyarrow.array(range(100), pyarrow.int64())})
    for codec in ("brotli", "lz4", "gzip", "snappy", "none"):
        pyarrow.parquet.write_table(table, folder / f"{codec}.parquet", compression=codec)
    # A million rows of few values, a page of each: small in the file, large once unpacked.
    flags = pyarrow.array([i % 3 for i in range(1_000_000)], pyarrow.int64())
    pyarrow.parquet.write_table(
        pyarrow.table({f"flag{i}": flags for i in range(60)}),
        folder / "large-pages.parquet",
        data_page_size=1 << 24,
        max_rows_per_page=1_000_000,
        write_statistics=False,
        compression="zstd",
    )


if __name__ == "__main__":
    main()
