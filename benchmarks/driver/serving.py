"""Processes that the rows of the server need: the packaged server, the bare stack, QuestDB, clients.

All of them end with this process, however it ends.
"""

import ctypes
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import time
import urllib.parse
import urllib.request

import process
import product

QUESTDB = "9.1.0"
QUESTDB_FLAGS = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
# Everything off that is not asked anything; all else is as it comes.
QUESTDB_SETTINGS = """
cairo.commit.mode=sync
http.bind.to=127.0.0.1:{port}
http.min.enabled=false
pg.enabled=false
line.tcp.enabled=false
telemetry.enabled=false
"""
APPLIED = '"outcome":"applied"'
INGEST = "/readings/ingest"
TICKS = os.sysconf("SC_CLK_TCK")


def die_with_parent():
    """In a child: the kernel ends it when this process is gone (Linux)."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (AttributeError, OSError):
        pass


class Child:
    """A process that is spoken to by lines, ended when the `with` is left."""

    def __init__(self, command, *, cwd=None, log=None, env=None):
        self.log = open(log, "wb") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=dict(os.environ, **(env or {})),
            text=True,
            preexec_fn=die_with_parent,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise process.Failed(f"{self.process.args[0]} ended with {self.process.wait()}\n")
        return line.strip()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.line())

    def cpu(self):
        """CPU seconds so far."""
        words = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / TICKS

    def memory(self, key="VmHWM"):
        """Peak (or present, VmRSS) memory in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+)", status).group(1)) / 1000

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.log is not subprocess.DEVNULL:
            self.log.close()

    def stop(self, seconds=30):
        """Asks it to end and waits for it."""
        self.process.terminate()
        return self.process.wait(seconds)


class Server(Child):
    """`catchwater serve` in a workspace."""

    def __init__(self, workspace):
        self.workspace = workspace
        super().__init__(
            [product.LAUNCHER, "serve", "--port", "0", "--no-metrics"],
            cwd=workspace.folder,
            log=workspace.folder / "server.log",
        )
        self.port = int(self.line().rsplit(":", 1)[1])
        self.acknowledged = 0

    def rows(self):
        """Rows of `readings`, by SQL over HTTP."""
        query = urllib.parse.quote("select count(*) as n from readings")
        url = f"http://127.0.0.1:{self.port}/query?query={query}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return json.load(answer)["output"]["data"][0]["n"]


class Bare(Child):
    """Our HTTP stack with the flags of our server, doing nothing, at `/force` but one force."""

    def __init__(self, folder):
        super().__init__([*serving_java(), "dev.catchwater.benchmarks.BareServer", folder])
        self.port = int(self.line())


class Client(Child):
    """What sends requests; one process for all loads of a row."""

    def __init__(self):
        super().__init__([*client_java(), "dev.catchwater.benchmarks.LoadClient"])

    def push(
        self,
        server,
        *,
        connections,
        measure,
        warm=0.2,
        rows=1,
        rate=0,
        form="ndjson",
        path=INGEST,
        token="",
    ):
        """A load; `measure` and `warm` in seconds. Every answer must be good."""
        ours = isinstance(server, Server)
        expect = APPLIED if ours else ""
        path = "/write?precision=n" if form == "ilp" else path
        cpu = server.cpu()
        result = self.ask(
            f"do=push port={server.port} path={path} form={form} rows={rows} rate={rate}"
            f" connections={connections} warm={round(warm * 1000)}"
            f" measure={round(measure * 1000)} expect={expect} token={token}"
        )
        if result["bad"]:
            raise process.Failed(f"{result['bad']} pushes failed: {result['strange']}\n")
        result["cpu_us"] = (server.cpu() - cpu) / max(1, result["acknowledged"]) * 1e6
        if ours:
            server.acknowledged += result["acknowledged"] * rows
        return result


class Held(Child):
    """Idle and slow connections, in a process of their own."""

    def __init__(self, server, idle, slow):
        main = "dev.catchwater.benchmarks.HeldConnections"
        super().__init__([*client_java(), main, server.port, INGEST, idle, slow])
        if self.line() != "ready":
            raise process.Failed("the connections were not opened\n")

    def end(self):
        return self.ask("")


class QuestDb(Child):
    """QuestDB from Maven Central in a JVM of its own, made durable at each commit."""

    def __init__(self, folder, port):
        (folder / "conf").mkdir(parents=True)
        (folder / "conf/server.conf").write_text(QUESTDB_SETTINGS.format(port=port))
        java = f"{os.environ['JAVA_HOME']}/bin/java"
        module = ["-p", questdb_jar(), "-m", "io.questdb/io.questdb.ServerMain"]
        super().__init__([java, *QUESTDB_FLAGS, *module, "-d", folder])
        self.port = port
        while "enjoy" not in self.line():
            pass
        self.process.stdout = open(os.devnull, encoding="utf-8")

    def rows(self):
        url = f"http://127.0.0.1:{self.port}/exec?query=select%20count()%20from%20readings"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return json.load(answer)["dataset"][0][0]


def questdb_jar():
    """The jar, fetched once by Maven into its own repository, then copied beside the build."""
    jar = product.ROOT / f".build/questdb/questdb-{QUESTDB}.jar"
    if not jar.exists():
        subprocess.run(
            [
                "mvn",
                "-q",
                "dependency:copy",
                f"-Dartifact=org.questdb:questdb:{QUESTDB}",
                f"-DoutputDirectory={jar.parent}",
            ],
            cwd=product.ROOT / "benchmarks",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return jar


def serving_java():
    """The JVM with the flags of `serve`."""
    launch = (product.ROOT / ".build/launch").read_text()
    words = shlex.split(re.search(r"cw_start_serving\(\) {[^}]*?\sexec (.*)", launch).group(1))
    flags = words[1 : words.index("-cp")]
    own = ("-XX:AOTCache=", "-Dcatchwater.", "$cw_")
    return [words[0], *(flag for flag in flags if not flag.startswith(own)), "-cp", product.class_path()]


def client_java():
    java = f"{os.environ['JAVA_HOME']}/bin/java"
    return [java, "-XX:+UseSerialGC", "-Xms256m", "-Xmx512m", "-cp", product.class_path()]


def force_p50(folder, seconds=0.3):
    """F: median seconds of one fdatasync behind a write of 4 KiB over bytes that are there."""
    path = folder / "force.probe"
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
    times, pages = [], 256
    try:
        os.pwrite(handle, b"x" * 4096 * pages, 0)
        os.fsync(handle)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            os.pwrite(handle, b"y" * 4096, 4096 * (len(times) % pages))
            start = time.perf_counter()
            os.fdatasync(handle)
            times.append(time.perf_counter() - start)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(times)


def kill_and_copy(server, folder):
    """Kills a server as a crash would, and copies what it left."""
    server.process.kill()
    server.process.wait()
    shutil.rmtree(folder, ignore_errors=True)
    return server.workspace.copy_to(folder)
