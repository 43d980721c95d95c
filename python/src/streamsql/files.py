"""Files of this machine as contents of a push: their format, how they are packed, a header that is missing."""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, Iterator, NamedTuple, Optional, Sequence, Union
from urllib.parse import unquote, urlsplit

from catchwater import encoding, errors
from catchwater.upload import LARGE, Content, Readable

Path_ = Union[str, "os.PathLike[str]"]

FILE_FORMATS = ("json", "ndjson", "csv", "parquet")
# How large a packed body may be.
_BODY_MAX = 64 << 20


class SourceFile(NamedTuple):
    """A file that is open: what is sent of it, its format, and how that is packed."""

    content: Content
    form: str
    packed: Optional[str]


@contextlib.contextmanager
def open_source(
    path: Path_, form: Optional[str], columns: Optional[Sequence[str]] = None
) -> Iterator[SourceFile]:
    """Opens a local file. `columns` are the names of the columns of a CSV file without a header.

    Raises `InvalidError` where the file is not there, is elsewhere, or its format is not known.
    """
    local = local_path(path)
    told, packed = encoding.format_of_file(local.name)
    chosen = form or told
    if chosen is None or chosen not in FILE_FORMATS:
        raise errors.InvalidError(
            f"The name {local.name!r} does not tell the format" if chosen is None
            else f"There is no format {chosen!r}",
            code="bad-argument",
            hint="format=" + ", ".join(f'"{name}"' for name in FILE_FORMATS),
        )
    if columns is not None and (chosen != "csv" or packed is not None):
        raise errors.InvalidError("columns= is for plain CSV files", code="bad-argument")
    try:
        opened = open(local, "rb")
    except OSError as e:
        raise errors.InvalidError(f"{local}: {e.strerror}", code="bad-argument") from e
    with contextlib.ExitStack() as closing:
        closing.enter_context(opened)
        file: Readable = opened
        size = os.fstat(opened.fileno()).st_size
        if packed is not None and size > LARGE:
            if packed == "gzip":
                plain = closing.enter_context(_unpacked(opened, local))
                file, size, packed = plain, os.fstat(plain.fileno()).st_size, None
            elif size > _BODY_MAX:
                raise errors.InvalidError(
                    f"{local} has {size:,} bytes, and a packed file at most {_BODY_MAX:,}",
                    code="too-large",
                    hint="unpack it first",
                )
        if columns is not None:
            header = encoding.encode_csv([dict.fromkeys(columns, "")]).split(b"\n", 1)[0] + b"\n"
            file, size = _Headed(header, file), size + len(header)
        yield SourceFile(Content(file, size, local.name, encoding.MEDIA_TYPES[chosen]), chosen, packed)


def _unpacked(file: BinaryIO, local: Path) -> IO[bytes]:
    """A file of its own, which goes when it is closed: uploads in parts are not unpacked by the server."""
    made = tempfile.TemporaryFile(prefix="streamsql-")
    try:
        with gzip.open(file) as plain:
            shutil.copyfileobj(plain, made, 1 << 20)
        made.flush()
        return made
    except (OSError, EOFError, zlib.error) as e:
        made.close()
        raise errors.InvalidError(f"{local} cannot be unpacked: {e}", code="bad-encoding") from e


class _Headed:
    """A file with a line in front of it."""

    def __init__(self, header: bytes, file: Readable) -> None:
        self._header = header
        self._file = file
        self._at = 0

    def seek(self, position: int, /) -> int:
        self._at = position
        return position

    def read(self, size: int = -1, /) -> bytes:
        first = self._header[self._at :] if size < 0 else self._header[self._at : self._at + size]
        self._file.seek(max(0, self._at + len(first) - len(self._header)))
        rest = b"" if size == len(first) else self._file.read(-1 if size < 0 else size - len(first))
        self._at += len(first) + len(rest)
        return first + rest


def address_of(path: Path_) -> Optional[str]:
    """The address of a file that the server is to fetch; None for one of this machine."""
    text = os.fspath(path)
    return text if "://" in text and urlsplit(text).scheme != "file" else None


def require_no_columns(columns: Optional[Sequence[str]]) -> None:
    """Raises `InvalidError` for names of columns where the server fetches the file."""
    if columns is not None:
        raise errors.InvalidError(
            "columns= is for files of this machine", code="bad-argument", hint="give the file a header"
        )


def stem(path: Path_) -> str:
    """What a table of a file is called where nobody says."""
    address = address_of(path)
    if address is None:
        return encoding.stem_of_file(local_path(path).name)
    # `hdfs://users.csv` names the file where others name a host.
    parts = urlsplit(address)
    return encoding.stem_of_file(unquote(parts.path.rstrip("/") or parts.netloc))


def local_path(path: Path_) -> Path:
    """The path of a file of this machine, also of `file://…`.

    Raises `InvalidError` for an address of elsewhere.
    """
    text = os.fspath(path)
    if "://" not in text:
        return Path(text).expanduser()
    parts = urlsplit(text)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    raise errors.InvalidError(
        f"{text}: only files of this machine can be uploaded, not {parts.scheme}://",
        code="bad-argument",
        hint="copy it here first; upload_file of a store makes tables of addresses",
    )
