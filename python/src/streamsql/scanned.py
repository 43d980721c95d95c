"""What whoever has `get` and `scan` can do with rows: a dict by key, a list, a frame, columns in memory."""

from __future__ import annotations

import abc
from typing import Any, Dict, Iterator, List, Optional

from catchwater import Rows, errors

from . import operations
from .local_table import Column, LocalTable


class Scanned(abc.ABC):
    """Rows with a key, read one by one or all. `get`, `scan`, `name` and `primary_key` are those of what it
    is part of."""

    @abc.abstractmethod
    def name(self) -> str:
        """Its name as it was given; case does not matter."""

    @property
    @abc.abstractmethod
    def primary_key(self) -> List[str]:
        """The columns of the key, none where it has no key."""

    @abc.abstractmethod
    def get(self, key: Any) -> Dict[str, Any]:
        """The row of a key as a dict.

        Raises `RowNotFoundError`, a `KeyError`.
        """

    @abc.abstractmethod
    def scan(self) -> Iterator[Dict[str, Any]]:
        """All rows."""

    def lookup(self, key: Any) -> List[Any]:
        """The values of the row of a key, without those of the key itself.

        Raises `RowNotFoundError`, a `KeyError`.
        """
        return operations.values_of(self.get(key), self.primary_key)

    def __getitem__(self, key: Any) -> Dict[str, Any]:
        return self.get(key)

    def __contains__(self, key: Any) -> bool:
        try:
            self.get(key)
            return True
        except errors.RowNotFoundError:
            return False

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return self.scan()

    def to_rows(self) -> Rows:
        """All rows as a list with the names of its columns."""
        rows = list(self.scan())
        return Rows(rows, columns_of(rows, self.primary_key))

    def to_dataframe(self) -> Any:
        """All rows as a `pandas.DataFrame`.

        Raises `InvalidError` where pandas is not installed.
        """
        return self.to_rows().to_dataframe()

    def to_arrow(self) -> Any:
        """All rows as a `pyarrow.Table`."""
        return self.to_rows().to_arrow()

    def to_local(self) -> LocalTable:
        """A copy of its rows in memory, with operations on columns."""
        rows = self.to_rows()
        return LocalTable(self.name(), rows.columns, rows, self.primary_key)

    def columns(self) -> List[str]:
        """The names of all columns that rows have; those of the key first."""
        return self.to_rows().columns

    def column(self, name: str) -> Column:
        """A column, in memory.

        Raises `KeyError`.
        """
        return self.to_local().column(name)

    def subtable(self, columns: List[str]) -> LocalTable:
        """Some columns, in memory."""
        return self.to_local().subtable(columns)

    def merge_column(self, column: Column, name: Optional[str] = None, left_on: Optional[str] = None) -> LocalTable:
        """Its rows with one more column, in memory; see `LocalTable.merge_column`."""
        return self.to_local().merge_column(column, name, left_on)


def columns_of(rows: List[Dict[str, Any]], key: List[str]) -> List[str]:
    """The names of the columns, those of the key first, then as they are met."""
    met = dict.fromkeys(name for row in rows for name in row)
    own = [name for name in met if name in key]
    return own + [name for name in met if name not in key]
