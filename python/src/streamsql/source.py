"""Streams and tables of the default store, as `streamsql.source.create_stream(…)`."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from .operations import Key, Retention
from .store import default_store
from .stream import Stream
from .table import Table


def create_stream(
    name: str, retention_policy: Retention = None, *, schema: Optional[Sequence[str]] = None
) -> Stream:
    """See `Store.create_stream`."""
    return default_store().create_stream(name, retention_policy, schema=schema)


def get_stream(name: str) -> Stream:
    """See `Store.get_stream`."""
    return default_store().get_stream(name)


def create_table(
    name: str,
    primary_key: Key = None,
    data: Any = None,
    immutable: bool = False,
    version: Optional[int] = None,
) -> Table:
    """See `Store.create_table`."""
    return default_store().create_table(name, primary_key, data, immutable, version)


def get_table(name: str, version: Optional[int] = None) -> Table:
    """See `Store.get_table`."""
    return default_store().get_table(name, version)


def has_table(name: str) -> bool:
    """See `Store.has_table`."""
    return default_store().has_table(name)
