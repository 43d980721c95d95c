"""Materialized views on an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AsyncIterator, Dict, List, Optional, Union

from catchwater import Rows
from catchwater.aio import AsyncDataset

from . import view_operations as operations
from .operations import values_of
from .scanned import columns_of

if TYPE_CHECKING:
    from .aio import AsyncStore


class _AsyncView:
    """What a view is, and how it is kept; see `streamsql.view`."""

    def __init__(self, store: "AsyncStore", facts: Dict[str, Any]) -> None:
        self.store = store
        self.facts = facts

    def name(self) -> str:
        """Its name as it was given."""
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
        """Whether new rows of what it reads change only what they concern."""
        return bool(self.facts["maintenance"] == "incremental")

    @property
    def why(self) -> Optional[str]:
        """Why it is kept as it is."""
        return self.facts.get("why")

    async def status(self) -> Dict[str, Any]:
        """What the server knows of it now."""
        client = self.store.client
        self.facts = await client.run(operations.facts_of(self.name(), client.retries))
        return self.facts

    async def refresh(self) -> Dict[str, Any]:
        """Waits until it has seen what there is of what it reads, and tells its status."""
        client = self.store.client
        self.facts = await client.run(operations.refresh(self.name(), client.retries))
        return self.facts

    @property
    def dataset(self) -> AsyncDataset:
        """The dataset that its history is in."""
        return self.store.client.dataset(self.facts["dataset"])


class AsyncMaterializedStream(_AsyncView):
    """A view whose rows are events; see `MaterializedStream`."""

    async def tail(self, n: int = 10) -> Rows:
        """The last `n` events, the oldest first."""
        return await self.dataset.tail(n)

    def follow(self, start: Optional[int] = None) -> AsyncIterator[Dict[str, Any]]:
        """Events as they come into the view."""
        return self.dataset.follow(start)

    async def to_rows(self, limit: Optional[int] = None) -> Rows:
        """All events, or the first `limit` of them."""
        return await self.dataset.rows(limit)

    async def to_dataframe(self, limit: Optional[int] = None) -> Any:
        """All events as a `pandas.DataFrame`."""
        return (await self.to_rows(limit)).to_dataframe()

    async def upload(self, *_: Any, **__: Any) -> None:
        """Raises `InvalidError`: a view takes no events."""
        raise operations.read_only(self.name())


class AsyncMaterializedTable(_AsyncView):
    """A view whose rows have a key; see `MaterializedTable`."""

    @property
    def primary_key(self) -> List[str]:
        """The columns of the key."""
        return list(self.facts.get("primaryKey") or ())

    async def get(self, key: Any) -> Dict[str, Any]:
        """The row of a key. Raises `RowNotFoundError`, a `KeyError`."""
        client = self.store.client
        return await client.run(operations.row(self.name(), key, client.retries))

    async def lookup(self, key: Any) -> List[Any]:
        """The values of the row of a key, without the key."""
        return values_of(await self.get(key), self.primary_key)

    async def scan(self) -> AsyncIterator[Dict[str, Any]]:
        """All rows as they stand."""
        client = self.store.client
        for row in await client.run(operations.rows(self.facts, client.retries)):
            yield row

    def columns(self) -> List[str]:
        """The names of its columns."""
        return self.output_columns

    async def to_rows(self) -> Rows:
        """All rows as a list."""
        rows = [row async for row in self.scan()]
        return Rows(rows, columns_of(rows, self.primary_key))

    async def to_dataframe(self) -> Any:
        """All rows as a `pandas.DataFrame`."""
        return (await self.to_rows()).to_dataframe()

    async def insert(self, *_: Any, **__: Any) -> None:
        """Raises `InvalidError`: a view takes no rows."""
        raise operations.read_only(self.name())

    delete = insert


AsyncView = Union[AsyncMaterializedStream, AsyncMaterializedTable]


def view_of(store: "AsyncStore", facts: Dict[str, Any]) -> AsyncView:
    """A view as the class that its kind has."""
    return (AsyncMaterializedTable if facts["kind"] == "table" else AsyncMaterializedStream)(store, facts)
