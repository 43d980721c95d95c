"""Runs the Python tests of the repository and writes what came out as JSON.

Usage: python_tests.py REPORT [TIER]

TIER is fast (also where it is missing), full or nightly. What a test prints is shown and kept.
"""

import io
import json
import os
import pathlib
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["conformance/src/test/python", "benchmarks"]


class Tee(io.TextIOBase):
    """Standard output that remembers what was printed since it was last asked."""

    def __init__(self, stream):
        self.stream = stream
        self.printed = []

    def write(self, text):
        self.printed.append(text)
        return self.stream.write(text)

    def flush(self):
        self.stream.flush()

    def taken(self):
        text = "".join(self.printed)
        self.printed.clear()
        return text


class Result(unittest.TextTestResult):
    """Keeps what each test printed, and how long it took with its preparations."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.tests = []
        self.began = 0.0

    def startTest(self, test):
        sys.stdout.taken()
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        seconds = time.monotonic() - self.began
        self.tests.append([test.id(), round(seconds, 1), sys.stdout.taken()])


def main():
    report = pathlib.Path(sys.argv[1])
    os.environ["CATCHWATER_TESTS_TIER"] = sys.argv[2] if len(sys.argv) > 2 else "fast"
    os.chdir(ROOT)
    suite = unittest.TestSuite()
    for folder in FOLDERS:
        if (ROOT / folder).is_dir():
            suite.addTests(unittest.TestLoader().discover(str(ROOT / folder), pattern="test_*.py"))
    shown = sys.stdout
    sys.stdout = Tee(shown)
    runner = unittest.TextTestRunner(stream=shown, verbosity=2, resultclass=Result)
    result = runner.run(suite)
    sys.stdout = shown
    failed = [test.id() for test, _ in result.failures + result.errors]
    failed += [test.id() for test in result.unexpectedSuccesses]
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(
        json.dumps(
            {
                "run": result.testsRun,
                "failed": failed,
                "skipped": [[test.id(), reason] for test, reason in result.skipped],
                "tests": result.tests,
            }
        )
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
