"""The same on an event loop: what `Client` and `Dataset` do, as coroutines.

    async with catchwater.aio.connect() as client:
        await client.dataset("gps").ingest([{"t": "2020-01-01T00:00:00Z"}])

The operations are those of the blocking client; only the way to the server is another.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from pathlib import Path
from typing import Any, AsyncGenerator, AsyncIterator, Dict, List, NamedTuple, Optional, Union

from . import encoding, errors, operations
from .dataset import EventReader, Push, follow_request, lost
from .engine import Engine
from .protocol import Answer, Lost, Operation, Pause, Request, Retries, T, target
from .rows import Rows
from .transport import Address, parse_address
from .upload import Content

_IDLE_SECONDS = 20.0
_HEAD_MAX = 64 << 10
_LINE_MAX = 64 << 20


class _Connection(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str


class _Head(NamedTuple):
    status: int
    headers: Dict[str, str]
    is_kept: bool


class _Broken(Exception):
    """The connection ended, or what came is no HTTP/1.1."""


class AsyncTransport:
    """Sends requests of any number of tasks of one event loop, over connections that are kept open."""

    def __init__(
        self,
        server: Union[Address, Engine],
        token: Optional[str] = None,
        timeout: float = 60.0,
        tls: Optional[ssl.SSLContext] = None,
        connections_max: int = 64,
    ) -> None:
        self._server = server
        self._token = token
        self._timeout = timeout
        self._tls = tls
        self._idle: List["tuple[float, _Connection]"] = []
        self._connections_max = connections_max
        # Made in the loop: before Python 3.10 it belongs to the one in which it was made.
        self._room: Optional[asyncio.Semaphore] = None
        self._is_closed = False

    async def run(self, operation: Operation[T]) -> T:
        """Does what an operation wants, and returns its result."""
        try:
            effect = next(operation)
            while True:
                if type(effect) is Pause:
                    await asyncio.sleep(effect.seconds)
                    effect = operation.send(None)
                else:
                    assert type(effect) is Request
                    effect = operation.send(await self.send(effect))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            operation.close()

    async def send(self, request: Request) -> Union[Answer, Lost]:
        """Sends a request once."""
        if self._room is None:
            self._room = asyncio.Semaphore(self._connections_max)
        async with self._room:
            return await self._send(request)

    async def _send(self, request: Request) -> Union[Answer, Lost]:
        began = time.monotonic()
        connection = self._take()
        is_used = connection is not None
        try:
            if connection is None:
                connection = await self._open()
        except errors.Error as e:
            return Lost(e.message, sent=False, cause=e)
        except (OSError, asyncio.TimeoutError) as e:
            return Lost(_reason(e), sent=False, seconds=time.monotonic() - began)
        is_kept = False
        try:
            head, body = await self._talk(connection, request)
            is_kept = head.is_kept
            return Answer(head.status, head.headers, body)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, _Broken) as e:
            is_stale = is_used and isinstance(e, (ConnectionError, _Broken))
            return Lost(_reason(e), True, is_stale, time.monotonic() - began)
        finally:
            # Also where the task is cancelled: the answer would be taken for that of the next request.
            if is_kept and not self._is_closed:
                self._idle.append((time.monotonic(), connection))
            else:
                connection.writer.close()

    async def lines(self, request: Request) -> AsyncGenerator[Union[Answer, Lost, bytes], None]:
        """The lines of an answer that does not end; what ends it is the last item."""
        try:
            connection = await self._open()
        except (OSError, asyncio.TimeoutError) as e:
            yield Lost(_reason(e), sent=False)
            return
        try:
            connection.writer.write(self._bytes(connection, request))
            head = await self._head(connection.reader)
            if head.status != 200:
                yield Answer(head.status, head.headers, await self._body(connection.reader, head, request))
                return
            pending = b""
            while True:
                chunk = await self._chunk(connection.reader)
                if not chunk:
                    break
                *whole, pending = (pending + chunk).split(b"\n")
                for line in whole:
                    yield line
            yield Lost("The server ended the answer", sent=True)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, _Broken) as e:
            yield Lost(_reason(e), sent=True)
        finally:
            connection.writer.close()

    async def close(self) -> None:
        """Closes the connections that nobody uses; the others are closed when they are answered."""
        self._is_closed = True
        idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.writer.close()

    def _take(self) -> Optional[_Connection]:
        while self._idle:
            since, connection = self._idle.pop()
            is_open = not connection.reader.at_eof() and not connection.writer.is_closing()
            if is_open and time.monotonic() - since < _IDLE_SECONDS:
                return connection
            connection.writer.close()
        return None

    async def _open(self) -> _Connection:
        if self._is_closed:
            raise OSError("the client is closed")
        server = self._server
        address = await asyncio.to_thread(server.address) if isinstance(server, Engine) else server
        tls = (self._tls or ssl.create_default_context()) if address.is_encrypted else None
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(address.host, address.port, ssl=tls, limit=_LINE_MAX), self._timeout
        )
        return _Connection(reader, writer, str(address).split("://", 1)[1])

    async def _talk(self, connection: _Connection, request: Request) -> "tuple[_Head, bytes]":
        connection.writer.write(self._bytes(connection, request))
        await asyncio.wait_for(connection.writer.drain(), self._timeout)
        head = await self._head(connection.reader)
        return head, await self._body(connection.reader, head, request)

    def _bytes(self, connection: _Connection, request: Request) -> bytes:
        lines = [f"{request.method} {request.target} HTTP/1.1", f"Host: {connection.host}"]
        if self._token:
            lines.append(f"Authorization: Bearer {self._token}")
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if request.body is not None or request.method not in ("GET", "HEAD", "DELETE"):
            lines.append(f"Content-Length: {len(request.body or b'')}")
        if any("\r" in line or "\n" in line for line in lines):
            raise errors.InvalidError("A header has a line break", code="bad-argument")
        head = "\r\n".join(lines).encode("ascii") + b"\r\n\r\n"
        return head + request.body if request.body else head

    async def _line(self, reader: asyncio.StreamReader) -> bytes:
        line = await asyncio.wait_for(reader.readline(), self._timeout)
        if not line.endswith(b"\n"):
            raise _Broken("the server closed the connection")
        return line.rstrip(b"\r\n")

    async def _head(self, reader: asyncio.StreamReader) -> _Head:
        while True:
            said = (await self._line(reader)).split(b" ", 2)
            if len(said) < 2 or not said[0].startswith(b"HTTP/1.") or not said[1].isdigit():
                raise _Broken("the server does not speak HTTP/1.1")
            headers: Dict[str, str] = {}
            size = 0
            while line := await self._line(reader):
                size += len(line)
                if size > _HEAD_MAX:
                    raise _Broken("the head of the answer is too long")
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            status = int(said[1])
            if status >= 200:
                is_kept = headers.get("connection", "").lower() != "close"
                return _Head(status, headers, is_kept)

    async def _body(self, reader: asyncio.StreamReader, head: _Head, request: Request) -> bytes:
        if request.method == "HEAD" or head.status in (204, 304):
            return b""
        if head.headers.get("transfer-encoding", "").lower() == "chunked":
            pieces = []
            while piece := await self._chunk(reader):
                pieces.append(piece)
            return b"".join(pieces)
        length = head.headers.get("content-length")
        if length is None:
            raise _Broken("the answer does not say how long it is")
        return await asyncio.wait_for(reader.readexactly(int(length)), self._timeout)

    async def _chunk(self, reader: asyncio.StreamReader) -> bytes:
        try:
            size = int((await self._line(reader)).split(b";")[0], 16)
        except ValueError as e:
            raise _Broken("a piece of the answer has no length") from e
        piece = await asyncio.wait_for(reader.readexactly(size), self._timeout) if size else b""
        await self._line(reader)
        return piece


def _reason(failure: BaseException) -> str:
    if isinstance(failure, asyncio.TimeoutError):
        return "the server made no progress in time"
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return str(failure) or type(failure).__name__


class AsyncClient:
    """Asks a server, for the tasks of one event loop; `async with` closes its connections. See `Client`."""

    def __init__(
        self,
        server: Union[Address, Engine],
        token: Optional[str] = None,
        *,
        timeout: float = 60.0,
        retries: Optional[Retries] = None,
        tls: Optional[ssl.SSLContext] = None,
    ) -> None:
        self.server = server
        self.retries = retries or Retries()
        self.transport = AsyncTransport(server, token, timeout, tls)

    async def run(self, operation: Operation[T]) -> T:
        """Does what an operation wants, and returns its result."""
        return await self.transport.run(operation)

    def dataset(self, name: str) -> "AsyncDataset":
        """A dataset by its name or id. It is not looked for before it is used."""
        return AsyncDataset(name, self)

    async def datasets(self) -> List["AsyncDataset"]:
        """All datasets that the token may know of."""
        answer = await self.run(operations.get("/datasets", self.retries))
        return [AsyncDataset(item["datasetName"], self) for item in answer["datasets"]]

    async def sql(self, query: str, *, skip: Optional[int] = None, limit: Optional[int] = None) -> Rows:
        """See `Client.sql`."""
        return Rows(*await self.run(operations.query(query, skip, limit, self.retries)))

    async def close(self) -> None:
        """Closes the connections."""
        await self.transport.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()


def connect(
    where: Union[str, "os.PathLike[str]", None] = None,
    token: Optional[str] = None,
    *,
    timeout: float = 60.0,
    retries: Optional[Retries] = None,
    tls: Optional[ssl.SSLContext] = None,
) -> AsyncClient:
    """See `catchwater.connect`."""
    if isinstance(where, str) and "://" in where:
        token = token or os.environ.get("CATCHWATER_TOKEN")
        return AsyncClient(parse_address(where), token, timeout=timeout, retries=retries, tls=tls)
    return AsyncClient(Engine(where), token, timeout=timeout, retries=retries, tls=tls)


class AsyncDataset:
    """A dataset by its name or id; see `Dataset`."""

    def __init__(self, name: str, client: AsyncClient) -> None:
        self.name = name
        self.client = client

    async def ingest(
        self,
        source: operations.Source,
        *,
        format: Optional[str] = None,
        source_name: Optional[str] = None,
        event_time: Any = None,
        key: Optional[str] = None,
        dry_run: bool = False,
        wait: Optional[str] = None,
    ) -> Push:
        """Pushes rows, all or none; see `Dataset.ingest`."""
        retries = self.client.retries
        parameters = {"sourceName": source_name, "dryRun": True if dry_run else None, "wait": wait}

        def address(token: Optional[str]) -> str:
            return target(self.name, "ingest", **parameters, uploadToken=token)

        if not isinstance(source, (str, os.PathLike)):
            body, media_type = operations.body_of(source, format)
            headers = operations.push_headers(media_type, None, key, event_time)
            content = Content.of(body, "body", media_type)
            return Push(await self.client.run(operations.push(address, content, headers, retries)))
        path = Path(source)
        told, packed = encoding.format_of_file(path.name)
        chosen = format or told
        media_type = encoding.MEDIA_TYPES[chosen] if chosen else None
        headers = operations.push_headers(media_type, packed, key, event_time)
        try:
            with open(path, "rb") as file:
                content = Content(file, os.fstat(file.fileno()).st_size, path.name, media_type)
                return Push(await self.client.run(operations.push(address, content, headers, retries)))
        except OSError as e:
            raise errors.InvalidError(f"{path}: {e.strerror}", code="bad-argument") from e

    async def tail(self, n: int = 10, *, skip: int = 0) -> Rows:
        """The last `n` rows, the oldest first."""
        return Rows(*await self.client.run(operations.tail(self.name, n, skip, self.client.retries)))

    async def sql(self, query: str, *, skip: Optional[int] = None, limit: Optional[int] = None) -> Rows:
        """See `Client.sql`."""
        return await self.client.sql(query, skip=skip, limit=limit)

    async def info(self) -> Dict[str, Any]:
        """What the server knows of it."""
        return await self.client.run(operations.dataset_info(self.name, self.client.retries))

    async def rows(self, limit: Optional[int] = None) -> Rows:
        """All rows in the order of their offsets, or the first `limit` of them."""
        return Rows(*await self.client.run(operations.all_rows(self.name, limit, self.client.retries)))

    async def follow(self, start: Optional[int] = None) -> AsyncIterator[Dict[str, Any]]:
        """Rows as they become durable, each once, also across breaks of the connection."""
        client = self.client
        next_offset = start if start is not None else int((await self.info())["nextOffset"])
        lost_since: Optional[float] = None
        while True:
            reader = EventReader()
            lines = client.transport.lines(follow_request(self.name, next_offset))
            try:
                async for line in lines:
                    row = reader.feed(line)
                    if row is not None:
                        next_offset = row["offset"] + 1
                        lost_since = None
                        yield row
            finally:
                await lines.aclose()
            now = time.monotonic()
            lost_since = now if lost_since is None else lost_since
            if now - lost_since > client.retries.seconds:
                raise lost(self.name)
            await asyncio.sleep(client.retries.pause(0, 0.05))

    def __repr__(self) -> str:
        return f"<AsyncDataset {self.name}>"
