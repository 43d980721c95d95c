"""Rows that were read, as a list that shows itself."""

from __future__ import annotations

import html
import json
from typing import Any, Dict, Iterable, List, Sequence

from . import encoding

_SHOWN = 50


class Rows(List[Dict[str, Any]]):
    """Rows as dicts, and the names of their columns in `columns`.

    In a notebook they are a table. `to_dataframe()` needs pandas, `to_arrow()` pyarrow.
    """

    def __init__(self, rows: Iterable[Dict[str, Any]] = (), columns: Sequence[str] = ()) -> None:
        super().__init__(rows)
        self.columns: List[str] = list(columns)

    def to_dataframe(self) -> Any:
        """A `pandas.DataFrame` of them.

        Raises `InvalidError` where pandas is not installed.
        """
        pandas = encoding.require("pandas", "to_dataframe()")
        return pandas.DataFrame(list(self), columns=self.columns or None)

    def to_arrow(self) -> Any:
        """A `pyarrow.Table` of them.

        Raises `InvalidError` where pyarrow is not installed.
        """
        arrow = encoding.require("pyarrow", "to_arrow()")
        return arrow.table({name: [row.get(name) for row in self] for name in self.columns})

    def _repr_html_(self) -> str:
        return html_table(self.columns, self)


def html_table(columns: Sequence[str], rows: Sequence[Dict[str, Any]]) -> str:
    """A table for a notebook; of many rows the first."""
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in columns)
    lines = []
    for row in rows[:_SHOWN]:
        cells = "".join(f"<td>{html.escape(_cell(row.get(name)))}</td>" for name in columns)
        lines.append(f"<tr>{cells}</tr>")
    more = f"<p>{len(rows):,} rows, {_SHOWN} shown</p>" if len(rows) > _SHOWN else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>{more}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def html_facts(title: str, facts: Dict[str, Any]) -> str:
    """A thing with what is known of it, for a notebook."""
    lines = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(_cell(value))}</td></tr>"
        for name, value in facts.items()
    )
    return f"<p><b>{html.escape(title)}</b></p><table>{lines}</table>"
