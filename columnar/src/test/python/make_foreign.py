"""Makes the files of src/test/resources/foreign with pyarrow: the encodings, page versions and codecs
that kamu's and our own slices do not have. Usage: make_foreign.py FOLDER"""

import json
import pathlib
import random
import sys

import pyarrow
import pyarrow.parquet

ROWS = 300


def table():
    some = random.Random(5)

    def maybe(value):
        return None if some.random() < 0.2 else value

    integers = [some.randrange(-(2**40), 2**40) for _ in range(ROWS)]
    texts = [f"key-{i // 3}-{'x' * (i % 5)}" for i in range(ROWS)]
    return pyarrow.table(
        {
            "i32": pyarrow.array([maybe(i * 7 - 900) for i in range(ROWS)], pyarrow.int32()),
            "i64": pyarrow.array(integers, pyarrow.int64()),
            "f32": pyarrow.array([maybe(i * 0.25) for i in range(ROWS)], pyarrow.float32()),
            "f64": pyarrow.array([maybe(i * -0.5) for i in range(ROWS)], pyarrow.float64()),
            "text": pyarrow.array([maybe(text) for text in texts], pyarrow.string()),
            "fixed": pyarrow.array([f"{i:04d}".encode() for i in range(ROWS)], pyarrow.binary(4)),
            "flag": pyarrow.array([maybe(i % 3 == 0) for i in range(ROWS)], pyarrow.bool_()),
            "list": pyarrow.array(
                [maybe([maybe(i + j) for j in range(i % 4)]) for i in range(ROWS)],
                pyarrow.list_(pyarrow.int64()),
            ),
        }
    )


NUMBERS = {"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED"}
SPLIT = {name: "BYTE_STREAM_SPLIT" for name in ("i32", "i64", "f32", "f64", "fixed")}
FILES = {
    "plain-1": dict(data_page_version="1.0", use_dictionary=False, compression="none"),
    "plain-2": dict(data_page_version="2.0", use_dictionary=False, compression="zstd"),
    "dictionary-2": dict(data_page_version="2.0", use_dictionary=True, compression="snappy"),
    "delta-1": dict(
        data_page_version="1.0",
        use_dictionary=False,
        compression="gzip",
        column_encoding=NUMBERS | {"text": "DELTA_LENGTH_BYTE_ARRAY"},
    ),
    "delta-2": dict(
        data_page_version="2.0",
        use_dictionary=False,
        compression="none",
        column_encoding=NUMBERS | {"text": "DELTA_BYTE_ARRAY", "fixed": "DELTA_BYTE_ARRAY"},
    ),
    "lz4-1": dict(data_page_version="1.0", use_dictionary=True, compression="lz4"),
    "split-2": dict(
        data_page_version="2.0", use_dictionary=False, compression="gzip", column_encoding=SPLIT
    ),
}


def main():
    folder = pathlib.Path(sys.argv[1])
    rows = table()
    for name, options in FILES.items():
        pyarrow.parquet.write_table(
            rows,
            folder / f"{name}.parquet",
            store_schema=False,
            write_page_index=name.startswith("d"),
            data_page_size=700,
            write_batch_size=50,
            row_group_size=200,
            **options,
        )
    with (folder / "rows.json").open("w") as out:
        for row in rows.to_pylist():
            row["fixed"] = row["fixed"].decode()
            out.write(json.dumps(list(row.values()), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
