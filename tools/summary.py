"""Adds up what Surefire and the Python tests report and prints the closing lines.

Usage: summary.py PYTHON-REPORT [BROKEN-STEP…]

A skipped test is allowed only with a reason that names a missing capability ("needs strace"), a
later part ("later part: …") or an exemption ("exempt: …"); any other skip counts as a failure.
Exit code 1 if anything failed or if no test ran.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
REASONS = ("needs ", "later part: ", "exempt: ")


def surefire():
    """Yields (name, outcome, reason) of every Java test."""
    for report in sorted(ROOT.glob("*/target/surefire-reports/TEST-*.xml")):
        for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                yield name, "failed", ""
            elif skipped is not None:
                yield name, "skipped", reason_of(skipped)
            else:
                yield name, "passed", ""


def reason_of(skipped):
    text = (skipped.get("message") or skipped.text or "").strip()
    return text.removeprefix("Assumption failed: ").splitlines()[0] if text else ""


def cases():
    """The cases that have a reason instead of a test, by reason."""
    waiting = {}
    for line in (ROOT / "conformance/src/test/resources/cases.txt").read_text().splitlines():
        if not line.startswith("#"):
            case, reason = line.split(maxsplit=1)
            if reason != "test":
                waiting.setdefault(reason, []).append(case)
    return waiting


def main():
    passed, failed, skipped = 0, list(sys.argv[2:]), []
    for name, outcome, reason in surefire():
        if outcome == "passed":
            passed += 1
        elif outcome == "failed":
            failed.append(name)
        else:
            skipped.append((name, reason))
    python = pathlib.Path(sys.argv[1])
    if python.exists():
        report = json.loads(python.read_text())
        failed += report["failed"]
        skipped += [tuple(entry) for entry in report["skipped"]]
        passed += report["run"] - len(report["failed"]) - len(report["skipped"])
    else:
        failed.append("the Python tests did not report")
    waiting = cases()
    unnamed = [name for name, reason in skipped if not reason.startswith(REASONS)]
    failed += [f"{name} (skipped without a named reason)" for name in unnamed]
    skipped = [entry for entry in skipped if entry[0] not in unnamed]
    if not passed:
        failed.append("no test ran")
    print()
    if skipped:
        print("Skipped:")
        for name, reason in sorted(skipped):
            print(f"  {name}: {reason}")
    if waiting:
        print("Cases without a test:")
        for reason, ids in sorted(waiting.items()):
            print(f"  {reason}: {' '.join(ids)}")
    if failed:
        print("Failed:")
        for name in failed:
            print(f"  {name}")
    left_out = len(skipped) + sum(len(ids) for ids in waiting.values())
    print(f"{passed} passed, {len(failed)} failed, {left_out} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
