"""A dataset of a server."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Union

from . import encoding, errors, operations
from .client import Client, default_client
from .operations import Source
from .protocol import Answer, Lost, Request, target
from .rows import Rows, html_table
from .upload import Content


class Push(Dict[str, Any]):
    """What the server told of a push: the answer as it came, and its usual parts by name.

    200 means that the rows are on disk for good, also where there was nothing to add.
    """

    @property
    def added(self) -> int:
        """How many rows were added."""
        return int(self.get("rows", {}).get("added", 0))

    @property
    def offsets(self) -> Optional[range]:
        """The offsets of the rows, None where none was added, or the token may not know."""
        said = self.get("offsets")
        return range(said["start"], said["end"] + 1) if said else None

    @property
    def head(self) -> Optional[str]:
        """The hash of the last block."""
        return self.get("head")

    @property
    def receipt(self) -> Optional[Dict[str, Any]]:
        """What the server signed."""
        return self.get("receipt")

    @property
    def is_replayed(self) -> bool:
        """Whether it was applied before, and this is the answer of then."""
        return bool(self.get("replayed"))


class Dataset:
    """A dataset by its name or id. Thread-safe; it has no state but its name.

    Without a client it is one of the engine of the current folder.
    """

    def __init__(self, name: str, client: Optional[Client] = None) -> None:
        self.name = name
        self.client = client or default_client()

    def ingest(
        self,
        source: Source,
        *,
        format: Optional[str] = None,
        source_name: Optional[str] = None,
        event_time: Any = None,
        key: Optional[str] = None,
        dry_run: bool = False,
        wait: Optional[str] = None,
        on_error: Optional[str] = None,
        allow_empty: bool = False,
        strict: bool = False,
    ) -> Push:
        """Pushes rows, all or none: a file (`Path`, or its name as `str`), bytes, a dict, an iterable of
        dicts, a DataFrame, a table of pyarrow.

        `format` is `json`, `ndjson`, `csv`, `parquet`, `geojson`, `ndgeojson` or `shapefile`; of a file it is told by the name,
        and without one it is what the push source declares. `key` is the idempotency key, a new one
        unless given: a push that is sent again with it is applied once. The rest is as in
        docs/reference/http.md of catchwater.

        Raises `InvalidError` with the place of the first bad row, `UnknownOutcomeError` where no answer
        came for as long as the client tries.
        """
        parameters: Dict[str, Any] = {
            "sourceName": source_name,
            "dryRun": True if dry_run else None,
            "wait": wait,
            "onError": on_error,
            "allowEmpty": True if allow_empty else None,
            "strict": True if strict else None,
        }
        if isinstance(source, (str, os.PathLike)):
            return self._ingest_file(Path(source), format, parameters, event_time, key)
        body, media_type = operations.body_of(source, format)
        headers = operations.push_headers(media_type, key=key, event_time=event_time)
        return self._push(Content.of(body, "body", media_type), parameters, headers)

    def _ingest_file(
        self, path: Path, form: Optional[str], parameters: Dict[str, Any], event_time: Any, key: Optional[str]
    ) -> Push:
        told, packed = encoding.format_of_file(path.name)
        chosen = form or told
        media_type = encoding.MEDIA_TYPES[chosen] if chosen else None
        headers = operations.push_headers(media_type, packed, key, event_time)
        try:
            with open(path, "rb") as file:
                content = Content(file, os.fstat(file.fileno()).st_size, path.name, media_type)
                return self._push(content, parameters, headers)
        except OSError as e:
            raise errors.InvalidError(f"{path}: {e.strerror}", code="bad-argument") from e

    def _push(self, content: Content, parameters: Dict[str, Any], headers: Dict[str, str]) -> Push:
        def address(token: Optional[str]) -> str:
            return target(self.name, "ingest", **parameters, uploadToken=token)

        return Push(self.client.run(operations.push(address, content, headers, self.client.retries)))

    def tail(self, n: int = 10, *, skip: int = 0) -> Rows:
        """The last `n` rows, the oldest first, without the `skip` newest."""
        return Rows(*self.client.run(operations.tail(self.name, n, skip, self.client.retries)))

    def sql(self, query: str, *, skip: Optional[int] = None, limit: Optional[int] = None) -> Rows:
        """The rows of a statement, as `Client.sql`; this dataset is the table of its name."""
        return self.client.sql(query, skip=skip, limit=limit)

    def follow(self, start: Optional[int] = None, *, timeout: Optional[float] = None) -> Iterator[Dict[str, Any]]:
        """Rows as they become durable, each once and in the order of their offsets, also across breaks of
        the connection: from now on, or from the offset `start`.

        It goes on for ever; with `timeout` until no row came for so many seconds.
        """
        client = self.client
        next_offset = start if start is not None else self._next_offset()
        last = time.monotonic()
        lost_since: Optional[float] = None
        while True:
            reader = EventReader()
            lines = client.transport.lines(follow_request(self.name, next_offset), timeout)
            with contextlib.closing(lines):
                for line in lines:
                    row = reader.feed(line)
                    if row is not None:
                        next_offset = row["offset"] + 1
                        lost_since = None
                        yield row
                        last = time.monotonic()
            now = time.monotonic()
            if timeout is not None and now - last >= timeout:
                return
            lost_since = now if lost_since is None else lost_since
            if now - lost_since > client.retries.seconds:
                raise lost(self.name)
            time.sleep(client.retries.pause(0, 0.05))

    def _next_offset(self) -> int:
        return int(self.info()["nextOffset"])

    def info(self) -> Dict[str, Any]:
        """What the server knows of it: id, head, next offset, rows that are in no slice yet."""
        return self.client.run(operations.dataset_info(self.name, self.client.retries))

    def to_dataframe(self, limit: Optional[int] = None) -> Any:
        """All rows, or `limit` of them, as a `pandas.DataFrame`."""
        return self.rows(limit).to_dataframe()

    def rows(self, limit: Optional[int] = None) -> Rows:
        """All rows in the order of their offsets, or the first `limit` of them."""
        return Rows(*self.client.run(operations.all_rows(self.name, limit, self.client.retries)))

    def __repr__(self) -> str:
        return f"<Dataset {self.name}>"

    def _repr_html_(self) -> str:
        rows = self.tail()
        return html_table(rows.columns, rows)


def follow_request(name: str, offset: int) -> Request:
    """Asks for the rows from an offset on."""
    return Request("GET", target(name, "events", **{"from": offset}))


def lost(name: str) -> errors.UnavailableError:
    """No server has given rows for too long."""
    return errors.UnavailableError(f"The rows of {name} do not come any more", code="no-answer")


class EventReader:
    """Rows out of server-sent events, line by line."""

    def __init__(self) -> None:
        self._kind = ""
        self._data: List[str] = []

    def feed(self, line: Union[bytes, Answer, Lost]) -> Optional[Dict[str, Any]]:
        """Takes a line; the row that it completes, None where it completes none.

        Raises what the server answered in place of rows, and `ConflictError` where a reset took rows away.
        """
        if type(line) is Answer:
            if line.status in (429, 502, 503):
                return None
            raise errors.of_answer(line.status, line.headers, line.body)
        if type(line) is not bytes:
            return None
        text = line.decode("utf-8").rstrip("\r\n")
        if text.startswith("data:"):
            self._data.append(text[5:].lstrip(" "))
        elif text.startswith("event:"):
            self._kind = text[6:].strip()
        elif not text:
            kind, data = self._kind, self._data
            self._kind, self._data = "", []
            if kind == "history-rewritten":
                raise errors.ConflictError("A reset took rows away", code="history-rewritten")
            if data:
                row: Dict[str, Any] = json.loads("\n".join(data))
                return row
        return None
