"""What can be asked of datasets, as operations of `protocol`. Each returns plain data."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from . import encoding, errors
from .protocol import KEY, Answer, Operation, Request, Retries, exchange, json_request, new_key, target
from .upload import Address, Content, send

_PAGE = 10_000

Source = Union[str, bytes, "os.PathLike[str]", Mapping[str, Any], Iterable[Any]]


def get(address: str, retries: Retries) -> Operation[Any]:
    """What lies at an address, as JSON."""
    answer = yield from exchange(Request("GET", address), retries)
    return answer.json()


def push_headers(
    media_type: Optional[str],
    packed: Optional[str] = None,
    key: Optional[str] = None,
    event_time: Any = None,
) -> Dict[str, str]:
    """The headers of a push that can be sent again."""
    headers = {KEY: key or new_key()}
    if media_type is not None:
        headers["Content-Type"] = media_type
    if packed is not None:
        headers["Content-Encoding"] = packed
    if event_time is not None:
        headers["odf-event-time"] = encoding.event_time_text(event_time)
    return headers


def told(answer: Answer) -> Dict[str, Any]:
    """What a push was answered, with `replayed` where it was applied before."""
    report: Dict[str, Any] = answer.json()
    if answer.headers.get("idempotency-replayed") == "true":
        report["replayed"] = True
    return report


def push(
    address: Address, content: Content, headers: Dict[str, str], retries: Retries
) -> Operation[Dict[str, Any]]:
    """Pushes bytes, large ones in parts."""
    answer = yield from send(address, content, headers, retries)
    return told(answer)


def query(
    statement: str, skip: Optional[int], limit: Optional[int], retries: Retries
) -> Operation[Tuple[List[Dict[str, Any]], List[str]]]:
    """The rows of a statement and the names of their columns."""
    document: Dict[str, Any] = {"query": statement, "include": ["Schema"], "schemaFormat": "ArrowJson"}
    if skip is not None:
        document["skip"] = skip
    if limit is not None:
        document["limit"] = limit
    request = json_request("POST", "/query", document, repeatable=True)
    answer = yield from exchange(request, retries)
    output = answer.json()["output"]
    return output["data"], columns(output)


def tail(
    dataset: str, limit: int, skip: int, retries: Retries
) -> Operation[Tuple[List[Dict[str, Any]], List[str]]]:
    """The last rows and the names of their columns."""
    address = target(dataset, "tail", limit=limit, skip=skip, schemaFormat="ArrowJson")
    answer = yield from get(address, retries)
    return answer["data"], columns(answer)


def all_rows(
    dataset: str, limit: Optional[int], retries: Retries
) -> Operation[Tuple[List[Dict[str, Any]], List[str]]]:
    """All rows in the order of their offsets, or the first `limit` of them."""
    info = yield from dataset_info(dataset, retries)
    total = int(info["nextOffset"])
    end = total if limit is None else min(total, limit)
    rows: List[Dict[str, Any]] = []
    names: List[str] = []
    at = 0
    while at < end:
        size = min(_PAGE, end - at)
        found, names = yield from tail(dataset, size, total - at - size, retries)
        # The server counts from the end, which moves where rows come meanwhile; offsets do not.
        moved = int(found[0].get("offset", at)) - at if found else 0
        if moved:
            total += moved
        else:
            rows += found
            at += size
    return rows, names


def dataset_info(dataset: str, retries: Retries) -> Operation[Dict[str, Any]]:
    """What the server knows of a dataset.

    Raises `DatasetNotFoundError`.
    """
    try:
        info: Dict[str, Any] = yield from get(target("datasets", dataset), retries)
        return info
    except errors.NotFoundError as e:
        raise errors.DatasetNotFoundError(
            e.message, code=e.code, hint=e.hint, status=e.status, request_id=e.request_id
        ) from None


def columns(answer: Mapping[str, Any]) -> List[str]:
    """The names of the columns, of the schema where one came, else of the rows."""
    schema = answer.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if fields:
        return [field["name"] for field in fields]
    return list(dict.fromkeys(name for row in answer["data"] for name in row))


def body_of(source: Source, form: Optional[str]) -> Tuple[bytes, Optional[str]]:
    """Rows, a DataFrame or bytes as a body, and the type of it; None for what the source declares.

    Raises `InvalidError` for a format that there is not.
    """
    if form is not None and form not in encoding.MEDIA_TYPES:
        raise errors.InvalidError(
            f"There is no format {form!r}",
            code="bad-argument",
            hint="one of " + ", ".join(encoding.MEDIA_TYPES),
        )
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), encoding.MEDIA_TYPES[form] if form else None
    if encoding.is_frame(source) or encoding.is_arrow(source):
        body, found = encoding.encode_frame(source)
        return body, encoding.MEDIA_TYPES[found]
    if form not in (None, "json", "ndjson"):
        raise errors.InvalidError(
            f"Rows are sent as NDJSON; {form} is for bytes and files", code="bad-argument"
        )
    return encoding.encode_lines(encoding.records(source)), encoding.MEDIA_TYPES["ndjson"]
