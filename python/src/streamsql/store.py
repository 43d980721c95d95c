"""Stores: where streams and tables are kept."""

from __future__ import annotations

import os
import ssl
import threading
from typing import Any, Dict, List, Optional, Sequence

from catchwater import Client, Engine, Retries, Rows, errors
from catchwater.operations import get
from catchwater.protocol import target
from catchwater.rows import html_table
from catchwater.transport import Address, parse_address

from . import operations, view_operations
from .files import Path_, address_of, open_source, require_no_columns, stem
from .operations import Key, Retention
from .stream import Stream
from .table import Table, frozen_facts
from .view import MaterializedStream, MaterializedTable, View, view_of

#: The server of `FeatureStore`, where none is named.
SERVER = "STREAMSQL_SERVER"
_PORT = 8080
_HERE = ("localhost", "127.0.0.1", "::1")


class Store:
    """Streams and tables of a server. Thread-safe; a context manager that closes its connections.

    `Local`, `Managed` and `FeatureStore` make one. The first one that is made is that of the functions of
    the package.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        _first(self)

    # Streams

    def create_stream(
        self, name: str, retention_policy: Retention = None, *, schema: Optional[Sequence[str]] = None
    ) -> Stream:
        """A stream, made where there is none of this name and definition.

        Events are kept for ever, unless `retention_policy` says otherwise: `"30d"`, a timedelta, or a dict
        of `age`, `bytes`, `rows`. Without `schema` (`["id BIGINT", "city STRING"]`) an event is any JSON.

        Raises `StreamExistsError` where there is one with another definition.
        """
        facts = self.client.run(
            operations.create_stream(name, retention_policy, schema, self.client.retries)
        )
        return Stream(self, facts)

    def get_stream(self, name: str) -> Stream:
        """A stream that is there.

        Raises `StreamNotFoundError`, a `KeyError`.
        """
        return Stream(self, self.client.run(get(target("streams", name), self.client.retries)))

    def streams(self) -> List[Stream]:
        """All streams."""
        answer = self.client.run(get("/streams", self.client.retries))
        return [Stream(self, facts) for facts in answer["streams"]]

    # Tables

    def create_table(
        self,
        name: str,
        primary_key: Key = None,
        data: Any = None,
        immutable: bool = False,
        version: Optional[int] = None,
    ) -> Table:
        """A dynamic table, or with `immutable=True` a version of an immutable one, made of `data`: dicts, a
        DataFrame. `primary_key` is a column or a list of columns. `data` of a dynamic table is inserted.

        Without `version` the first is 1; later data that differs is the next version. What is there already
        with the same content is returned. Raises `TableExistsError` where it is there with another one.
        """
        rows = operations.table_data(data, immutable, version)
        retries = self.client.retries
        facts = self.client.run(
            operations.create_table(name, primary_key, rows, immutable, version, retries)
        )
        table = Table(self, facts, frozen_facts(facts))
        if not immutable and rows is not None:
            table.insert(rows)
        return table

    def get_table(self, name: str, version: Optional[int] = None) -> Table:
        """A table that is there; without `version` the dynamic one, or the newest version.

        Raises `TableNotFoundError`, a `KeyError`.
        """
        facts = self._table_facts(name)
        operations.require_version(facts, version)
        return Table(self, facts, version)

    def has_table(self, name: str) -> bool:
        """Whether there is a table of this name."""
        try:
            self._table_facts(name)
            return True
        except errors.NotFoundError:
            return False

    def tables(self) -> List[Table]:
        """All tables."""
        answer = self.client.run(get("/tables", self.client.retries))
        return [Table(self, facts) for facts in answer["tables"]]

    def _table_facts(self, name: str) -> Dict[str, Any]:
        facts: Dict[str, Any] = self.client.run(get(target("tables", name), self.client.retries))
        return facts

    # Views

    def materialize_stream(
        self,
        name: str = "",
        query: str = "",
        dependencies: Optional[Sequence[Any]] = None,
        output_columns: Optional[Sequence[str]] = None,
        *,
        wait: bool = True,
    ) -> MaterializedStream:
        """A view whose rows are events: a part of a stream, or a stream joined with tables.

        `dependencies` are what the query reads: names, streams, tables, views; `("Users", 2)` is a version.
        `output_columns` names the columns of the query in their order; where these are some of its names,
        those are taken and a warning is given. A view that is there with the same definition is taken. With
        `wait` it has seen what its dependencies have when it is returned; it follows them from then on.

        Raises `InvalidError` for a query that no view can be, `ViewExistsError` where the name is in use.
        """
        document = view_operations.definition("stream", name, query, dependencies, output_columns)
        facts = self.client.run(view_operations.create(document, wait, self.client.retries))
        return MaterializedStream(self, facts)

    def materialize_table(
        self,
        name: str = "",
        query: str = "",
        dependencies: Optional[Sequence[Any]] = None,
        output_columns: Optional[Sequence[str]] = None,
        primary_key: Key = None,
        *,
        wait: bool = True,
    ) -> MaterializedTable:
        """A view whose rows are as they stand, by a key: a stream summed up by GROUP BY, tables joined.

        `primary_key` names one or several of `output_columns`; with GROUP BY the columns that are grouped by
        are the key unless it is said. The rest is as for `materialize_stream`.
        """
        document = view_operations.definition(
            "table", name, query, dependencies, output_columns, primary_key
        )
        facts = self.client.run(view_operations.create(document, wait, self.client.retries))
        return MaterializedTable(self, facts)

    def get_view(self, name: str) -> View:
        """A view that is there.

        Raises `ViewNotFoundError`, a `KeyError`.
        """
        return view_of(self, self.client.run(view_operations.facts_of(name, self.client.retries)))

    def views(self) -> List[View]:
        """All views."""
        answer = self.client.run(get("/views", self.client.retries))
        return [view_of(self, facts) for facts in answer["views"]]

    # Connectors

    def upload_file(
        self,
        path: Optional[Path_] = None,
        name: Optional[str] = None,
        primary_key: Key = None,
        format: Optional[str] = None,
        columns: Optional[Sequence[str]] = None,
        version: Optional[int] = None,
        *,
        file: Optional[Path_] = None,
    ) -> Table:
        """A copy of a file as an immutable table, under the name of the file unless another is given. Later
        changes of the file are not reflected: upload it again, and where its content differs it is the next
        version. A file of this machine, or an address (`https://…`, `s3://…`, `hdfs://…`) that the server
        fetches, from hosts that its setting `connectors.hosts` lists.

        `format` (`csv`, `json`, `ndjson`, `parquet`) where the name does not tell it; `columns` are the names of
        the columns of a CSV file without a header; without `primary_key` there is no `get`.

        Raises `TableExistsError` where `version` is there with another content, `AccessError` where the
        server must not reach an address.
        """
        chosen = path if path is not None else file
        if chosen is None:
            raise errors.InvalidError("upload_file needs the path of a file", code="bad-argument")
        retries = self.client.retries
        address = address_of(chosen)
        if address is not None:
            require_no_columns(columns)
            facts = self.client.run(
                operations.create_table_of_address(
                    name or stem(chosen), primary_key, version, address, format, retries
                )
            )
            return Table(self, facts, frozen_facts(facts))
        with open_source(chosen, format, columns) as source:
            facts = self.client.run(
                operations.create_table_of_file(name or stem(chosen), primary_key, version, source, retries)
            )
        return Table(self, facts, frozen_facts(facts))

    def create_table_from_csv(
        self, csv_file: Path_, table_name: str = "", primary_key: Optional[str] = None
    ) -> Table:
        """An immutable table of a CSV file.

        Raises `TableExistsError` where the name is in use.
        """
        name = table_name or stem(csv_file)
        if self.has_table(name):
            raise errors.TableExistsError(f'Table with name "{name}" already exists', code="table-exists")
        return self.upload_file(csv_file, name, primary_key, "csv")

    # Everything else

    def sql(self, query: str, *, skip: Optional[int] = None, limit: Optional[int] = None) -> Rows:
        """The rows of one SELECT statement, at most `limit` (100). Streams, dynamic tables and versions are
        tables by the names of their datasets (`Stream.dataset`, `Table.dataset`)."""
        return self.client.sql(query, skip=skip, limit=limit)

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()
        _forget(self)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.client.server}>"

    def _repr_html_(self) -> str:
        rows: List[Dict[str, Any]] = [{"kind": "stream", "name": stream.name()} for stream in self.streams()]
        rows += [
            {"kind": "table", "name": table.name(), "primary key": ", ".join(table.primary_key)}
            for table in self.tables()
        ]
        return html_table(["kind", "name", "primary key"], rows)


class LocalFeatureStore(Store):
    """A store in a folder of this machine: nothing is uploaded, and no key is needed.

    Its engine starts at the first call and is shared by all processes that use the folder. Without `path`
    the folder is the workspace that the command `catchwater` finds here, or will be made in the current folder.
    """

    def __init__(self, path: Optional[Path_] = None, *, retries: Optional[Retries] = None, **options: Any) -> None:
        super().__init__(Client(Engine(path), retries=retries, **options))

    @property
    def folder(self) -> str:
        """Where its data is."""
        server = self.client.server
        assert isinstance(server, Engine)
        return str(server.folder)


class Managed(Store):
    """A store of a server that you run.

    Off this machine it is spoken to by HTTPS, unless `tls=False` says that something in between encrypts;
    `tls` may be an `ssl.SSLContext`. `apikey` is a token of the server (`cw_…`).
    """

    def __init__(
        self,
        host: str = "localhost",
        port: int = _PORT,
        apikey: Optional[str] = None,
        *,
        tls: "bool | ssl.SSLContext | None" = None,
        retries: Optional[Retries] = None,
        timeout: float = 60.0,
    ) -> None:
        address, context = managed_address(host, port, tls)
        super().__init__(Client(address, apikey, timeout=timeout, retries=retries, tls=context))


class FeatureStore(Store):
    """A remote store. `apikey` is a token of it; `server` its address (`https://…`), or the variable
    `STREAMSQL_SERVER`."""

    def __init__(
        self,
        apikey: Optional[str] = None,
        server: Optional[str] = None,
        *,
        tls: Optional[ssl.SSLContext] = None,
        retries: Optional[Retries] = None,
        timeout: float = 60.0,
    ) -> None:
        address = remote_address(apikey, server)
        super().__init__(Client(address, apikey, timeout=timeout, retries=retries, tls=tls))


def managed_address(
    host: str, port: int, tls: "bool | ssl.SSLContext | None"
) -> "tuple[Address, Optional[ssl.SSLContext]]":
    """Where a server is that somebody runs, and how it is encrypted."""
    is_encrypted = host not in _HERE if tls is None else bool(tls)
    return Address(host, int(port), is_encrypted), tls if isinstance(tls, ssl.SSLContext) else None


def remote_address(apikey: Optional[str], server: Optional[str]) -> Address:
    """Where a remote store is.

    Raises `InvalidError` where the key or the server is not said.
    """
    where = server or os.environ.get(SERVER)
    if not apikey:
        raise errors.InvalidError(
            "FeatureStore needs an API key",
            code="bad-argument",
            hint='FeatureStore(apikey="cw_…"), made by: catchwater token create; or streamsql.Local()',
        )
    if not where:
        raise errors.InvalidError(
            "FeatureStore does not know its server",
            code="bad-argument",
            hint=f"FeatureStore(apikey=…, server=\"https://…\"), or the variable {SERVER}",
        )
    return parse_address(where)


_lock = threading.RLock()
_default: Optional[Store] = None


def _first(store: Store) -> None:
    global _default
    with _lock:
        if _default is None:
            _default = store


def _forget(store: Store) -> None:
    global _default
    with _lock:
        if _default is store:
            _default = None


def default_store() -> Store:
    """The store of the functions of the package: the first that was made, else that of the engine of the
    current folder."""
    with _lock:
        return _default if _default is not None else LocalFeatureStore()


def use(store: Store) -> Store:
    """Makes a store that of the functions of the package."""
    global _default
    with _lock:
        _default = store
    return store
