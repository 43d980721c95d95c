"""A client of a server, of this machine or another."""

from __future__ import annotations

import os
import ssl
import threading
from typing import TYPE_CHECKING, Any, List, Optional, Union

from . import operations
from .engine import Engine
from .protocol import Operation, Retries, T
from .rows import Rows, html_table
from .transport import Address, Transport, parse_address

if TYPE_CHECKING:
    from .dataset import Dataset


class Client:
    """Asks a server. Thread-safe; also a context manager that closes its connections.

    Made by `connect`. Whatever it asks is sent again where that is safe, for as long as `retries` says.
    """

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
        where = server.address if isinstance(server, Engine) else server
        self.transport = Transport(where, token, timeout, tls)

    def run(self, operation: Operation[T]) -> T:
        """Does what an operation wants, and returns its result."""
        return self.transport.run(operation)

    @property
    def address(self) -> str:
        """Where the server is; of a local engine, which is started, as long as it runs."""
        server = self.server
        return str(server.address() if isinstance(server, Engine) else server)

    def dataset(self, name: str) -> "Dataset":
        """A dataset by its name or id. It is not looked for before it is used."""
        from .dataset import Dataset  # the two know each other

        return Dataset(name, self)

    def datasets(self) -> List["Dataset"]:
        """All datasets that the token may know of."""
        answer = self.run(operations.get("/datasets", self.retries))
        return [self.dataset(item["datasetName"]) for item in answer["datasets"]]

    def sql(self, query: str, *, skip: Optional[int] = None, limit: Optional[int] = None) -> Rows:
        """The rows of one SELECT statement in the SQL of the server, at most `limit` (100).

        Datasets are tables by their names.
        """
        return Rows(*self.run(operations.query(query, skip, limit, self.retries)))

    def close(self) -> None:
        """Closes the connections. An engine stays for others, and ends by itself."""
        self.transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        server = self.server
        return f"<Client of {server.folder if isinstance(server, Engine) else server}>"

    def _repr_html_(self) -> str:
        rows = [dataset.info() for dataset in self.datasets()]
        names = list(dict.fromkeys(name for row in rows for name in row))
        return html_table(names, rows)


def connect(
    where: Union[str, "os.PathLike[str]", None] = None,
    token: Optional[str] = None,
    *,
    timeout: float = 60.0,
    retries: Optional[Retries] = None,
    tls: Optional[ssl.SSLContext] = None,
) -> Client:
    """A client of a server (`http://…`, `https://…`), or of the engine of a folder, which is started when
    it is first needed. Without `where` the folder is the one that the command would take here.

    `token` (`cw_…`) is for servers that ask for one; without it the variable `CATCHWATER_TOKEN` counts.
    """
    if isinstance(where, str) and "://" in where:
        address = parse_address(where)
        token = token or os.environ.get("CATCHWATER_TOKEN")
        return Client(address, token, timeout=timeout, retries=retries, tls=tls)
    return Client(Engine(where), token, timeout=timeout, retries=retries, tls=tls)


_lock = threading.Lock()
_default: Optional[Client] = None


def default_client() -> Client:
    """The client of who names none: that of the engine of the current folder."""
    global _default
    with _lock:
        if _default is None:
            _default = connect()
        return _default
