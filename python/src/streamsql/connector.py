"""Data that lies elsewhere, for the default store, as `streamsql.connector.upload_file(…)`."""

from __future__ import annotations

from typing import Optional, Sequence

from .files import Path_
from .operations import Key
from .store import default_store
from .table import Table


def upload_file(
    path: Optional[Path_] = None,
    name: Optional[str] = None,
    primary_key: Key = None,
    format: Optional[str] = None,
    columns: Optional[Sequence[str]] = None,
    version: Optional[int] = None,
    *,
    file: Optional[Path_] = None,
) -> Table:
    """See `Store.upload_file`."""
    return default_store().upload_file(path, name, primary_key, format, columns, version, file=file)
