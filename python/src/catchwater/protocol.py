"""What is said to a server and what it means, without input or output.

An operation is a generator. It yields what is to be done next, a `Request` or a `Pause`, and is sent
what came of it: an `Answer` or a `Lost`. Its return value is the result. Whoever drives it, with
blocking calls (`transport`) or on an event loop (`aio`), needs to know nothing else.
"""

from __future__ import annotations

import json
import random
import uuid
from typing import Any, Callable, Dict, Generator, Mapping, Optional, Sequence, Tuple, TypeVar, Union
from urllib.parse import quote, urlencode

from . import errors

T = TypeVar("T")

#: The header by which a push that is sent again is known.
KEY = "Idempotency-Key"

_VERDICTS = (400, 409, 412, 415, 422)


class Request:
    """A request. `repeatable` says that sending it twice does the same as sending it once."""

    __slots__ = ("body", "headers", "method", "repeatable", "target")

    def __init__(
        self,
        method: str,
        target: str,
        body: Optional[bytes] = None,
        headers: Optional[Dict[str, str]] = None,
        repeatable: Optional[bool] = None,
    ) -> None:
        self.method = method
        self.target = target
        self.body = body
        self.headers = headers if headers is not None else {}
        if repeatable is None:
            repeatable = method in ("GET", "HEAD", "DELETE") or KEY in self.headers
        self.repeatable = repeatable

    def __repr__(self) -> str:
        return f"<{self.method} {self.target}>"


class Answer:
    """An answer. The names of headers are in lower case."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        """The body. Numbers with a point are floats.

        Raises `ServerError` where it is no JSON.
        """
        try:
            return json.loads(self.body)
        except ValueError as e:
            raise errors.ServerError(f"The server answered no JSON: {e}", status=self.status) from e


class Lost:
    """No answer came.

    `sent` is false where nothing of the request can have reached the server. `stale` says that the
    connection had served before and was closed meanwhile: another one may work at once. `seconds` is
    how long it took. `cause` is set where it is no use to try again: no engine is found.
    """

    __slots__ = ("cause", "reason", "seconds", "sent", "stale")

    def __init__(
        self,
        reason: str,
        sent: bool,
        stale: bool = False,
        seconds: float = 0.0,
        cause: Optional[errors.Error] = None,
    ) -> None:
        self.cause = cause
        self.reason = reason
        self.sent = sent
        self.stale = stale
        self.seconds = seconds


class Pause:
    """Nothing is to be done for so many seconds."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


Effect = Union[Request, Pause]
Reply = Union[Answer, Lost, None]
Operation = Generator[Effect, Reply, T]


class Retries:
    """How often and how long a request is sent again.

    `seconds` is for how long in all, 0 for never. The pauses begin with `first` seconds, double up to
    `most`, and are shortened at random by up to a half, so that many clients do not come at once. What
    the server says in `Retry-After` is kept to.
    """

    __slots__ = ("chance", "first", "most", "seconds")

    def __init__(
        self,
        seconds: float = 30.0,
        first: float = 0.05,
        most: float = 2.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.seconds = seconds
        self.first = first
        self.most = most
        self.chance = chance

    def pause(self, attempt: int, at_least: float) -> float:
        """The seconds before the attempt behind this one; the first attempt is 0."""
        longest = min(self.most, self.first * 2.0 ** min(attempt, 30))
        return max(at_least, longest * (1 - self.chance() / 2))


def exchange(request: Request, retries: Retries) -> Operation[Answer]:
    """Sends a request until its outcome is known, or the time for that is over.

    Raises what the answer tells; `UnavailableError` where nothing was done, and `UnknownOutcomeError`
    where that cannot be known.
    """
    left = retries.seconds
    attempt = 0
    is_in_doubt = False
    while True:
        reply = yield request
        if type(reply) is Answer and reply.status < 400:
            return reply
        assert reply is not None
        again, in_doubt = _judge(request, reply)
        is_in_doubt = is_in_doubt or in_doubt
        if again is None:
            # Who is refused for what he sent was refused before as well: an attempt that was applied
            # would have been answered as applied. Any other refusal says nothing of those before it.
            is_verdict = type(reply) is Answer and reply.status in _VERDICTS
            if in_doubt or (is_in_doubt and not is_verdict):
                raise _in_doubt(request, reply)
            raise _failure(reply)
        pause = 0.0 if again == 0 and attempt == 0 else retries.pause(attempt, again)
        left -= pause + (reply.seconds if type(reply) is Lost else 0.0)
        if left < 0:
            raise _in_doubt(request, reply) if is_in_doubt else _failure(reply)
        if pause > 0:
            yield Pause(pause)
        attempt += 1


def _judge(request: Request, reply: Union[Answer, Lost]) -> Tuple[Optional[float], bool]:
    """The seconds to wait at least before it is sent again, None for never; whether it may be done."""
    if type(reply) is Lost:
        if reply.cause is not None:
            return None, False
        if not reply.sent:
            return (0.0 if reply.stale else 0.001), False
        is_in_doubt = request.method not in ("GET", "HEAD")
        if not request.repeatable:
            return None, is_in_doubt
        return (0.0 if reply.stale else 0.001), is_in_doubt
    assert type(reply) is Answer
    wait = _seconds(reply.headers.get("retry-after"))
    outcome = reply.headers.get("ingest-outcome")
    if reply.status in (502, 503, 504, 507) or (reply.status == 429 and wait is not None and wait < 60):
        return wait if wait is not None else 0.001, outcome == "unknown"
    if outcome == "unknown" or (reply.status >= 500 and request.method not in ("GET", "HEAD")):
        return (wait or 0.001) if request.repeatable else None, True
    return None, False


def _seconds(text: Optional[str]) -> Optional[float]:
    try:
        return max(0.0, float(text)) if text is not None else None
    except ValueError:
        return None


def _failure(reply: Union[Answer, Lost]) -> errors.Error:
    if type(reply) is Lost:
        return reply.cause or errors.UnavailableError(reply.reason, code="no-answer")
    assert type(reply) is Answer
    return errors.of_answer(reply.status, reply.headers, reply.body)


def _in_doubt(request: Request, reply: Union[Answer, Lost]) -> errors.UnknownOutcomeError:
    cause = _failure(reply)
    error = errors.UnknownOutcomeError(
        f"It is not known whether this was done: {cause}",
        code=cause.code,
        hint="send the same again with the same idempotency key",
        status=cause.status,
        request_id=cause.request_id,
    )
    error.key = request.headers.get(KEY)
    error.__cause__ = cause
    return error


def new_key() -> str:
    """A key that no other push has."""
    return uuid.uuid4().hex


def target(*segments: str, **parameters: Any) -> str:
    """An address on the server; parameters that are None are left out."""
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    said = [(name, _text(value)) for name, value in parameters.items() if value is not None]
    return path + ("?" + urlencode(said, quote_via=quote) if said else "")


def _text(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)


def json_request(
    method: str, address: str, document: Mapping[str, Any], repeatable: Optional[bool] = None
) -> Request:
    """A request with a JSON object."""
    from .encoding import encode

    headers = {"Content-Type": "application/json"}
    return Request(method, address, encode(document), headers, repeatable)


def drive(operation: Operation[T], replies: Sequence[Reply]) -> Tuple[Sequence[Effect], Any]:
    """Runs an operation over replies that are known before, for tests: what it did, and its result."""
    done = []
    ready = iter(replies)
    effect = next(operation)
    try:
        while True:
            done.append(effect)
            effect = operation.send(None if type(effect) is Pause else next(ready))
    except StopIteration as end:
        return done, end.value
