"""The engine of this machine: a `catchwater serve` that is started when it is needed.

There is one for a folder, shared by all processes that use the folder; it ends by itself when nobody was
connected for ten minutes. Whoever starts one holds a lock on the folder until it listens, so that two
do not start it at once. Nothing here is needed for a server that runs anyway.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path
from typing import Dict, List, Optional, Union

from . import errors
from .transport import Address, parse_address

#: The folder of an installation, or of a clone.
HOME = "CATCHWATER_HOME"
#: The folder of the workspace, as for the command.
WORKSPACE = "CATCHWATER_WORKSPACE"

# The first command of a clone builds it, which takes minutes.
_START_SECONDS = 900.0
_IDLE = "10min"
_STATE = struct.pack(">cI", b"T", 0)


def find_launcher(environment: Optional[Dict[str, str]] = None) -> Path:
    """The command: in the folder `CATCHWATER_HOME`, on the PATH, then beside this package.

    Raises `EngineError` that says where it was looked for.
    """
    variables = os.environ if environment is None else environment
    home = variables.get(HOME)
    if home:
        for found in (Path(home) / "catchwater", Path(home) / "bin" / "catchwater"):
            if _is_command(found):
                return found
        raise errors.EngineError(
            f"{HOME} is {home}, where there is no catchwater",
            code="engine-not-found",
            hint="it names the folder that the command lies in",
        )
    on_path = shutil.which("catchwater", path=variables.get("PATH", os.defpath))
    # A package of this name may have left a script there that is none of ours.
    if on_path and _is_command(Path(on_path)):
        return Path(on_path)
    beside = _beside()
    for folder in beside:
        if _is_command(folder / "catchwater"):
            return folder / "catchwater"
    raise errors.EngineError(
        "There is no catchwater: not on the PATH, and not in " + ", ".join(map(str, beside)),
        code="engine-not-found",
        hint=f"set {HOME} to the folder that it lies in, or use a server (streamsql.Managed, catchwater.connect)",
    )


def _is_command(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _beside() -> List[Path]:
    here = Path(__file__).resolve().parent
    folders = [here.parents[2]]
    origin = here / "origin.txt"  # written when the package is installed
    if origin.is_file():
        folders.insert(0, Path(origin.read_text(encoding="utf-8").strip()))
    return folders


def find_folder(path: Union[str, "os.PathLike[str]", None] = None) -> Path:
    """The folder that a workspace lies in, or will: the one that is given; else the one that the command
    would take here, by `CATCHWATER_WORKSPACE` or upwards from the current folder; else the current one."""
    if path is not None:
        folder = Path(path).expanduser().absolute()
        return folder.parent if folder.name == ".catchwater" else folder
    forced = os.environ.get(WORKSPACE)
    if forced:
        return find_folder(forced)
    current = Path.cwd()
    for folder in (current, *current.parents):
        if (folder / ".catchwater" / "version").exists():
            return folder
    return current


class Engine:
    """The engine of a folder. Thread-safe: it has no state but what lies in the folder."""

    def __init__(
        self,
        folder: Union[str, "os.PathLike[str]", None] = None,
        launcher: Union[str, "os.PathLike[str]", None] = None,
        idle: str = _IDLE,
    ) -> None:
        self.folder = find_folder(folder)
        self.launcher = Path(launcher) if launcher is not None else None
        self._idle = idle

    @property
    def root(self) -> Path:
        """The folder `.catchwater`."""
        return self.folder / ".catchwater"

    def running(self) -> Optional[Address]:
        """Where the engine is, None where none runs. What a killed one left behind is not believed."""
        server = self.root / "run" / "server"
        try:
            process = (server / "pid").read_text(encoding="ascii")
            address = (server / "address").read_text(encoding="ascii")
        except (OSError, ValueError):
            return None
        if not process.endswith("\n") or not address.endswith("\n"):
            return None  # it is being written
        if self._process() != process.strip():
            return None
        return parse_address(address.strip())

    def address(self) -> Address:
        """Where the engine is; starts it where none runs.

        Raises `EngineError`.
        """
        return self.running() or self._start()

    def _process(self) -> Optional[str]:
        """The process that says it is the server of the folder, by the socket that commands use."""
        try:
            run = os.open(self.root / "run", os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return None
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
                asking.settimeout(10.0)
                try:
                    asking.connect(self._socket(run))
                    asking.sendall(_STATE)
                    said = _frame(asking)
                except OSError:
                    return None
        finally:
            os.close(run)
        facts = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)
        return facts.get("process") if facts.get("kept-by") == "serve" else None

    def _socket(self, run: int) -> str:
        path = str(self.root / "run" / "engine.sock")
        # The address of a socket has room for some hundred bytes.
        by_number = f"/proc/self/fd/{run}/engine.sock"
        return path if len(os.fsencode(path)) < 100 or not os.path.isdir("/proc/self/fd") else by_number

    def _start(self) -> Address:
        launcher = self.launcher or find_launcher()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder, os.O_RDONLY)
        except OSError as e:
            raise errors.EngineError(
                f"{self.folder} cannot be used: {e.strerror}", code="engine-not-started"
            ) from e
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self.running() or self._start_locked(launcher)
        finally:
            os.close(lock)

    def _start_locked(self, launcher: Path) -> Address:
        environment = {**os.environ, WORKSPACE: str(self.folder)}
        if not (self.root / "version").exists():
            self._command([str(launcher), "init", "--exists-ok"], environment)
        (self.root / "run").mkdir(mode=0o700, exist_ok=True)
        log = self.root / "run" / "local-engine.log"
        with open(log, "wb") as err:
            process = subprocess.Popen(
                [str(launcher), "serve", "--address", "127.0.0.1", "--port", "0", "--no-metrics"]
                + ["--stop-when-idle", self._idle],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=err,
                start_new_session=True,  # Ctrl-C is for whoever started it
            )
        # It outlives us, or ends before: then somebody has to hear of it.
        threading.Thread(target=process.wait, name="catchwater-engine", daemon=True).start()
        deadline = time.monotonic() + _START_SECONDS
        pause = 0.005
        while time.monotonic() < deadline:
            address = self.running()
            if address is not None:
                return address
            if process.poll() is not None:
                break
            time.sleep(pause)
            pause = min(0.05, pause * 1.5)
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        process.kill()
        raise errors.EngineError(
            f"The engine of {self.folder} did not start: {said[-2000:] or 'it said nothing'}",
            code="engine-not-started",
            hint=f"what it said is in {log}",
        )

    def _command(self, words: List[str], environment: Dict[str, str]) -> None:
        try:
            done = subprocess.run(
                words,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_START_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            raise errors.EngineError(f"{words[0]} did not run: {e}", code="engine-not-started") from e
        if done.returncode != 0:
            said = done.stdout.decode("utf-8", "replace").strip()
            raise errors.EngineError(
                f"{' '.join(words[:2])} failed: {said[-2000:]}", code="engine-not-started"
            )


def _frame(asking: socket.socket) -> str:
    head = _exactly(asking, 5)
    kind, size = struct.unpack(">cI", head)
    if kind != b"T" or size > 65_536:
        raise OSError("a frame that was not asked for")
    return _exactly(asking, size).decode("utf-8", "replace")


def _exactly(asking: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = asking.recv(size - len(data))
        if not more:
            raise OSError("the engine went")
        data += more
    return data

