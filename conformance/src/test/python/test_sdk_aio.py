"""The async twin: the same operations on an event loop."""

import asyncio
import contextlib
import time
import unittest

import sdk
from sdk import MANIFEST, EngineTest, ScriptedServer, answer, header, row

import catchwater.aio
import streamsql.aio
from catchwater import Retries, errors
from catchwater.protocol import KEY, Request
from catchwater.transport import Address


class ScriptedTest(unittest.TestCase):
    """Against a server that does what it is told."""

    def client(self, server, **options):
        options.setdefault("retries", Retries(seconds=5.0, first=0.001, most=0.01))
        return catchwater.aio.AsyncClient(Address("127.0.0.1", server.port), **options)

    def test_a_push_without_an_answer_is_sent_again_with_its_key(self):
        async def push(server):
            async with self.client(server) as client:
                return await client.dataset("gps").ingest({"v": 1})

        report = b'{"rows":{"added":1}}'
        with ScriptedServer([None, answer(503, Retry_After="0"), None, answer(200, report)]) as server:
            self.assertEqual(1, asyncio.run(push(server)).added)
            self.assertEqual(1, len({header(request, KEY) for request in server.requests}))

    def test_a_connection_is_kept_and_a_closed_one_left(self):
        async def ask(server):
            async with self.client(server) as client:
                for _ in range(3):
                    await client.transport.send(Request("GET", "/x"))

        with ScriptedServer([answer(200), answer(200, Connection="close"), answer(200)]) as server:
            asyncio.run(ask(server))
            self.assertEqual(2, server.connections)

    def test_more_requests_than_connections_of_a_client_that_was_made_before_the_loop(self):
        async def ask(transport):
            return await asyncio.gather(*(transport.send(Request("GET", "/x")) for _ in range(5)))

        with ScriptedServer([answer(200)] * 5) as server:
            transport = catchwater.aio.AsyncTransport(Address("127.0.0.1", server.port), connections_max=1)
            self.assertEqual([200] * 5, [found.status for found in asyncio.run(ask(transport))])
            self.assertEqual(1, server.connections)

    def test_an_answer_in_pieces(self):
        async def ask(server):
            async with self.client(server) as client:
                return (await client.transport.send(Request("GET", "/x"))).body

        pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"
        with ScriptedServer([pieces]) as server:
            self.assertEqual(b"abcdefg", asyncio.run(ask(server)))

    def test_what_is_no_http_is_lost(self):
        async def ask(server):
            async with self.client(server, retries=Retries(seconds=0)) as client:
                with self.assertRaises(errors.UnavailableError):
                    await client.datasets()

        for bad in (b"SSH-2.0\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"):
            with ScriptedServer([bad]) as server:
                asyncio.run(asyncio.wait_for(ask(server), 20))

    def test_a_cancelled_request_leaves_no_answer_for_the_next_one(self):
        async def ask(server):
            async with self.client(server) as client:
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(client.transport.send(Request("GET", "/first")), 0.1)
                return (await client.transport.send(Request("GET", "/second"))).body

        class Slow(ScriptedServer):
            def _talk(self, connection):
                request = self._request(connection)
                if b"/first" in request:
                    time.sleep(0.3)
                with contextlib.suppress(OSError):
                    connection.sendall(answer(200, b"first" if b"/first" in request else b"second"))

        with Slow([True]) as server:
            self.assertEqual(b"second", asyncio.run(ask(server)))


class DatasetTest(EngineTest):
    def test_push_read_and_follow_across_a_kill(self):
        self.dataset(MANIFEST)

        async def follow(gps, seen, first):
            async for found in gps.follow(0):
                seen.append(found["v"])
                first.set()
                if found["v"] == 3:
                    return

        async def work():
            async with catchwater.aio.AsyncClient(self.engine) as client:
                gps = client.dataset("gps")
                reports = await asyncio.gather(*(gps.ingest(row(number)) for number in (0, 1)))
                self.assertEqual([1, 1], [report.added for report in reports])
                seen, first = [], asyncio.Event()
                following = asyncio.create_task(follow(gps, seen, first))
                await asyncio.wait_for(first.wait(), 30)
                self.kill_engine()
                await gps.ingest([row(2), row(3)])
                await asyncio.wait_for(following, 60)
                self.assertEqual([0, 1], sorted(seen[:2]))
                self.assertEqual([2, 3], seen[2:])
                self.assertEqual([{"n": 4}], await gps.sql("select count(*) as n from gps"))
                self.assertEqual([3], [found["v"] for found in await gps.tail(1)])
                self.assertEqual(["gps"], [dataset.name for dataset in await client.datasets()])

        asyncio.run(work())


class StreamsAndTablesTest(EngineTest):
    def test_streams_and_tables(self):
        path = self.folder / "users.csv"
        path.write_text("id,name\n1,simba\n")

        async def work():
            async with streamsql.aio.Local(self.folder) as store:
                stream = await store.create_stream("s")
                await stream.upload({"n": 1})
                self.assertEqual(2, (await stream.upload_many([{"n": 2}, {"n": 3}])).added)
                self.assertEqual([1, 2, 3], [event["payload"]["n"] for event in await stream.tail()])
                await stream.set_retention(rows=5)
                self.assertEqual({"rows": 5}, stream.facts["retention"])
                table = await store.create_table("t", "id", [{"id": "a", "v": 1}])
                await table.insert({"id": "b", "v": 2})
                self.assertEqual([2], await table.lookup("b"))
                frozen = await table.make_immutable()
                self.assertTrue(await table.delete("a"))
                with self.assertRaises(KeyError):
                    await table.get("a")
                self.assertEqual(2, len(await frozen.to_rows()))
                with self.assertRaises(errors.TableImmutableError):
                    await frozen.insert({"id": "c"})
                users = await store.upload_file(path, primary_key="id")
                self.assertEqual("simba", (await users.get(1))["name"])
                self.assertTrue(await store.has_table("users"))
                self.assertFalse(await store.has_table("nothing"))

        asyncio.run(work())


class TwinTest(unittest.TestCase):
    def test_what_the_blocking_classes_do_the_async_ones_do(self):
        twins = [
            (sdk.catchwater.Client, catchwater.aio.AsyncClient),
            (sdk.catchwater.Dataset, catchwater.aio.AsyncDataset),
            (streamsql.Store, streamsql.aio.AsyncStore),
            (streamsql.Stream, streamsql.aio.AsyncStream),
            (streamsql.Table, streamsql.aio.AsyncTable),
            (streamsql.Uploader, streamsql.aio.AsyncUploader),
        ]
        # What reads all into memory and goes on there.
        without = {"address", "to_dataframe", "to_arrow", "to_local", "columns", "column", "subtable"}
        without |= {"merge_column", "upsert", "versions", "is_immutable", "dataset"}
        without |= {"streams", "tables", "create_table_from_csv"}
        for blocking, twin in twins:
            names = {name for name in vars(blocking) if not name.startswith("_")}
            self.assertEqual(set(), names - set(dir(twin)) - without, blocking)
