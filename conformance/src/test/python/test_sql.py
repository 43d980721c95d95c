"""SQL in real processes: the shell on a terminal, the cage and its parent."""

import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from product import LAUNCHER, ProductTest

SLOW = """
kind: DatasetSnapshot
version: 1
content:
  name: slow
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read: {kind: NdJson, schema: [a BIGINT]}
      preprocess:
        kind: Sql
        engine: duckdb
        query: SELECT count(*) AS n FROM range(1000000000000) AS t(r), range(1000000) AS u(s)
      merge: {kind: Append}
"""


def until(condition, seconds=60):
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def cages(folder):
    """The caged processes that work below a folder."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            inside = os.readlink(process / "cwd").startswith(str(folder))
        except OSError:
            continue
        if inside and b"CageMain" in command:
            found.append(int(process.name))
    return found


class SqlTest(ProductTest):
    def test_the_shell_on_a_terminal(self):
        self.run_command("init")
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = self.environment({"HOME": str(self.folder), "TERM": "xterm"})
        environment.pop("XDG_STATE_HOME", None)
        shell = subprocess.Popen(
            [LAUNCHER, "sql"], cwd=self.folder, stdin=theirs, stdout=theirs, stderr=theirs,
            env=environment, start_new_session=True,
        )
        os.close(theirs)
        self.addCleanup(os.close, ours)
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        seen = ""

        def see(text):
            nonlocal seen
            end = time.monotonic() + 60
            while text not in seen and time.monotonic() < end:
                if select.select([ours], [], [], 0.2)[0]:
                    try:
                        seen += os.read(ours, 65536).decode(errors="replace")
                    except OSError:
                        break
            self.assertIn(text, seen)
            seen = seen[seen.index(text) + len(text) :]

        see("catchwater> ")
        os.write(ours, b"select 40 +\r")
        see("...> ")
        os.write(ours, b"2 as answer;\r")
        see("answer\x1b[0m |")
        see("| 42     |")
        see("catchwater> ")
        os.write(ours, b"select nope;\r")
        see('Referenced column "nope"')
        see("catchwater> ")
        os.write(ours, b"exit\r")
        self.assertEqual(0, shell.wait(60))
        history = self.folder / ".local/state/catchwater/sql-history"
        self.assertIn("select nope;", history.read_text())

    @unittest.skipUnless(os.path.exists("/proc/self/cwd"), "needs /proc")
    def test_a_cage_ends_with_its_parent(self):
        self.run_command("init")
        self.run_command("add", "--stdin", text=SLOW)
        row = self.folder / "row.json"
        row.write_text('{"a": 1}\n')
        push = subprocess.Popen(
            [LAUNCHER, "ingest", "slow", "row.json"], cwd=self.folder, env=self.environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.addCleanup(push.wait)
        self.addCleanup(push.kill)
        self.assertTrue(until(lambda: cages(self.folder)), "a cage works")
        push.send_signal(signal.SIGKILL)
        push.wait()
        self.assertTrue(until(lambda: not cages(self.folder)), "no cage is left")
        self.assertEqual([], self.rows("slow"))
        run = self.folder / ".catchwater/run"
        self.assertTrue(list(run.glob("*.stage/part-*")), "what a kill leaves")
        self.run_command("source", "add", "slow", "--stdin", text=SLOW_SOURCE)
        self.run_command("ingest", "slow", "row.json")
        self.assertEqual(1, len(self.rows("slow")))
        self.assertEqual([], list(run.glob("*.stage/part-*")))


SLOW_SOURCE = """
kind: AddPushSource
sourceName: default
read: {kind: NdJson, schema: [a BIGINT]}
preprocess: {kind: Sql, engine: duckdb, query: SELECT count(*) AS n FROM input}
merge: {kind: Append}
"""
