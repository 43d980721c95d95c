"""The blocking way to a server: `http.client`, a connection for each thread, kept open."""

from __future__ import annotations

import http.client
import os
import select
import socket
import ssl
import threading
import time
import weakref
from typing import Callable, Dict, Generator, NamedTuple, Optional, Tuple, Union
from urllib.parse import urlsplit

from . import errors
from .protocol import Answer, Lost, Operation, Pause, Request, T

# The server closes what was idle for half a minute; a request that meets the close is in doubt.
_IDLE_SECONDS = 20.0


class Address(NamedTuple):
    """Where a server is."""

    host: str
    port: int
    is_encrypted: bool = False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.is_encrypted else 'http'}://{host}:{self.port}"


def parse_address(text: str) -> Address:
    """An address as it is written, `http://127.0.0.1:8080`.

    Raises `InvalidError`.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as e:
        raise errors.InvalidError(f"{text!r} is no address: {e}", code="bad-argument") from e
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise errors.InvalidError(
            f"{text!r} is no address of a server", code="bad-argument", hint="http://127.0.0.1:8080"
        )
    if parts.username or parts.query or parts.path not in ("", "/"):
        raise errors.InvalidError(
            f"The address of a server is its host and port, not {parts.scheme}://…{parts.path}",
            code="bad-argument",
            hint="a token is given by itself (token=, apikey=)",
        )
    encrypted = parts.scheme == "https"
    return Address(parts.hostname, port or (443 if encrypted else 80), encrypted)


class _Kept:
    """A connection of a thread, closed when the thread ends."""

    __slots__ = ("__weakref__", "http", "last", "process")

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.http = connection
        self.process = os.getpid()
        self.last = time.monotonic()

    def __del__(self) -> None:
        # That of a parent is not ours to close.
        if self.process == os.getpid():
            self.http.close()

    def is_alive(self) -> bool:
        """Whether the server has not closed it, as far as can be known."""
        connection = self.http
        if connection.sock is None or time.monotonic() - self.last > _IDLE_SECONDS:
            return False
        if isinstance(connection.sock, ssl.SSLSocket):
            return True  # tickets of a session may lie there
        # Nothing is to be read between two requests but the end of the connection.
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        return not poll.poll(0)


class _Own(threading.local):
    kept: Optional[_Kept] = None


class Transport:
    """Sends requests of any number of threads. Thread-safe; a fork gets connections of its own.

    `where` tells the address whenever a connection is made, and may start a server first. `timeout` is
    how many seconds a server may make no progress.
    """

    def __init__(
        self,
        where: Union[Address, Callable[[], Address]],
        token: Optional[str] = None,
        timeout: float = 60.0,
        tls: Optional[ssl.SSLContext] = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._where = where
        self._headers: Dict[str, str] = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout
        self._tls = tls
        self._sleep = sleep
        self._own = _Own()
        # Those of threads that ended go by themselves.
        self._all: "weakref.WeakSet[_Kept]" = weakref.WeakSet()
        self._lock = threading.Lock()
        self._is_closed = False

    def run(self, operation: Operation[T]) -> T:
        """Does what an operation wants, and returns its result."""
        try:
            effect = next(operation)
            while True:
                if type(effect) is Pause:
                    self._sleep(effect.seconds)
                    effect = operation.send(None)
                else:
                    assert type(effect) is Request
                    effect = operation.send(self.send(effect))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            operation.close()

    def send(self, request: Request) -> Union[Answer, Lost]:
        """Sends a request once."""
        began = time.monotonic()
        try:
            kept, is_used = self._connection()
        except OSError as e:
            return Lost(_reason(e), sent=False, seconds=time.monotonic() - began)
        except errors.Error as e:
            return Lost(e.message, sent=False, cause=e)
        connection = kept.http
        headers = {**self._headers, **request.headers} if self._headers else request.headers
        try:
            connection.request(request.method, request.target, request.body, headers)
        except (OSError, http.client.HTTPException) as e:
            # A server that refuses a body answers before it has read it.
            answer = self._early(connection)
            self._drop(kept)
            return answer or Lost(_reason(e), True, is_used, time.monotonic() - began)
        try:
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as e:
            self._drop(kept)
            is_stale = is_used and isinstance(e, http.client.RemoteDisconnected)
            return Lost(_reason(e), True, is_stale, time.monotonic() - began)
        kept.last = time.monotonic()
        if response.will_close:
            self._drop(kept)
        return Answer(response.status, _lower(response), body)

    def lines(
        self, request: Request, timeout: Optional[float] = None
    ) -> Generator[Union[Answer, Lost, bytes], None, None]:
        """The lines of an answer that does not end, as they come; what ends it is the last item, also that
        nothing came for `timeout` seconds.

        The connection is one of its own, closed with the iterator.
        """
        try:
            connection = self._open()
            if timeout is not None and connection.sock is not None:
                connection.sock.settimeout(max(0.001, min(timeout, self._timeout)))
        except OSError as e:
            yield Lost(_reason(e), sent=False)
            return
        try:
            connection.request(request.method, request.target, None, {**self._headers, **request.headers})
            response = connection.getresponse()
            if response.status != 200:
                yield Answer(response.status, _lower(response), response.read())
                return
            while True:
                line = response.readline()
                if not line:
                    break
                yield line
            yield Lost("The server ended the answer", sent=True)
        except (OSError, http.client.HTTPException) as e:
            yield Lost(_reason(e), sent=True)
        finally:
            connection.close()

    def close(self) -> None:
        """Closes the connections of all threads. What is sent later fails."""
        with self._lock:
            self._is_closed = True
            connections = list(self._all)
        for kept in connections:
            kept.http.close()

    def _connection(self) -> Tuple[_Kept, bool]:
        kept = self._own.kept
        if kept is not None:
            if not self._is_closed and kept.process == os.getpid() and kept.is_alive():
                return kept, True
            self._drop(kept)
        if self._is_closed:
            raise OSError("the client is closed")
        kept = _Kept(self._open())
        self._own.kept = kept
        with self._lock:
            self._all.add(kept)
        return kept, False

    def _open(self) -> http.client.HTTPConnection:
        address = self._where() if callable(self._where) else self._where
        if address.is_encrypted:
            tls = self._tls or ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                address.host, address.port, timeout=self._timeout, context=tls
            )
        else:
            connection = http.client.HTTPConnection(address.host, address.port, timeout=self._timeout)
        try:
            connection.connect()
        except OSError as e:
            raise type(e)(f"{address} does not answer: {_reason(e)}") from e
        assert connection.sock is not None
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return connection

    def _drop(self, kept: _Kept) -> None:
        self._own.kept = None
        if kept.process == os.getpid():
            kept.http.close()

    @staticmethod
    def _early(connection: http.client.HTTPConnection) -> Optional[Answer]:
        if connection.sock is None:
            return None
        try:
            connection.sock.settimeout(1.0)
            response = http.client.HTTPResponse(connection.sock)
            response.begin()
            return Answer(response.status, _lower(response), response.read())
        except (OSError, http.client.HTTPException):
            return None


def _lower(response: http.client.HTTPResponse) -> Dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _reason(failure: BaseException) -> str:
    if isinstance(failure, socket.timeout):
        return "the server made no progress in time"
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return str(failure) or type(failure).__name__
