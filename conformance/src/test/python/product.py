"""The packaged command as these tests use it: real processes, through the launcher."""

import os
import pathlib
import subprocess
import tempfile
import unittest

TIERS = ("fast", "full", "nightly")
TIER = os.environ.get("CATCHWATER_TESTS_TIER", "fast")
ALL_ROWS = 1_000_000_000
ROOT = pathlib.Path(__file__).resolve().parents[4]
LAUNCHER = ROOT / "catchwater"


def pick(fast, full, nightly=None):
    """How much of something this run tries; see `Tier` of the Java tests."""
    return (fast, full, full if nightly is None else nightly)[TIERS.index(TIER)]


class ProductTest(unittest.TestCase):
    """A test with an empty folder and the command."""

    @classmethod
    def setUpClass(cls):
        subprocess.run([LAUNCHER, "version"], check=True, capture_output=True)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="catchwater-test-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def run_command(self, *arguments, text="", env=None, check=True, timeout=None):
        """Runs the command in the folder; standard output and error are apart."""
        done = subprocess.run(
            [LAUNCHER, *map(str, arguments)],
            cwd=self.folder,
            input=text.encode() if isinstance(text, str) else text,
            capture_output=True,
            env=self.environment(env),
            check=False,
            timeout=timeout,
        )
        if check:
            self.assertEqual(0, done.returncode, done.stderr.decode())
        return done

    @staticmethod
    def environment(more=None):
        environment = {**os.environ, **(more or {})}
        environment.pop("CATCHWATER_WORKSPACE", None)
        return environment

    def dataset(self, manifest):
        self.run_command("init")
        self.run_command("add", "--stdin", text=manifest)

    def rows(self, name):
        return self.run_command("tail", name, "-n", ALL_ROWS, "-o", "csv").stdout.decode().splitlines()[1:]
