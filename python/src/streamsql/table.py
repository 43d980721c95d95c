"""Tables: rows by a key. A dynamic one changes; a version of an immutable one never does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional

from catchwater import Dataset, Push, Rows
from catchwater.rows import html_facts

from . import operations
from .local_table import LocalTable
from .scanned import Scanned, columns_of

if TYPE_CHECKING:
    from .store import Store

_SHOWN = 20


class Table(Scanned):
    """A table of a store. Made by `create_table` and `upload_file`, found by `get_table`. Thread-safe.

    What makes a version returns that version. Of what `get_table(name)` returns the rows are those of the
    dynamic table of the name, else of the newest version.
    """

    def __init__(self, store: "Store", facts: Dict[str, Any], version: Optional[int] = None) -> None:
        self.store = store
        self.facts = facts
        self.version = version

    def name(self) -> str:
        """Its name as it was given; case does not matter."""
        return str(self.facts["name"])

    @property
    def is_immutable(self) -> bool:
        """Whether it is a version, which takes no rows."""
        return bool(self.facts.get("immutable")) or self.version is not None

    @property
    def primary_key(self) -> List[str]:
        """The columns of the key, none where it has no key."""
        return list(self.facts.get("primaryKey") or ())

    @property
    def versions(self) -> List[int]:
        """The versions that there are now, the oldest first."""
        facts = self.store._table_facts(self.name())
        return sorted(item["version"] for item in facts.get("versions") or ())

    @property
    def dataset(self) -> Dataset:
        """The dataset that its rows are in, for SQL and everything else."""
        return self.store.client.dataset(operations.dataset_of(self.facts, self.version))

    def insert(self, rows: Any, *, key: Optional[str] = None, wait: Optional[str] = None) -> Push:
        """Inserts a row (a dict) or many (an iterable of dicts, a DataFrame), all or none. A row whose key
        is there replaces it. Whoever was answered reads what he wrote.
        With `wait="committed"` it returns when the rows are in a block too.

        Raises `TableImmutableError`, `InvalidError` where a row lacks its key.
        """
        operations.require_dynamic(self.name(), self.version)
        client = self.store.client
        return Push(client.run(operations.insert(self.name(), rows, key, wait, client.retries)))

    upsert = insert

    def get(self, key: Any, version: Optional[int] = None) -> Dict[str, Any]:
        """The row of a key as a dict; of a key of several columns, a tuple of their values.

        `get("1")` and `get(1)` are the same. Raises `RowNotFoundError`, a `KeyError`.
        """
        client = self.store.client
        wanted = version if version is not None else self.version
        return client.run(operations.get_row(self.name(), key, wanted, client.retries))

    def delete(self, key: Any) -> bool:
        """Deletes the row of a key; whether there was one.

        Raises `TableImmutableError`.
        """
        operations.require_dynamic(self.name(), self.version)
        client = self.store.client
        return client.run(operations.delete_row(self.name(), key, None, client.retries))

    def scan(self, version: Optional[int] = None) -> Iterator[Dict[str, Any]]:
        """All rows, page by page, in an order of no meaning. A row that is there all the time comes once."""
        client = self.store.client
        wanted = version if version is not None else self.version
        after: Optional[str] = None
        if not self.primary_key:
            dataset = operations.dataset_of(self.facts, wanted)
            yield from client.run(operations.payloads(dataset, client.retries))
            return
        while True:
            rows, after = client.run(operations.page(self.name(), wanted, after, client.retries))
            yield from rows
            if after is None:
                return

    def make_immutable(self, version: Optional[int] = None) -> "Table":
        """Makes what it holds now a version, the next one unless it is said, and returns that. This table
        stays as it is.

        Raises `TableExistsError` where the version is there with other rows.
        """
        client = self.store.client
        facts = client.run(operations.freeze(self.name(), version, client.retries))
        return Table(self.store, facts, facts["version"])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LocalTable):
            return self.to_local() == other
        if not isinstance(other, Table):
            return NotImplemented
        mine = (self.store.client, self.name().lower(), self.version)
        if mine == (other.store.client, other.name().lower(), other.version):
            return True
        return self.to_local() == other.to_local()

    def __hash__(self) -> int:
        return hash((id(self.store.client), self.name().lower(), self.version))

    def __repr__(self) -> str:
        version = f", version {self.version}" if self.version is not None else ""
        return f"<Table {self.name()}{version}>"

    def _repr_html_(self) -> str:
        first: List[Dict[str, Any]] = []
        for row in self.scan():
            first.append(row)
            if len(first) == _SHOWN:
                break
        facts: Dict[str, Any] = {"primary key": ", ".join(self.primary_key), "version": self.version}
        rows = Rows(first, columns_of(first, self.primary_key))
        return html_facts(f"Table {self.name()}", facts) + rows._repr_html_()


def frozen_facts(facts: Mapping[str, Any]) -> Optional[int]:
    """The version that an answer made, None of a dynamic table."""
    return facts["version"] if facts.get("immutable") else None
