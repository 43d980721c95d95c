"""`streamsql-facts.txt` is true: each fact of StreamSQL's API names tests that exist, or says why there is none."""

import ast
import pathlib
import re
import unittest

from product import ROOT
from sdk import SOURCE

HERE = pathlib.Path(__file__).resolve().parent
FACTS = ROOT / "conformance/src/test/resources/streamsql-facts.txt"
JAVA = re.compile(r"^  void (\w+)\(", re.MULTILINE)


def facts():
    """(id, words, shown) of each line."""
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split(" | "))


def methods(name):
    """The tests of a file of tests, by its name without the suffix."""
    if name.startswith("test_"):
        tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
        return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    found = list(ROOT.glob(f"*/src/test/java/**/{name}.java"))
    return {method for path in found for method in JAVA.findall(path.read_text(encoding="utf-8"))}


class FactsTest(unittest.TestCase):
    def test_every_fact_has_tests_that_exist_or_a_reason(self):
        wanted = re.compile(r"test \w+#\w+(, \w+#\w+)*|skip: (out of scope|later part: .+)")
        for name, words, shown in facts():
            self.assertTrue(words, name)
            self.assertTrue(wanted.fullmatch(shown), f"{name} {shown}")
            if shown.startswith("test "):
                for test in shown[5:].split(", "):
                    file, method = test.split("#")
                    self.assertIn(method, methods(file), name)

    def test_ids_count_up_in_their_sections(self):
        last = {}
        for name, _, _ in facts():
            section, number = re.fullmatch(r"(F\d+-|S)(\d+)", name).groups()
            if section != "S":
                self.assertEqual(last.get(section, 0) + 1, int(number), name)
            self.assertGreater(int(number), last.get(section, 0), name)
            last[section] = int(number)
        self.assertEqual({1: 16, 2: 6, 3: 10, 4: 10, 5: 18, 9: 10, 10: 13, 11: 6, 12: 4},
                         {int(section[1:-1]): count for section, count in last.items() if section != "S"})

    def test_a_test_that_is_named_by_a_fact_stands_in_the_list(self):
        listed = {name.replace("-", "_"): shown for name, _, shown in facts()}
        for path in HERE.glob("test_sdk_*.py"):
            for method in sorted(methods(path.stem)):
                if method.startswith("test_"):
                    for name in re.findall(r"(?:F\d+_\d+|S\d+)(?=_)", method):
                        self.assertIn(f"{path.stem}#{method}", listed[name])


class Python39Test(unittest.TestCase):
    def test_F1_5_F1_6_S4_the_packages_are_python_3_9(self):
        self.assertIn('requires-python = ">=3.9"', (ROOT / "python/pyproject.toml").read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py")):
            ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 9))

    def test_the_packages_use_the_standard_library_only(self):
        # Those that are used where they are installed are imported by name, in encoding.py.
        known = {"catchwater", "streamsql", "__future__"}
        for path in sorted(SOURCE.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module]
                for name in names:
                    top = name.split(".")[0]
                    self.assertTrue(top in known or self.is_standard(top), f"{path.name}: {name}")

    @staticmethod
    def is_standard(name):
        import importlib.util
        import sys

        if hasattr(sys, "stdlib_module_names"):
            return name in sys.stdlib_module_names
        origin = importlib.util.find_spec(name).origin or ""
        return "site-packages" not in origin
