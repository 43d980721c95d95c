"""Values of Python as bytes that a server reads, and what the names of files say of theirs."""

from __future__ import annotations

import base64
import csv
import datetime
import decimal
import importlib
import io
import json
import math
import os
import sys
import uuid
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from .errors import InvalidError

#: What the server calls the type of each format.
MEDIA_TYPES: Dict[str, str] = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "ndgeojson": "application/x-ndgeojson",
    "shapefile": "application/vnd.shp",
    "bytes": "application/octet-stream",
}
_SUFFIXES = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".parquet": "parquet",
    ".geojson": "geojson",
    ".ndgeojson": "ndgeojson",
    ".zip": "shapefile",
}
_PACKED = {".gz": "gzip", ".zst": "zstd"}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return time_text(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (decimal.Decimal, uuid.UUID, os.PathLike)):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    for name in ("tolist", "item"):  # of numpy and pandas
        if hasattr(value, name):
            return getattr(value, name)()
    raise TypeError(f"a value of type {type(value).__name__}")


# One encoder for all: json.dumps with options makes a new one for each call.
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
).encode


def encode(value: Any) -> bytes:
    """A value as JSON. Times are RFC 3339 in UTC, decimals and UUIDs text, bytes base64.

    Raises `InvalidError` for what JSON has no form for, NaN among it.
    """
    try:
        return _encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError, UnicodeEncodeError) as e:
        raise InvalidError(
            f"This is no JSON: {e}",
            code="bad-data",
            hint="convert it to text, numbers, lists and dicts; None for what is missing",
        ) from e


def encode_lines(values: Iterable[Any]) -> bytes:
    """Values as NDJSON; an error names the line."""
    lines = []
    for number, value in enumerate(values, 1):
        try:
            lines.append(encode(value))
        except InvalidError as e:
            e.place = f"line {number}"
            e.message = f"line {number}: {e.message}"
            raise
    return b"\n".join(lines)


def encode_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Dicts as CSV with a header of all their keys, in the order in which they are met."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def time_text(time: datetime.datetime) -> str:
    """A time as RFC 3339. One without a zone is taken as UTC."""
    zoned = time if time.tzinfo is not None else time.replace(tzinfo=datetime.timezone.utc)
    return zoned.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def event_time_text(time: Any) -> str:
    """What a caller gave as event time: text, datetime, or seconds since 1970."""
    if isinstance(time, str):
        return time
    if isinstance(time, datetime.datetime):
        return time_text(time)
    if isinstance(time, (int, float)) and not isinstance(time, bool) and math.isfinite(time):
        return time_text(datetime.datetime.fromtimestamp(time, datetime.timezone.utc))
    raise InvalidError(
        f"An event time is a datetime, a text or seconds, not {type(time).__name__}", code="bad-argument"
    )


def format_of_file(name: str) -> Tuple[Optional[str], Optional[str]]:
    """The format that a file's name tells, None where it tells none; and how it is packed."""
    stem, suffix = os.path.splitext(os.path.basename(name).lower())
    packed = _PACKED.get(suffix)
    if packed is not None:
        suffix = os.path.splitext(stem)[1]
    return _SUFFIXES.get(suffix), packed


def stem_of_file(name: str) -> str:
    """The name of a file without what tells its format: `users` of `data/users.csv.gz`."""
    stem = os.path.basename(name)
    for _ in range(2):
        shorter, suffix = os.path.splitext(stem)
        if suffix.lower() in _SUFFIXES or suffix.lower() in _PACKED:
            stem = shorter
    return os.path.splitext(stem)[0]


def module(name: str) -> Any:
    """A package where it is installed, else None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def require(name: str, what: str) -> Any:
    """A package that something cannot do without.

    Raises `InvalidError` with the command that installs it.
    """
    found = module(name)
    if found is None:
        raise InvalidError(
            f"{what} needs {name}, which is not installed",
            code="missing-package",
            hint=f"pip install {name}",
        )
    return found


def is_frame(value: Any) -> bool:
    """Whether it is a DataFrame of pandas; pandas is not imported for the question."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def is_arrow(value: Any) -> bool:
    """Whether it is a table or a batch of pyarrow; pyarrow is not imported for the question."""
    arrow = sys.modules.get("pyarrow")
    return arrow is not None and isinstance(value, (arrow.Table, arrow.RecordBatch))


def encode_frame(frame: Any) -> Tuple[bytes, str]:
    """A DataFrame, or a table of pyarrow, as bytes and their format: Parquet where pyarrow is there."""
    if is_arrow(frame):
        return _parquet(frame), "parquet"
    if not is_frame(frame):
        raise InvalidError(
            f"A DataFrame or a table of pyarrow is wanted, not {type(frame).__name__}",
            code="bad-argument",
        )
    arrow = module("pyarrow")
    if arrow is not None:
        return _parquet(arrow.Table.from_pandas(frame, preserve_index=False)), "parquet"
    text = frame.to_json(orient="records", lines=True, date_format="iso", date_unit="us")
    return text.encode("utf-8"), "ndjson"


def _parquet(table: Any) -> bytes:
    parquet = importlib.import_module("pyarrow.parquet")
    arrow = importlib.import_module("pyarrow")
    if isinstance(table, arrow.RecordBatch):
        table = arrow.Table.from_batches([table])
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def records(value: Any) -> List[Any]:
    """One row or many as a list: a dict is one row."""
    return [value] if isinstance(value, Mapping) else list(value)
