"""What can go wrong: the tree of `catchwater.errors`, whose base is `streamsql.errors.Error`.

`str(error)` is the message; `code`, `place` and `hint` are the server's.
"""

from catchwater.errors import (
    AccessError,
    ConflictError,
    DatasetExistsError,
    DatasetNotFoundError,
    EngineError,
    Error,
    FeatureExistsError,
    InvalidError,
    LimitError,
    NotFoundError,
    RowNotFoundError,
    ServerError,
    StreamExistsError,
    StreamNotFoundError,
    TableExistsError,
    TableImmutableError,
    TableNotFoundError,
    UnavailableError,
    UnknownOutcomeError,
)

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
]
