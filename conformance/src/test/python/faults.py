"""Faults at the system calls of a real process: a small library in front of the C library."""

import atexit
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from product import ROOT

SOURCE = ROOT / "conformance/src/test/c/faults.c"
CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "unlink", "rmdir", "ftruncate", "fallocate")
CALLS = (*CALLS, "mkdir", "create")

_library = None


def library():
    """The compiled library; skips the test where it cannot be made."""
    global _library
    if _library is None:
        if not shutil.which("gcc") or not os.path.exists("/proc/self/fd"):
            raise unittest.SkipTest("needs gcc and Linux, to let system calls fail")
        folder = tempfile.mkdtemp(prefix="catchwater-faults-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        made = pathlib.Path(folder) / "faults.so"
        words = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(made), str(SOURCE), "-ldl", "-lpthread"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise unittest.SkipTest(f"needs a C library with headers: {done.stderr[:200]}")
        _library = made
    return _library


def environment(folder, **settings):
    """Variables for a process whose calls below the folder count; see `faults.c`."""
    real = str(pathlib.Path(folder).resolve())
    variables = {"LD_PRELOAD": str(library()), "FAULTS_FOLDER": real}
    variables |= {"FAULTS_" + name.upper(): str(value) for name, value in settings.items()}
    return variables


def logged(log):
    """The calls of a log: (call, path, position, length, result, second path)."""
    for line in pathlib.Path(log).read_text().splitlines():
        _, _, call, path, position, length, result, other = line.split(" ", 7)
        yield call, path, int(position), int(length), int(result), other
