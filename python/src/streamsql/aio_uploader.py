"""The background uploader on an event loop."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterable, Callable, Iterable, List, Optional, Union

from catchwater import encoding
from catchwater.aio import AsyncClient
from catchwater.protocol import new_key

from .uploader import BATCH_BYTES, BATCH_EVENTS, PENDING_BYTES, SECONDS
from .uploader import Batch, Batches, Failure, Report, failed

# How many events are taken before other tasks have their turn: whoever gives without waiting for
# anything would keep the loop from sending.
_TURN = 256


class AsyncUploader:
    """Takes events and sends them in their order by a task of its own; see `Uploader` for what it promises
    and for its limits. For the tasks of one event loop.

    `flush()` and `close()` wait and report; `async with` closes, and raises where not everything was
    accepted.
    """

    def __init__(
        self,
        client: AsyncClient,
        stream: str,
        *,
        batch_events: int = BATCH_EVENTS,
        batch_bytes: int = BATCH_BYTES,
        pending_bytes: int = PENDING_BYTES,
        seconds: float = SECONDS,
    ) -> None:
        self._client = client
        self._batches = Batches(stream, client.retries, batch_events, batch_bytes, pending_bytes, seconds)
        self._waiters: List["asyncio.Future[None]"] = []
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._send_all())

    async def upload(self, data: Any, *, event_time: Any = None, timeout: Optional[float] = None) -> None:
        """Takes an event. Waits where too much is on its way; see `Uploader.upload`."""
        line = encoding.encode(data)
        size = len(line) + 1
        batches = self._batches
        # Who waited may find that another task took the room.
        while batches.is_closed or not batches.has_room(size):
            batches.require_open()
            if not await self._until(lambda: batches.is_closed or batches.has_room(size), timeout):
                raise batches.no_room()
        if batches.add(line, size, event_time):
            self._changed()
        if batches.report.given % _TURN == 0:
            await asyncio.sleep(0)

    async def upload_many(
        self,
        events: Union[Iterable[Any], AsyncIterable[Any]],
        *,
        event_time: Any = None,
        timeout: Optional[float] = None,
    ) -> int:
        """Takes many events, one after the other, and says how many; see `Uploader.upload_many`."""
        count = 0
        if isinstance(events, AsyncIterable):
            async for event in events:
                await self.upload(event, event_time=event_time, timeout=timeout)
                count += 1
            return count
        for event in events:
            await self.upload(event, event_time=event_time, timeout=timeout)
            count += 1
        return count

    async def flush(self, timeout: Optional[float] = None) -> Report:
        """Waits until all that was given before is answered or given up, at most `timeout` seconds, and
        tells what became of it."""
        report = self._batches.report
        wanted = report.given
        await self._until(lambda: report.given - report.waiting >= wanted, timeout)
        return report.copy()

    def report(self) -> Report:
        """What became of the events so far."""
        return self._batches.report.copy()

    async def close(self, timeout: Optional[float] = None) -> Report:
        """Takes no more events, and flushes."""
        self._batches.is_closed = True
        self._changed()
        await asyncio.wait([self._task], timeout=timeout)
        return self.report()

    async def __aenter__(self) -> "AsyncUploader":
        return self

    async def __aexit__(self, kind: Any, value: Any, trace: Any) -> None:
        report = await self.close()
        if kind is None:
            report.require_complete()

    async def _until(self, holds: Callable[[], bool], timeout: Optional[float] = None) -> bool:
        end = None if timeout is None else self._loop.time() + timeout
        while not holds():
            waiter: "asyncio.Future[None]" = self._loop.create_future()
            self._waiters.append(waiter)
            left = None if end is None else end - self._loop.time()
            try:
                await asyncio.wait_for(waiter, left)
            except asyncio.TimeoutError:
                return holds()
        return True

    def _changed(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def _send_all(self) -> None:
        batches = self._batches
        while True:
            await self._until(lambda: bool(batches.waiting) or batches.is_closed)
            if not batches.waiting:
                return
            batch = batches.waiting.popleft()
            batches.done(batch, await self._send(batch))
            self._changed()

    async def _send(self, batch: Batch) -> Optional[Failure]:
        lines = b"\n".join(batch.lines)
        key = new_key()
        try:
            await self._client.run(self._batches.send(batch, lines, key))
            return None
        except Exception as e:
            return failed(e, lines, len(batch.lines), key)
