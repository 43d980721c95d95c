"""Collects the lines of figures that tests print, and compares them with what they must reach.

A test whose name has `T07` in it belongs to promise T07; a line that begins with `T07 ` has its
figures, as `key=number`. `conformance/src/test/resources/targets.txt` says what each must reach.
"""

import re

IDS = re.compile(r"(?:^|_|\.)(T\d\d)(?=_)")
LINE = re.compile(r"^(T\d\d) (.*)$", re.MULTILINE)
FIGURE = re.compile(r"(?<![\w-])([\w-]+)(<=|=)(-?\d+(?:\.\d+)?)")
TARGET = re.compile(r"^([\w-]+)(>=|<=|=)(-?\d+(?:\.\d+)?)$")
TIERS = ("fast", "full", "nightly")


class Promise:
    """What came out of all tests of one promise."""

    def __init__(self):
        self.lines = []
        self.tests = 0
        self.seconds = 0.0
        self.skipped = set()

    def values(self, key):
        """The figures of that name, one for each line that has it."""
        found = []
        for line in self.lines:
            found += [float(number) for name, _, number in FIGURE.findall(line) if name == key]
        return found


def collect(tests):
    """Promises by id, of (name, outcome, reason, seconds, what was printed)."""
    promises = {}
    for name, outcome, reason, seconds, printed in tests:
        ids = IDS.findall(name.partition("(")[0])
        for number in ids:
            promise = promises.setdefault(number, Promise())
            if outcome == "skipped":
                promise.skipped.add(reason)
                continue
            promise.tests += 1
            promise.seconds += seconds / len(ids)
        for number, line in LINE.findall(printed or ""):
            promises.setdefault(number, Promise()).lines.append(line.strip())
    return promises


def targets(text, tier):
    """(promise, key, relation, number) of all targets that hold in that tier."""
    wanted = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            number, since, *words = line.split()
            if TIERS.index(since) <= TIERS.index(tier):
                wanted += [(number, *TARGET.match(word).groups()) for word in words]
    return wanted


def missed(promises, wanted):
    """What falls short, in words. Counts add up over the lines; a bound holds for each of them. A
    promise of which something was skipped for a named reason is no failure: the skip is shown."""
    short = []
    for number, key, relation, wished in wanted:
        promise = promises.get(number, Promise())
        found = promise.values(key)
        if relation == ">=":
            is_met = sum(found) >= float(wished)
        elif relation == "<=":
            is_met = bool(found) and max(found) <= float(wished)
        else:
            is_met = bool(found) and all(value == float(wished) for value in found)
        if not is_met and not promise.skipped:
            told = " ".join(f"{value:g}" for value in found) or "nothing"
            short.append(f"{number}: {key}{relation}{wished} is wanted, {told} was found")
    return short


def table(promises):
    """One paragraph for each promise: how many tests, how long, and their lines."""
    lines = []
    for number, promise in sorted(promises.items()):
        head = f"{number} {promise.tests:4d} tests {promise.seconds:7.1f} s"
        lines.append("  " + head + "".join(f"; skipped: {why}" for why in sorted(promise.skipped)))
        lines += [f"      {line}" for line in sorted(set(promise.lines))]
    return "\n".join(lines)
