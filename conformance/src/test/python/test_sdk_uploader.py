"""The background uploader: what it reports is what is there, also where the engine is killed."""

import asyncio
import random
import threading
import time
import unittest

from product import pick
from sdk import ScriptedServer, StoreTest, answer

import catchwater.aio
import streamsql
import streamsql.aio
from catchwater import Retries, errors
from catchwater.transport import Address


class ScriptedTest(unittest.TestCase):
    """Against a server that does what it is told."""

    def uploader(self, server, **options):
        retries = Retries(seconds=0.2, first=0.001, most=0.01)
        uploader = streamsql.Uploader(server.client(retries=retries), "s", **options)
        self.addCleanup(uploader.close)
        return uploader

    def test_events_are_sent_in_their_order_in_few_pushes(self):
        with ScriptedServer([answer(200)] * 1_000) as server:
            up = self.uploader(server)
            for number in range(1_000):
                up.upload(number)
            report = up.flush()
            self.assertEqual((1_000, 1_000, True), (report.given, report.accepted, report.is_complete))
            lines = b"\n".join(request.partition(b"\r\n\r\n")[2] for request in server.requests)
            self.assertEqual(list(range(1_000)), [int(line) for line in lines.split(b"\n")])
            self.assertLess(len(server.requests), 1_000)
            self.assertEqual(len(server.requests), report.pushes)

    def test_a_refused_push_refuses_its_events_only(self):
        bad = answer(400, b'{"type":"bad-data","detail":"no"}', Ingest_Outcome="not-applied")
        with ScriptedServer([answer(200), bad, answer(200)]) as server:
            up = self.uploader(server, batch_events=2)
            for number in range(3):
                up.upload(number)
                up.upload(number)
                up.flush()
            report = up.close()
            self.assertEqual((4, 2, 0), (report.accepted, report.refused, report.unknown))
            self.assertEqual(b"1\n1", report.failures[0].lines)
            self.assertEqual("bad-data", report.failures[0].error.code)

    def test_what_got_no_answer_is_unknown_and_can_be_sent_again(self):
        with ScriptedServer([None] * 10_000) as server:
            up = self.uploader(server, seconds=0.1)
            up.upload("x")
            report = up.flush()
            self.assertEqual((0, 0, 1), (report.accepted, report.refused, report.unknown))
            failure = report.failures[0]
            self.assertIn(failure.key.encode(), server.requests[0])
            self.assertIsInstance(failure.error, errors.UnknownOutcomeError)

    def test_upload_waits_where_too_much_is_on_its_way(self):
        go_on = threading.Event()

        class Slow(ScriptedServer):
            def _talk(self, connection):
                go_on.wait(10)
                super()._talk(connection)

        with Slow([answer(200)] * 100) as server:
            up = self.uploader(server, pending_bytes=100)
            with self.assertRaises(errors.UnavailableError) as told:
                for _ in range(200):
                    up.upload("x", timeout=0.05)
            self.assertEqual("too-much-pending", told.exception.code)
            taken = up.report().given
            self.assertLess(taken, 50)
            go_on.set()
            self.assertEqual(taken, up.flush().accepted)

    def test_an_event_is_what_it_was_when_it_was_given(self):
        with ScriptedServer([answer(200)] * 2) as server:
            up = self.uploader(server)
            event = {"n": 1}
            up.upload(event)
            event["n"] = 2
            up.flush()
            self.assertTrue(server.requests[0].endswith(b'{"n":1}'))
            with self.assertRaises(errors.InvalidError):
                up.upload({"n": float("nan")})

    def test_many_events_are_taken_one_after_the_other(self):
        with ScriptedServer([answer(200)] * 100) as server:
            up = self.uploader(server)
            self.assertEqual(50, up.upload_many(iter(range(50))))
            self.assertEqual(50, up.close().accepted)

    def test_the_with_statement_raises_where_events_were_refused(self):
        with ScriptedServer([answer(400)]) as server:
            with self.assertRaises(errors.InvalidError):
                with self.uploader(server) as up:
                    up.upload(1)
            with self.assertRaises(errors.InvalidError):
                up.upload(2)

    def test_flush_waits_no_longer_than_it_is_told(self):
        with ScriptedServer([None] * 10_000) as server:
            up = self.uploader(server, seconds=2)
            up.upload(1)
            began = time.monotonic()
            self.assertEqual(1, up.flush(timeout=0.1).waiting)
            self.assertLess(time.monotonic() - began, 1.5)


class AsyncTest(unittest.TestCase):
    """The twin on an event loop, against the same server."""

    def up(self, server, work, **options):
        async def run():
            retries = Retries(seconds=0.2, first=0.001, most=0.01)
            client = catchwater.aio.AsyncClient(Address("127.0.0.1", server.port), retries=retries)
            async with client:
                return await work(streamsql.aio.AsyncUploader(client, "s", **options))

        return asyncio.run(asyncio.wait_for(run(), 60))

    def test_events_are_sent_in_their_order_in_few_pushes(self):
        async def work(up):
            for number in range(1_000):
                await up.upload(number)
            report = await up.flush()
            await up.close()
            return report

        with ScriptedServer([answer(200)] * 1_000) as server:
            report = self.up(server, work)
            self.assertEqual((1_000, 1_000, True), (report.given, report.accepted, report.is_complete))
            lines = b"\n".join(request.partition(b"\r\n\r\n")[2] for request in server.requests)
            self.assertEqual(list(range(1_000)), [int(line) for line in lines.split(b"\n")])
            self.assertLess(len(server.requests), 100)

    def test_many_events_of_an_iterable_that_waits(self):
        async def numbers():
            for number in range(30):
                await asyncio.sleep(0)
                yield number

        async def work(up):
            self.assertEqual(30, await up.upload_many(numbers()))
            self.assertEqual(20, await up.upload_many(range(20)))
            return await up.close()

        with ScriptedServer([answer(200)] * 100) as server:
            self.assertEqual(50, self.up(server, work).accepted)

    def test_what_is_refused_or_unknown_is_in_the_report(self):
        async def work(up):
            for _ in range(3):
                await up.upload(1)
                await up.flush()
            report = await up.close()
            with self.assertRaises(errors.InvalidError):
                await up.upload(2)
            return report

        bad = answer(400, b'{"type":"bad-data","detail":"no"}', Ingest_Outcome="not-applied")
        with ScriptedServer([answer(200), bad, *[None] * 10_000]) as server:
            report = self.up(server, work, seconds=0.1)
            self.assertEqual((1, 1, 1), (report.accepted, report.refused, report.unknown))
            self.assertEqual("bad-data", report.failures[0].error.code)
            self.assertIn(report.failures[1].key.encode(), server.requests[-1])

    def test_upload_waits_where_too_much_is_on_its_way(self):
        go_on = threading.Event()

        class Slow(ScriptedServer):
            def _talk(self, connection):
                go_on.wait(10)
                super()._talk(connection)

        async def work(up):
            with self.assertRaises(errors.UnavailableError) as told:
                for _ in range(200):
                    await up.upload("x", timeout=0.05)
            self.assertEqual("too-much-pending", told.exception.code)
            taken = up.report().given
            self.assertLess(taken, 50)
            self.assertEqual(taken, (await up.flush(timeout=0.05)).waiting)
            go_on.set()
            self.assertEqual(taken, (await up.flush()).accepted)
            # Several tasks that wait for the same room have it one after the other.
            await asyncio.gather(*(up.upload("y" * 60) for _ in range(20)))
            return await up.close()

        with Slow([answer(200)] * 100) as server:
            report = self.up(server, work, pending_bytes=100)
            self.assertTrue(report.is_complete)
            largest = max(len(request.partition(b"\r\n\r\n")[2]) for request in server.requests)
            self.assertLessEqual(largest, 100)

    def test_the_with_statement_raises_where_events_were_refused(self):
        async def work(up):
            with self.assertRaises(errors.InvalidError):
                async with up:
                    await up.upload(1)

        with ScriptedServer([answer(400)]) as server:
            self.up(server, work)


class KilledEngineTest(StoreTest):
    def test_the_engine_is_killed_while_a_client_uploads_and_report_and_dataset_agree(self):
        kills = pick(3, 20)
        stream = self.store.create_stream("s")
        up = stream.uploader(batch_events=200)
        stop = threading.Event()
        given = []

        def give():
            while not stop.is_set():
                up.upload({"n": len(given)})
                given.append(len(given))
                if len(given) % 50 == 0:
                    time.sleep(0.001)

        one_by_one = []

        def send():
            while not stop.is_set():
                stream.upload({"one": len(one_by_one)})
                one_by_one.append(len(one_by_one))

        threads = [threading.Thread(target=give), threading.Thread(target=send)]
        for thread in threads:
            thread.start()
        chance = random.Random(7)
        for _ in range(kills):
            time.sleep(chance.uniform(0.3, 1.0))
            accepted = up.report().accepted
            self.kill_engine()
            while up.report().accepted == accepted:  # it goes on with the next engine
                time.sleep(0.05)
        stop.set()
        for thread in threads:
            thread.join()
        report = up.close()
        self.assertEqual([], report.failures)
        self.assertEqual(len(given), report.accepted)
        payloads = [row["payload"] for row in map(streamsql.stream.read_event, stream.dataset.rows())]
        background = [payload["n"] for payload in payloads if "n" in payload]
        self.assertEqual(given, background)
        self.assertEqual(one_by_one, [payload["one"] for payload in payloads if "one" in payload])
        print(f"SDK-KILL kills={kills} uploader={len(given)} single={len(one_by_one)} lost=0 doubled=0")


class FastTest(StoreTest):
    def test_many_small_events_in_little_time(self):
        count = pick(50_000, 300_000)
        stream = self.store.create_stream("s")
        with stream.uploader() as up:
            began = time.monotonic()
            for number in range(count):
                up.upload({"user": number, "page": "/home", "ms": 17})
            report = up.flush()
            seconds = time.monotonic() - began
        self.assertEqual(count, report.accepted)
        query = "select count(*) as n, count(distinct payload->>'user') as d from s"
        self.assertEqual([{"n": count, "d": count}], self.store.sql(query))
        print(f"SDK-UPLOADER events={count} per_second={count / seconds:.0f} pushes={report.pushes}")
        self.assertGreater(count / seconds, 5_000)

    def test_many_small_events_on_an_event_loop_while_the_engine_is_killed(self):
        count = pick(50_000, 300_000)

        async def work():
            async with streamsql.aio.Local(self.folder) as store:
                stream = await store.create_stream("s")
                began = time.monotonic()
                async with stream.uploader() as up:
                    for number in range(count):
                        await up.upload({"user": number, "page": "/home", "ms": 17})
                        if number == count // 2:
                            self.kill_engine()
                    report = await up.flush()
                return report, time.monotonic() - began

        report, seconds = asyncio.run(work())
        self.assertEqual(count, report.accepted)
        query = "select count(*) as n, count(distinct payload->>'user') as d from s"
        self.assertEqual([{"n": count, "d": count}], self.store.sql(query))
        print(f"SDK-UPLOADER-AIO events={count} per_second={count / seconds:.0f} pushes={report.pushes} kills=1")
