"""Bodies on their way: small ones as they are, large ones in parts that go on where they were cut off."""

from __future__ import annotations

import io
from typing import Callable, Dict, NamedTuple, Optional, Protocol

from . import errors
from .protocol import Answer, Lost, Operation, Request, Retries, exchange, target

#: A body may have 64 MiB; what is larger than this is announced, sent in parts and named then.
LARGE = 32 << 20
_PART = 8 << 20


class Readable(Protocol):
    """What is sent is read from any place, also twice."""

    def seek(self, position: int, /) -> int:
        """Goes to a place."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes from there, all where it is not said."""


class Content(NamedTuple):
    """What is sent: `size` bytes of a file, and what the server is told of them."""

    file: Readable
    size: int
    name: str
    media_type: Optional[str] = None

    @classmethod
    def of(cls, body: bytes, name: str = "body", media_type: Optional[str] = None) -> "Content":
        """Bytes."""
        return cls(io.BytesIO(body), len(body), name, media_type)


#: Where a content is posted, given the token of the upload that it went as, None where it is the body.
Address = Callable[[Optional[str]], str]


def send(
    address: Address,
    content: Content,
    headers: Dict[str, str],
    retries: Retries,
    repeatable: Optional[bool] = None,
) -> Operation[Answer]:
    """Posts a content as a body; a large one is uploaded in parts before."""
    if content.size <= LARGE:
        content.file.seek(0)
        body = content.file.read()
        return (yield from exchange(Request("POST", address(None), body, headers, repeatable), retries))
    token = yield from _in_parts(content, retries)
    kept = {name: value for name, value in headers.items() if name not in ("Content-Type", "Content-Encoding")}
    request = Request("POST", address(token), b"", kept, repeatable)
    try:
        answer = yield from exchange(request, retries)
    except errors.UnknownOutcomeError:
        raise  # it may be read yet
    except errors.Error:
        yield _forget(token)
        raise
    yield _forget(token)
    return answer


def _forget(token: str) -> Request:
    # Whether it is done does not matter: what is left of an upload goes after a day.
    return Request("DELETE", target("platform", "file", "upload", token))


def _in_parts(content: Content, retries: Retries) -> Operation[str]:
    """Uploads a content, and returns the token that names it for a day.

    Raises `InvalidError` where the file became shorter meanwhile.
    """
    announced = yield from exchange(
        Request(
            "POST",
            target(
                "platform",
                "file",
                "upload",
                "prepare",
                fileName=content.name,
                contentLength=content.size,
                contentType=content.media_type,
            ),
            repeatable=True,
        ),
        retries,
    )
    token = str(announced.json()["uploadToken"])
    at = target("platform", "file", "upload", token)
    position = 0
    while position < content.size:
        content.file.seek(position)
        part = content.file.read(min(_PART, content.size - position))
        if not part:
            raise errors.InvalidError(f"{content.name} became shorter while it was read", code="bad-argument")
        position = yield from _part(at, part, position, content.size, retries)
    return token


def _part(at: str, part: bytes, position: int, size: int, retries: Retries) -> Operation[int]:
    headers = {"Content-Type": "application/partial-upload", "Upload-Offset": str(position)}
    reply = yield Request("PATCH", at, part, headers)
    if type(reply) is Answer and reply.status < 400:
        return position + len(part)
    if type(reply) is Answer and reply.status not in (409, 429, 500, 502, 503):
        raise errors.of_answer(reply.status, reply.headers, reply.body)
    # How much of it came? The server synced it before it tells.
    assert type(reply) is Answer or type(reply) is Lost
    answer = yield from exchange(Request("HEAD", at), retries)
    return min(size, int(answer.headers.get("upload-offset", "0")))
