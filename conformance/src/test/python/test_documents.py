"""The commands that the documents show are run, and print what the documents say."""

import importlib.util
import re
import subprocess
import unittest

import sdk
from product import LAUNCHER, ROOT, ProductTest

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"<<'(\w+)'")


def steps(text):
    """Yields (command, expected output) of the console blocks."""
    for block in BLOCK.findall(text):
        lines = block.splitlines()
        at = 0
        while at < len(lines):
            if not lines[at].startswith("$ "):
                raise ValueError(f"output before a command: {lines[at]}")
            command = [lines[at][2:]]
            at += 1
            heredoc = HEREDOC.search(command[0])
            while heredoc and command[-1] != heredoc.group(1):
                command.append(lines[at])
                at += 1
            expected = []
            while at < len(lines) and not lines[at].startswith("$ "):
                expected.append(lines[at])
                at += 1
            yield "\n".join(command), expected


def matches(expected, found):
    """A line of one ellipsis stands for any number of lines."""
    if not expected:
        return not found
    if expected[0] == "…":
        return any(matches(expected[1:], found[skip:]) for skip in range(len(found) + 1))
    return bool(found) and expected[0] == found[0] and matches(expected[1:], found[1:])


class DocumentsTest(ProductTest):
    def run_page(self, page):
        todo = list(steps((ROOT / page).read_text()))
        script = [f'export PATH="{LAUNCHER.parent}:$PATH" PYTHONPATH="{ROOT}/python/src"', "exec 2>&1"]
        for number, (command, _) in enumerate(todo):
            script += [command, f"printf '\\n=%s= %s\\n' {number} $?"]
        done = subprocess.run(
            ["bash"],
            input="\n".join(script),
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=self.environment(),
            check=False,
        )
        rest = done.stdout
        for number, (command, expected) in enumerate(todo):
            found, mark, rest = rest.partition(f"\n={number}= 0\n")
            self.assertTrue(mark, f"{page}: {command}\n{found}{done.stderr}")
            found = found.rstrip("\n").splitlines()
            self.assertTrue(
                matches(expected, found),
                "\n".join([f"{page}: $ {command}", "printed", *found, "instead of", *expected]),
            )
        self.assertGreater(len(todo), 0, f"{page} shows no command")

    def test_the_tutorial(self):
        self.run_page("docs/tutorial/first-dataset.md")

    def run_page_of_python(self, page):
        self.addCleanup(sdk.end_engine, sdk.catchwater.Engine(self.folder))
        self.run_page(page)

    def test_streams_and_tables_in_python(self):
        self.run_page_of_python("docs/tutorial/streamsql.md")

    def test_the_iris_example(self):
        self.run_page_of_python("docs/tutorial/iris.md")

    def test_the_clickstream(self):
        self.run_page_of_python("docs/tutorial/clickstream.md")

    def test_querying_with_sql(self):
        self.run_page("docs/how-to/query-with-sql.md")

    @unittest.skipUnless(
        importlib.util.find_spec("adbc_driver_flightsql"), "needs adbc-driver-flightsql from PyPI"
    )
    def test_connecting_a_bi_tool(self):
        self.run_page("docs/how-to/connect-a-bi-tool.md")

    def test_preparing_rows_with_sql(self):
        self.run_page("docs/how-to/prepare-rows-with-sql.md")

    def test_the_quickstart_of_the_readme(self):
        self.assertIn("./catchwater quickstart\n", (ROOT / "README.md").read_text())
        done = subprocess.run(
            [LAUNCHER, "quickstart"], capture_output=True, text=True, cwd=self.folder, check=False
        )
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("$ catchwater ingest gps data.json", done.stdout)
        tables = re.findall(r"│ +(\d+) │ \+A │ \S+ │ (\S+) │ (\S+) │ (\S+) │", done.stdout)
        first = ("0", "2020-01-01T00:00:00Z", "-123.12", "49.28")
        second = ("1", "2020-01-02T00:00:00Z", "-123.13", "49.29")
        self.assertEqual([first, first, second], tables)
