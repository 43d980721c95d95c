"""The rows of the server. F and B (see `serving.py`) are measured in each round beside what they are
compared with, and the ratio is made within the round; figures are medians over the rounds."""

import json
import statistics
import time
import urllib.request

import process
import product
from product import READINGS, Workspace
from serving import APPLIED, INGEST, Bare, Client, Held, QuestDb, Server, force_p50, kill_and_copy

MANY = 1_024
HELD_IDLE, HELD_SLOW = 10_000, 1_000
# Half of 64 clients wait for the disk while the other half is served.
RECEIPTS_IN_A_GROUP = 32


def median(rounds, key):
    return statistics.median(one[key] for one in rounds)


def workspace(bench, name):
    return Workspace(bench.path(name), READINGS.replace("{kind}", "NdJson"))


def ready(client, server, seconds):
    """Lets a server compile what it runs; the first push of a dataset makes its columns."""
    client.push(server, connections=1, measure=0.3)
    for connections, share in ((64, 0.7), (1, 0.15), (MANY, 0.15)):
        client.push(server, connections=connections, measure=seconds * share)


def check_rows(bench, server, what):
    bench.check(f"{what}: rows are as many as were acknowledged", server.rows(), server.acknowledged)


def one_event(bench):
    """One event a request, durable: at 1, 64 and 1,024 connections, against F and the bare stack."""
    ours = workspace(bench, "server")
    with Server(ours) as server, Bare(bench.folder) as bare, Client() as client:
        ready(client, bare, 4)
        client.push(bare, connections=1, measure=1, path="/force")
        ready(client, server, 15 if not bench.quick else 8)
        rounds = []
        for _ in range(bench.runs):
            one = {
                "F": force_p50(bench.folder),
                "forced": client.push(bare, connections=1, measure=0.8, path="/force"),
            }
            for connections in (1, 64, MANY):
                b = client.push(bare, connections=connections, measure=0.8)
                o = client.push(server, connections=connections, measure=1.5)
                one[connections] = (o, b)
            rounds.append(one)
        add_one_event(bench, rounds)
        add_phases(bench, ours, rounds)
        ask_at_ack(bench, client, server)
        check_rows(bench, server, "server")
        server.stop()
    found = ours.command("sql", "-o", "csv", "-c", "select count(*) as n from readings").output
    bench.check("server: rows after its end", int(found.split()[-1]), server.acknowledged)


def add_one_event(bench, rounds):
    f = median(rounds, "F") * 1e6

    def figure(connections, which, key):
        return statistics.median(one[connections][which][key] for one in rounds)

    bench.add(
        "server",
        "1 connection: p50 / (F + bare round trip)",
        statistics.median(
            one[1][0]["p50_us"] / (one["F"] * 1e6 + one[1][1]["p50_us"]) for one in rounds
        ),
        "≤ 1.5",
        f"{figure(1, 0, 'p50_us'):.0f} µs, F {f:.0f} µs, bare {figure(1, 1, 'p50_us'):.0f} µs",
    )
    forced = statistics.median(one["forced"]["p50_us"] for one in rounds)
    bench.add(
        "server",
        "1 connection: p50 / bare stack with a force a request",
        statistics.median(one[1][0]["p50_us"] / one["forced"]["p50_us"] for one in rounds),
        "",
        f"{forced:.0f} µs: processors that sleep while the disk works have to wake",
    )
    bench.add(
        "server",
        "64 connections: pushes/s / min(64 / F, B)",
        statistics.median(
            one[64][0]["rate"] / min(64 / one["F"], one[64][1]["rate"]) for one in rounds
        ),
        "≥ 0.5",
        f"{figure(64, 0, 'rate'):,.0f}/s, B {figure(64, 1, 'rate'):,.0f}/s",
    )
    bench.add(
        "server",
        "64 connections: p99, ms",
        figure(64, 0, "p99_us") / 1000,
        f"≤ {10 * f / 1000 + 20:.1f}",
        f"p50 {figure(64, 0, 'p50_us') / 1000:.2f} ms",
    )
    bench.add(
        "server",
        "1,024 connections: pushes/s / B",
        statistics.median(one[MANY][0]["rate"] / one[MANY][1]["rate"] for one in rounds),
        "≥ 0.3",
        f"{figure(MANY, 0, 'rate'):,.0f}/s, B {figure(MANY, 1, 'rate'):,.0f}/s, "
        f"p99 {figure(MANY, 0, 'p99_us') / 1000:.0f} ms",
    )


def add_phases(bench, ours, rounds):
    """CPU of a push at 64 connections: the whole by the kernel, parts measured by themselves."""
    own = ours.copy_to(bench.path("server-phases"))
    main = "dev.catchwater.benchmarks.PushPhases"
    phases = json.loads(
        process.run([*product.warm_java(), main, str(own.folder), "1"]).output.splitlines()[-1]
    )
    whole = statistics.median(one[64][0]["cpu_us"] for one in rounds)
    http = statistics.median(one[64][1]["cpu_us"] for one in rounds)
    rest = whole - http - sum(phases.values())
    parts = [("HTTP", http), *((key, phases[key]) for key in ("read", "merge", "journal"))]
    text = ", ".join(f"{name} {value:.1f}" for name, value in [*parts, ("body, answer", rest)])
    bench.add("server", "CPU of a one-row push, µs", whole, "", text)


def tokens(bench):
    """What a token and a receipt take of the throughput at 64 connections."""
    ours = workspace(bench, "server-tokens")
    made = ours.command("token", "create", "bench", "--scope", "append:readings").output
    token = next(word for word in made.split() if word.startswith("cw_"))
    with Server(ours) as server, Client() as client:
        ready(client, server, 15 if not bench.quick else 8)
        client.push(server, connections=64, measure=2, token=token)
        rounds = []
        for number in range(2 * bench.runs):
            both = {}
            for known in (token, "") if number % 2 else ("", token):
                both[known] = client.push(server, connections=64, measure=1.5, token=known)
            rounds.append((both[token], both[""]))
        check_rows(bench, server, "server with tokens")
        server.stop()
    main = "dev.catchwater.benchmarks.ReceiptCost"
    receipt = json.loads(
        process.run([*product.warm_java(), main, str(RECEIPTS_IN_A_GROUP), "1"]).output.splitlines()[-1]
    )["receipt"]
    # The CPU is what limits both: what is spent on them is missing elsewhere.
    token_share = 1 - statistics.median(w["rate"] / o["rate"] for w, o in rounds)
    push = statistics.median(without["cpu_us"] for _, without in rounds)
    bench.add(
        "server-tokens",
        "tokens and receipts: share of the throughput at 64 connections",
        max(0, token_share) + receipt / push,
        "≤ 0.1",
        f"token {token_share:.3f} of the rate, receipt {receipt:.2f} µs of {push:.1f} µs CPU",
    )


def ask_at_ack(bench, client, server):
    """A row is asked for in the moment it is acknowledged."""
    sql = "select%20device%20from%20readings%20order%20by%20offset%20desc%20limit%201"
    for what, query, count in (
        ("tail", "/readings/tail?limit=1", 300),
        ("SQL", f"/query?query={sql}", 100),
    ):
        path = f"do=ask port={server.port} push={INGEST} query={query}"
        client.ask(f"{path} count={count // 5} tag=w{what}")
        found = client.ask(f"{path} count={count} tag={what}")
        server.acknowledged += count + count // 5
        if found["missing"]:
            raise process.Failed(f"{found['missing']} rows were not there: {found['strange']}\n")
        bench.add(
            "server",
            f"{what} begun at the ack: p99, ms",
            found["p99_us"] / 1000,
            "≤ 100",
            f"p50 {found['p50_us'] / 1000:.1f} ms, the row was there {count} times",
        )


def bulk(bench):
    """Pushes of 1,000 rows by 4 connections against the warm ingest of a file in one process."""
    source = bench.input("ndjson", 1_000_000)
    folder = bench.path("server-warm")
    folder.mkdir()
    manifest = folder / "manifest.yaml"
    manifest.write_text(READINGS.replace("{kind}", "NdJson"))
    ours = workspace(bench, "server-bulk")
    with Server(ours) as server, Client() as client:
        client.push(server, connections=1, measure=0.5)
        client.push(server, connections=4, rows=1000, measure=6)
        done = process.run(
            [
                *product.warm_java(),
                "dev.catchwater.benchmarks.WarmIngest",
                *map(str, (folder, manifest, source, 8, bench.runs)),
            ]
        )
        alone = 1e6 / statistics.median(run["wall"] for run in json.loads(done.output))
        rounds = [
            client.push(server, connections=4, rows=1000, measure=2) for _ in range(bench.runs)
        ]
        rate = median(rounds, "rows_rate")
        bench.add(
            "server-bulk",
            "1,000-row pushes, 4 connections: rows/s / warm ingest",
            rate / alone,
            "≥ 0.6",
            f"{rate:,.0f}/s, warm ingest {alone:,.0f}/s, p99 {median(rounds, 'p99_us') / 1000:.0f} ms",
        )
        check_rows(bench, server, "server-bulk")


def quarantine(bench):
    """A push of which every hundredth row is set aside against one of the same rows, all good."""
    clean = bench.input("ndjson", 1_000_000)
    bad = bench.path("quarantine-bad.ndjson")
    with open(clean, encoding="utf-8") as rows, open(bad, "w", encoding="utf-8") as out:
        for number, row in enumerate(rows):
            # Broken in its last byte: all of the row has been read when it is refused.
            out.write(row.rstrip()[:-1] + "\n" if number % 100 == 50 else row)
    folder = bench.path("quarantine")
    folder.mkdir()
    manifest = folder / "manifest.yaml"
    manifest.write_text(READINGS.replace("{kind}", "NdJson"))

    def run(name, source, *options):
        own = folder / name
        own.mkdir()
        done = process.run(
            [
                *product.warm_java(),
                "dev.catchwater.benchmarks.WarmIngest",
                *map(str, (own, manifest, source, 4, bench.runs)),
                *options,
            ]
        )
        return statistics.median(one["wall"] for one in json.loads(done.output))

    reject = run("reject", clean)
    aside = run("aside", bad, "--on-error", "quarantine")
    bench.add(
        "quarantine",
        "1 M rows, 1 % of them set aside: wall time / of a clean push",
        aside / reject,
        "≤ 1.2",
        f"{aside:.2f} s / {reject:.2f} s",
    )


def questdb(bench):
    """The same events into QuestDB by its line protocol over HTTP, both durable at the answer."""
    with (
        Server(workspace(bench, "server-questdb")) as server,
        QuestDb(bench.path("questdb"), 19_473) as other,
        Client() as client,
    ):
        for _ in range(2):
            for one, form in ((server, "ndjson"), (other, "ilp")):
                client.push(one, connections=64, measure=4, form=form)
                client.push(one, connections=1, measure=1, form=form)
        for connections in (1, 64):
            ours, theirs = [], []
            for _ in range(bench.runs):
                ours.append(client.push(server, connections=connections, measure=1.2))
                theirs.append(client.push(other, connections=connections, measure=1.2, form="ilp"))
            bench.add(
                "server-questdb",
                f"pushes/s / QuestDB's, {connections} connection{'s' if connections > 1 else ''}",
                statistics.median(a["rate"] / b["rate"] for a, b in zip(ours, theirs)),
                "≥ 1.0",
                f"{median(ours, 'rate'):,.0f}/s / {median(theirs, 'rate'):,.0f}/s, p50 "
                f"{median(ours, 'p50_us'):.0f} / {median(theirs, 'p50_us'):.0f} µs",
            )
        check_rows(bench, server, "server-questdb")


def held(bench):
    """A steady load with and without 11,000 other connections, held by a process of their own."""
    with Server(workspace(bench, "server-held")) as server, Client() as client:
        ready(client, server, 8)

        def steady(runs):
            return [
                client.push(server, connections=16, rate=1000, warm=0.5, measure=2.5)["p99_us"]
                for _ in range(runs)
            ]

        steady(1)
        without = steady(3)
        with Held(server, HELD_IDLE, HELD_SLOW) as others:
            steady(1)
            among = steady(bench.runs)
            end = others.end()
        time.sleep(2)
        steady(1)
        without += steady(3)
        bench.add(
            "server-held",
            f"p99 with / without {HELD_IDLE:,} idle + {HELD_SLOW:,} slow",
            statistics.median(among) / statistics.median(without),
            "≤ 2.0",
            f"{statistics.median(among) / 1000:.2f} ms / {statistics.median(without) / 1000:.2f} ms; "
            f"{end['closed']} were closed and opened again",
        )
        bench.add("server-held", "peak MB", server.memory(), "≤ 600", "")
        check_rows(bench, server, "server-held")


def followers(bench):
    """A thousand who follow a dataset into which one pushes 10,000 rows a second."""
    count, rate, rows = 1_000, 10_000, 100
    for form, name in (("sse", "server-sent events"), ("ws", "WebSocket")):
        with Server(workspace(bench, f"server-followers-{form}")) as server, Client() as client:
            client.push(server, connections=1, rows=rows, measure=2)

            def follow(measure, warm=3):
                cpu = server.cpu()
                found = client.ask(
                    f"do=follow port={server.port} path={INGEST} events=/readings/events form={form}"
                    f" followers={count} rate={rate} rows={rows} warm={warm * 1000}"
                    f" measure={measure * 1000}"
                )
                server.acknowledged += found["acknowledged"] * rows
                found["cpu"] = (server.cpu() - cpu) / (measure + warm)
                return found

            rounds = [follow(4 if bench.quick else 10) for _ in range(bench.runs)]
            what = f"server-followers: {name}, followers that did not get every row"
            bench.check(what, sum(one["followers_short"] for one in rounds), 0)
            late = sum(one["late_pushes"] for one in rounds)
            bench.add(
                "server-followers",
                f"{name}, {count:,} followers at {rate:,} rows/s: p99 behind the ack, ms",
                median(rounds, "p99_us") / 1000,
                "≤ 250",
                f"p50 {median(rounds, 'p50_us') / 1000:.0f} ms, {median(rounds, 'cpu'):.2f} processors of "
                f"the server, {late} of {sum(one['acknowledged'] for one in rounds)} pushes answered late",
            )
            bench.add("server-followers", f"{name}: peak MB", server.memory(), "", "")
            check_rows(bench, server, f"server-followers {form}")


def first_ack(workspace):
    """Seconds from the start of the process to the first push that is acknowledged."""
    start = time.perf_counter()
    with Server(workspace) as server:
        body = '{"t":"2024-01-01T00:00:00Z","device":"again"}'
        answer = process.run(
            ["curl", "-s", "--data-binary", body, "-H", "Content-Type: application/x-ndjson"]
            + [f"http://127.0.0.1:{server.port}{INGEST}"]
        ).output
        seconds = time.perf_counter() - start
        if APPLIED not in answer:
            raise process.Failed(answer + "\n")
        return seconds, json.loads(answer)["offsets"]["start"]


def replay(bench):
    """A server is killed with 64 MiB in its journal; the next one takes a push."""
    ours = workspace(bench, "server-replay")
    empty = workspace(bench, "server-empty")
    for one in (ours, empty):
        one.command("config", "set", "server.seal-size", "1GiB")
        one.command("config", "set", "server.seal-age", "1h")
        first_ack(one)
    with Server(ours) as server, Client() as client:
        journal = ours.folder / ".catchwater/journal"

        def size():
            # Segments are longer than what is in them, by zeros.
            return sum(len(path.read_bytes().rstrip(b"\0")) for path in journal.rglob("*.segment"))

        rows = 1000
        while size() < 64 << 20:
            client.push(server, connections=4, rows=rows, measure=0.1, warm=0)
        held_rows, bytes_held = server.acknowledged, size()
        killed = kill_and_copy(server, bench.path("server-killed"))
    starts, plain = [], []
    for _ in range(bench.runs if bench.quick else 3):
        copy = killed.copy_to(bench.path("server-again"))
        seconds, offset = first_ack(copy)
        starts.append(seconds)
        plain.append(first_ack(empty)[0])
    whole, alone = statistics.median(starts), statistics.median(plain)
    bench.check("server-replay: rows after the replay", offset, held_rows + 1)
    bench.add(
        "server-replay",
        "first push on a journal of 64 MiB, s",
        whole - alone,
        "≤ 2.0",
        f"{whole:.2f} s from the start of the process, {alone:.2f} s of it on an empty journal; "
        f"{bytes_held / 2**20:.0f} MiB, {held_rows:,} rows",
    )


def lookups(bench):
    """A row of a table by its key on one connection, against the bare stack, by the number of keys."""
    counts = (1_000, 1_000_000) if not bench.quick else (1_000, 100_000)
    ours = workspace(bench, "server-lookups")
    with Server(ours) as server, Bare(bench.folder) as bare, Client() as client:

        def look(at, path, keys, count):
            found = client.ask(
                f"do=look port={at.port} path={path} keys={keys} warm={count // 4} count={count}"
            )
            if found["bad"]:
                raise process.Failed(f"{found['bad']} lookups failed: {found['strange']}\n")
            return found

        for keys in counts:
            fill(server, f"t{keys}", keys)
        look(bare, "/", 0, 20_000)
        for keys in counts:
            look(server, f"/tables/t{keys}/rows/", keys, 20_000)
        rounds = []
        for _ in range(2 * bench.runs):
            one = {keys: look(server, f"/tables/t{keys}/rows/", keys, 10_000) for keys in counts}
            rounds.append((look(bare, "/", 0, 10_000), one))
        for keys in counts:
            p50, p99 = (
                statistics.median(one[keys][key] for _, one in rounds) for key in ("p50_us", "p99_us")
            )
            bench.add(
                "server-lookups",
                f"{keys:,} keys: p99 / p99 of a bare round trip",
                statistics.median(one[keys]["p99_us"] / empty["p99_us"] for empty, one in rounds),
                "≤ 3",
                f"p50 {p50:.0f} µs, p99 {p99:.0f} µs; bare {median([e for e, _ in rounds], 'p50_us'):.0f} µs,"
                f" {median([e for e, _ in rounds], 'p99_us'):.0f} µs",
            )
        bench.add(
            "server-lookups",
            f"p99 of {counts[1]:,} keys / of {counts[0]:,}",
            statistics.median(one[counts[1]]["p99_us"] / one[counts[0]]["p99_us"] for _, one in rounds),
            "≤ 1.5",
            "",
        )


def fill(server, name, keys):
    """A table of rows `{"id":…,"name":…,"score":…}`, in slices."""

    def post(path, body):
        url = f"http://127.0.0.1:{server.port}{path}"
        request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=60).close()

    post("/tables", json.dumps({"name": name, "primaryKey": "id"}))
    for first in range(0, keys, 50_000):
        rows = (
            f'{{"id":{key},"name":"somebody {key * 7919 % keys}","score":{key % 1_000 / 8}}}'
            for key in range(first, min(keys, first + 50_000))
        )
        post(f"/tables/{name}/rows?format=ndjson&wait=committed", "\n".join(rows))


def soak(bench):
    """Ten minutes at 80 % of the peak: the last third against the first."""
    minutes = 1 if bench.quick else 10
    with Server(workspace(bench, "server-soak")) as server, Client() as client:
        ready(client, server, 15)
        peak = median([client.push(server, connections=64, measure=3) for _ in range(3)], "rate")
        rate, parts = int(0.8 * peak), []
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            one = client.push(server, connections=64, rate=rate, measure=9.5, warm=0.5)
            parts.append((one, server.memory("VmRSS"), server.files()))
            print(f"  {one['rate']:,.0f}/s p99 {one['p99_us'] / 1000:.1f} ms, {parts[-1][1:]}", flush=True)
        third = max(1, len(parts) // 3)
        first, last = parts[:third], parts[-third:]

        def ratio(of):
            return statistics.median(map(of, last)) / statistics.median(map(of, first))

        text = f"{rate:,}/s asked, {median([p[0] for p in last], 'rate'):,.0f}/s at the end"
        bench.add("server-soak", "p50, last / first third", ratio(lambda p: p[0]["p50_us"]), "≤ 1.2", text)
        bench.add("server-soak", "p99, last / first third", ratio(lambda p: p[0]["p99_us"]), "≤ 1.5", "")
        bench.add("server-soak", "memory, last / first third", ratio(lambda p: p[1]), "≤ 1.1", f"{last[-1][1]:.0f} MB")
        bench.add("server-soak", "files, last / first third", ratio(lambda p: p[2]), "≤ 1.1", f"{last[-1][2]}")
        check_rows(bench, server, "server-soak")
