"""StreamSQL's API on a local engine: streams, tables, connectors, clients.

Names begin with the section of the API's facts, or the S-row of its decisions, that a test shows.
"""

import datetime
import inspect
import json
import os
import pathlib
import unittest
from unittest import mock

from sdk import ScriptedServer, StoreTest, answer, streamsql

from catchwater import Retries, encoding, errors

USERS = [
    {"id": "user1", "first_name": "simba", "last_name": "khadder"},
    {"id": "user2", "first_name": "nala", "last_name": "khadder"},
]


class ClientsTest(unittest.TestCase):
    def setUp(self):
        streamsql.use(None)
        self.addCleanup(streamsql.use, None)

    def test_F1_1_F1_2_F1_3_the_three_clients(self):
        self.assertEqual("/x/y", streamsql.Local("/x/y").folder)
        managed = streamsql.Managed(host="db.example", port=7)
        self.assertEqual("https://db.example:7", str(managed.client.server))
        remote = streamsql.FeatureStore(apikey="cw_x", server="https://db.example")
        self.assertEqual("https://db.example:443", str(remote.client.server))

    def test_F1_3_a_managed_server_of_this_machine_needs_no_certificate(self):
        self.assertEqual("http://localhost:8080", str(streamsql.Managed().client.server))
        self.assertEqual("http://db:80", str(streamsql.Managed("db", 80, tls=False).client.server))

    def test_F1_4_the_remote_store_needs_a_key_and_a_server(self):
        with self.assertRaises(streamsql.errors.Error) as told:
            streamsql.FeatureStore()
        self.assertIn("FeatureStore(apikey=", told.exception.hint)
        with mock.patch.dict(os.environ):
            os.environ.pop("STREAMSQL_SERVER", None)
            with self.assertRaises(streamsql.errors.Error) as told:
                streamsql.FeatureStore(apikey="cw_x")
            self.assertIn("STREAMSQL_SERVER", told.exception.hint)
            os.environ["STREAMSQL_SERVER"] = "https://db.example:1"
            self.assertEqual("https://db.example:1", str(streamsql.FeatureStore("cw_x").client.server))

    def test_F1_7_F1_9_S1_one_class_has_all_names(self):
        names = [streamsql.LocalFeatureStore, streamsql.LocalFeaturestore, streamsql.local.FeatureStore]
        names += [streamsql.local.LocalFeatureStore, streamsql.local.LocalFeaturestore]
        self.assertEqual({streamsql.Local}, set(names))

    def test_F1_11_S2_the_first_client_is_the_default(self):
        first = streamsql.Local("/x/1")
        streamsql.Local("/x/2")
        self.assertIs(first, streamsql.default_store())
        first.close()
        self.assertIsNot(first, streamsql.default_store())

    def test_S2_every_function_of_the_module_is_a_method_of_the_client(self):
        for space in (streamsql.source, streamsql.connector):
            for name, value in vars(space).items():
                if callable(value) and getattr(value, "__module__", "") == space.__name__:
                    self.assertTrue(callable(getattr(streamsql.Store, name)), name)

    def test_F1_10_S3_the_package_exports_its_entry_points(self):
        for name in ("FeatureStore", "Local", "Managed", "source", "connector"):
            self.assertIn(name, streamsql.__all__)


class LocalTest(StoreTest):
    def test_F1_8_the_local_store_takes_no_key_and_keeps_its_data_in_its_folder(self):
        self.assertNotIn("apikey", inspect.signature(streamsql.Local).parameters)
        self.store.create_stream("s").upload({"n": 1})
        self.assertEqual(str(self.folder), self.store.folder)
        self.assertTrue((self.folder / ".catchwater/datasets/s").exists())

    def test_F1_14_F2_3_events_are_kept_for_ever(self):
        stream = self.store.create_stream("s")
        self.assertIsNone(stream.facts["retention"])
        stream.upload({"n": 1}, event_time="1971-01-01T00:00:00Z")
        self.assertEqual([{"n": 1}], [event["payload"] for event in stream.tail()])


class RetentionTest(unittest.TestCase):
    """Against a server that does what it is told."""

    def test_S5_what_is_asked_for(self):
        facts = {"name": "s", "dataset": "s", "retention": {"age": "1h"}}
        changed = answer(200, json.dumps(facts).encode())
        with ScriptedServer([None, changed, changed, changed]) as server:
            client = server.client(retries=Retries(seconds=5.0, first=0.001, most=0.01))
            stream = streamsql.Stream(streamsql.Store(client), {"name": "s", "dataset": "s"})
            stream.set_retention(age="1h", bytes=7, rows=3)
            self.assertEqual({"age": "1h"}, stream.facts["retention"])
            stream.set_retention({"rows": 5})
            stream.set_retention()
            with self.assertRaises(errors.InvalidError):
                stream.set_retention("1h", rows=5)
            asked = [request.partition(b"\r\n\r\n") for request in server.requests]
        self.assertEqual({b"POST /streams/s/retention HTTP/1.1"}, {head.split(b"\r\n")[0] for head, _, _ in asked})
        limits = {"age": "1h", "bytes": 7, "rows": 3}
        wanted = [limits, limits, {"rows": 5}, None]  # the first answer was cut off
        self.assertEqual(wanted, [json.loads(body)["retention"] for _, _, body in asked])


class StreamsTest(StoreTest):
    def payloads(self, stream):
        return [event["payload"] for event in stream.tail(100)]

    def test_F2_1_F2_4_the_sample(self):
        program = (
            "import streamsql\n"
            'stream = streamsql.source.create_stream(name="MyStream")\n'
            'stream.upload({"key": "value"}, format="json")\n'
            "print(stream.tail()[0]['payload'])"
        )
        self.assertEqual("{'key': 'value'}\n", self.python(program))

    def test_F2_5_the_time_of_an_event_is_its_arrival(self):
        stream = self.store.create_stream("s")
        before = datetime.datetime.now(datetime.timezone.utc)
        stream.upload({"sentAt": 1})
        found = datetime.datetime.fromisoformat(stream.tail()[0]["event_time"].replace("Z", "+00:00"))
        self.assertLess(abs((found - before).total_seconds()), 60)

    def test_S6_an_event_time_may_be_given(self):
        stream = self.store.create_stream("s")
        zone = datetime.timezone(datetime.timedelta(hours=1))
        stream.upload({}, event_time=datetime.datetime(2020, 1, 1, 1, tzinfo=zone))
        stream.upload({}, event_time="2020-01-02T00:00:00Z")
        times = [event["event_time"][:19] for event in stream.tail()]
        self.assertEqual(["2020-01-01T00:00:00", "2020-01-02T00:00:00"], times)

    def test_F2_6_S7_formats(self):
        stream = self.store.create_stream("s")
        stream.upload({"a": 1})
        stream.upload("text")
        stream.upload([{"b": 1}, {"b": 2}], "ndjson")
        stream.upload(b'{"c":1}')
        stream.upload(b"d,e\n1,x\n", "csv")
        stream.upload([{"d": 2, "e": "y"}], "csv")
        stream.upload(b"\x00\x01", "bytes")
        wanted = [{"a": 1}, "text", {"b": 1}, {"b": 2}, {"c": 1}, {"d": 1, "e": "x"}, {"d": 2, "e": "y"}]
        self.assertEqual([*wanted, {"base64": "AAE="}], self.payloads(stream))
        with self.assertRaises(errors.InvalidError) as told:
            stream.upload({}, format="xml")
        self.assertIn("ndjson", told.exception.hint)

    def test_F10_11_S39_what_a_pixel_sends_is_an_event(self):
        stream = self.store.create_stream("visits")
        data = {"sentAt": 1_600_000_000_000, "apiVersion": "v1", "user": {"id": "u"}, "event": {"page": "/"}}
        stream.upload(data)
        event = stream.tail()[0]
        self.assertEqual(data, event["payload"])
        self.assertGreater(event["event_time"], "2021")

    def test_F2_2_S5_a_retention_goes_to_the_server_as_it_reads_it(self):
        retention = streamsql.operations.retention
        self.assertIsNone(retention(None))
        self.assertEqual({"age": "30d"}, retention("30d"))
        self.assertEqual({"age": "36h"}, retention(datetime.timedelta(days=1, hours=12)))
        self.assertEqual({"age": "90s"}, retention(datetime.timedelta(seconds=90)))
        age = {"age": datetime.timedelta(days=2), "rows": 5}
        self.assertEqual({"age": "2d", "rows": 5}, retention(age))
        for bad in (30, datetime.timedelta(0)):
            with self.assertRaises(errors.InvalidError):
                retention(bad)

    def test_F2_2_S5_a_retention_is_changed(self):
        stream = self.store.create_stream("s", retention_policy="30d")
        stream.set_retention(age=datetime.timedelta(hours=1), rows=10)
        self.assertEqual({"age": "1h", "rows": 10}, stream.facts["retention"])
        self.assertEqual({"age": "1h", "rows": 10}, self.store.get_stream("s").facts["retention"])
        with self.assertRaises(errors.InvalidError) as told:
            stream.set_retention(age="soon")
        self.assertIn("30d", str(told.exception))
        stream.upload(1)
        stream.set_retention(None)
        self.assertIsNone(self.store.get_stream("s").facts["retention"])
        self.assertEqual([1], self.payloads(stream))

    def test_S10_a_stream_that_is_there_is_taken_and_another_definition_refused(self):
        stream = self.store.create_stream("s")
        stream.upload(1)
        self.assertEqual([1], self.payloads(self.store.create_stream("s")))
        with self.assertRaises(errors.StreamExistsError):
            self.store.create_stream("s", schema=["id BIGINT"])

    def test_S38_case_does_not_matter(self):
        self.store.create_stream("MyStream").upload(1)
        self.assertEqual([1], self.payloads(self.store.get_stream("mystream")))
        self.assertEqual("MyStream", self.store.get_stream("MYSTREAM").name())
        self.assertEqual(["MyStream"], [stream.name() for stream in self.store.streams()])

    def test_a_stream_that_is_not_there(self):
        with self.assertRaises(KeyError):
            self.store.get_stream("nothing")

    def test_a_typed_stream(self):
        stream = self.store.create_stream("orders", schema=["id BIGINT", "city STRING"])
        stream.upload({"id": 1, "city": "Ulm"})
        self.assertEqual([{"id": 1, "city": "Ulm"}], self.store.sql("select id, city from orders"))
        with self.assertRaises(errors.InvalidError):
            stream.upload({"id": "one"})

    def test_upload_many_is_all_or_none(self):
        stream = self.store.create_stream("s")
        self.assertEqual(3, stream.upload_many({"n": n} for n in range(3)).added)
        with self.assertRaises(errors.InvalidError) as told:
            stream.upload_many([{"n": 3}, {"n": float("inf")}])
        self.assertEqual("line 2", told.exception.place)
        self.assertEqual([{"n": 0}, {"n": 1}, {"n": 2}], self.payloads(stream))

    def test_an_upload_that_is_repeated_is_there_once(self):
        stream = self.store.create_stream("s")
        stream.upload({"n": 1}, key="k")
        self.assertTrue(stream.upload({"n": 1}, key="k").is_replayed)
        self.assertEqual([{"n": 1}], self.payloads(stream))

    def test_the_events_of_a_file(self):
        stream = self.store.create_stream("s")
        path = self.folder / "events.jsonl"
        path.write_text('{"n":1}\n{"n":2}\n')
        self.assertEqual(2, stream.upload_file(path).added)

    def test_sql_sees_the_fields_and_follow_the_events(self):
        stream = self.store.create_stream("clicks")
        stream.upload_many({"page": page} for page in ("a", "b", "a"))
        query = "select payload->>'page' as place, count(*) as n from clicks group by place order by place"
        self.assertEqual([{"place": "a", "n": 2}, {"place": "b", "n": 1}], self.store.sql(query))
        followed = [event["payload"]["page"] for event in stream.follow(0, timeout=0.5)]
        self.assertEqual(["a", "b", "a"], followed)

    def test_a_stream_is_a_dataset_as_all_others(self):
        self.store.create_stream("MyStream").upload({"n": 1})
        self.assertEqual(0, self.run_command("verify", "MyStream").returncode)
        self.assertIn(b"mystream", self.run_command("list", "-o", "json").stdout.lower())

    def test_a_notebook_shows_the_stream(self):
        stream = self.store.create_stream("s")
        stream.upload({"n": 1})
        self.assertIn("payload", stream._repr_html_())
        self.assertIn("stream", self.store._repr_html_())

    @unittest.skipUnless(encoding.module("pandas"), "needs pandas")
    def test_a_data_frame_goes_there_and_back(self):
        import pandas

        stream = self.store.create_stream("s")
        self.assertEqual(2, stream.upload_dataframe(pandas.DataFrame({"n": [1, 2], "x": ["a", None]})).added)
        self.assertEqual([1, 2], list(stream.to_dataframe()["n"]))

    @unittest.skipUnless(encoding.module("pyarrow"), "needs pyarrow")
    def test_S7_parquet(self):
        import pyarrow

        stream = self.store.create_stream("s")
        stream.upload(pyarrow.table({"n": [1, 2]}), "parquet")
        self.assertEqual([{"n": 1}, {"n": 2}], self.payloads(stream))


class TablesTest(StoreTest):
    def test_F3_1_F3_3_F3_6_F3_7_S8_the_samples(self):
        program = (
            "import streamsql\n"
            'table = streamsql.source.create_table(name="MyTable", primary_key="id")\n'
            'table.insert({"id": "user1", "first_name": "simba", "last_name": "khadder"})\n'
            'print(table.get("user1"))\n'
            'table = streamsql.source.create_table(name="Users", primary_key="id",\n'
            '    data=[{"id": "user1", "first_name": "simba", "last_name": "khadder"}], immutable=True, version=1)\n'
            'print(table.get("user1"))\n'
        )
        self.assertEqual(f"{USERS[0]}\n" * 2, self.python(program))

    def test_F3_2_a_dynamic_table_is_mutable_and_schema_less(self):
        table = self.store.create_table("t", "id")
        table.insert([{"id": 1, "a": 1}, {"id": 2, "b": [1, {"c": None}]}])
        table.insert({"id": 1, "z": "new"})
        self.assertEqual({"id": 1, "z": "new"}, table.get(1))
        self.assertEqual({"id": 2, "b": [1, {"c": None}]}, table[2])
        self.assertTrue(table.delete(1))
        self.assertFalse(table.delete(1))
        self.assertNotIn(1, table)
        self.assertEqual([2], [row["id"] for row in table])

    def test_F3_5_a_dynamic_table_is_not_versioned(self):
        table = self.store.create_table("t", "id")
        table.insert({"id": 1})
        with self.assertRaises(errors.InvalidError) as told:
            table.get(1, version=1)
        self.assertEqual("not-versioned", told.exception.code)
        with self.assertRaises(errors.InvalidError):
            self.store.create_table("u", "id", version=1)

    def test_a_batch_is_all_or_none(self):
        table = self.store.create_table("t", "id")
        with self.assertRaises(errors.InvalidError):
            table.insert([{"id": 1}, {"name": "without its key"}])
        self.assertEqual([], list(table))

    def test_F3_6_F3_9_versions_do_not_change_and_stand_side_by_side(self):
        first = self.store.create_table("Users", "id", USERS[:1], immutable=True, version=1)
        second = self.store.create_table("Users", "id", USERS, immutable=True, version=2)
        newest = self.store.get_table("Users")
        self.assertNotIn("user2", first)
        self.assertEqual(USERS[1], second.get("user2"))
        self.assertEqual(USERS[1], newest.get("user2"))
        with self.assertRaises(KeyError):
            newest.get("user2", version=1)
        self.assertEqual([1, 2], newest.versions)
        for change in (lambda: first.insert(USERS[1]), lambda: newest.insert(USERS[0]), lambda: first.delete("user1")):
            with self.assertRaises(errors.TableImmutableError):
                change()

    def test_S10_the_same_version_with_other_content_is_refused(self):
        self.store.create_table("Users", "id", USERS, immutable=True, version=1)
        self.store.create_table("Users", "id", USERS, immutable=True, version=1)
        with self.assertRaises(errors.TableExistsError) as told:
            self.store.create_table("Users", "id", USERS[:1], immutable=True, version=1)
        self.assertEqual('Table with name "Users" already exists', str(told.exception))

    def test_S10_a_dynamic_table_with_another_key_is_refused(self):
        self.store.create_table("t", "id")
        with self.assertRaises(errors.TableExistsError):
            self.store.create_table("t", "other")

    def test_F3_8_S11_make_immutable_leaves_the_dynamic_table_as_it_is(self):
        table = self.store.create_table("t", "id")
        table.insert({"id": 1, "v": 1})
        version = table.make_immutable(version=1)
        table.insert({"id": 1, "v": 2})
        self.assertEqual((1, 1), (version.version, version.get(1)["v"]))
        self.assertEqual(2, table.get(1)["v"])
        self.assertEqual(2, self.store.get_table("t").get(1)["v"])
        self.assertEqual(2, table.make_immutable().version)

    def test_F9_5_S9_lookup_has_the_values_without_the_key(self):
        table = self.store.create_table("t", "id")
        table.insert({"id": "1", "name": "simba", "balance": 123})
        self.assertEqual(["simba", 123], table.lookup("1"))
        with self.assertRaises(KeyError):
            table.lookup("2")

    def test_S12_keys_compare_by_their_text(self):
        table = self.store.create_table("t", ["id"])
        table.insert([{"id": 1}, {"id": "a/b c%;"}, {"id": "ü"}, {"id": True}])
        self.assertEqual(table.get(1), table.get("1"))
        for key in ("a/b c%;", "ü", True):
            self.assertEqual({"id": key}, table.get(key))
        prices = self.store.create_table("prices", ["item", "shop"])
        prices.insert({"item": "a-17", "shop": 2, "price": 3})
        self.assertEqual(3, prices.get(("a-17", "2"))["price"])
        self.assertTrue(prices.delete(["a-17", 2]))

    def test_F9_2_a_table_that_is_not_there(self):
        self.assertFalse(self.store.has_table("nothing"))
        with self.assertRaises(KeyError):
            self.store.get_table("nothing")
        self.store.create_table("t", "id")
        self.assertTrue(self.store.has_table("T"))
        with self.assertRaises(KeyError):
            self.store.get_table("t", version=7)

    def test_F9_4_columns_and_copies_in_memory(self):
        table = self.store.create_table("t", "id")
        table.insert([{"id": str(n), "v": n} for n in (1, 4, 3, 2)])
        self.assertEqual(["id", "v"], table.columns())
        self.assertEqual("t", table.name())
        self.assertEqual(10, sum(table.column("v").values()))
        self.assertEqual(4, table.column("v")["4"])
        self.assertEqual(["v"], table.subtable(["v"]).columns())
        self.assertEqual(table, self.store.get_table("t"))

    def test_a_scan_has_all_pages(self):
        table = self.store.create_table("t", "id")
        table.insert({"id": n} for n in range(12_000))
        self.assertEqual(set(range(12_000)), {row["id"] for row in table.scan()})

    def test_a_notebook_shows_the_table(self):
        self.assertIn("simba", self.store.create_table("t", "id", USERS)._repr_html_())

    @unittest.skipUnless(encoding.module("pandas"), "needs pandas")
    def test_a_data_frame_goes_there_and_back(self):
        import pandas

        frame = pandas.DataFrame({"id": [1, 2], "v": [0.5, None]})
        table = self.store.create_table("t", "id", frame, immutable=True)
        found = table.to_dataframe().sort_values("id")
        self.assertEqual([1, 2], list(found["id"]))
        self.assertTrue(pandas.isna(found["v"].iloc[1]))


class ConnectorsTest(StoreTest):
    def csv(self, name="users.csv", text="id,first_name\nuser1,simba\n"):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_F4_1_F4_2_the_sample_on_a_local_file(self):
        self.csv()
        program = (
            "import streamsql\n"
            'users = streamsql.connector.upload_file("users.csv", name="users", primary_key="id")\n'
            'print(users.get("user1"), users.version)'
        )
        self.assertEqual("{'id': 'user1', 'first_name': 'simba'} 1\n", self.python(program))

    def test_F4_6_later_changes_of_the_file_are_not_reflected(self):
        path = self.csv()
        first = self.store.upload_file(path, "users", "id")
        self.csv(text="id,first_name\nuser1,nala\n")
        self.assertEqual("simba", first.get("user1")["first_name"])

    def test_F4_3_S16_a_file_that_changed_is_the_next_version(self):
        path = self.csv()
        self.assertEqual(1, self.store.upload_file(path, "users", "id").version)
        self.assertEqual(1, self.store.upload_file(path, "users", "id").version)
        self.csv(text="id,first_name\nuser1,nala\n")
        second = self.store.upload_file(path, "users", "id")
        self.assertEqual((2, "nala"), (second.version, second.get("user1")["first_name"]))

    def test_F4_7_S13_path_or_file_and_the_name_of_the_file(self):
        path = self.csv("item_catalog.csv", "id,price\n1,9.5\n")
        table = self.store.upload_file(file=str(path), primary_key="id")
        self.assertEqual("item_catalog", table.name())
        self.assertEqual({"id": 1, "price": 9.5}, table.get("1"))
        address = path.as_uri()
        self.assertEqual(1, self.store.upload_file(address, primary_key="id").version)
        with self.assertRaises(errors.InvalidError):
            self.store.upload_file()

    def test_F4_4_without_a_key_and_with_names_of_columns(self):
        path = self.csv("iris.data", "5.1,setosa\n4.9,setosa\n")
        columns = ["sepal_length", "species"]
        iris = self.store.upload_file(path, name="iris", format="csv", columns=columns)
        self.assertEqual(columns, iris.columns())
        self.assertEqual(5.0, round(iris.column("sepal_length").mean(), 3))
        with self.assertRaises(errors.Error):
            iris.get("5.1")

    def test_F4_5_the_format_is_needed_where_the_name_does_not_tell_it(self):
        with self.assertRaises(errors.InvalidError) as told:
            self.store.upload_file(self.csv("iris.data"))
        self.assertIn('"csv"', told.exception.hint)

    def test_S15_an_address_is_fetched_by_the_server_from_hosts_that_it_may_reach(self):
        with self.assertRaises(errors.AccessError) as told:
            self.store.upload_file("http://127.0.0.1:9/users.csv", primary_key="id")
        self.assertIn("connectors.hosts", f"{told.exception} {told.exception.hint}")
        with self.assertRaises(errors.InvalidError):
            self.store.upload_file("http://127.0.0.1:9/users.csv", columns=["id"])
        with self.assertRaises(errors.InvalidError):
            self.store.upload_file("nothing.csv")
        with self.assertRaises(errors.InvalidError) as told:
            self.store.create_stream("s").upload_file("hdfs://data/users.csv")
        self.assertIn("hdfs://", str(told.exception))

    def test_F9_1_create_table_from_csv(self):
        table = self.store.create_table_from_csv(self.csv(), "users", "id")
        self.assertEqual(["simba"], table.lookup("user1"))
        with self.assertRaises(errors.TableExistsError) as told:
            self.store.create_table_from_csv(self.csv(), "users", "id")
        self.assertEqual('Table with name "users" already exists', str(told.exception))


class LocalTablesTest(unittest.TestCase):
    """Section 9: what the local classes did, on rows in memory."""

    def setUp(self):
        folder = pathlib.Path(self.enterContext(_folder()))
        self.csv = folder / "t.csv"
        self.csv.write_text("id,name,balance\n1,simba,123\n2,nala,7\n")
        self.table = streamsql.local.Table.from_csv("users", self.csv, primary_key="id")

    def enterContext(self, context):  # noqa: N802  (Python 3.11 has it)
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def test_F9_3_a_key_of_a_csv_is_text(self):
        self.assertEqual(["1", "2"], self.table.column("id").values())
        self.assertEqual(["simba", 123], self.table.lookup("1"))
        self.assertEqual(["simba", 123], self.table.lookup(1))
        with self.assertRaises(KeyError):
            self.table.lookup("3")

    def test_F9_3_without_a_key_the_number_of_the_row_is_it(self):
        table = streamsql.local.Table.from_csv("users", self.csv)
        self.assertEqual([2, "nala", 7], table.lookup(1))

    def test_F9_4_tables_compare_by_their_content(self):
        again = streamsql.local.Table.from_csv("other", self.csv, primary_key="id")
        self.assertEqual(self.table, again)
        self.assertNotEqual(self.table, again.subtable(["id", "name"]))

    def test_F9_3_a_key_twice_is_refused(self):
        self.csv.write_text("id\n1\n1\n")
        with self.assertRaises(errors.Error):
            streamsql.local.Table.from_csv("t", self.csv, primary_key="id")

    def test_F9_6_columns_are_merged_by_the_key_or_by_another_column(self):
        pet = streamsql.local.Column("pet", {"1": "cat", "simba": "lion"})
        by_key = self.table.merge_column(pet, name="pet")
        self.assertEqual(["simba", 123, "cat"], by_key.lookup("1"))
        self.assertEqual(["nala", 7, None], by_key.lookup("2"))
        by_name = self.table.merge_column(pet, name="kind", left_on="name")
        self.assertEqual("lion", by_name.get("1")["kind"])
        self.assertEqual(["id", "name", "balance"], self.table.columns())
        self.assertEqual(4, len(self.table.merge_column(pet).columns()))

    def test_F9_7_figures_of_a_column(self):
        column = streamsql.local.Column("n", {str(n): n for n in range(1, 101)})
        self.assertEqual((1, 100, 50.5, 50.5), (column.min(), column.max(), column.mean(), column.median()))
        self.assertAlmostEqual(29.0114, column.std(), 3)
        self.assertEqual([1, 25.75, 50.5, 75.25, 100], column.quantile(0, 0.25, 0.5, 0.75, 1))
        self.assertEqual(50.5, column.quantile(0.5))

    def test_F9_8_transform_changes_nothing(self):
        column = self.table.column("balance")
        squared = column.transform(lambda value: value**2, name="squared")
        self.assertEqual((15_129, 123, "squared"), (squared["1"], column["1"], squared.name()))
        part = column.transform(lambda value, column: value / column.max(), pass_column=True)
        self.assertEqual(1.0, part["1"])


def _folder():
    import tempfile

    return tempfile.TemporaryDirectory()
