"""Views of the default store, as `streamsql.materialize_table(…)`."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from .operations import Key
from .store import default_store
from .view import MaterializedStream, MaterializedTable


def materialize_stream(
    name: str = "",
    query: str = "",
    dependencies: Optional[Sequence[Any]] = None,
    output_columns: Optional[Sequence[str]] = None,
    *,
    wait: bool = True,
) -> MaterializedStream:
    """See `Store.materialize_stream`."""
    return default_store().materialize_stream(name, query, dependencies, output_columns, wait=wait)


def materialize_table(
    name: str = "",
    query: str = "",
    dependencies: Optional[Sequence[Any]] = None,
    output_columns: Optional[Sequence[str]] = None,
    primary_key: Key = None,
    *,
    wait: bool = True,
) -> MaterializedTable:
    """See `Store.materialize_table`."""
    return default_store().materialize_table(
        name, query, dependencies, output_columns, primary_key, wait=wait
    )
