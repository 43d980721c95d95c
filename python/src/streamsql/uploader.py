"""Events in the background: many small uploads as few large pushes, each applied once."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Deque, List, Optional


from catchwater import Client, Retries, encoding, errors
from catchwater.operations import push_headers
from catchwater.protocol import Request, exchange, new_key, target


class Report:
    """What became of the events that were given to an uploader.

    `accepted` are on disk for good, `refused` are not there and will not be, of `unknown` no answer said
    what became of them, `waiting` are on their way. `failures` tells why, a `Failure` for each push.
    """

    def __init__(self) -> None:
        self.given = 0
        self.accepted = 0
        self.refused = 0
        self.unknown = 0
        self.pushes = 0
        self.failures: List["Failure"] = []

    @property
    def waiting(self) -> int:
        """Events that were neither accepted nor given up yet."""
        return self.given - self.accepted - self.refused - self.unknown

    @property
    def is_complete(self) -> bool:
        """Whether every event that was given is on disk for good."""
        return self.accepted == self.given

    def __repr__(self) -> str:
        parts = [f"{self.accepted} accepted"]
        parts += [
            f"{count} {name}"
            for name, count in (("refused", self.refused), ("unknown", self.unknown), ("waiting", self.waiting))
            if count
        ]
        return f"<Report of {self.given} events: {', '.join(parts)}>"

    def _copy(self) -> "Report":
        other = Report()
        other.__dict__.update(self.__dict__)
        other.failures = list(self.failures)
        return other


class Failure:
    """Events that were not accepted: why, their NDJSON, and the key that they were sent with. Whoever
    sends `lines` again with this `key` has them there once."""

    def __init__(self, error: errors.Error, lines: bytes, count: int, key: str) -> None:
        self.error = error
        self.lines = lines
        self.count = count
        self.key = key

    def __repr__(self) -> str:
        return f"<Failure of {self.count} events: {self.error}>"


class _Batch:
    """Events that are sent as one push."""

    __slots__ = ("event_time", "lines", "size")

    def __init__(self, event_time: Any) -> None:
        self.event_time = event_time
        self.lines: List[bytes] = []
        self.size = 0


class Uploader:
    """Takes events, returns at once, and sends them in their order by a thread of its own.

    While a push is on its way the next one grows, up to `batch_events` and `batch_bytes`. Events that are
    not answered are at most `pending_bytes`: beyond it `upload` waits, so that nobody runs out of memory
    (back-pressure). A push that gets no answer is sent again with its key, for `seconds`, also to an engine
    that was killed and started anew; what is not known then is in the report as `unknown`, and what the
    server refuses as `refused`. A refused push refuses its events only: those behind it go on.

    Thread-safe. `flush()` and `close()` wait and report; the `with` statement closes, and raises where not
    everything was accepted.
    """

    def __init__(
        self,
        client: Client,
        stream: str,
        *,
        batch_events: int = 10_000,
        batch_bytes: int = 1 << 20,
        pending_bytes: int = 16 << 20,
        seconds: float = 120.0,
    ) -> None:
        self._client = client
        self._address = target("streams", stream, "ingest", format="ndjson")
        self._batch_events = batch_events
        self._batch_bytes = batch_bytes
        self._pending_max = pending_bytes
        self._retries = Retries(seconds, client.retries.first, client.retries.most, client.retries.chance)
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._batches: Deque[_Batch] = deque()
        self._pending = 0
        self._report = Report()
        self._is_closed = False
        self._thread = threading.Thread(target=self._send_all, name=f"uploader-{stream}", daemon=True)
        self._thread.start()

    def upload(self, data: Any, *, event_time: Any = None, timeout: Optional[float] = None) -> None:
        """Takes an event; it is what it is now, whatever becomes of the object. Waits where too much is
        on its way.

        Raises `InvalidError` where it is no JSON, `UnavailableError` where there was no room for `timeout`
        seconds: then it was not taken.
        """
        line = encoding.encode(data)
        size = len(line) + 1
        with self._changed:
            if self._is_closed:
                raise errors.InvalidError("The uploader is closed", code="closed")
            if self._pending and self._pending + size > self._pending_max:
                self._await_room(size, timeout)
            batches = self._batches
            batch = batches[-1] if batches else None
            if (
                batch is None
                or len(batch.lines) >= self._batch_events
                or batch.size + size > self._batch_bytes
                or batch.event_time != event_time
            ):
                batch = _Batch(event_time)
                batches.append(batch)
                self._changed.notify_all()
            batch.lines.append(line)
            batch.size += size
            self._pending += size
            self._report.given += 1

    def _await_room(self, size: int, timeout: Optional[float]) -> None:
        has_room = self._changed.wait_for(
            lambda: self._is_closed or not self._pending or self._pending + size <= self._pending_max, timeout
        )
        if not has_room:
            raise errors.UnavailableError(
                f"{self._pending} bytes wait to be sent", code="too-much-pending", hint="wait, and give it again"
            )
        if self._is_closed:
            raise errors.InvalidError("The uploader is closed", code="closed")

    def flush(self, timeout: Optional[float] = None) -> Report:
        """Waits until all that was given before is answered or given up, at most `timeout` seconds, and
        tells what became of it. Raises nothing."""
        with self._changed:
            wanted = self._report.given
            self._changed.wait_for(lambda: self._report.given - self._report.waiting >= wanted, timeout)
            return self._report._copy()

    def report(self) -> Report:
        """What became of the events so far."""
        with self._lock:
            return self._report._copy()

    def close(self, timeout: Optional[float] = None) -> Report:
        """Takes no more events, and flushes."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return self.report()

    def __enter__(self) -> "Uploader":
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        report = self.close()
        if kind is None and not report.is_complete:
            raise report.failures[0].error

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._batches or self._is_closed)
                if not self._batches:
                    return
                batch = self._batches.popleft()
            failure = self._send(batch)
            with self._changed:
                count = len(batch.lines)
                self._report.pushes += 1
                self._pending -= batch.size
                if failure is None:
                    self._report.accepted += count
                else:
                    if isinstance(failure.error, errors.UnknownOutcomeError):
                        self._report.unknown += count
                    else:
                        self._report.refused += count
                    self._report.failures.append(failure)
                self._changed.notify_all()

    def _send(self, batch: _Batch) -> Optional[Failure]:
        lines = b"\n".join(batch.lines)
        key = new_key()
        try:
            headers = push_headers("application/x-ndjson", key=key, event_time=batch.event_time)
            request = Request("POST", self._address, lines, headers)
            self._client.run(exchange(request, self._retries))
            return None
        except errors.Error as e:
            return Failure(e, lines, len(batch.lines), key)
        except Exception as e:  # ours: the events must not be lost in silence
            error = errors.UnknownOutcomeError(f"The upload failed: {e!r}", code="internal")
            error.key = key
            error.__cause__ = e
            return Failure(error, lines, len(batch.lines), key)
