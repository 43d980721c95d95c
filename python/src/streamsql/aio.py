"""The same on an event loop: `Local`, `Managed` and `FeatureStore` whose methods are coroutines.

    async with streamsql.aio.Local() as store:
        stream = await store.create_stream("MyStream")
        await stream.upload({"key": "value"})
"""

from __future__ import annotations

import datetime
import ssl
from typing import Any, AsyncIterator, Dict, Iterable, List, Optional, Sequence, Union

from catchwater import Engine, Push, Retries, Rows, encoding, errors
from catchwater.aio import AsyncClient, AsyncDataset
from catchwater.operations import get
from catchwater.protocol import target

from . import operations, view_operations
from .aio_uploader import AsyncUploader
from .aio_view import AsyncMaterializedStream, AsyncMaterializedTable, AsyncView, view_of
from .files import Path_, address_of, open_source, require_no_columns, stem
from .operations import Key, Retention
from .store import managed_address, remote_address
from .stream import read_event
from .scanned import columns_of
from .table import frozen_facts


class AsyncStream:
    """A stream; see `Stream`."""

    def __init__(self, store: "AsyncStore", facts: Dict[str, Any]) -> None:
        self.store = store
        self.facts = facts

    def name(self) -> str:
        """Its name as it was given."""
        return str(self.facts["name"])

    @property
    def dataset(self) -> AsyncDataset:
        """The dataset that its events are in."""
        return self.store.client.dataset(self.facts["dataset"])

    async def upload(
        self,
        data: Any,
        format: str = "json",
        *,
        event_time: Any = None,
        key: Optional[str] = None,
        wait: Optional[str] = None,
    ) -> Push:
        """Sends an event; durable when it returns. See `Stream.upload`."""
        client = self.store.client
        return Push(
            await client.run(operations.upload(self.name(), data, format, event_time, key, wait, client.retries))
        )

    async def upload_many(
        self,
        events: Iterable[Any],
        *,
        event_time: Any = None,
        key: Optional[str] = None,
        wait: Optional[str] = None,
    ) -> Push:
        """Sends many events, all or none."""
        return await self.upload(list(events), "ndjson", event_time=event_time, key=key, wait=wait)

    async def upload_dataframe(
        self, frame: Any, *, event_time: Any = None, key: Optional[str] = None
    ) -> Push:
        """Sends each row of a DataFrame as an event, all or none."""
        body, form = encoding.encode_frame(frame)
        return await self.upload(body, form, event_time=event_time, key=key)

    async def upload_file(
        self, path: Path_, format: Optional[str] = None, *, key: Optional[str] = None
    ) -> Push:
        """Sends the events of a file of this machine, all or none."""
        client = self.store.client
        with open_source(path, format) as source:
            return Push(
                await client.run(operations.upload_file(self.name(), source, key, client.retries))
            )

    def uploader(self, **limits: Any) -> AsyncUploader:
        """Sends events in the background, many at once; see `Uploader` for the limits. Use it in an
        `async with`."""
        return AsyncUploader(self.store.client, self.name(), **limits)

    async def set_retention(
        self,
        retention_policy: Retention = None,
        *,
        age: Union[str, datetime.timedelta, None] = None,
        bytes: Optional[int] = None,
        rows: Optional[int] = None,
    ) -> None:
        """Says how long events are kept from now on. See `Stream.set_retention`."""
        client = self.store.client
        self.facts = await client.run(
            operations.keep(self.name(), retention_policy, age, bytes, rows, client.retries)
        )

    async def tail(self, n: int = 10) -> Rows:
        """The last `n` events, the oldest first."""
        rows = await self.dataset.tail(n)
        return Rows((read_event(row) for row in rows), rows.columns)

    async def follow(self, start: Optional[int] = None) -> AsyncIterator[Dict[str, Any]]:
        """Events as they become durable."""
        async for row in self.dataset.follow(start):
            yield read_event(row)


class AsyncTable:
    """A table; see `Table`."""

    def __init__(self, store: "AsyncStore", facts: Dict[str, Any], version: Optional[int] = None) -> None:
        self.store = store
        self.facts = facts
        self.version = version

    def name(self) -> str:
        """Its name as it was given."""
        return str(self.facts["name"])

    @property
    def primary_key(self) -> List[str]:
        """The columns of the key."""
        return list(self.facts.get("primaryKey") or ())

    async def insert(
        self, rows: Any, *, key: Optional[str] = None, wait: Optional[str] = None
    ) -> Push:
        """Inserts or replaces a row or many, all or none."""
        operations.require_dynamic(self.name(), self.version)
        client = self.store.client
        return Push(await client.run(operations.insert(self.name(), rows, key, wait, client.retries)))

    async def get(self, key: Any, version: Optional[int] = None) -> Dict[str, Any]:
        """The row of a key. Raises `RowNotFoundError`, a `KeyError`."""
        client = self.store.client
        wanted = version if version is not None else self.version
        return await client.run(operations.get_row(self.name(), key, wanted, client.retries))

    async def lookup(self, key: Any) -> List[Any]:
        """The values of the row of a key, without the key."""
        return operations.values_of(await self.get(key), self.primary_key)

    async def delete(self, key: Any) -> bool:
        """Deletes the row of a key; whether there was one."""
        operations.require_dynamic(self.name(), self.version)
        client = self.store.client
        return await client.run(operations.delete_row(self.name(), key, None, client.retries))

    async def scan(self, version: Optional[int] = None) -> AsyncIterator[Dict[str, Any]]:
        """All rows, page by page."""
        client = self.store.client
        wanted = version if version is not None else self.version
        after: Optional[str] = None
        if not self.primary_key:
            dataset = operations.dataset_of(self.facts, wanted)
            for row in await client.run(operations.payloads(dataset, client.retries)):
                yield row
            return
        while True:
            rows, after = await client.run(operations.page(self.name(), wanted, after, client.retries))
            for row in rows:
                yield row
            if after is None:
                return

    async def make_immutable(self, version: Optional[int] = None) -> "AsyncTable":
        """Makes what it holds now a version, and returns that."""
        client = self.store.client
        facts = await client.run(operations.freeze(self.name(), version, client.retries))
        return AsyncTable(self.store, facts, facts["version"])

    async def to_rows(self) -> Rows:
        """All rows as a list."""
        rows = [row async for row in self.scan()]
        return Rows(rows, columns_of(rows, self.primary_key))

    async def to_dataframe(self) -> Any:
        """All rows as a `pandas.DataFrame`."""
        return (await self.to_rows()).to_dataframe()


class AsyncStore:
    """Streams and tables of a server, for the tasks of one event loop; see `Store`."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def create_stream(
        self, name: str, retention_policy: Retention = None, *, schema: Optional[Sequence[str]] = None
    ) -> AsyncStream:
        """See `Store.create_stream`."""
        operation = operations.create_stream(name, retention_policy, schema, self.client.retries)
        return AsyncStream(self, await self.client.run(operation))

    async def get_stream(self, name: str) -> AsyncStream:
        """See `Store.get_stream`."""
        return AsyncStream(self, await self.client.run(get(target("streams", name), self.client.retries)))

    async def create_table(
        self,
        name: str,
        primary_key: Key = None,
        data: Any = None,
        immutable: bool = False,
        version: Optional[int] = None,
    ) -> AsyncTable:
        """See `Store.create_table`."""
        rows = operations.table_data(data, immutable, version)
        operation = operations.create_table(name, primary_key, rows, immutable, version, self.client.retries)
        facts = await self.client.run(operation)
        table = AsyncTable(self, facts, frozen_facts(facts))
        if not immutable and rows is not None:
            await table.insert(rows)
        return table

    async def get_table(self, name: str, version: Optional[int] = None) -> AsyncTable:
        """See `Store.get_table`."""
        facts = await self.client.run(get(target("tables", name), self.client.retries))
        operations.require_version(facts, version)
        return AsyncTable(self, facts, version)

    async def has_table(self, name: str) -> bool:
        """Whether there is a table of this name."""
        try:
            await self.get_table(name)
            return True
        except errors.NotFoundError:
            return False

    async def materialize_stream(
        self,
        name: str = "",
        query: str = "",
        dependencies: Optional[Sequence[Any]] = None,
        output_columns: Optional[Sequence[str]] = None,
        *,
        wait: bool = True,
    ) -> AsyncMaterializedStream:
        """See `Store.materialize_stream`."""
        document = view_operations.definition("stream", name, query, dependencies, output_columns)
        facts = await self.client.run(view_operations.create(document, wait, self.client.retries))
        return AsyncMaterializedStream(self, facts)

    async def materialize_table(
        self,
        name: str = "",
        query: str = "",
        dependencies: Optional[Sequence[Any]] = None,
        output_columns: Optional[Sequence[str]] = None,
        primary_key: Key = None,
        *,
        wait: bool = True,
    ) -> AsyncMaterializedTable:
        """See `Store.materialize_table`."""
        document = view_operations.definition(
            "table", name, query, dependencies, output_columns, primary_key
        )
        facts = await self.client.run(view_operations.create(document, wait, self.client.retries))
        return AsyncMaterializedTable(self, facts)

    async def get_view(self, name: str) -> AsyncView:
        """See `Store.get_view`."""
        return view_of(self, await self.client.run(view_operations.facts_of(name, self.client.retries)))

    async def views(self) -> List[AsyncView]:
        """All views."""
        answer = await self.client.run(get("/views", self.client.retries))
        return [view_of(self, facts) for facts in answer["views"]]

    async def upload_file(
        self,
        path: Path_,
        name: Optional[str] = None,
        primary_key: Key = None,
        format: Optional[str] = None,
        columns: Optional[Sequence[str]] = None,
        version: Optional[int] = None,
    ) -> AsyncTable:
        """See `Store.upload_file`."""
        retries = self.client.retries
        address = address_of(path)
        if address is not None:
            require_no_columns(columns)
            facts = await self.client.run(
                operations.create_table_of_address(
                    name or stem(path), primary_key, version, address, format, retries
                )
            )
            return AsyncTable(self, facts, frozen_facts(facts))
        with open_source(path, format, columns) as source:
            facts = await self.client.run(
                operations.create_table_of_file(name or stem(path), primary_key, version, source, retries)
            )
        return AsyncTable(self, facts, frozen_facts(facts))

    async def sql(self, query: str, *, skip: Optional[int] = None, limit: Optional[int] = None) -> Rows:
        """See `Store.sql`."""
        return await self.client.sql(query, skip=skip, limit=limit)

    async def close(self) -> None:
        """Closes the connections."""
        await self.client.close()

    async def __aenter__(self) -> "AsyncStore":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()


class Local(AsyncStore):
    """The store of a folder of this machine; see `streamsql.Local`."""

    def __init__(self, path: Optional[Path_] = None, *, retries: Optional[Retries] = None) -> None:
        super().__init__(AsyncClient(Engine(path), retries=retries))


class Managed(AsyncStore):
    """The store of a server that you run; see `streamsql.Managed`."""

    def __init__(
        self,
        host: str = "localhost",
        port: int = 8080,
        apikey: Optional[str] = None,
        *,
        tls: "bool | ssl.SSLContext | None" = None,
        retries: Optional[Retries] = None,
    ) -> None:
        address, context = managed_address(host, port, tls)
        super().__init__(AsyncClient(address, apikey, retries=retries, tls=context))


class FeatureStore(AsyncStore):
    """A remote store; see `streamsql.FeatureStore`."""

    def __init__(
        self,
        apikey: Optional[str] = None,
        server: Optional[str] = None,
        *,
        tls: Optional[ssl.SSLContext] = None,
        retries: Optional[Retries] = None,
    ) -> None:
        super().__init__(AsyncClient(remote_address(apikey, server), apikey, retries=retries, tls=tls))
