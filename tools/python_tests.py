"""Runs the Python tests of the repository and writes what came out as JSON.

Usage: python_tests.py REPORT [--full]
"""

import json
import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["conformance/src/test/python", "benchmarks"]


def name(test):
    return test.id()


def main():
    report = pathlib.Path(sys.argv[1])
    if "--full" in sys.argv[2:]:
        os.environ["CATCHWATER_TESTS_FULL"] = "true"
    os.chdir(ROOT)
    suite = unittest.TestSuite()
    for folder in FOLDERS:
        if (ROOT / folder).is_dir():
            suite.addTests(unittest.TestLoader().discover(str(ROOT / folder), pattern="test_*.py"))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = [name(test) for test, _ in result.failures + result.errors]
    failed += [name(test) for test in result.unexpectedSuccesses]
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(
        json.dumps(
            {
                "run": result.testsRun,
                "failed": failed,
                "skipped": [[name(test), reason] for test, reason in result.skipped],
            }
        )
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
