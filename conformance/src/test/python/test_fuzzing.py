"""Every reader of foreign bytes under guidance, for a while; see docs/internals/fuzzing.md."""

import concurrent.futures
import os
import re
import subprocess
import tempfile
import time
import unittest

from product import ROOT, TIER, pick

SECONDS = pick(0, 20, 600)
TARGETS = ROOT / "fuzz/src/test/java/dev/catchwater/fuzz/Target.java"


def load_tests(loader, standard, pattern):
    """The corpus is read by `CorpusTest`; what is guided takes minutes."""
    return unittest.TestSuite() if TIER == "fast" else standard


class FuzzingTest(unittest.TestCase):
    def test_T25_no_guided_input_breaks_a_reader(self):
        began = time.monotonic()
        names = re.findall(r"^  [A-Z0-9_]+\(\"(\w+)\", [\d_]+\)", TARGETS.read_text(), re.MULTILINE)
        self.assertGreater(len(names), 15)
        with tempfile.NamedTemporaryFile(suffix=".classpath") as classes:
            words = ["mvn", "-q", "-pl", "fuzz", "-am", "test-compile", "dependency:build-classpath"]
            words += [f"-Dmdep.outputFile={classes.name}", "-Dmdep.includeScope=test"]
            subprocess.run(words, cwd=ROOT, check=True)
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
                found = list(pool.map(lambda name: self.fuzz(name, classes.name), names))
        inputs = sum(count for count, _ in found)
        broken = [told for _, told in found if told]
        print(
            f"T25 guided targets={len(names)} jazzerSeconds={SECONDS * len(names)}"
            f" inputs={inputs} findings={len(broken)} {time.monotonic() - began:.1f}s"
        )
        self.assertEqual([], broken)

    def fuzz(self, name, classes):
        """How many inputs were read, and what was found, as far as something was."""
        done = subprocess.run(
            ["tools/fuzz.sh", "jazzer", name, str(SECONDS)],
            cwd=ROOT,
            env={**os.environ, "FUZZ_COMPILED": classes},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        counts = re.findall(r"stat::number_of_executed_units:\s+(\d+)", done.stdout)
        if done.returncode != 0 or not counts:
            return 0, f"{name}: {done.stdout[-2000:]}"
        return int(counts[-1]), None
