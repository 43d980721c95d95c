"""Stops, pauses, cut bodies and second processes at the packaged server."""

import concurrent.futures
import copy
import http.client
import json
import os
import random
import signal
import socket
import threading
import time

from product import pick
from test_kills import SEAL_OFTEN, TrafficTest
from traffic import APPEND, LEDGER, QUICK, Push, Reckoning, Server, body_of, seed

COLD = {"CW_COLD": "asked for"}


class StopsTest(TrafficTest):
    def test_T30_a_rolling_stop_answers_everybody_and_leaves_nothing_to_replay(self):
        """Two servers side by side, each with clients of its own."""
        began = time.monotonic()
        stops = pick(5, 100)
        tests = [copy.copy(self) for _ in range(2)]
        for number, test in enumerate(tests):
            test.folder = self.folder / f"server-{number}"
            test.folder.mkdir()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            done = [pool.submit(test.stop_again_and_again, stops, n) for n, test in enumerate(tests)]
            found = [future.result() for future in done]
        reckonings, cut, watched, longest = zip(*found)
        reckoning = reckonings[0].with_those_of(reckonings[1])
        print(
            f"T30 stops={2 * stops} {reckoning.line()} cut={sum(cut)} not-ready-seen={sum(watched)}"
            f" stop<={max(longest):.1f}s to-replay=0 {time.monotonic() - began:.1f}s"
        )
        self.assertEqual({}, reckoning.wrong())
        self.assertLess(max(longest), 10)
        # A request on a connection that the server closes in that moment gets no answer.
        self.assertLessEqual(sum(cut), 2 * 2 * stops)

    def stop_again_and_again(self, stops, number):
        """The reckoning, requests without an answer, refusals of readiness, the longest stop."""
        chance = random.Random(seed() + number)
        server = self.serve(QUICK).start()
        clients = self.clients(server, chance, count=4, rows_max=20)
        for client in clients:
            client.start()
        longest, watched, cut = 0, 0, 0
        for _ in range(stops):
            self.wait_for_answers(server, clients, 5)
            before = self.unanswered(clients)
            watch = Readiness(server)
            watch.start()
            code, seconds = server.stop()
            watch.ending.set()
            watch.join()
            self.assertEqual(0, code, server.log())
            longest = max(longest, seconds)
            watched += watch.refused
            self.assertFalse(watch.was_ready_again, "ready again after it was told to stop")
            time.sleep(0.05)
            cut += self.unanswered(clients) - before
            left = list(self.folder.glob(".catchwater/journal/*/*.segment"))
            self.assertEqual([], left, "the next start has something to replay")
            server.start()
        self.wait_for_answers(server, clients, 5)
        self.finish(clients)
        server.stop()
        return self.reckon(clients), cut, watched, longest

    def unanswered(self, clients):
        return sum(client.cuts for client in clients)

    def test_T31_pauses_change_nothing(self):
        began = time.monotonic()
        chance = random.Random(seed())
        server = self.serve(SEAL_OFTEN).start()
        clients = self.clients(server, chance, count=4, rows_max=50)
        for client in clients:
            client.start()
        pauses = pick([1, 2], [1, 5], [1, 5, 20, 60])
        for pause in pauses:
            self.wait_for_answers(server, clients, 10)
            os.kill(server.pid(), signal.SIGSTOP)
            time.sleep(pause)
            os.kill(server.pid(), signal.SIGCONT)
            self.wait_for_answers(server, clients, 10)
        self.finish(clients)
        code, _ = server.stop()
        self.assertEqual(0, code, server.log())
        reckoning = self.reckon(clients)
        print(f"T31 pauses={pauses} {reckoning.line()} {time.monotonic() - began:.1f}s")
        self.assertEqual({}, reckoning.wrong())


class Readiness(threading.Thread):
    """Asks whether a server is ready until it is told to end; notes when it no longer was."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.ending = threading.Event()
        self.refused = 0
        self.was_ready_again = False

    def run(self):
        while not self.ending.is_set():
            try:
                status, _, _ = self.server.ask("GET", "/system/health?type=readiness", timeout=5)
                if status != 200:
                    self.refused += 1
                elif self.refused:
                    self.was_ready_again = True
            except (OSError, http.client.HTTPException, ValueError):
                self.refused += 1
            time.sleep(0.005)


class Bodies:
    """Bodies of many rows whose ids begin with the number of a turn; to write each takes long."""

    def __init__(self, count):
        self.lines = body_of([f"TTTT-{row:085}" for row in range(count)]).splitlines(keepends=True)
        self.whole = b"".join(self.lines)

    def of(self, turn, bad_at=None):
        number = f"{turn:04}".encode()
        if bad_at is None:
            return self.whole.replace(b"TTTT", number)
        bad = body_of(["TTTT-bad"], bad_at=0)
        lines = [*self.lines[:bad_at], bad, *self.lines[bad_at + 1 :]]
        return b"".join(lines).replace(b"TTTT", number)


class AtomicTest(TrafficTest):
    """A body of any size is there as a whole or not at all."""

    def parts(self, server):
        """Files that requests left behind."""
        folders = [self.folder / ".catchwater/run/server", self.folder / ".catchwater/uploads"]
        return [
            str(file)
            for folder in folders
            for file in folder.glob("*")
            if file.name not in ("pid", "address") and "key" not in file.name
        ]

    def next_offset(self, server, dataset):
        status, _, answer = server.ask("GET", f"/{dataset}/tail?limit=1")
        self.assertEqual(200, status, answer)
        return answer["data"][0]["offset"] + 1 if answer["data"] else 0

    def cut(self, server, dataset, body, share):
        """Sends a part of a body and hangs up."""
        head = (
            f"POST /{dataset}/ingest HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        link = socket.create_connection(("127.0.0.1", int(server.port)), timeout=30)
        try:
            link.sendall(head.encode() + body[: int(share * len(body))])
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        finally:
            link.close()

    def eventually_empty(self, server):
        limit = time.monotonic() + 10
        while self.parts(server):
            self.assertLess(time.monotonic(), limit, f"left behind: {self.parts(server)}")
            time.sleep(0.05)

    def test_T14_a_large_body_is_there_as_a_whole_or_not_at_all(self):
        """A bad row, clients that hang up, a kill: each at any place in a large body."""
        began = time.monotonic()
        chance = random.Random(seed())
        count = pick(40_000, 200_000)
        bodies = Bodies(count)
        server = self.serve(QUICK).start()
        there = dict.fromkeys((APPEND, LEDGER), 0)
        cuts = refused = whole = 0
        for turn in range(pick(3, 75)):
            dataset = (APPEND, LEDGER)[turn % 2]
            body = bodies.of(turn)
            at = (0, count // 2, count - 1)[turn % 3]
            sent = time.monotonic()
            status, outcome, answer = self.send(server, dataset, bodies.of(turn, bad_at=at))
            usual = time.monotonic() - sent
            self.assertEqual((400, "not-applied"), (status, outcome), answer)
            self.assertIn(str(at + 1), json.dumps(answer), "the row is not named")
            for _ in range(2):
                self.cut(server, dataset, body, chance.uniform(0.01, 0.999))
                self.eventually_empty(server)
            self.assertEqual(there[dataset], self.next_offset(server, dataset))
            killer = threading.Timer(chance.uniform(0, 3 * usual), server.kill)
            killer.start()
            try:
                status, outcome, _ = self.send(server, dataset, body)
            except (OSError, http.client.HTTPException, ValueError):
                status = None
            killer.join()
            server.start()
            refused += 1
            cuts += 4
            self.eventually_empty(server)
            offset = self.next_offset(server, dataset)
            allowed = {there[dataset] + count} | ({there[dataset]} if status != 200 else set())
            self.assertIn(offset, allowed, "a part of a body is visible")
            whole += offset != there[dataset]
            there[dataset] = offset
        code, _ = server.stop()
        self.assertEqual(0, code, server.log())
        for dataset in (APPEND, LEDGER):
            self.run_command("verify", dataset)
        print(
            f"T14 bytes={len(body) >> 20}MiB rows={count} cuts={cuts} refused={refused}"
            f" whole={whole} partial=0 left-behind=0 {time.monotonic() - began:.1f}s"
        )

    def send(self, server, dataset, body):
        kind = {"Content-Type": "application/x-ndjson"}
        status, found, answer = server.ask("POST", f"/{dataset}/ingest", body, kind, timeout=120)
        return status, found.get("Ingest-Outcome"), answer


class SecondProcessTest(TrafficTest):
    """Others who want to write to what a server keeps open."""

    def cold(self, dataset, ids, wait=1):
        """A push by a process of its own: exit code, seconds, what it said."""
        began = time.monotonic()
        words = ["ingest", dataset, "--stdin", "--lock-wait", wait]
        done = self.run_command(*words, text=body_of(ids), env=COLD, check=False, timeout=30)
        return done.returncode, time.monotonic() - began, done.stderr.decode()

    def add(self, pushes, dataset, ids, outcome):
        push = Push(dataset, ids, None)
        push.started = push.ended = time.monotonic()
        push.outcome = outcome
        pushes.append(push)

    def test_T16_two_processes_do_not_fork_a_dataset(self):
        began = time.monotonic()
        races = pick(4, 470)
        chance = random.Random(seed())
        server = self.serve(SEAL_OFTEN).start()
        clients = self.clients(server, chance, count=2, rows_max=10)
        for client in clients:
            client.start()
        self.wait_for_answers(server, clients, 10)
        pushes, slowest, told = [], 0, 0
        for number in range(races):
            dataset = (APPEND, LEDGER)[number % 2]
            ids = [f"cold-{number}"]
            if number % 10 == 3:
                os.kill(server.pid(), signal.SIGSTOP)
            sent = time.monotonic()
            code, seconds, said = self.cold(dataset, ids)
            if number % 10 == 3:
                os.kill(server.pid(), signal.SIGCONT)
            # A server that is asked for its lock seals and steps aside; one that stands still does
            # not, and whoever comes is told.
            self.add(pushes, dataset, ids, "applied" if code == 0 else "refused")
            pushes[-1].started = sent
            if code != 0:
                self.assertIn("is being written", said)
                told += 1
                slowest = max(slowest, seconds - 1)
        second = Server(self.folder, self.environment())
        second_began = time.monotonic()
        with self.assertRaises(AssertionError):
            second.start()
        second_told = time.monotonic() - second_began
        self.assertLess(second_told, 6)
        self.finish(clients)
        code, _ = server.stop()
        self.assertEqual(0, code, server.log())
        reckoning = Reckoning()
        for dataset in (APPEND, LEDGER):
            all_pushes = pushes + [push for client in clients for push in client.pushes]
            reckoning.of(dataset, self.stored(dataset), all_pushes)
            self.run_command("verify", dataset)
        print(
            f"T16 races={races} forks=0 {reckoning.line()} told={told} in<={slowest:.1f}s"
            f" second-server-told={second_told:.1f}s {time.monotonic() - began:.1f}s"
        )
        self.assertEqual({}, reckoning.wrong())

    def test_T16_a_server_whose_lock_is_stolen_acknowledges_nothing_more(self):
        thefts = pick(2, 30)
        reckoning, fenced = Reckoning(), 0
        server = self.serve().start()
        pushes = []
        for number in range(thefts):
            self.push(server, pushes, f"before-{number}")
            for lock in self.folder.glob(".catchwater/run/fed*.lock"):
                lock.unlink()
            sent = time.monotonic()
            code, _, said = self.cold(APPEND, [f"thief-{number}"])
            self.add(pushes, APPEND, [f"thief-{number}"], "applied" if code == 0 else "refused")
            pushes[-1].started = sent
            self.assertEqual(0, code, said)
            began = time.monotonic()
            self.push(server, pushes, f"after-{number}")
            self.push(server, pushes, f"later-{number}")
            fenced += pushes[-1].outcome != "applied"
            self.assertLess(time.monotonic() - began, 10)
            server.kill() if number % 2 else server.stop()
            server.start()
        server.stop()
        reckoning.of(APPEND, self.stored(APPEND), pushes)
        self.run_command("verify", APPEND)
        print(f"T16 stolen={thefts} fenced={fenced} forks=0 {reckoning.line()}")
        self.assertEqual({}, reckoning.wrong())

    def push(self, server, pushes, row_id):
        push = Push(APPEND, [row_id], None)
        push.started = time.monotonic()
        status, outcome, answer = server.push(APPEND, push.ids)
        push.ended = time.monotonic()
        push.outcome = {"applied": "applied", "not-applied": "refused"}.get(outcome, "unknown")
        push.offsets = answer.get("offsets")
        pushes.append(push)
