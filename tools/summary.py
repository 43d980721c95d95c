"""Adds up what Surefire and the Python tests report and prints the closing lines.

Usage: summary.py TIER PYTHON-REPORT [BROKEN-STEP…]

TIER is fast, full or nightly. In the latter two a table of what the tests of the promises T01 to T40
printed comes first, and figures that fall short of `targets.txt` are failures.

A skipped test is allowed only with a reason that names a missing capability ("needs strace"), a
later part ("later part: …") or an exemption ("exempt: …"); any other skip counts as a failure.
Exit code 1 if anything failed or if no test ran.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree

import figures

ROOT = pathlib.Path(__file__).resolve().parent.parent
MESSAGE_LINES = 40  # of a failed Java test; what Python tests say stands above, whole
MESSAGE_WIDTH = 300
REASONS = ("needs ", "later part: ", "exempt: ")


def surefire():
    """Yields (name, outcome, reason, seconds, what it printed) of every Java test; the reason of a
    failed one is its message."""
    for report in sorted(ROOT.glob("*/target/surefire-reports/TEST-*.xml")):
        for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
            skipped = case.find("skipped")
            printed = "".join(out.text or "" for out in case.findall("system-out"))
            told = float((case.get("time") or "0").replace(",", "")), printed
            failure = case.find("failure")
            failure = case.find("error") if failure is None else failure
            if failure is not None:
                yield name, "failed", failure.get("message") or failure.text or "", *told
            elif skipped is not None:
                yield name, "skipped", reason_of(skipped), *told
            else:
                yield name, "passed", "", *told


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
    tier = sys.argv[1]
    passed, failed, skipped = 0, list(sys.argv[3:]), []
    tests = list(surefire())
    messages = {}
    for name, outcome, reason, _, _ in tests:
        if outcome == "passed":
            passed += 1
        elif outcome == "failed":
            failed.append(name)
            messages[name] = reason
        else:
            skipped.append((name, reason))
    python = pathlib.Path(sys.argv[2])
    if python.exists():
        report = json.loads(python.read_text())
        failed += report["failed"]
        skipped += [tuple(entry) for entry in report["skipped"]]
        passed += report["run"] - len(report["failed"]) - len(report["skipped"])
        why = dict(tuple(entry) for entry in report["skipped"])
        for name, seconds, printed in report["tests"]:
            outcome = "skipped" if name in why else "ran"
            tests.append((name, outcome, why.get(name, ""), seconds, printed))
    else:
        failed.append("the Python tests did not report")
    waiting = cases()
    unnamed = [name for name, reason in skipped if not reason.startswith(REASONS)]
    failed += [f"{name} (skipped without a named reason)" for name in unnamed]
    skipped = [entry for entry in skipped if entry[0] not in unnamed]
    if not passed:
        failed.append("no test ran")
    promises = figures.collect(tests)
    wanted = (ROOT / "conformance/src/test/resources/targets.txt").read_text()
    failed += figures.missed(promises, figures.targets(wanted, tier))
    print()
    if tier != "fast":
        print("Figures of the promises:")
        print(figures.table(promises))
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
            for line in messages.get(name, "").strip().splitlines()[:MESSAGE_LINES]:
                print(f"    | {line[:MESSAGE_WIDTH]}")
    left_out = len(skipped) + sum(len(ids) for ids in waiting.values())
    print(f"{passed} passed, {len(failed)} failed, {left_out} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
