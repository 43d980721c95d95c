"""Streams and tables as operations of `catchwater.protocol`, for the blocking and the async client alike.

Each returns plain data, as the server answers it. The contract is docs/reference/streams-and-tables.md of
catchwater.
"""

from __future__ import annotations

import datetime
import json
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from catchwater import encoding, errors
from catchwater.operations import all_rows, get, push, push_headers, told
from catchwater.protocol import Answer, Operation, Request, Retries, exchange, json_request, target
from catchwater.upload import LARGE, Address, Content, send

from .files import SourceFile

#: What `primary_key` may be: a column, or several.
Key = Union[str, Sequence[str], None]
#: What `retention_policy` may be: an age, or `{"age": …, "bytes": …, "rows": …}`.
Retention = Union[str, datetime.timedelta, Mapping[str, Any], None]
STREAM_FORMATS = ("json", "ndjson", "csv", "parquet", "bytes")
_PAGE = 10_000
# How many rows a definition may have, which is held in memory as a whole.
_DOCUMENT_ROWS = 1_000


def retention(policy: Retention) -> Optional[Dict[str, Any]]:
    """A policy as the server has it; None for ever.

    Raises `InvalidError`.
    """
    if policy is None:
        return None
    if isinstance(policy, datetime.timedelta):
        milliseconds = policy // datetime.timedelta(milliseconds=1)
        if milliseconds <= 0:
            raise errors.InvalidError("A retention is longer than nothing", code="bad-argument")
        return {"age": _age(milliseconds)}
    if isinstance(policy, str):
        return {"age": policy}
    if isinstance(policy, Mapping):
        made = dict(policy)
        if isinstance(made.get("age"), datetime.timedelta):
            made.update(retention(made["age"]) or {})
        return made
    raise errors.InvalidError(
        f"retention_policy is no {type(policy).__name__}",
        code="bad-argument",
        hint='"30d", a timedelta, or {"age": "30d", "bytes": …, "rows": …}; None keeps events for ever',
    )


def keep(
    name: str,
    policy: Retention,
    age: Union[str, datetime.timedelta, None],
    size: Optional[int],
    rows: Optional[int],
    retries: Retries,
) -> Operation[Dict[str, Any]]:
    """Says how long the events of a stream are kept from now on; None of all: for ever.

    Raises `InvalidError`.
    """
    limits = {"age": age, "bytes": size, "rows": rows}
    said = {word: limit for word, limit in limits.items() if limit is not None}
    if said and policy is not None:
        raise errors.InvalidError(
            "retention_policy says all limits", code="bad-argument", hint=f"leave {', '.join(said)} out, or put it in"
        )
    document = {"retention": retention(said or policy)}
    request = json_request("POST", target("streams", name, "retention"), document, repeatable=True)
    answer = yield from exchange(request, retries)
    made: Dict[str, Any] = answer.json()
    return made


def _age(milliseconds: int) -> str:
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


def keys(primary_key: Key) -> Union[str, List[str], None]:
    """The key as the server has it: a name stays one, several are a list."""
    if primary_key is None or isinstance(primary_key, str):
        return primary_key or None
    names = list(primary_key)
    return names[0] if len(names) == 1 else names or None


def create_stream(
    name: str, policy: Retention, schema: Optional[Sequence[str]], retries: Retries
) -> Operation[Dict[str, Any]]:
    """Makes a stream; one with the same definition is taken as it is."""
    document: Dict[str, Any] = {"name": name}
    if schema is not None:
        document["schema"] = list(schema)
    said = retention(policy)
    if said is not None:
        document["retention"] = said
    answer = yield from exchange(json_request("POST", "/streams", document, repeatable=True), retries)
    made: Dict[str, Any] = answer.json()
    return made


def upload(
    name: str,
    data: Any,
    form: str,
    event_time: Any,
    key: Optional[str],
    wait: Optional[str],
    retries: Retries,
) -> Operation[Dict[str, Any]]:
    """Sends events into a stream: the value as JSON, bytes as they are.

    Raises `InvalidError` for a format that there is not, or that the value cannot have.
    """
    body = stream_body(data, form)
    headers = push_headers(encoding.MEDIA_TYPES[form], key=key, event_time=event_time)
    if len(body) > LARGE:
        return (yield from push(_into_stream(name, form, wait), Content.of(body), headers, retries))
    request = Request("POST", target("streams", name, "ingest", format=form, wait=wait), body, headers)
    return told((yield from exchange(request, retries)))


def upload_file(
    name: str, source: SourceFile, key: Optional[str], retries: Retries
) -> Operation[Dict[str, Any]]:
    """Sends the events of a file."""
    headers = push_headers(source.content.media_type, source.packed, key)
    return (yield from push(_into_stream(name, source.form), source.content, headers, retries))


def _into_stream(name: str, form: str, wait: Optional[str] = None) -> Address:
    return lambda token: target("streams", name, "ingest", format=form, wait=wait, uploadToken=token)


def stream_body(data: Any, form: str) -> bytes:
    """One event or many in a format."""
    if form not in STREAM_FORMATS:
        raise errors.InvalidError(
            f"There is no format {form!r}", code="bad-argument", hint="one of " + ", ".join(STREAM_FORMATS)
        )
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    if form == "json":
        return encoding.encode(data)
    if isinstance(data, str):
        return data.encode("utf-8")
    if form == "ndjson":
        return encoding.encode_lines(encoding.records(data))
    if form == "csv" and not encoding.is_frame(data):
        return encoding.encode_csv(encoding.records(data))
    if form == "csv":
        return bytes(data.to_csv(index=False).encode("utf-8"))
    if form == "parquet":
        encoding.require("pyarrow", 'format="parquet"')
        return encoding.encode_frame(data)[0]
    raise errors.InvalidError(
        f'format="bytes" is for bytes, not {type(data).__name__}', code="bad-argument"
    )


def create_table(
    name: str,
    primary_key: Key,
    data: Optional[List[Any]],
    immutable: bool,
    version: Optional[int],
    retries: Retries,
) -> Operation[Dict[str, Any]]:
    """Makes a table, or a version of an immutable one; of much data as of a file."""
    if immutable and data is not None and len(data) > _DOCUMENT_ROWS:
        content = Content.of(encoding.encode_lines(data), "data")
        source = SourceFile(content, "ndjson", None)
        return (yield from create_table_of_file(name, primary_key, version, source, retries))
    document: Dict[str, Any] = {"name": name}
    if keys(primary_key) is not None:
        document["primaryKey"] = keys(primary_key)
    if immutable:
        document["immutable"] = True
        document["data"] = data or []
        if version is not None:
            document["version"] = version
    request = json_request("POST", "/tables", document, repeatable=True)
    return (yield from _made(exchange(request, retries), name))


def _key_text(primary_key: Key) -> Optional[str]:
    """A key as an address has it: a name, or a JSON array of several."""
    said = keys(primary_key)
    return encoding.encode(said).decode("utf-8") if isinstance(said, list) else said


def create_table_of_file(
    name: str, primary_key: Key, version: Optional[int], source: SourceFile, retries: Retries
) -> Operation[Dict[str, Any]]:
    """Makes a version of an immutable table of a file."""
    said = _key_text(primary_key)

    def address(token: Optional[str]) -> str:
        return target(
            "tables", name=name, primaryKey=said, version=version, format=source.form, uploadToken=token
        )

    headers = {"Content-Type": encoding.MEDIA_TYPES[source.form]}
    if source.packed is not None:
        headers["Content-Encoding"] = source.packed
    return (yield from _made(send(address, source.content, headers, retries, repeatable=True), name))


def create_table_of_address(
    name: str, primary_key: Key, version: Optional[int], address: str, form: Optional[str], retries: Retries
) -> Operation[Dict[str, Any]]:
    """Makes a version of an immutable table of a file that the server fetches."""
    said = _key_text(primary_key)
    asked = {"primaryKey": said, "version": version, "format": form, "from": address}
    request = Request("POST", target("tables", name=name, **asked), repeatable=True)
    return (yield from _made(exchange(request, retries), name))


def freeze(name: str, version: Optional[int], retries: Retries) -> Operation[Dict[str, Any]]:
    """Makes what a dynamic table holds now a version."""
    document = {} if version is None else {"version": version}
    request = json_request("POST", target("tables", name, "freeze"), document, repeatable=True)
    return (yield from _made(exchange(request, retries), name))


def _made(asking: Operation[Answer], name: str) -> Operation[Dict[str, Any]]:
    try:
        answer = yield from asking
    except errors.TableExistsError as e:
        e.message, e.hint = f'Table with name "{name}" already exists', e.hint or e.message
        raise
    made: Dict[str, Any] = answer.json()
    return made


def frame_rows(frame: Any) -> List[Dict[str, Any]]:
    """The rows of a DataFrame or a table of pyarrow as dicts; what is missing is None."""
    if encoding.is_arrow(frame):
        return list(frame.to_pylist())
    return list(json.loads(frame.to_json(orient="records", date_format="iso", date_unit="us")))


def insert(
    name: str, rows: Any, key: Optional[str], wait: Optional[str], retries: Retries
) -> Operation[Dict[str, Any]]:
    """Inserts or replaces rows, one or many, all or none."""
    if isinstance(rows, Mapping):
        body, form = encoding.encode(rows), "json"
    elif encoding.is_frame(rows) or encoding.is_arrow(rows):
        body, form = encoding.encode_lines(frame_rows(rows)), "ndjson"
    else:
        body, form = encoding.encode_lines(encoding.records(rows)), "ndjson"

    def address(token: Optional[str]) -> str:
        return target("tables", name, "rows", format=form, wait=wait, uploadToken=token)

    headers = push_headers(encoding.MEDIA_TYPES[form], key=key)
    return (yield from push(address, Content.of(body), headers, retries))


def row_address(name: str, key: Any, version: Optional[int]) -> str:
    """Where the row of a key is. A list or a tuple is a key of several columns."""
    if isinstance(key, (list, tuple)):
        values = list(key)
        return target("tables", name, "rows", version=version, key=encoding.encode(values).decode("utf-8"))
    text = key_text(key)
    if text == "" or "/" in text or text in (".", "..") or ";" in text or "\\" in text or "%" in text:
        said = encoding.encode([text]).decode("utf-8")
        return target("tables", name, "rows", version=version, key=said)
    return target("tables", name, "rows", text, version=version)


def key_text(key: Any) -> str:
    """A key as text; the server compares what it stands for, so that `get(1)` and `get("1")` agree."""
    if isinstance(key, str):
        return key
    text = encoding.encode(key).decode("utf-8")
    return text[1:-1] if text.startswith('"') else text


def get_row(name: str, key: Any, version: Optional[int], retries: Retries) -> Operation[Dict[str, Any]]:
    """The row of a key.

    Raises `RowNotFoundError`.
    """
    row: Dict[str, Any] = yield from get(row_address(name, key, version), retries)
    return row


def delete_row(name: str, key: Any, idempotency_key: Optional[str], retries: Retries) -> Operation[bool]:
    """Deletes the row of a key; whether there was one."""
    request = Request("DELETE", row_address(name, key, None), None, push_headers(None, key=idempotency_key))
    answer = yield from exchange(request, retries)
    return bool(answer.json().get("rows", {}).get("retracted"))


def page(
    name: str, version: Optional[int], after: Optional[str], retries: Retries
) -> Operation[Tuple[List[Dict[str, Any]], Optional[str]]]:
    """Rows, and what the next page begins behind; None at the end."""
    address = target("tables", name, "rows", version=version, after=after, limit=_PAGE)
    answer = yield from get(address, retries)
    return answer["rows"], answer.get("next")


def payloads(dataset: str, retries: Retries) -> Operation[List[Dict[str, Any]]]:
    """The rows of a version that has no key: those of its dataset."""
    rows, _ = yield from all_rows(dataset, None, retries)
    return [json.loads(row["payload"]) for row in rows]


def dataset_of(facts: Mapping[str, Any], version: Optional[int]) -> str:
    """The name of the dataset of a table, or of a version.

    Raises `TableNotFoundError`.
    """
    if not facts.get("immutable") and version is None:
        return str(facts["dataset"])
    wanted = version or facts["newest"]
    for item in facts.get("versions") or ():
        if item["version"] == wanted:
            return str(item["dataset"])
    raise errors.TableNotFoundError(f"{facts['name']} has no version {wanted}", code="table-not-found")


def require_dynamic(name: str, version: Optional[int]) -> None:
    """Raises `TableImmutableError` for a version."""
    if version is not None:
        raise errors.TableImmutableError(
            f"Version {version} of {name} does not change",
            code="table-immutable",
            hint="create_table(…, immutable=True, version=…) makes a new version",
        )


def require_version(facts: Mapping[str, Any], version: Optional[int]) -> None:
    """Raises `TableNotFoundError` where a table has no such version."""
    if version is not None and all(item["version"] != version for item in facts.get("versions") or ()):
        raise errors.TableNotFoundError(f"{facts['name']} has no version {version}", code="table-not-found")


def values_of(row: Mapping[str, Any], key: Sequence[str]) -> List[Any]:
    """The values of a row without those of its key."""
    return [value for name, value in row.items() if name not in key]


def table_data(data: Any, immutable: bool, version: Optional[int]) -> Optional[List[Any]]:
    """The rows that a table is made of.

    Raises `InvalidError` for a version of a dynamic table.
    """
    if not immutable and version is not None:
        raise errors.InvalidError(
            "A dynamic table has no versions", code="bad-argument", hint="immutable=True, or make_immutable()"
        )
    if data is None:
        return None
    if encoding.is_frame(data) or encoding.is_arrow(data):
        return frame_rows(data)
    return encoding.records(data)
