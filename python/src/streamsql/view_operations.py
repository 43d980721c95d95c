"""Materialized views as operations of `catchwater.protocol`, for the blocking and the async client alike.

The contract is docs/reference/views.md of catchwater.
"""

from __future__ import annotations

import json
import warnings
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from catchwater import encoding, errors
from catchwater.operations import all_rows, get
from catchwater.protocol import Operation, Retries, exchange, json_request, target

from .operations import Key, keys

_ROWS_MAX = 10_000
# The operations of a history by which a row comes: added, and the new one of a correction.
_COMES = (0, 3)


def definition(
    kind: str,
    name: str,
    query: str,
    dependencies: Optional[Sequence[Any]],
    output_columns: Optional[Sequence[str]],
    primary_key: Key = None,
) -> Dict[str, Any]:
    """What a view is, as the server has it.

    Raises `InvalidError` that names what is missing: SQL never implies it.
    """
    given = {"name": name, "query": query, "dependencies": dependencies, "output_columns": output_columns}
    missing = [word for word, value in given.items() if not value]
    if missing:
        raise errors.InvalidError(
            f"materialize_{kind} needs {', '.join(missing)}",
            code="bad-argument",
            hint=f'materialize_{kind}(name="…", query="SELECT …", dependencies=["…"], output_columns=["…"])',
        )
    assert dependencies is not None and output_columns is not None
    for word, several in (("dependencies", dependencies), ("output_columns", output_columns)):
        if isinstance(several, str):
            raise errors.InvalidError(f"{word} is a list, not a text", code="bad-argument", hint=f"[{several!r}]")
    document: Dict[str, Any] = {
        "name": name,
        "kind": kind,
        "query": query,
        "dependencies": [_dependency(item) for item in dependencies],
        "outputColumns": list(output_columns),
    }
    if keys(primary_key) is not None:
        document["primaryKey"] = keys(primary_key)
    return document


def _dependency(item: Any) -> Union[str, Dict[str, Any]]:
    """A name; with a version where one is meant."""
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping):
        return dict(item)
    if isinstance(item, tuple) and len(item) == 2:
        return {"name": item[0], "version": item[1]}
    if callable(getattr(item, "name", None)):
        version = getattr(item, "version", None)
        return str(item.name()) if version is None else {"name": item.name(), "version": version}
    raise errors.InvalidError(
        f"A dependency is a stream, a table, a view, or the name of one, not {type(item).__name__}",
        code="bad-argument",
        hint='"Users", or ("Users", 2) for a version',
    )


def create(document: Dict[str, Any], wait: bool, retries: Retries) -> Operation[Dict[str, Any]]:
    """Makes a view, or takes the one that is there with the same definition; with `wait` it has seen what
    its dependencies had."""
    answer = yield from exchange(json_request("POST", "/views", document, repeatable=True), retries)
    facts: Dict[str, Any] = answer.json()
    for warning in facts.get("warnings") or ():
        warnings.warn(f"{document['name']}: {warning}", UserWarning, stacklevel=2)
    if wait and not facts.get("fresh"):
        facts = yield from refresh(str(facts["name"]), retries)
    return facts


def refresh(name: str, retries: Retries) -> Operation[Dict[str, Any]]:
    """Has a view see what its dependencies have."""
    request = json_request("POST", target("views", name, "refresh"), {}, repeatable=True)
    facts: Dict[str, Any] = (yield from exchange(request, retries)).json()
    return facts


def facts_of(name: str, retries: Retries) -> Operation[Dict[str, Any]]:
    """What the server knows of a view."""
    facts: Dict[str, Any] = yield from get(target("views", name), retries)
    return facts


def row(name: str, key: Any, retries: Retries) -> Operation[Dict[str, Any]]:
    """The row of a key as it stands.

    Raises `RowNotFoundError`.
    """
    values = list(key) if isinstance(key, (list, tuple)) else [key]
    found: Dict[str, Any] = yield from get(
        target("views", name, "rows", key=encoding.encode(values).decode("utf-8")), retries
    )
    return found


def rows(facts: Mapping[str, Any], retries: Retries) -> Operation[List[Dict[str, Any]]]:
    """All rows as they stand. The server tells so many at once; of more the history is read, which says
    what came and what went."""
    answer = yield from get(target("views", facts["name"], "rows", limit=_ROWS_MAX), retries)
    found: List[Dict[str, Any]] = answer["rows"]
    if len(found) < _ROWS_MAX:
        return found
    history, _ = yield from all_rows(facts["dataset"], None, retries)
    return standing(history, facts["outputColumns"])


def standing(history: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> List[Dict[str, Any]]:
    """The rows that a history leaves, in the order in which they came."""
    counts: Dict[bytes, int] = {}
    for change in history:
        row = encoding.encode([change.get(name) for name in columns])
        counts[row] = counts.get(row, 0) + (1 if change["op"] in _COMES else -1)
        if not counts[row]:
            del counts[row]
    return [dict(zip(columns, json.loads(row))) for row, count in counts.items() for _ in range(count)]


def read_only(name: str) -> errors.Error:
    """A view is written to by nobody."""
    return errors.InvalidError(
        f"{name} is a view, which is made of its dependencies",
        code="view-read-only",
        hint="send events and rows to what it depends on",
    )
