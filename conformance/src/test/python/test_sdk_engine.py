"""The engine that the Python packages start: found, started once, shared, killed, gone when idle."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

from product import ROOT
from sdk import SOURCE, EngineTest, streamsql

from catchwater import Client, Engine, errors
from catchwater.engine import find_folder, find_launcher
from catchwater.protocol import Request


class FoundTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def command(self, folder):
        path = self.folder / folder / "catchwater"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    def test_by_CATCHWATER_HOME_before_the_path(self):
        home, path = self.command("home"), self.command("path")
        variables = {"CATCHWATER_HOME": str(home.parent), "PATH": str(path.parent)}
        self.assertEqual(home, find_launcher(variables))

    def test_by_the_path_before_the_place_of_the_package(self):
        path = self.command("path")
        self.assertEqual(path, find_launcher({"PATH": str(path.parent)}))

    def test_beside_the_package(self):
        self.assertEqual(ROOT / "catchwater", find_launcher({"PATH": str(self.folder)}))

    def test_a_home_without_it_is_not_passed_over(self):
        with self.assertRaises(errors.EngineError) as told:
            find_launcher({"CATCHWATER_HOME": str(self.folder)})
        self.assertEqual("engine-not-found", told.exception.code)

    def test_the_folder_is_the_one_that_the_command_takes(self):
        (self.folder / ".catchwater").mkdir()
        (self.folder / ".catchwater/version").write_text("1")
        below = self.folder / "a/b"
        below.mkdir(parents=True)
        environment = {name: value for name, value in os.environ.items() if name != "CATCHWATER_WORKSPACE"}
        with mock.patch.dict(os.environ, environment, clear=True), mock.patch("pathlib.Path.cwd", lambda: below):
            self.assertEqual(self.folder, find_folder())
            self.assertEqual(below / "c", find_folder(below / "c"))
        with mock.patch.dict(os.environ, {"CATCHWATER_WORKSPACE": str(self.folder / "w/.catchwater")}):
            self.assertEqual(self.folder / "w", find_folder())

    def test_pip_installs_it_without_fetching_anything(self):
        target = self.folder / "installed"
        words = [sys.executable, "-m", "pip", "install", "--no-index", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*words, "--target", target, ROOT / "python"], capture_output=True, text=True)
        if "No module named pip" in done.stderr:
            self.skipTest("needs pip")
        self.assertEqual(0, done.returncode, done.stderr)
        program = "import streamsql, catchwater.engine as e; print(streamsql.__file__); print(e.find_launcher())"
        variables = {**os.environ, "PYTHONPATH": str(target), "PATH": "/nowhere"}
        variables.pop("CATCHWATER_HOME", None)
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=variables)
        self.assertEqual([str(target / "streamsql/__init__.py"), str(ROOT / "catchwater")], found.stdout.split())
        self.assertTrue((target / "streamsql/py.typed").exists())


class StartedTest(EngineTest):
    def await_end(self, engine):
        address = engine.root / "run/server/address"
        for _ in range(1_200):
            if not address.exists():
                break
            time.sleep(0.05)
        self.assertFalse(address.exists())
        self.assertIsNone(engine.running())

    def test_at_the_first_call_and_once_for_all_processes(self):
        self.assertIsNone(self.engine.running())
        self.assertFalse(self.engine.root.exists())
        program = "import catchwater; c = catchwater.connect(); c.datasets(); print(c.address)"
        words = [sys.executable, "-c", program]
        variables = {**os.environ, "PYTHONPATH": str(SOURCE)}
        several = [
            subprocess.Popen(words, cwd=self.folder, env=variables, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        addresses = {process.communicate()[0] for process in several}
        self.assertEqual({f"{self.engine.running()}\n"}, addresses)

    def test_a_killed_one_is_started_anew_by_the_next_call(self):
        self.assertEqual([], self.client.datasets())
        first = self.process()
        self.kill_engine()
        self.assertEqual([], self.client.datasets())
        self.assertNotEqual(first, self.process())

    def test_an_address_that_a_killed_one_left_is_not_believed(self):
        self.engine.address()
        left = (self.engine.root / "run/server/address").read_text()
        self.kill_engine()
        while self.engine.running() is not None:
            time.sleep(0.05)
        self.assertEqual(left, (self.engine.root / "run/server/address").read_text())

    def test_it_ends_when_nobody_is_connected(self):
        engine = Engine(self.folder, self.engine.launcher, idle="1s")
        engine.address()
        self.await_end(engine)

    def test_it_does_not_end_while_somebody_is_connected(self):
        engine = Engine(self.folder, self.engine.launcher, idle="1s")
        with Client(engine) as client, Client(engine) as other:
            stream = streamsql.Store(other).create_stream("s")
            lines = client.transport.lines(Request("GET", "/s/events?from=0"))
            for number in range(3):
                stream.upload(number)
                while b"payload" not in next(lines):
                    pass
                time.sleep(1.2)
                self.assertIsNotNone(engine.running(), number)
            lines.close()
            for number in range(3):  # who sends to somebody that is gone notices it
                stream.upload(number)
                time.sleep(0.2)
        self.await_end(engine)

    @unittest.skipUnless(pathlib.Path("/proc/self/cmdline").exists(), "needs /proc")
    def test_it_is_told_to_end_after_ten_idle_minutes_and_listens_on_this_machine_only(self):
        address = self.engine.address()
        words = pathlib.Path(f"/proc/{self.process()}/cmdline").read_bytes().decode().split("\0")
        self.assertEqual("10min", words[words.index("--stop-when-idle") + 1])
        self.assertEqual("127.0.0.1", address.host)
        self.assertEqual("127.0.0.1", words[words.index("--address") + 1])

    def test_one_that_does_not_start_says_why(self):
        self.run_command("init")
        self.engine.root.chmod(0o777)
        self.addCleanup(self.engine.root.chmod, 0o700)
        with self.assertRaises(errors.EngineError) as told:
            self.engine.address()
        self.assertIn("may be written by others", str(told.exception))
