"""A stream: events in the order of their arrival, kept for ever unless its retention says otherwise."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Optional, Union

from catchwater import Dataset, Push, Rows, encoding
from catchwater.rows import html_facts

from . import operations
from .files import Path_, open_source
from .operations import Retention
from .uploader import Uploader

if TYPE_CHECKING:
    from .store import Store

_PAYLOAD = "payload"


class Stream:
    """A stream of a store. Made by `create_stream`, found by `get_stream`. Thread-safe."""

    def __init__(self, store: "Store", facts: Dict[str, Any]) -> None:
        self.store = store
        self.facts = facts

    def name(self) -> str:
        """Its name as it was given; case does not matter."""
        return str(self.facts["name"])

    @property
    def dataset(self) -> Dataset:
        """The dataset that its events are in, for SQL and everything else."""
        return self.store.client.dataset(self.facts["dataset"])

    def upload(
        self,
        data: Any,
        format: str = "json",
        *,
        event_time: Any = None,
        key: Optional[str] = None,
        wait: Optional[str] = None,
    ) -> Push:
        """Sends an event and returns when it is on disk for good. Its time is its arrival at the server,
        unless `event_time` (a datetime, RFC 3339 text, or seconds) says another.

        A value goes as JSON, bytes as they are. `format` is `json` (of a list each item is an event),
        `ndjson`, `csv`, `parquet` or `bytes`. What is sent again, here or by a later call with the same
        `key`, is there once. With `wait="committed"` it returns when the event is in a block too, which is what
        views go by.

        Raises `InvalidError` where it does not fit, `UnknownOutcomeError` where no answer came.
        """
        client = self.store.client
        return Push(
            client.run(operations.upload(self.facts["name"], data, format, event_time, key, wait, client.retries))
        )

    def upload_many(
        self,
        events: Iterable[Any],
        *,
        event_time: Any = None,
        key: Optional[str] = None,
        wait: Optional[str] = None,
    ) -> Push:
        """Sends many events as one push: all of them or none."""
        return self.upload(list(events), "ndjson", event_time=event_time, key=key, wait=wait)

    def upload_dataframe(self, frame: Any, *, event_time: Any = None, key: Optional[str] = None) -> Push:
        """Sends each row of a `pandas.DataFrame` or a `pyarrow.Table` as an event, all or none."""
        body, form = encoding.encode_frame(frame)
        return self.upload(body, form, event_time=event_time, key=key)

    def upload_file(
        self, path: Path_, format: Optional[str] = None, *, key: Optional[str] = None
    ) -> Push:
        """Sends the events of a file of this machine, all or none; its name tells the format."""
        client = self.store.client
        with open_source(path, format) as source:
            return Push(client.run(operations.upload_file(self.facts["name"], source, key, client.retries)))

    def uploader(self, **options: Any) -> Uploader:
        """Sends events in the background, many at once; see `Uploader` for the options. Use it in a `with`."""
        return Uploader(self.store.client, self.facts["name"], **options)

    def set_retention(
        self,
        retention_policy: Retention = None,
        *,
        age: Union[str, datetime.timedelta, None] = None,
        bytes: Optional[int] = None,
        rows: Optional[int] = None,
    ) -> None:
        """Says how long events are kept from now on: a `retention_policy` as `create_stream` takes it, or its
        parts. Without any of them, or with None, events are kept for ever. What is gone stays so.

        Raises `InvalidError` for what is no retention.
        """
        client = self.store.client
        self.facts = client.run(
            operations.keep(self.facts["name"], retention_policy, age, bytes, rows, client.retries)
        )

    def tail(self, n: int = 10) -> Rows:
        """The last `n` events with their times and offsets, the oldest first."""
        rows = self.dataset.tail(n)
        return Rows((read_event(row) for row in rows), rows.columns)

    def follow(self, start: Optional[int] = None, *, timeout: Optional[float] = None) -> Iterator[Dict[str, Any]]:
        """Events as they become durable, from now on or from an offset; see `Dataset.follow`."""
        return (read_event(row) for row in self.dataset.follow(start, timeout=timeout))

    def to_dataframe(self, limit: Optional[int] = None) -> Any:
        """Events as a `pandas.DataFrame`, the fields of the payload as columns."""
        rows = [_flat(read_event(row)) for row in self.dataset.rows(limit)]
        return Rows(rows, list(dict.fromkeys(name for row in rows for name in row))).to_dataframe()

    def __repr__(self) -> str:
        return f"<Stream {self.name()}>"

    def _repr_html_(self) -> str:
        return html_facts(f"Stream {self.name()}", self.facts) + self.tail(5)._repr_html_()


def read_event(row: Dict[str, Any]) -> Dict[str, Any]:
    """A row of a stream with its payload as a value."""
    payload = row.get(_PAYLOAD)
    return {**row, _PAYLOAD: json.loads(payload)} if isinstance(payload, str) else row


def _flat(row: Dict[str, Any]) -> Dict[str, Any]:
    payload = row.get(_PAYLOAD)
    if not isinstance(payload, dict):
        return row
    return {**{name: value for name, value in row.items() if name != _PAYLOAD}, **payload}
