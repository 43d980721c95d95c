"""Materialized views: what the package asks for, and on a local engine what it gets.

Names begin with the fact of StreamSQL's API, or the row of its decisions, that a test shows.
"""

import asyncio
import json
import unittest
import warnings

from sdk import ScriptedServer, StoreTest, answer, streamsql

import catchwater.aio
import streamsql.aio
from catchwater import Retries, errors
from catchwater.transport import Address

FACTS = {
    "name": "Visits",
    "kind": "table",
    "dataset": "Visits",
    "id": "did:odf:x",
    "query": "SELECT user, COUNT(*) FROM clicks GROUP BY user",
    "dependencies": [{"name": "clicks", "kind": "stream", "version": None, "dataset": "clicks"}],
    "outputColumns": ["user", "n"],
    "primaryKey": ["user"],
    "maintenance": "incremental",
    "why": "count of groups",
    "rows": 0,
    "fresh": True,
    "failure": None,
    "warnings": [],
}


def facts(**more):
    return answer(200, json.dumps({**FACTS, **more}).encode())


def body(request):
    return json.loads(request.partition(b"\r\n\r\n")[2])


class AskedTest(unittest.TestCase):
    """Against a server that does what it is told."""

    def store(self, server):
        return streamsql.Store(server.client(retries=Retries(seconds=5.0, first=0.001, most=0.01)))

    def visits(self, store, **more):
        asked = {"name": "Visits", "query": FACTS["query"], "dependencies": ["clicks"], "output_columns": ["user", "n"]}
        return store.materialize_table(**{**asked, **more})

    def test_F5_5_S18_what_is_missing_is_named(self):
        with ScriptedServer([]) as server:
            with self.assertRaises(errors.InvalidError) as told:
                self.store(server).materialize_stream(name="v", query="SELECT 1")
            self.assertIn("dependencies, output_columns", str(told.exception))
            with self.assertRaises(errors.InvalidError) as told:
                self.visits(self.store(server), dependencies="clicks")
            self.assertEqual("['clicks']", told.exception.hint)

    def test_a_definition_is_sent_as_the_server_reads_it(self):
        with ScriptedServer([facts()] * 3) as server:
            store = self.store(server)
            users = streamsql.Table(store, {"name": "Users", "immutable": True}, version=2)
            clicks = streamsql.Stream(store, {"name": "clicks"})
            self.visits(store, dependencies=[clicks, users, ("Prices", 1), {"name": "x"}], primary_key=["user"])
            view = store.materialize_stream("v", "SELECT 1", [clicks], ["a"])
            self.visits(store, dependencies=[view], primary_key=["user", "n"])
            sent = [body(request) for request in server.requests]
            self.assertEqual(
                ["clicks", {"name": "Users", "version": 2}, {"name": "Prices", "version": 1}, {"name": "x"}],
                sent[0]["dependencies"],
            )
            self.assertEqual(("table", "user"), (sent[0]["kind"], sent[0]["primaryKey"]))
            wanted = {"name": "v", "kind": "stream", "query": "SELECT 1", "dependencies": ["clicks"]}
            self.assertEqual({**wanted, "outputColumns": ["a"]}, sent[1])
            self.assertEqual((["Visits"], ["user", "n"]), (sent[2]["dependencies"], sent[2]["primaryKey"]))

    def test_a_view_has_seen_what_there_is_when_it_is_returned(self):
        with ScriptedServer([facts(fresh=False), None, facts(rows=7), facts(fresh=False)]) as server:
            store = self.store(server)
            self.assertEqual(7, self.visits(store).facts["rows"])
            lines = [request.split(b" HTTP")[0] for request in server.requests]
            self.assertEqual([b"POST /views", *[b"POST /views/Visits/refresh"] * 2], lines)
            self.assertFalse(self.visits(store, wait=False).facts["fresh"])

    def test_S17_warnings_of_the_server_are_warnings(self):
        with ScriptedServer([facts(warnings=["id is left out"])]) as server:
            with warnings.catch_warnings(record=True) as heard:
                warnings.simplefilter("always")
                self.visits(self.store(server))
            self.assertEqual(["Visits: id is left out"], [str(one.message) for one in heard])

    def test_rows_are_read_as_they_stand(self):
        rows = [{"user": "a", "n": 1}]
        with ScriptedServer([facts(), answer(200, json.dumps({"rows": rows}).encode())]) as server:
            self.assertEqual(rows, list(self.visits(self.store(server))))
            self.assertIn(b"/views/Visits/rows?limit=10000", server.requests[1])

    def test_of_more_rows_than_the_server_tells_at_once_the_history_is_read(self):
        many = [{"user": f"u{n}", "n": 1} for n in range(10_000)]
        history = [{"offset": n, "op": 0, **row} for n, row in enumerate([*many, {"user": "z", "n": 7}])]
        history += [{"offset": 10_001, "op": 2, **many[0]}, {"offset": 10_002, "op": 3, "user": "u0", "n": 2}]
        history += [{"offset": 10_003, "op": 1, **many[1]}]
        tails = [history[:10_000], history[10_000:]]
        info = answer(200, b'{"nextOffset":10004}')
        script = [facts(), answer(200, json.dumps({"rows": many}).encode()), info]
        script += [answer(200, json.dumps({"data": tail}).encode()) for tail in tails]
        with ScriptedServer(script) as server:
            found = {row["user"]: row["n"] for row in self.visits(self.store(server))}
        self.assertEqual((10_000, 2, 7), (len(found), found["u0"], found["z"]))
        self.assertNotIn("u1", found)

    def test_F5_3_what_is_said_of_it_and_that_nobody_writes_to_it(self):
        with ScriptedServer([facts()]) as server:
            view = self.visits(self.store(server))
            said = (view.name(), view.query, view.dependencies, view.columns(), view.primary_key)
            self.assertEqual(("Visits", FACTS["query"], ["clicks"], ["user", "n"], ["user"]), said)
            self.assertEqual((True, "count of groups"), (view.is_incremental, view.why))
            self.assertEqual("<MaterializedTable Visits, incremental>", repr(view))
            for write in (view.insert, view.delete, streamsql.MaterializedStream(view.store, FACTS).upload):
                with self.assertRaises(errors.InvalidError) as told:
                    write({"user": "a"})
                self.assertEqual("view-read-only", told.exception.code)

    def test_errors_of_views(self):
        gone = answer(404, b'{"type":"view-not-found","detail":"no"}')
        there = answer(409, b'{"type":"view-exists","detail":"no"}')
        with ScriptedServer([gone, there]) as server:
            store = self.store(server)
            with self.assertRaises(errors.ViewNotFoundError) as told:
                store.get_view("v")
            self.assertIsInstance(told.exception, KeyError)
            with self.assertRaises(errors.ViewExistsError):
                self.visits(store)

    def test_the_twin_on_an_event_loop(self):
        row = answer(200, b'{"user":"a","n":2}')
        page = answer(200, b'{"rows":[{"user":"a","n":2}]}')
        listed = answer(200, json.dumps({"views": [{**FACTS, "kind": "stream"}]}).encode())

        async def work(server):
            async with catchwater.aio.AsyncClient(Address("127.0.0.1", server.port)) as client:
                store = streamsql.aio.AsyncStore(client)
                view = await store.materialize_table("Visits", "SELECT 1", ["clicks"], ["user", "n"])
                self.assertEqual({"user": "a", "n": 2}, await view.get("a"))
                self.assertEqual([2], await view.lookup("a"))
                self.assertEqual(["user", "n"], (await view.to_rows()).columns)
                self.assertEqual(3, (await view.refresh())["rows"])
                (stream,) = await store.views()
                with self.assertRaises(errors.InvalidError):
                    await stream.upload(1)
                return type(stream)

        with ScriptedServer([facts(), row, row, page, facts(rows=3), listed]) as server:
            self.assertIs(streamsql.aio.AsyncMaterializedStream, asyncio.run(work(server)))
            self.assertIn(b"/rows?key=%5B%22a%22%5D", server.requests[1])


PURCHASES = [
    {"id": 1, "user": "ann", "item": "book", "state": "CA"},
    {"id": 2, "user": "bob", "item": "pen", "state": "NY"},
    {"id": 3, "user": "ann", "item": "pen", "state": "CA"},
]
CATALOG = [{"id": "book", "price": 12}, {"id": "pen", "price": 2}]
COUNTS = "SELECT user, COUNT(*) FROM purchases GROUP BY user"


class ViewsTest(StoreTest):
    """On a local engine."""

    def setUp(self):
        super().setUp()
        self.purchases = self.store.create_stream(
            "purchases", schema=["id BIGINT", "user STRING", "item STRING", "state STRING"]
        )
        self.purchases.upload_many(PURCHASES, wait="committed")

    def catalog(self):
        return self.store.create_table("catalog", "id", CATALOG, immutable=True)

    def by(self, key, rows):
        return sorted((dict(row) for row in rows), key=lambda row: row[key])

    def test_F5_2_F5_6_F5_7_S17_the_sample_of_a_stream(self):
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            view = self.store.materialize_stream(
                name="CaPurchases",
                query="SELECT id, user, item FROM purchases WHERE state = 'CA'",
                dependencies=["purchases"],
                output_columns=["user", "item"],
            )
        self.assertEqual(1, len(heard))
        found = [(row["user"], row["item"]) for row in view.tail()]
        self.assertEqual([("ann", "book"), ("ann", "pen")], found)
        self.assertTrue(view.is_incremental, view.why)
        self.purchases.upload({"id": 4, "user": "eve", "item": "pen", "state": "CA"}, wait="committed")
        view.refresh()
        self.assertEqual("eve", view.tail(1)[0]["user"])

    def test_F5_3_a_view_is_written_to_by_nobody(self):
        view = self.store.materialize_stream("v", "SELECT id FROM purchases", ["purchases"], ["id"])
        with self.assertRaises(errors.InvalidError):
            view.upload({"id": 9})
        with self.assertRaises(errors.Error):
            view.dataset.ingest({"id": 9})
        self.assertEqual(3, len(view.to_rows()))

    def test_F5_4_output_columns_name_the_columns(self):
        view = self.store.materialize_stream("v", "SELECT id, user FROM purchases", ["purchases"], ["number", "who"])
        self.assertEqual((1, "ann"), (view.tail()[0]["number"], view.tail()[0]["who"]))

    def test_F5_8_S19_the_sample_of_a_table(self):
        view = self.store.materialize_table("counts", COUNTS, ["purchases"], ["user", "n"])
        self.assertIsInstance(view, streamsql.MaterializedTable)
        self.assertEqual(["user"], view.primary_key)
        self.assertEqual([2], view.lookup("ann"))
        self.assertEqual([{"user": "ann", "n": 2}, {"user": "bob", "n": 1}], self.by("user", view))
        self.assertNotIn("eve", view)
        self.purchases.upload({"id": 4, "user": "eve", "item": "pen", "state": "CA"}, wait="committed")
        view.refresh()
        self.assertEqual({"user": "eve", "n": 1}, view.get("eve"))
        self.assertTrue(view.is_incremental, view.why)

    def test_F5_9_S20_collect_gathers_a_group(self):
        query = "SELECT user, COLLECT(item) FROM purchases GROUP BY user"
        view = self.store.materialize_table("items", query, ["purchases"], ["user", "items"])
        self.assertEqual(["book", "pen"], sorted(view.get("ann")["items"]))

    def test_F5_10_a_stream_is_joined_with_a_table(self):
        query = "SELECT p.id, p.user, catalog.price FROM purchases p INNER JOIN catalog ON p.item = catalog.id"
        view = self.store.materialize_stream("priced", query, [self.purchases, self.catalog()], ["id", "user", "price"])
        self.assertEqual([12, 2, 2], [row["price"] for row in view.tail()])

    def test_F3_5_F5_11_S22_what_may_not_be_joined_is_refused_with_the_reason(self):
        self.store.create_stream("other", schema=["id BIGINT"]).upload({"id": 1}, wait="committed")
        self.store.create_table("prices", "id", CATALOG)
        streams = "SELECT p.id FROM purchases p INNER JOIN other o ON p.id = o.id"
        with self.assertRaises(errors.InvalidError) as told:
            self.store.materialize_stream("v", streams, ["purchases", "other"], ["id"])
        self.assertIn("purchases", str(told.exception))
        self.assertIn("other", str(told.exception))
        dynamic = "SELECT p.id FROM purchases p INNER JOIN prices ON p.item = prices.id"
        with self.assertRaises(errors.InvalidError) as told:
            self.store.materialize_stream("v", dynamic, ["purchases", "prices"], ["id"])
        self.assertIn("prices", str(told.exception))

    def test_F3_4_S22_a_dynamic_table_is_projected_into_another(self):
        prices = self.store.create_table("prices", "id", CATALOG)
        prices.insert({"id": "cap", "price": 9}, wait="committed")
        view = self.store.materialize_table(
            "cheap", "SELECT id, price FROM prices WHERE price < 10", ["prices"], ["id", "price"], "id"
        )
        self.assertEqual(["cap", "pen"], [row["id"] for row in self.by("id", view)])
        prices.insert({"id": "book", "price": 8}, wait="committed")
        view.refresh()
        self.assertEqual(8, view.get("book")["price"])

    def test_F5_1_a_view_is_a_source_of_another(self):
        first = self.store.materialize_stream(
            "ca", "SELECT user, item FROM purchases WHERE state = 'CA'", ["purchases"], ["user", "item"]
        )
        second = self.store.materialize_table(
            "n", "SELECT item, COUNT(*) FROM ca GROUP BY item", [first], ["item", "n"]
        )
        self.assertEqual([1], second.lookup("pen"))

    def test_F5_13_a_key_may_be_a_list_and_names_output_columns(self):
        view = self.store.materialize_table("v", "SELECT id, user FROM purchases", ["purchases"], ["new_id", "who"], ["new_id"])
        self.assertEqual({"new_id": 2, "who": "bob"}, view.get(2))

    def test_F5_14_a_key_that_comes_twice_is_told(self):
        query = "SELECT user, id FROM purchases"
        with self.assertRaises(errors.InvalidError) as told:
            self.store.materialize_table("v", query, ["purchases"], ["user", "id"], "user")
        self.assertIn("user = ann", str(told.exception))
        view = self.store.materialize_table("w", "SELECT id, user FROM purchases", ["purchases"], ["id", "user"], "id")
        self.purchases.upload({"id": 2, "user": "eve", "item": "pen", "state": "CA"}, wait="committed")
        with self.assertRaises(errors.InvalidError) as told:
            view.refresh()
        self.assertIn("id = 2", str(told.exception))
        self.assertEqual("bob", view.get(2)["user"])

    def test_F5_15_another_count_of_columns_is_refused(self):
        with self.assertRaises(errors.InvalidError):
            self.store.materialize_stream("v", "SELECT id FROM purchases", ["purchases"], ["a", "b"])

    def test_F5_16_S10_a_view_that_is_there_is_taken_and_another_definition_refused(self):
        self.store.materialize_table("v", COUNTS, ["purchases"], ["user", "n"])
        self.assertEqual([2], self.store.materialize_table("v", COUNTS, ["purchases"], ["user", "n"]).lookup("ann"))
        with self.assertRaises(errors.ViewExistsError):
            self.store.materialize_table("v", COUNTS, ["purchases"], ["user", "m"])
        self.assertEqual(["v"], [view.name() for view in self.store.views()])
        self.assertEqual([2], self.store.get_view("V").lookup("ann"))

    def test_F5_17_S20_double_equals_and_aliases(self):
        query = "SELECT p.user, SUM(p.id) FROM purchases AS p WHERE p.state == 'CA' GROUP BY p.user"
        view = self.store.materialize_table("v", query, ["purchases"], ["user", "total"])
        self.assertEqual((["user"], [4]), (view.primary_key, view.lookup("ann")))
        self.assertTrue(view.is_incremental, view.why)

    def test_F5_18_S21_a_column_without_group_by_is_refused_with_the_hint(self):
        with self.assertRaises(errors.InvalidError) as told:
            self.store.materialize_table("v", "SELECT user, AVG(id) FROM purchases", ["purchases"], ["user", "a"])
        self.assertIn("GROUP BY", f"{told.exception} {told.exception.hint}")

    def test_the_twin_on_an_event_loop_has_the_same(self):
        async def work():
            async with streamsql.aio.Local(self.folder) as store:
                view = await store.materialize_table("v", COUNTS, ["purchases"], ["user", "n"])
                return await view.get("ann"), [one.name() for one in await store.views()]

        self.assertEqual(({"user": "ann", "n": 2}, ["v"]), asyncio.run(work()))
