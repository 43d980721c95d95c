"""What can go wrong, as a tree. The branch says what the caller does next.

    Error
    ├── InvalidError             what was asked for is wrong: mend it (also a ValueError)
    ├── AccessError              no token, or one that does not allow this
    ├── NotFoundError            there is no such thing (also a KeyError)
    │   ├── DatasetNotFoundError
    │   ├── StreamNotFoundError
    │   ├── TableNotFoundError
    │   ├── ViewNotFoundError
    │   └── RowNotFoundError     no row has this key
    ├── ConflictError            it is there already, or has changed meanwhile
    │   ├── StreamExistsError
    │   ├── TableExistsError
    │   ├── ViewExistsError
    │   ├── DatasetExistsError
    │   ├── FeatureExistsError
    │   └── TableImmutableError
    ├── LimitError               too large, too many, too often, no room
    ├── UnavailableError         nothing was done: the same again, later
    │   └── EngineError          the engine of this machine is not found, or does not start
    ├── UnknownOutcomeError      it may have been done or not: the same again, with the same key
    └── ServerError              the server failed; its log has the reason
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Sequence, Type

__all__ = [
    "AccessError",
    "ConflictError",
    "DatasetExistsError",
    "DatasetNotFoundError",
    "EngineError",
    "Error",
    "FeatureExistsError",
    "InvalidError",
    "LimitError",
    "NotFoundError",
    "RowNotFoundError",
    "ServerError",
    "StreamExistsError",
    "StreamNotFoundError",
    "TableExistsError",
    "TableImmutableError",
    "TableNotFoundError",
    "UnavailableError",
    "UnknownOutcomeError",
    "ViewExistsError",
    "ViewNotFoundError",
]


class Error(Exception):
    """Whatever this package raises of its own accord.

    `str(error)` is the message. `code` is the stable name that the server gave (`bad-data`), `place`
    where in the input it is (`line 2, column 7, field "v"`), `hint` the smallest fix, `status` the
    HTTP status, `request_id` the line in the server's log, `details` all bad rows that were named,
    each a dict with `line`, `column`, `field`, `code`, `message`, `hint`. Each may be `None` or empty.
    """

    def __init__(
        self,
        message: str,
        *,
        code: Optional[str] = None,
        place: Optional[str] = None,
        hint: Optional[str] = None,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        details: Sequence[Dict[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.place = place
        self.hint = hint
        self.status = status
        self.request_id = request_id
        self.details: List[Dict[str, Any]] = list(details)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> Any:
        return _rebuilt, (type(self), self.message, self.__dict__.copy())


def _rebuilt(kind: Type[Error], message: str, state: Dict[str, Any]) -> Error:
    error = kind(message)
    error.__dict__.update(state)
    return error


class InvalidError(Error, ValueError):
    """What was asked for is wrong. The same again fails again."""


class AccessError(Error):
    """There is no valid token, or it does not allow this."""


class NotFoundError(Error, KeyError):
    """There is no such thing."""


class DatasetNotFoundError(NotFoundError):
    """There is no dataset of this name that the token may know of."""


class StreamNotFoundError(NotFoundError):
    """There is no stream of this name."""


class TableNotFoundError(NotFoundError):
    """There is no table of this name, or not this version of it."""


class ViewNotFoundError(NotFoundError):
    """There is no view of this name."""


class RowNotFoundError(NotFoundError):
    """No row has this key."""


class ConflictError(Error):
    """It is there already, or has changed meanwhile."""


class StreamExistsError(ConflictError):
    """A stream of this name has another definition."""


class TableExistsError(ConflictError):
    """The name, or this version of it, is in use for something else."""


class ViewExistsError(ConflictError):
    """The name is in use, for a view with another definition or for something else."""


class DatasetExistsError(ConflictError):
    """The name of a dataset is in use."""


class FeatureExistsError(ConflictError):
    """The name and version of a feature are in use."""


class TableImmutableError(ConflictError):
    """A version of a table takes no rows: a new version does."""


class LimitError(Error):
    """Too large, too many, too often, or no room."""


class UnavailableError(Error):
    """The server cannot do it now, and nothing was done: the same again, later."""


class EngineError(UnavailableError):
    """The engine of this machine is not found, or does not start."""


class UnknownOutcomeError(Error):
    """It may have been done or not.

    The same again with the same idempotency key, `key` of this error, is done at most once.
    """

    key: Optional[str] = None


class ServerError(Error):
    """The server failed; its log has the reason under `request_id`."""


_BY_CODE: Dict[str, Type[Error]] = {
    "dataset-not-found": DatasetNotFoundError,
    "stream-not-found": StreamNotFoundError,
    "table-not-found": TableNotFoundError,
    "view-not-found": ViewNotFoundError,
    "key-not-found": RowNotFoundError,
    "row-not-found": RowNotFoundError,
    "stream-exists": StreamExistsError,
    "table-exists": TableExistsError,
    "view-exists": ViewExistsError,
    "table-immutable": TableImmutableError,
    "token-in-url": AccessError,
    "query-timeout": LimitError,
    "disk-full": LimitError,
    "commit-unknown": UnknownOutcomeError,
    "push-in-progress": UnknownOutcomeError,
}
_BY_STATUS: Dict[int, Type[Error]] = {
    401: AccessError,
    403: AccessError,
    404: NotFoundError,
    408: UnavailableError,
    409: ConflictError,
    412: ConflictError,
    413: LimitError,
    421: AccessError,
    429: LimitError,
    502: UnavailableError,
    503: UnavailableError,
    507: LimitError,
}


def of_answer(status: int, headers: Dict[str, str], body: bytes) -> Error:
    """The error that an answer of the server tells (RFC 9457)."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        text = body[:200].decode("utf-8", "replace").strip()
        problem = {"detail": f"The server answered {status}" + (f": {text}" if text else "")}
    code = problem.get("type")
    details = [item for item in problem.get("errors") or () if isinstance(item, dict)]
    first = details[0] if details else {}
    kind = _BY_CODE.get(code or "") or _BY_STATUS.get(status)
    if kind is None:
        kind = InvalidError if status < 500 else ServerError
    if kind is AccessError and code == "quota-exceeded":
        kind = LimitError
    return kind(
        str(problem.get("detail") or problem.get("message") or f"The server answered {status}"),
        code=code,
        place=_place(first),
        hint=problem.get("hint") or first.get("hint"),
        status=status,
        request_id=problem.get("requestId") or headers.get("x-request-id"),
        details=details,
    )


def _place(item: Dict[str, Any]) -> Optional[str]:
    parts = [f"{name} {item[name]}" for name in ("line", "column") if item.get(name)]
    if item.get("field"):
        parts.append(f'field "{item["field"]}"')
    return ", ".join(parts) or None
