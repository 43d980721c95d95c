"""Files and data of any size as events, rows and versions, on a local engine."""

import asyncio
import gzip
import http.server
import os
import threading
import unittest
from unittest import mock

from sdk import StoreTest

import catchwater.upload
import streamsql.aio
from catchwater import errors
from streamsql.files import open_source


class LargeTest(StoreTest):
    def small_is_large(self):
        """What has more than a thousand bytes goes in parts of a thousand."""
        for place, name in (
            (catchwater.upload, "LARGE"),
            (catchwater.upload, "_PART"),
            (streamsql.files, "LARGE"),
            (streamsql.operations, "LARGE"),
        ):
            changed = mock.patch.object(place, name, 1_000)
            changed.start()
            self.addCleanup(changed.stop)

    def uploads(self):
        """What is left of uploads."""
        return list((self.folder / ".catchwater/state/uploads").iterdir())

    def csv(self, name, rows, header="id,name\n"):
        path = self.folder / name
        text = header + "".join(f"{number},name-{number}\n" for number in range(rows))
        path.write_bytes(gzip.compress(text.encode(), 0) if name.endswith(".gz") else text.encode())
        return path

    def test_F4_2_a_file_of_more_than_a_body_becomes_a_table(self):
        path = self.folder / "users.csv"
        more = "x" * 2_000
        with open(path, "w", encoding="utf-8") as file:
            file.write("id,more\n")
            file.writelines(f"{number},{more}\n" for number in range(35_000))
        self.assertGreater(path.stat().st_size, 64 << 20)
        table = self.store.upload_file(path, primary_key="id")
        self.assertEqual({"id": 34_999, "more": more}, table.get(34_999))
        self.assertEqual(35_000, table.facts["versions"][0]["rows"])
        self.assertEqual(1, self.store.upload_file(path, primary_key="id").version)
        self.assertEqual([], self.uploads())

    def test_a_file_in_parts_is_the_version_that_its_body_is(self):
        path = self.csv("users.csv", 500)
        whole = self.store.upload_file(path, "t", "id")
        self.small_is_large()
        parts = self.store.upload_file(path, "t", "id")
        packed = self.store.upload_file(self.csv("packed.csv.gz", 500), "t", "id")
        self.assertEqual([1, 1, 1], [table.version for table in (whole, parts, packed)])

    def test_F4_4_names_of_columns_go_in_front_of_a_large_file(self):
        self.small_is_large()
        path = self.csv("iris.data", 500, header="")
        table = self.store.upload_file(path, "iris", "number", "csv", ["number", "text"])
        self.assertEqual({"number": 499, "text": "name-499"}, table.get(499))
        self.assertEqual(500, len(table.to_rows()))

    def test_a_packed_file_that_is_damaged_or_too_large_is_refused(self):
        self.small_is_large()
        damaged = self.folder / "t.csv.gz"
        damaged.write_bytes(self.csv("whole.csv.gz", 500).read_bytes()[:-9])
        with self.assertRaises(errors.InvalidError) as told:
            self.store.upload_file(damaged)
        self.assertEqual("bad-encoding", told.exception.code)
        large = self.folder / "t.csv.zst"
        with open(large, "wb") as file:
            file.truncate(65 << 20)
        with self.assertRaises(errors.InvalidError) as told:
            self.store.upload_file(large)
        self.assertEqual("unpack it first", told.exception.hint)

    def test_events_rows_and_data_of_any_size_are_one_push(self):
        self.small_is_large()
        rows = [{"id": number, "name": f"name-{number}"} for number in range(2_000)]
        stream = self.store.create_stream("s")
        self.assertEqual(range(0, 2_000), stream.upload_many(rows).offsets)
        self.assertEqual(range(2_000, 2_500), stream.upload_file(self.csv("e.csv", 500)).offsets)
        table = self.store.create_table("t", "id", rows)
        self.assertEqual(rows[1_999], table.get(1_999))
        version = self.store.create_table("v", "id", rows, immutable=True)
        self.assertEqual((1, rows[1_999]), (version.version, version.get(1_999)))
        self.assertEqual(1, self.store.create_table("v", "id", rows[::-1], immutable=True).version)
        self.assertEqual([], self.uploads())

    def test_a_bad_row_of_a_large_file_is_named_and_nothing_is_there(self):
        self.small_is_large()
        path = self.folder / "bad.ndjson"
        path.write_text('{"id":1}\n' * 1_000 + "{\n")
        with self.assertRaises(errors.InvalidError) as told:
            self.store.create_stream("s").upload_file(path)
        self.assertIn("line 1001", told.exception.place)
        self.assertEqual([], self.store.get_stream("s").tail())
        self.assertEqual([], self.uploads())

    def test_the_engine_is_killed_while_a_file_is_uploaded(self):
        self.small_is_large()
        path = self.csv("users.csv", 2_000)
        table = self.store.create_table("warm", "id", [{"id": 1}])
        parts = 0
        send = self.store.client.transport.send

        def sometimes_killed(request):
            nonlocal parts
            parts += request.method == "PATCH"
            if request.method == "PATCH" and parts == 5:
                self.kill_engine()
            return send(request)

        with mock.patch.object(self.store.client.transport, "send", sometimes_killed):
            users = self.store.upload_file(path, primary_key="id")
        self.assertEqual("name-1999", users.get(1_999)["name"])
        self.assertEqual(2_000, len(users.to_rows()))
        self.assertEqual({"id": 1}, table.get(1))

    def test_the_twin_on_an_event_loop_sends_large_files_too(self):
        self.small_is_large()

        async def work():
            async with streamsql.aio.Local(self.folder) as store:
                users = await store.upload_file(self.csv("users.csv", 500), primary_key="id")
                self.assertEqual("name-499", (await users.get(499))["name"])
                stream = await store.create_stream("s")
                self.assertEqual(500, (await stream.upload_file(self.csv("e.csv.gz", 500))).added)

        asyncio.run(work())


class Answering(http.server.BaseHTTPRequestHandler):
    """Has one file, whose rows are in `server.text`."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.text)))
        self.end_headers()
        self.wfile.write(self.server.text)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class ElsewhereTest(StoreTest):
    def test_F4_1_F4_3_S15_a_file_of_an_address_becomes_a_table_and_its_changes_versions(self):
        settings = {"CATCHWATER_CONNECTORS_HOSTS": "127.0.0.1", "CATCHWATER_CONNECTORS_PRIVATE_ADDRESSES": "true"}
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            server.text = b"id,name\n1,ann\n2,bob\n"
            address = f"http://127.0.0.1:{server.server_port}/data/users.csv?day=1"
            with mock.patch.dict(os.environ, settings):
                users = self.store.upload_file(address, primary_key="id")
            self.assertEqual(("users", 1, "bob"), (users.name(), users.version, users.get(2)["name"]))
            self.assertEqual(1, self.store.upload_file(address, primary_key="id").version)
            server.text += b"3,eve\n"
            self.assertEqual("eve", self.store.upload_file(address, primary_key="id").get(3)["name"])
            self.assertEqual("eve", self.store.get_table("users").get(3)["name"])

            async def again():
                async with streamsql.aio.Local(self.folder) as store:
                    return (await store.upload_file(address, "users", "id")).version

            self.assertEqual(2, asyncio.run(again()))
            server.shutdown()


class HeadedTest(StoreTest):
    def test_a_header_in_front_is_read_from_any_place(self):
        path = self.folder / "x.csv"
        path.write_bytes(b"1,2\n")
        with open_source(path, None, ["a", "b"]) as source:
            whole = b"a,b\n1,2\n"
            self.assertEqual(len(whole), source.content.size)
            for at in range(len(whole) + 1):
                for size in (-1, 0, 1, 3, 20):
                    source.content.file.seek(at)
                    wanted = whole[at:] if size < 0 else whole[at : at + size]
                    self.assertEqual(wanted, source.content.file.read(size))


if __name__ == "__main__":
    unittest.main()
