"""The packaged server is killed while clients push; every row is reckoned afterwards."""

import random
import time

from product import ProductTest, pick
from traffic import APPEND, LEDGER, MANIFEST, Client, Reader, Reckoning, Server
from traffic import percentile, seed, text_of

# Two seconds are promised of a machine that does nothing else; tests share theirs with a build.
READY_MAX = 6
SEAL_OFTEN = {"CATCHWATER_SERVER_SEAL_AGE": "700ms"}


class TrafficTest(ProductTest):
    """A test with a server, clients and their reckoning."""

    def serve(self, environment=None, prefix=(), options=("--no-metrics",)):
        self.dataset(MANIFEST)
        server = Server(self.folder, self.environment(environment), prefix, options)
        self.addCleanup(server.end)
        return server

    def clients(self, server, chance, count, curls=0, **options):
        made = []
        for number in range(count + curls):
            name = f"curl{number}" if number < curls else f"python{number}"
            made.append(Client(name, server, chance.random(), number < curls, **options))
        return made

    def finish(self, clients):
        """Lets every client answer for what it has on its way, then ends it."""
        for client in clients:
            client.ending.set()
        for client in clients:
            client.join(timeout=60)
            self.assertFalse(client.is_alive(), f"{client.name} still waits for an answer")
            self.assertEqual([], client.unexpected, client.name)

    def stored(self, dataset):
        """All rows as the stopped server left them: offset, id, text."""
        rows = []
        for line in self.rows(dataset):
            offset, _, _, _, row_id, text = line.split(",")
            rows.append((int(offset), row_id, text))
        return rows

    def reckon(self, clients, readers=()):
        reckoning = Reckoning()
        pushes = [push for client in clients for push in client.pushes]
        for dataset in (APPEND, LEDGER):
            rows = self.stored(dataset)
            reckoning.of(dataset, rows, pushes)
            for reader in readers:
                reckoning.reader(reader, dataset, rows)
        for reader in readers:
            self.assertEqual([], reader.unexpected)
            self.assertEqual([], reader.changed, "a row was seen at two offsets")
        for dataset in (APPEND, LEDGER):
            self.run_command("verify", dataset)
        return reckoning

    def kill_again_and_again(self, server, clients, chance, kills, pause_max):
        """Kills it at a moment after the first answer that came since it began."""
        for _ in range(kills):
            self.wait_for_answers(server, clients, 1)
            time.sleep(chance.uniform(0, pause_max))
            server.kill()
            server.start()
        self.wait_for_answers(server, clients, 20)

    def wait_for_answers(self, server, clients, count):
        before = sum(client.acked for client in clients)
        limit = time.monotonic() + 60
        while sum(client.acked for client in clients) < before + count:
            self.assertLess(time.monotonic(), limit, f"no answer for a minute\n{server.log()}")
            time.sleep(0.002)


class KillsTest(TrafficTest):
    def test_ten_kills_under_curl_and_python_lose_nothing(self):
        began = time.monotonic()
        number = seed()
        chance = random.Random(number)
        server = self.serve(SEAL_OFTEN).start()
        clients = self.clients(server, chance, count=3, curls=2, rows_max=20)
        for client in clients:
            client.start()
        self.kill_again_and_again(server, clients, chance, 10, 0.8)
        self.finish(clients)
        code, seconds = server.stop()
        self.assertEqual(0, code, server.log())
        reckoning = self.reckon(clients)
        curls = sum(client.acked for client in clients if client.by_curl)
        print(
            f"scenario kills=10 seed={number} curl={curls}"
            f" {reckoning.line()} stop={seconds:.1f}s {time.monotonic() - began:.1f}s"
        )
        self.assertEqual({}, reckoning.wrong())
        for client in clients:
            self.assertGreater(client.acked, 0, client.name)

    def test_T01_T17_a_kill_loses_nothing_and_takes_nothing_back(self):
        kills = pick(20, 60, 2_000)
        began = time.monotonic()
        number = seed()
        chance = random.Random(number + 1)
        server = self.serve(SEAL_OFTEN).start()
        clients = self.clients(server, chance, count=8)
        reader = Reader(server)
        for thread in [*clients, reader]:
            thread.start()
        self.kill_again_and_again(server, clients, chance, kills, 0.4)
        reader.ending.set()
        self.finish([*clients])
        reader.join(timeout=60)
        code, _ = server.stop()
        self.assertEqual(0, code, server.log())
        reckoning = self.reckon(clients, [reader])
        ready = percentile(server.starts[1:], 0.99)
        print(
            f"T01 kills={kills} seed={number} {reckoning.line()}"
            f" ready-p50={percentile(server.starts[1:], 0.5):.2f}s ready-p99={ready:.2f}s"
            f" {time.monotonic() - began:.1f}s\n"
            f"T17 seen={sum(map(len, reader.seen.values()))} answers={reader.answers}"
            f" vanished={len(reckoning.vanished)}"
        )
        self.assertEqual({}, reckoning.wrong())
        self.assertGreater(min(reader.answers.values()), 0)
        self.assertLess(ready, READY_MAX)

    def test_T01_a_journal_of_64_MiB_is_replayed_in_two_seconds(self):
        """Rows that no slice has yet, as many as there ever are; then a kill and a read."""
        late = {"CATCHWATER_SERVER_SEAL_AGE": "1h", "CATCHWATER_SERVER_SEAL_SIZE": "1GiB"}
        server = self.serve(late).start()
        pushed = 0
        while pushed * (100 + len(text_of("")) + 100) < 64 << 20:
            ids = [f"{pushed + row:0100}" for row in range(20_000)]
            status, _, answer = server.push(APPEND, ids, timeout=60)
            self.assertEqual(200, status, answer)
            pushed += len(ids)
        server.kill()
        segments = sum(file.stat().st_size for file in self.segments())
        self.assertGreater(segments, 64 << 20)
        began = time.monotonic()
        server.start()
        listening = time.monotonic() - began
        status, _, answer = server.ask("GET", f"/{APPEND}/tail?limit=1")
        seconds = time.monotonic() - began
        self.assertEqual(pushed - 1, answer["data"][0]["offset"])
        status, _, answer = server.push(APPEND, ["last"], timeout=60)
        self.assertEqual((200, pushed), (status, answer["offsets"]["start"]))
        whole = time.monotonic() - began
        print(
            f"T01 segments={segments >> 20}MiB rows={pushed} listens={listening:.2f}s"
            f" read={seconds:.2f}s pushed={whole:.2f}s"
        )
        server.kill()
        self.assertLess(whole, READY_MAX)

    def segments(self):
        return self.folder.glob(".catchwater/journal/*/0*.segment")
