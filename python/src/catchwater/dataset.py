"""A dataset of a server."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, BinaryIO, Dict, Generator, Iterator, List, Optional, Union

from . import encoding, errors, operations
from .client import Client, default_client, info_of
from .operations import Source
from .protocol import Answer, Request, target
from .rows import Rows, html_table

_LARGE = 32 << 20
_PAGE = 10_000


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
        address = target(self.name, "ingest", **parameters)
        return Push(self.client.run(operations.push(address, body, headers, self.client.retries)))

    def _ingest_file(
        self, path: Path, form: Optional[str], parameters: Dict[str, Any], event_time: Any, key: Optional[str]
    ) -> Push:
        told, packed = encoding.format_of_file(path.name)
        chosen = form or told
        media_type = encoding.MEDIA_TYPES[chosen] if chosen else None
        headers = operations.push_headers(media_type, packed, key, event_time)
        retries = self.client.retries
        try:
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > _LARGE:
                    return Push(self._ingest_large(file, size, path.name, media_type, parameters, headers))
                body = file.read()
        except OSError as e:
            raise errors.InvalidError(f"{path}: {e.strerror}", code="bad-argument") from e
        address = target(self.name, "ingest", **parameters)
        return Push(self.client.run(operations.push(address, body, headers, retries)))

    def _ingest_large(
        self,
        file: BinaryIO,
        size: int,
        name: str,
        media_type: Optional[str],
        parameters: Dict[str, Any],
        headers: Dict[str, str],
    ) -> Dict[str, Any]:
        operation = operations.push_file(
            self.name, file, size, name, media_type, parameters, headers, self.client.retries
        )
        return self.client.run(operation)

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
        lost_since: Optional[float] = None
        last = time.monotonic()
        while True:
            request = Request("GET", target(self.name, "events", **{"from": next_offset}))
            lines = client.transport.lines(request)
            rows = events(lines)
            try:
                for item in rows:
                    if isinstance(item, dict):
                        next_offset = item["offset"] + 1
                        lost_since = None
                        yield item
                        last = time.monotonic()
                    elif item is not None:
                        raise item
                    if timeout is not None and time.monotonic() - last > timeout:
                        return
            finally:
                rows.close()
            now = time.monotonic()
            if timeout is not None and now - last > timeout:
                return
            lost_since = now if lost_since is None else lost_since
            if now - lost_since > client.retries.seconds:
                raise errors.UnavailableError(f"The rows of {self.name} do not come any more", code="no-answer")
            time.sleep(client.retries.pause(0, 0.05))

    def _next_offset(self) -> int:
        return int(self.info()["nextOffset"])

    def info(self) -> Dict[str, Any]:
        """What the server knows of it: id, head, next offset, rows that are in no slice yet."""
        info: Dict[str, Any] = info_of(self.client, self.name)
        return info

    def to_dataframe(self, limit: Optional[int] = None) -> Any:
        """All rows, or `limit` of them, as a `pandas.DataFrame`."""
        return self.rows(limit).to_dataframe()

    def rows(self, limit: Optional[int] = None) -> Rows:
        """All rows in the order of their offsets, or the first `limit` of them."""
        total = self._next_offset()
        end = total if limit is None else min(total, limit)
        pieces: List[Rows] = []
        for at in range(0, end, _PAGE):
            size = min(_PAGE, end - at)
            pieces.append(self.tail(size, skip=total - at - size))
        columns = pieces[-1].columns if pieces else []
        return Rows((row for piece in pieces for row in piece), columns)

    def __repr__(self) -> str:
        return f"<Dataset {self.name}>"

    def _repr_html_(self) -> str:
        rows = self.tail()
        return html_table(rows.columns, rows)


def events(lines: Iterator[Any]) -> Generator[Union[Dict[str, Any], errors.Error, None], None, None]:
    """Rows out of the lines of server-sent events; None where nothing came for a while; an error that
    ends it. Ends without one where the connection broke."""
    kind = ""
    data: List[str] = []
    for line in lines:
        if not isinstance(line, bytes):
            if isinstance(line, Answer):
                yield errors.of_answer(line.status, line.headers, line.body)
            return
        text = line.decode("utf-8").rstrip("\r\n")
        if text.startswith("data:"):
            data.append(text[5:].lstrip(" "))
        elif text.startswith("event:"):
            kind = text[6:].strip()
        elif not text:
            if kind == "history-rewritten":
                yield errors.ConflictError("A reset took rows away", code="history-rewritten")
                return
            if data:
                yield json.loads("\n".join(data))
            kind, data = "", []
        elif text.startswith(":"):
            yield None
