"""Tables in memory: what `streamsql.local` had, on rows that were read."""

from __future__ import annotations

import csv
import math
import statistics
import uuid
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from catchwater import Rows, errors


class Column:
    """The values of a column by the keys of its table, as text; of a table without a key, by the number of
    the row. Immutable: `transform` makes another one."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self._name = name
        self._values = dict(values)

    def name(self) -> str:
        """Its name."""
        return self._name

    def __getitem__(self, key: Any) -> Any:
        return self._values[_text(key)]

    def __contains__(self, key: Any) -> bool:
        return _text(key) in self._values

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Column):
            return NotImplemented
        return self._name == other._name and self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def keys(self) -> List[str]:
        """The keys of its rows."""
        return list(self._values)

    def values(self) -> List[Any]:
        """Its values in the order of the rows."""
        return list(self._values.values())

    def transform(self, fn: Callable[..., Any], name: str = "", pass_column: bool = False) -> "Column":
        """Another column, of what `fn` makes of each value. With `pass_column` it gets this column as the
        keyword `column`."""
        if pass_column:
            made = {key: fn(value, column=self) for key, value in self._values.items()}
        else:
            made = {key: fn(value) for key, value in self._values.items()}
        return Column(name or self._name, made)

    def _numbers(self) -> List[float]:
        return [value for value in self._values.values() if value is not None and not _is_nan(value)]

    def min(self) -> Any:
        """The least value."""
        return min(self._numbers())

    def max(self) -> Any:
        """The greatest value."""
        return max(self._numbers())

    def mean(self) -> float:
        """The mean of the values that are there."""
        return statistics.fmean(self._numbers())

    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self._numbers())

    def std(self) -> float:
        """The standard deviation of a sample (ddof 1)."""
        return statistics.stdev(self._numbers())

    def quantile(self, *q: float) -> Union[float, List[float]]:
        """The value below which the part `q` of the values is, linear between two of them; of several `q`
        a list."""
        ordered = sorted(self._numbers())
        found = [_quantile(ordered, part) for part in q]
        return found[0] if len(found) == 1 else found

    def __repr__(self) -> str:
        return f"<Column {self._name} of {len(self)} values>"


def _quantile(ordered: Sequence[float], part: float) -> float:
    at = part * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


class LocalTable:
    """Rows in memory, by their key. Immutable."""

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, Any]],
        primary_key: Sequence[str] = (),
    ) -> None:
        self._name = name
        self._columns = list(columns)
        self._key = [column for column in primary_key if column in self._columns]
        self._rows: Dict[str, Dict[str, Any]] = {}
        for number, row in enumerate(rows):
            key = self._key_of(row, number)
            if key in self._rows:
                raise errors.InvalidError(
                    f"The key {key} is there twice", code="bad-data", place=f"row {number + 1}"
                )
            self._rows[key] = {column: row.get(column) for column in self._columns}

    def _key_of(self, row: Mapping[str, Any], number: int) -> str:
        if not self._key:
            return str(number)
        return _text(row.get(self._key[0]) if len(self._key) == 1 else [row.get(name) for name in self._key])

    @classmethod
    def from_csv(cls, name: str, csv_file: Any = "", primary_key: Optional[str] = None) -> "LocalTable":
        """A table of a CSV file with a header. The key is text; without one the number of the row is it."""
        with open(csv_file, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or ())
            key = [primary_key] if primary_key else []
            rows = [
                {column: row[column] if column in key else _value(row[column]) for column in columns}
                for row in reader
            ]
        return cls(name, columns, rows, key)

    def name(self) -> str:
        """Its name."""
        return self._name

    def columns(self) -> List[str]:
        """The names of its columns."""
        return list(self._columns)

    def column(self, name: str) -> Column:
        """A column of it.

        Raises `KeyError`.
        """
        if name not in self._columns:
            raise errors.NotFoundError(f"{self._name} has no column {name!r}", code="column-not-found")
        return Column(name, {key: row[name] for key, row in self._rows.items()})

    def subtable(self, columns: Sequence[str]) -> "LocalTable":
        """Some of its columns; the rows keep their keys."""
        for column in columns:
            self.column(column)
        made = LocalTable(self._name, columns, ())
        made._key = [column for column in self._key if column in columns]
        made._rows = {key: {name: row[name] for name in columns} for key, row in self._rows.items()}
        return made

    def get(self, key: Any) -> Dict[str, Any]:
        """The row of a key.

        Raises `KeyError`.
        """
        try:
            return dict(self._rows[_text(key)])
        except KeyError:
            raise errors.RowNotFoundError(
                f"{self._name} has no row with the key {key!r}", code="key-not-found"
            ) from None

    def lookup(self, key: Any) -> List[Any]:
        """The values of the row of a key, without the key.

        Raises `KeyError`.
        """
        return [value for name, value in self.get(key).items() if name not in self._key]

    def merge_column(self, column: Column, name: Optional[str] = None, left_on: Optional[str] = None) -> "LocalTable":
        """Its rows with one more column, by the key of the row, or by the value of `left_on`; None where
        the column has no such key. Without a name the column gets one that nothing else has."""
        label = name or f"column-{uuid.uuid4().hex}"
        made = self.subtable(self._columns)
        made._columns = [*self._columns, label]
        for key, row in made._rows.items():
            wanted = key if left_on is None else _text(row[left_on])
            row[label] = column._values.get(wanted)
        return made

    def to_rows(self) -> Rows:
        """Its rows as a list."""
        return Rows((dict(row) for row in self._rows.values()), self._columns)

    def to_dataframe(self) -> Any:
        """Its rows as a `pandas.DataFrame`."""
        return self.to_rows().to_dataframe()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LocalTable):
            return NotImplemented
        return self._columns == other._columns and self._rows == other._rows

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<LocalTable {self._name} of {len(self)} rows>"

    def _repr_html_(self) -> str:
        return self.to_rows()._repr_html_()


def _text(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    if isinstance(key, (list, tuple)):
        return ",".join(_text(part) for part in key)
    return str(key)


def _value(text: str) -> Any:
    if text == "":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
