"""Events in the background: many small uploads as few large pushes, each applied once."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Deque, Iterable, List, Optional

from catchwater import Client, Retries, encoding, errors
from catchwater.operations import push_headers
from catchwater.protocol import Answer, Operation, Request, exchange, new_key, target


BATCH_EVENTS = 10_000
BATCH_BYTES = 1 << 20
PENDING_BYTES = 16 << 20
SECONDS = 120.0


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

    def require_complete(self) -> None:
        """Raises why the first event that is not there is not."""
        if self.failures:
            raise self.failures[0].error

    def copy(self) -> "Report":
        """What it says now."""
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


class Batch:
    """Events that are sent as one push."""

    __slots__ = ("event_time", "lines", "size")

    def __init__(self, event_time: Any) -> None:
        self.event_time = event_time
        self.lines: List[bytes] = []
        self.size = 0


class Batches:
    """What an uploader holds, without input and output: events in batches, room, and what became of them.
    Whoever uses it keeps others out meanwhile."""

    def __init__(
        self,
        stream: str,
        retries: Retries,
        batch_events: int,
        batch_bytes: int,
        pending_bytes: int,
        seconds: float,
    ) -> None:
        self.report = Report()
        self.is_closed = False
        self.waiting: Deque[Batch] = deque()
        self._address = target("streams", stream, "ingest", format="ndjson")
        self._batch_events = batch_events
        self._batch_bytes = batch_bytes
        self._pending_max = pending_bytes
        self._pending = 0
        self._retries = Retries(seconds, retries.first, retries.most, retries.chance)

    def has_room(self, size: int) -> bool:
        """Whether so many bytes may be added; of nothing on its way, also what is too large."""
        return not self._pending or self._pending + size <= self._pending_max

    def add(self, line: bytes, size: int, event_time: Any) -> bool:
        """Adds an event; whether a batch began with it."""
        waiting = self.waiting
        batch = waiting[-1] if waiting else None
        is_new = (
            batch is None
            or len(batch.lines) >= self._batch_events
            or batch.size + size > self._batch_bytes
            or batch.event_time != event_time
        )
        if is_new:
            batch = Batch(event_time)
            waiting.append(batch)
        assert batch is not None
        batch.lines.append(line)
        batch.size += size
        self._pending += size
        self.report.given += 1
        return is_new

    def require_open(self) -> None:
        """Raises `InvalidError` where it takes no more events."""
        if self.is_closed:
            raise errors.InvalidError("The uploader is closed", code="closed")

    def no_room(self) -> errors.UnavailableError:
        """Too much is on its way, and was for too long."""
        return errors.UnavailableError(
            f"{self._pending} bytes wait to be sent", code="too-much-pending", hint="wait, and give it again"
        )

    def send(self, batch: Batch, lines: bytes, key: str) -> Operation[Answer]:
        """The push of a batch."""
        headers = push_headers("application/x-ndjson", key=key, event_time=batch.event_time)
        return exchange(Request("POST", self._address, lines, headers), self._retries)

    def done(self, batch: Batch, failure: Optional[Failure]) -> None:
        """Notes what became of a batch."""
        count = len(batch.lines)
        report = self.report
        report.pushes += 1
        self._pending -= batch.size
        if failure is None:
            report.accepted += count
            return
        if isinstance(failure.error, errors.UnknownOutcomeError):
            report.unknown += count
        else:
            report.refused += count
        report.failures.append(failure)


def failed(cause: Exception, lines: bytes, count: int, key: str) -> Failure:
    """What kept a batch from being accepted."""
    if isinstance(cause, errors.Error):
        return Failure(cause, lines, count, key)
    # Ours: the events must not be lost in silence.
    error = errors.UnknownOutcomeError(f"The upload failed: {cause!r}", code="internal")
    error.key = key
    error.__cause__ = cause
    return Failure(error, lines, count, key)


class Uploader:
    """Takes events, returns at once, and sends them in their order by a thread of its own.

    While a push is on its way the next one grows, up to `batch_events` (10,000) and `batch_bytes` (1 MiB).
    Events that are not answered are at most `pending_bytes` (16 MiB): beyond it `upload` waits, so that
    nobody runs out of memory (back-pressure). A push that gets no answer is sent again with its key, for
    `seconds` (120), also to an engine that was killed and started anew; what is not known then is in the
    report as `unknown`, and what the server refuses as `refused`. A refused push refuses its events only:
    those behind it go on.

    Thread-safe. `flush()` and `close()` wait and report; the `with` statement closes, and raises where not
    everything was accepted.
    """

    def __init__(
        self,
        client: Client,
        stream: str,
        *,
        batch_events: int = BATCH_EVENTS,
        batch_bytes: int = BATCH_BYTES,
        pending_bytes: int = PENDING_BYTES,
        seconds: float = SECONDS,
    ) -> None:
        self._client = client
        self._batches = Batches(stream, client.retries, batch_events, batch_bytes, pending_bytes, seconds)
        self._changed = threading.Condition(threading.Lock())
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
        batches = self._batches
        with self._changed:
            if batches.is_closed or not batches.has_room(size):
                self._await_room(size, timeout)
            if batches.add(line, size, event_time):
                self._changed.notify_all()

    def upload_many(
        self, events: Iterable[Any], *, event_time: Any = None, timeout: Optional[float] = None
    ) -> int:
        """Takes many events, one after the other, and says how many. They are not one push: where one is no
        JSON, those before it were taken."""
        count = 0
        for event in events:
            self.upload(event, event_time=event_time, timeout=timeout)
            count += 1
        return count

    def _await_room(self, size: int, timeout: Optional[float]) -> None:
        batches = self._batches
        if not self._changed.wait_for(lambda: batches.is_closed or batches.has_room(size), timeout):
            raise batches.no_room()
        batches.require_open()

    def flush(self, timeout: Optional[float] = None) -> Report:
        """Waits until all that was given before is answered or given up, at most `timeout` seconds, and
        tells what became of it. Raises nothing."""
        report = self._batches.report
        with self._changed:
            wanted = report.given
            self._changed.wait_for(lambda: report.given - report.waiting >= wanted, timeout)
            return report.copy()

    def report(self) -> Report:
        """What became of the events so far."""
        with self._changed:
            return self._batches.report.copy()

    def close(self, timeout: Optional[float] = None) -> Report:
        """Takes no more events, and flushes."""
        with self._changed:
            self._batches.is_closed = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return self.report()

    def __enter__(self) -> "Uploader":
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        report = self.close()
        if kind is None:
            report.require_complete()

    def _send_all(self) -> None:
        batches = self._batches
        while True:
            with self._changed:
                self._changed.wait_for(lambda: batches.waiting or batches.is_closed)
                if not batches.waiting:
                    return
                batch = batches.waiting.popleft()
            failure = self._send(batch)
            with self._changed:
                batches.done(batch, failure)
                self._changed.notify_all()

    def _send(self, batch: Batch) -> Optional[Failure]:
        lines = b"\n".join(batch.lines)
        key = new_key()
        try:
            self._client.run(self._batches.send(batch, lines, key))
            return None
        except Exception as e:
            return failed(e, lines, len(batch.lines), key)
