"""Materialized views: a statement over streams, tables and views, kept fresh as they grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Union

from catchwater import Dataset, Rows
from catchwater.rows import html_facts

from . import view_operations as operations
from .scanned import Scanned

if TYPE_CHECKING:
    from .store import Store

_SHOWN = ("name", "kind", "query", "maintenance", "why", "fresh", "failure")


class _View:
    """What a view is, and how it is kept."""

    def __init__(self, store: "Store", facts: Dict[str, Any]) -> None:
        self.store = store
        self.facts = facts

    def name(self) -> str:
        """Its name as it was given; case does not matter."""
        return str(self.facts["name"])

    @property
    def query(self) -> str:
        """The statement that makes its rows."""
        return str(self.facts["query"])

    @property
    def dependencies(self) -> List[str]:
        """The names of what it reads."""
        return [str(item["name"]) for item in self.facts["dependencies"]]

    @property
    def output_columns(self) -> List[str]:
        """The names of its columns."""
        return list(self.facts["outputColumns"])

    @property
    def is_incremental(self) -> bool:
        """Whether new rows of what it reads change only what they concern. Otherwise all of it is computed
        anew, and `why` says because of what."""
        return bool(self.facts["maintenance"] == "incremental")

    @property
    def why(self) -> Optional[str]:
        """Why it is kept as it is."""
        return self.facts.get("why")

    def status(self) -> Dict[str, Any]:
        """What the server knows of it now: `fresh` says whether it has seen all that is sealed of what it
        reads, `failure` why it could not."""
        client = self.store.client
        self.facts = client.run(operations.facts_of(self.name(), client.retries))
        return self.facts

    def refresh(self) -> Dict[str, Any]:
        """Waits until it has seen what there is of what it reads, and tells its status."""
        client = self.store.client
        self.facts = client.run(operations.refresh(self.name(), client.retries))
        return self.facts

    @property
    def dataset(self) -> Dataset:
        """The dataset that its history is in, for SQL and everything else."""
        return self.store.client.dataset(self.facts["dataset"])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name()}, {self.facts['maintenance']}>"

    def _html(self) -> str:
        return html_facts(f"View {self.name()}", {name: self.facts.get(name) for name in _SHOWN})


class MaterializedStream(_View):
    """A view whose rows are events. Read like a stream, written to by nobody. Thread-safe."""

    def tail(self, n: int = 10) -> Rows:
        """The last `n` events with their times and offsets, the oldest first."""
        return self.dataset.tail(n)

    def follow(self, start: Optional[int] = None, *, timeout: Optional[float] = None) -> Iterator[Dict[str, Any]]:
        """Events as they come into the view, from now on or from an offset; see `Dataset.follow`."""
        return self.dataset.follow(start, timeout=timeout)

    def to_rows(self, limit: Optional[int] = None) -> Rows:
        """All events, or the first `limit` of them."""
        return self.dataset.rows(limit)

    def to_dataframe(self, limit: Optional[int] = None) -> Any:
        """All events as a `pandas.DataFrame`."""
        return self.to_rows(limit).to_dataframe()

    def upload(self, *_: Any, **__: Any) -> None:
        """Raises `InvalidError`: a view takes no events."""
        raise operations.read_only(self.name())

    def _repr_html_(self) -> str:
        return self._html() + self.tail(5)._repr_html_()


class MaterializedTable(_View, Scanned):
    """A view whose rows have a key, as they stand. Read like a table, written to by nobody. Thread-safe."""

    @property
    def primary_key(self) -> List[str]:
        """The columns of the key, none where it has no key."""
        return list(self.facts.get("primaryKey") or ())

    def get(self, key: Any) -> Dict[str, Any]:
        """The row of a key as a dict; of a key of several columns, a tuple of their values.

        Raises `RowNotFoundError`, a `KeyError`.
        """
        client = self.store.client
        return client.run(operations.row(self.name(), key, client.retries))

    def scan(self) -> Iterator[Dict[str, Any]]:
        """All rows as they stand, in an order of no meaning."""
        client = self.store.client
        yield from client.run(operations.rows(self.facts, client.retries))

    def columns(self) -> List[str]:
        """The names of its columns."""
        return self.output_columns

    def insert(self, *_: Any, **__: Any) -> None:
        """Raises `InvalidError`: a view takes no rows."""
        raise operations.read_only(self.name())

    delete = insert

    def _repr_html_(self) -> str:
        return self._html() + self.to_rows()._repr_html_()


View = Union[MaterializedStream, MaterializedTable]


def view_of(store: "Store", facts: Dict[str, Any]) -> View:
    """A view as the class that its kind has."""
    return (MaterializedTable if facts["kind"] == "table" else MaterializedStream)(store, facts)
