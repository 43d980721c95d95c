"""Power cuts of the real server: states rebuilt from its calls, opened by the real command."""

import copy
import random
import shutil
import time

from crash_states import Recording
from test_system_calls import Script, SystemCallsBase
from product import pick
from traffic import seed


class CrashStatesTest(SystemCallsBase):
    def test_T04_what_a_power_cut_leaves_has_every_acknowledged_row(self):
        began = time.monotonic()
        log, data = self.top / "calls.log", self.top / "calls.data"
        server = self.point("recorded", log=log, data=data)
        server.start()
        script = Script(self, server)
        script.log = log
        script.run()
        code, _ = server.stop()
        self.assertEqual(0, code)
        recording = Recording(self.template, self.folder, log, data)
        shutil.rmtree(self.folder)
        states = pick(5, 40, 2_000)
        found = self.each(range(states), lambda test, _, number: test.state(script, recording, number))
        rows = sum(reckoning.rows for reckoning in found)
        unknown = sum(reckoning.unknown for reckoning in found)
        print(
            f"T04 states={states} calls={len(recording.calls)} rows={rows} unknown={unknown}"
            f" violations=0 seed={seed()} {time.monotonic() - began:.1f}s"
        )

    def state(self, script, recording, number):
        """Makes one state, and what is found in it."""
        chance = random.Random(f"{seed()} {number}")
        count = chance.randint(script.pushes[0].calls_before, len(recording.calls))
        self.folder = self.top / f"state-{number}"
        recording.state(count, chance.random(), self.folder)
        self.forget_locks()
        known = copy.copy(script)
        known.test = self
        known.pushes = [self.known(push, count) for push in script.pushes]
        reckoning = self.check(known, f"power cut after call {count}, seed {seed()}", number % 2)
        self.drop()
        return reckoning

    def forget_locks(self):
        """A machine that starts again has none of its processes."""
        for name in ("engine.sock", "engine.lock"):
            (self.folder / ".catchwater/run" / name).unlink(missing_ok=True)

    @staticmethod
    def known(push, count):
        """What a client knows of a push at the moment of a power cut."""
        seen = copy.copy(push)
        if push.calls_after is None or push.calls_after > count:
            seen.outcome = "unknown" if push.calls_before < count else "refused"
            seen.offsets = None
        return seen
