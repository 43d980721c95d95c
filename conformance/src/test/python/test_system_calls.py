"""The real server dies, or is refused, at each of its system calls."""

import collections
import concurrent.futures
import copy
import http.client
import os
import random
import shutil
import time

import faults
from product import pick
from test_kills import TrafficTest
from traffic import APPEND, DATASET, LEDGER, MANIFEST, QUICK, Push, Reckoning, Server, body_of, seed

# A point is mostly waiting for processes to start and to end.
WORKERS = min(4, os.cpu_count() or 1)
THIRD = "third"
SECOND_SOURCE = """\
kind: AddPushSource
sourceName: second
read:
  kind: NdJson
  schema:
    - t TIMESTAMP NOT NULL
    - id STRING NOT NULL
    - text STRING
merge:
  kind: Append
"""


class Script:
    """What a server is asked to do, one thing after the other, until it is done or the server is
    gone: create, push, seal, a second source, rotate, compact, and with `stop` the end."""

    def __init__(self, test, server):
        self.test = test
        self.server = server
        self.pushes = []
        self.answers = collections.Counter()
        self.codes = collections.Counter()
        self.log = None

    def run(self):
        steps = (
            lambda: self.push(APPEND, 3),
            lambda: self.push(LEDGER, 3, key="one"),
            lambda: self.push(APPEND, 2, key="two"),
            lambda: self.push(APPEND, 1, "?wait=committed"),
            lambda: self.ask("POST", f"/{APPEND}/sources", SECOND_SOURCE.encode(), "application/yaml"),
            lambda: self.push(APPEND, 2, "?sourceName=second"),
            lambda: self.command("add", "--stdin", text=DATASET.format(name=THIRD, merge="Append")),
            lambda: self.push(THIRD, 2),
            lambda: self.push(THIRD, 2),
            lambda: self.push(LEDGER, 500, width=500),
            lambda: self.push(LEDGER, 500, width=500),
            lambda: self.push(LEDGER, 500, "?wait=committed", width=500),
            lambda: self.command("--yes", "system", "compact", "--hard", THIRD),
            lambda: self.push(THIRD, 2),
            lambda: self.push(LEDGER, 1),
        )
        for step in steps:
            try:
                step()
            except (OSError, http.client.HTTPException, ValueError):
                if self.server.process.poll() is not None:
                    return
        return

    def push(self, dataset, count, parameters="", key=None, width=1):
        number = len(self.pushes)
        push = Push(dataset, [f"{number}-{row:0{width}}" for row in range(count)], key)
        push.started = time.monotonic()
        push.ended = push.started
        self.pushes.append(push)
        source = "sourceName" in parameters
        if dataset == APPEND and not source and self.answers["sources"]:
            parameters += ("&" if parameters else "?") + "sourceName=default"
        headers = {"Content-Type": "application/x-ndjson"}
        if key:
            headers["Idempotency-Key"] = key
        push.outcome = "unknown"
        push.calls_before, push.calls_after = self.calls(), None
        path = f"/{dataset}/ingest{parameters}"
        status, found, answer = self.server.ask("POST", path, body_of(push.ids), headers)
        push.ended = time.monotonic()
        push.calls_after = self.calls()
        self.answers[status] += 1
        outcome = found.get("Ingest-Outcome")
        push.answer = (status, answer.get("type"))
        if status == 200:
            push.outcome = "applied"
            push.offsets = answer["offsets"]
        elif outcome == "not-applied":
            push.outcome = "refused"

    def calls(self):
        """How many calls the server has made so far, where they are written down."""
        return 0 if self.log is None else self.log.read_bytes().count(b"\n")

    def ask(self, method, path, body, media_type):
        status, _, _ = self.server.ask(method, path, body, {"Content-Type": media_type})
        self.answers["sources"] += status in (200, 201)

    def command(self, *arguments, text=""):
        done = self.test.run_command(*arguments, text=text, check=False)
        self.codes[arguments[0]] = done.returncode


class SystemCallsBase(TrafficTest):
    """A workspace to copy, servers that meet faults in the copies, and what is checked after."""

    def setUp(self):
        super().setUp()
        faults.library()
        self.top = self.folder
        self.folder = self.top / "template"
        self.folder.mkdir()
        self.dataset(MANIFEST)
        self.template = self.folder

    def point(self, name, **settings):
        """A copy of the workspace and a server in it that meets a fault."""
        self.folder = self.top / name
        shutil.copytree(self.template, self.folder)
        calls = faults.environment(self.folder, **settings)
        server = Server(self.folder, self.environment(calls | QUICK))
        self.addCleanup(server.end)
        return server

    def drop(self):
        shutil.rmtree(self.folder)
        self.folder = self.template

    def whole(self):
        """How many calls of each kind the script makes, from begin to end."""
        log = self.top / "calls.log"
        server = self.point("whole", log=log)
        server.start()
        script = Script(self, server)
        script.run()
        self.assertEqual({200}, set(script.answers) - {"sources"}, script.answers)
        code, _ = server.stop()
        self.assertEqual(0, code)
        self.check(script, "whole")
        self.drop()
        return collections.Counter(call for call, *_ in faults.logged(log))

    def points(self, counts, calls, share):
        """So many points of these calls, drawn by the seed; all of them where there are no more."""
        every = [(call, at) for call in calls for at in range(1, counts[call] + 1)]
        random.Random(seed()).shuffle(every)
        return every[:share]

    def positions(self, counts, calls, share, both):
        """So many positions among all of these calls, each as the first and the last that fail, the
        latter 0 for ever: in turn one call fails or all from then on, or both are tried at each."""
        every = list(range(1, sum(counts[call] for call in calls) + 1))
        random.Random(seed()).shuffle(every)
        pairs = [((at, at), (at, 0)) for at in every[:share]]
        if both:
            return [position for pair in pairs for position in pair]
        return [pair[number % 2] for number, pair in enumerate(pairs)]

    def each(self, chosen, one):
        """Calls `one` for each of them, some at a time, with a copy of this test that has a folder
        of its own, and its number; gives what came back."""
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            done = [pool.submit(one, copy.copy(self), *item) for item in enumerate(chosen)]
            try:
                return [future.result() for future in done]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def check(self, script, what, is_cold=True):
        """All is reckoned and verifies, and the next push is taken: by commands each in a process
        of its own, or by a new server and commands that run in it."""
        server = Server(self.folder, self.environment(QUICK))
        if not is_cold:
            server.start()
        try:
            reckoning = self.reckoned(script, what)
        finally:
            server.end()
        self.assertEqual({}, reckoning.wrong(), what)
        return reckoning

    def reckoned(self, script, what):
        names = set(self.names())
        pushed = {push.dataset for push in script.pushes if push.outcome == "applied"}
        self.assertEqual(set(), pushed - names, what)
        reckoning = Reckoning()
        for name in sorted(names):
            reckoning.of(name, self.stored(name), script.pushes)
            source = ["--source-name", "default"] if name == APPEND else []
            self.run_command("ingest", name, "--stdin", *source, text=body_of(["next"]))
            self.run_command("verify", name)
        return reckoning

    def names(self):
        listed = self.run_command("list", "-o", "csv").stdout.decode().splitlines()
        column = listed[0].split(",").index("Name")
        return [line.split(",")[column] for line in listed[1:]]


class SystemCallsTest(SystemCallsBase):
    def test_T02_a_kill_at_any_call_loses_nothing(self):
        began = time.monotonic()
        counts = self.whole()
        calls = [call for call in faults.CALLS if call not in ("mkdir", "create", "rmdir")]
        chosen = self.points(counts, calls, pick(12, 40, 1_000_000))
        found = self.each(chosen, SystemCallsTest.killed)
        killed = sum(was_killed for was_killed, _ in found)
        rows = sum(reckoning.rows for _, reckoning in found)
        unknown = sum(reckoning.unknown for _, reckoning in found)
        print(
            f"T02 points={len(chosen)} of {sum(counts[call] for call in calls)} killed={killed}"
            f" unknown={unknown} rows={rows} lost=0 dup=0 partial=0 phantom=0 seed={seed()}"
            f" {time.monotonic() - began:.1f}s"
        )
        self.assertGreater(killed, len(chosen) * 3 // 4)

    def killed(self, number, point):
        """The server dies at a point; whether it did, and what was found then."""
        call, at = point
        do = "torn" if call == "pwrite64" and number % 2 else "kill"
        server = self.point(f"{call}-{at}", calls=call, at=at, do=do)
        script = Script(self, server)
        try:
            server.start()
            script.run()
        except AssertionError:
            self.assertIsNotNone(server.process.poll(), "it neither listens nor died")
        if server.process.poll() is None:
            server.stop()
        reckoning = self.check(script, f"{do} at {call} {at}", number % 6 == 0)
        self.drop()
        return server.process.returncode == -9, reckoning

    def refused(self, name, allowed, **settings):
        """The script at a server whose calls fail; what it answers is one of `allowed`. Reads go on
        all the time. Gives the script and what failed, as the log has it."""
        log = self.top / f"{name}.log"
        server = self.point(name, log=log, **settings)
        try:
            server.start()
        except AssertionError as e:
            self.assertIn("Error", str(e))
            return None, server, []
        script = Script(self, server)
        script.run()
        self.assertIsNone(server.process.poll(), f"{name}: the server is gone\n{server.log()}")
        failed = [entry for entry in faults.logged(log) if entry[4] < -1]
        answers = [push.answer for push in script.pushes if push.outcome != "applied"]
        if script.codes["add"]:
            answers = [answer for answer in answers if answer != (404, "dataset-not-found")]
        if not script.answers["sources"]:
            answers = [answer for answer in answers if answer != (400, "source-not-found")]
        self.assertLessEqual(set(answers), set(allowed), (name, failed, server.log()))
        for dataset in (APPEND, LEDGER):
            status, _, answer = server.ask("GET", f"/{dataset}/tail?limit=2000")
            self.assertEqual(200, status, (name, answer, server.log()))
            there = {row["id"] for row in answer["data"]}
            for push in script.pushes:
                if push.dataset == dataset and push.outcome == "applied":
                    self.assertLessEqual(set(push.ids), there, f"{name}: acknowledged, not read")
        return script, server, failed

    def test_T05_a_failed_sync_is_final_and_loses_nothing(self):
        began = time.monotonic()
        counts = self.whole()
        calls = ("fdatasync", "fsync")
        tried = self.positions(counts, calls, pick(6, 1_000_000), both=pick(False, True))
        found = self.each(tried, SystemCallsTest.fails_to_sync)
        hit, stopped, starts = (sum(column) for column in zip(*found))
        print(
            f"T05 fsync-failure positions={sum(counts[call] for call in calls)} tried={len(tried)}"
            f" hit={hit} stopped={stopped} refused-starts={starts} lost=0 falseAcks=0 seed={seed()}"
            f" {time.monotonic() - began:.1f}s"
        )

    def fails_to_sync(self, number, position):
        """Whether a sync failed, whether a journal stopped, whether the server did not start."""
        at, until = position
        name = f"sync-{at}-{until}"
        allowed = {(500, "commit-unknown"), (503, "storage-failed")}
        script, server, failed = self.refused(
            name, allowed, calls="fdatasync,fsync", at=at, until=until, do=5
        )
        stopped = script is not None and self.stays_stopped(script, server, failed, name)
        if script is not None:
            server.kill()
            self.check(script, name, number % 6 == 0)
        self.drop()
        return bool(failed), stopped, script is None

    def stays_stopped(self, script, server, failed, name):
        """Whether a journal failed; then no push into its dataset is taken until a restart, also
        where the disk says that all is well again."""
        journals = {path.split("/journal/")[1].split("/")[0] for _, path, *_ in failed if "/journal/" in path}
        datasets = {push.dataset for push in script.pushes if push.answer == (500, "commit-unknown")}
        for dataset in datasets if journals else ():
            at = [push.answer for push in script.pushes if push.dataset == dataset]
            first = at.index((500, "commit-unknown"))
            self.assertNotIn(200, {status for status, _ in at[first:]}, f"{name}: a false ack")
            parameters = "?sourceName=default" if script.answers["sources"] else ""
            path = f"/{dataset}/ingest{parameters if dataset == APPEND else ''}"
            kind = {"Content-Type": "application/x-ndjson"}
            status, found, answer = server.ask("POST", path, body_of(["late"]), kind)
            self.assertEqual((503, "storage-failed"), (status, answer["type"]), name)
            self.assertEqual("not-applied", found["Ingest-Outcome"], name)
        return bool(journals)

    def test_T06_no_room_at_any_write_is_an_answer(self):
        began = time.monotonic()
        counts = self.whole()
        calls = ("pwrite64", "create", "mkdir", "rename")
        tried = self.positions(counts, calls, pick(6, 100, 1_000_000), both=pick(False, False, True))
        found = self.each(tried, SystemCallsTest.has_no_room)
        hit = sum(was_hit for was_hit, _ in found)
        longest = max(seconds for _, seconds in found)
        print(
            f"T06 no-room positions={sum(counts[call] for call in calls)} tried={len(tried)}"
            f" hit={hit} corrupt=0 partial=0 lost=0 again<={longest:.1f}s seed={seed()}"
            f" {time.monotonic() - began:.1f}s"
        )

    def has_no_room(self, number, position):
        """Whether a call failed, and after how many seconds pushes were taken again."""
        at, until = position
        name = f"room-{at}-{until}"
        switch = self.top / f"full-{number}"
        switch.touch()
        script, server, failed = self.refused(
            name,
            {(507, "disk-full")},
            calls="pwrite64,create,mkdir,rename",
            at=at,
            until=until,
            do=28,
            switch=switch,
        )
        switch.unlink()
        seconds = 0
        if script is not None:
            seconds = self.takes_again(script, server, name)
            if number % 2:
                code, _ = server.stop()
                self.assertEqual(0, code, name)
            else:
                server.kill()
            self.check(script, name, number % 6 == 0)
        self.drop()
        return bool(failed), seconds

    def takes_again(self, script, server, name):
        """Seconds until pushes into every dataset are taken again, without a restart."""
        began = time.monotonic()
        for dataset in (APPEND, LEDGER):
            second = dataset == APPEND and script.answers["sources"]
            path = f"/{dataset}/ingest{'?sourceName=default' if second else ''}"
            kind = {"Content-Type": "application/x-ndjson"}
            push = Push(dataset, [f"{len(script.pushes)}-again"], None)
            script.pushes.append(push)
            status = 0
            while status != 200:
                self.assertLess(time.monotonic(), began + 5, (name, status))
                push.started = time.monotonic()
                status, _, answer = server.ask("POST", path, body_of(push.ids), kind)
            push.ended, push.outcome, push.offsets = time.monotonic(), "applied", answer["offsets"]
        return time.monotonic() - began

    def test_questdb_nosync(self):
        """An acknowledgement means that the disk was told to keep the rows, not that the system
        has them in memory: between a push and its answer its record is written and synced."""
        log = self.top / "calls.log"
        server = self.point("synced", log=log)
        server.start()
        script = Script(self, server)
        script.log = log
        for _ in range(20):
            script.push(APPEND, 2)
        calls = list(faults.logged(log))
        for push in script.pushes[1:]:
            made = calls[push.calls_before : push.calls_after]
            written = [at for at, call in enumerate(made) if self.is_of_journal("pwrite64", call)]
            synced = [at for at, call in enumerate(made) if self.is_of_journal("fdatasync", call)]
            self.assertTrue(written and synced and max(synced) > min(written), made)
        self.assertEqual((0, 20), (server.stop()[0], script.answers[200]))

    @staticmethod
    def is_of_journal(name, call):
        return call[0] == name and "/journal/" in call[1] and call[4] >= 0
