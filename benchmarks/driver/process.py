"""Fresh processes, measured by the kernel: wall time, CPU time (user + system), peak memory.

This module must stay small in memory: on Linux a child's peak starts at what its parent had.
"""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """One run. Seconds, seconds, bytes."""

    wall: float
    cpu: float
    memory: int
    output: str


class Failed(Exception):
    """A measured command that did not exit with 0."""


def run(command, *, cwd=None, env=None, stdin=None, allow=(0,)):
    """Runs a command to its end and says what it used."""
    environment = dict(os.environ, **(env or {}))
    source = subprocess.DEVNULL if stdin is None else open(stdin, "rb")
    try:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    finally:
        if stdin is not None:
            source.close()
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    text = output.decode("utf-8", "replace")
    if child.returncode not in allow:
        raise Failed(f"{' '.join(map(str, command))}: exit {child.returncode}\n{text}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, text)


def median(usages, field):
    return statistics.median(getattr(usage, field) for usage in usages)


def interleaved(runs, *actions):
    """Runs each action in turn, `runs` times, so that all see the same minutes of the machine.

    One round before the first counts for nothing: it warms the page cache.
    """
    results = [[] for _ in actions]
    for round_number in range(runs + 1):
        for action, result in zip(actions, results):
            usage = action()
            if round_number:
                result.append(usage)
    return results


def fdatasync_p50(folder, count=200):
    """Median seconds of one fdatasync behind a write of 4 KiB, on the disk that `folder` is on."""
    path = os.path.join(folder, "fdatasync.probe")
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    times = []
    try:
        block = b"x" * 4096
        for _ in range(count):
            os.write(handle, block)
            start = time.perf_counter()
            os.fdatasync(handle)
            times.append(time.perf_counter() - start)
    finally:
        os.close(handle)
        os.unlink(path)
    return statistics.median(times)
