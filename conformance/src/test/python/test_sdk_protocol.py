"""What the Python packages say to a server and what they make of its answers, without a server.

The decisions are those of `catchwater.protocol`; the transport meets a server that does what it is told.
"""

import datetime
import decimal
import io
import json
import pickle
import unittest

import sdk
from sdk import ScriptedServer, answer, header

from catchwater import encoding, errors, upload
from catchwater.protocol import KEY, Answer, Lost, Pause, Request, Retries, drive, exchange, target

RETRIES = Retries(seconds=10.0, first=0.1, most=1.0, chance=lambda: 0.0)
PUSH = {KEY: "k1"}


def problem(status, code, **more):
    body = json.dumps({"type": code, "status": status, "detail": f"it is {code}", **more}).encode()
    return Answer(status, {"ingest-outcome": "not-applied"}, body)


def asked(request, *replies):
    effects, result = drive(exchange(request, RETRIES), replies)
    return [effect.seconds if isinstance(effect, Pause) else "send" for effect in effects], result


class RetriesTest(unittest.TestCase):
    def push(self):
        return Request("POST", "/gps/ingest", b"{}", dict(PUSH))

    def test_an_answer_is_the_result(self):
        done, result = asked(self.push(), Answer(200, {}, b'{"n":1}'))
        self.assertEqual((["send"], {"n": 1}), (done, result.json()))

    def test_pauses_double_up_to_a_limit(self):
        lost = [Lost("refused", sent=False)] * 6
        done, _ = asked(self.push(), *lost, Answer(200, {}, b"{}"))
        self.assertEqual([0.1, 0.2, 0.4, 0.8, 1.0, 1.0], [step for step in done if step != "send"])

    def test_pauses_are_shortened_at_random_by_up_to_a_half(self):
        shortest = Retries(first=0.1, chance=lambda: 1.0)
        self.assertEqual(0.05, shortest.pause(0, 0))

    def test_retry_after_is_kept_to(self):
        busy = Answer(503, {"retry-after": "3"}, b"{}")
        done, _ = asked(self.push(), busy, Answer(200, {}, b"{}"))
        self.assertEqual(["send", 3.0, "send"], done)

    def test_a_stale_connection_is_left_at_once(self):
        done, _ = asked(self.push(), Lost("closed", sent=True, stale=True), Answer(200, {}, b"{}"))
        self.assertEqual(["send", "send"], done)

    def test_the_time_has_an_end(self):
        with self.assertRaises(errors.UnavailableError):
            asked(self.push(), *[Answer(503, {"retry-after": "4"}, b"{}")] * 9)

    def test_time_that_attempts_took_counts(self):
        with self.assertRaises(errors.UnknownOutcomeError) as told:
            asked(self.push(), Lost("no progress", sent=True, seconds=11.0))
        self.assertEqual("k1", told.exception.key)

    def test_what_has_no_key_is_not_sent_twice_where_it_may_have_come(self):
        with self.assertRaises(errors.UnknownOutcomeError):
            asked(Request("POST", "/gps/ingest", b"{}"), Lost("closed", sent=True))

    def test_what_has_no_key_is_sent_again_where_it_cannot_have_come(self):
        request = Request("POST", "/gps/ingest", b"{}")
        done, _ = asked(request, Lost("refused", sent=False), Answer(200, {}, b"{}"))
        self.assertEqual(2, done.count("send"))

    def test_a_push_in_progress_is_waited_for(self):
        under_way = Answer(409, {"ingest-outcome": "unknown", "retry-after": "1"}, b"{}")
        done, _ = asked(self.push(), under_way, Answer(200, {}, b"{}"))
        self.assertEqual(["send", 1.0, "send"], done)

    def test_bad_rows_are_final(self):
        with self.assertRaises(errors.InvalidError):
            asked(self.push(), problem(400, "bad-data"))

    def test_bad_rows_are_final_also_behind_an_attempt_without_an_answer(self):
        with self.assertRaises(errors.InvalidError):
            asked(self.push(), Lost("closed", sent=True), problem(400, "bad-data"))

    def test_a_token_that_ended_says_nothing_of_the_attempt_before(self):
        with self.assertRaises(errors.UnknownOutcomeError) as told:
            asked(self.push(), Lost("closed", sent=True), problem(401, "unauthorized"))
        self.assertEqual(401, told.exception.status)

    def test_an_engine_that_is_not_found_is_told_at_once_and_leaves_what_was_sent_in_doubt(self):
        gone = Lost("no engine", sent=False, cause=errors.EngineError("no engine"))
        with self.assertRaises(errors.EngineError):
            asked(self.push(), gone)
        with self.assertRaises(errors.UnknownOutcomeError):
            asked(self.push(), Lost("closed", sent=True), gone)

    def test_too_many_wrong_tokens_are_not_tried_again(self):
        wrong = problem(429, "too-many-attempts")
        wrong.headers["retry-after"] = "60"
        with self.assertRaises(errors.LimitError):
            asked(self.push(), wrong)

    def test_a_read_that_failed_is_not_in_doubt(self):
        with self.assertRaises(errors.ServerError):
            asked(Request("GET", "/gps/tail"), Answer(500, {}, b"{}"))


class ErrorsTest(unittest.TestCase):
    def test_F9_9_the_base_is_streamsql_errors_error(self):
        for name in sdk.streamsql.errors.__all__:
            self.assertTrue(issubclass(getattr(sdk.streamsql.errors, name), sdk.streamsql.errors.Error), name)

    def test_F9_10_S37_all_classes_are_defined_and_str_is_the_message(self):
        for kind in (errors.DatasetExistsError, errors.FeatureExistsError, errors.RowNotFoundError):
            self.assertEqual('no "x"', str(kind('no "x"')))

    def test_S9_what_is_not_found_is_a_key_error(self):
        self.assertTrue(issubclass(errors.RowNotFoundError, KeyError))
        self.assertTrue(issubclass(errors.TableNotFoundError, KeyError))

    def test_an_error_carries_code_place_and_hint(self):
        said = problem(
            400,
            "bad-data",
            requestId="r-1",
            errors=[{"line": 2, "column": 7, "field": "v", "message": "no number", "hint": "quote it"}],
        )
        error = errors.of_answer(said.status, said.headers, said.body)
        self.assertIsInstance(error, ValueError)
        self.assertEqual("it is bad-data", str(error))
        self.assertEqual("bad-data", error.code)
        self.assertEqual('line 2, column 7, field "v"', error.place)
        self.assertEqual("quote it", error.hint)
        self.assertEqual("r-1", error.request_id)

    def test_each_status_has_its_branch(self):
        wanted = {
            400: errors.InvalidError,
            401: errors.AccessError,
            403: errors.AccessError,
            404: errors.NotFoundError,
            409: errors.ConflictError,
            413: errors.LimitError,
            422: errors.InvalidError,
            429: errors.LimitError,
            500: errors.ServerError,
            503: errors.UnavailableError,
            507: errors.LimitError,
        }
        for status, kind in wanted.items():
            self.assertIs(kind, type(errors.of_answer(status, {}, b"no json")), status)

    def test_an_error_is_pickled_with_all_it_knows(self):
        error = errors.InvalidError("m", code="c", place="p", hint="h", details=[{"line": 1}])
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual(error.__dict__, again.__dict__)
        self.assertIs(errors.InvalidError, type(again))


class EncodingTest(unittest.TestCase):
    def test_values_of_python_as_json(self):
        zone = datetime.timezone(datetime.timedelta(hours=2))
        value = {
            "t": datetime.datetime(2020, 1, 1, 2, 0, tzinfo=zone),
            "d": datetime.date(2020, 1, 1),
            "n": decimal.Decimal("1.10"),
            "b": b"\x00\xff",
            "s": {2, 1},
            "ü": None,
        }
        self.assertEqual(
            '{"t":"2020-01-01T00:00:00Z","d":"2020-01-01","n":"1.10","b":"AP8=","s":[1,2],"ü":null}',
            encoding.encode(value).decode(),
        )

    def test_what_is_no_json_is_refused_with_its_line(self):
        for bad in (float("nan"), object(), "\ud800"):
            with self.assertRaises(errors.InvalidError) as told:
                encoding.encode_lines([{"v": 1}, {"v": bad}])
            self.assertEqual("line 2", told.exception.place)

    def test_csv_has_the_columns_of_all_rows(self):
        rows = [{"a": 1, "b": "x,y"}, {"c": 2, "a": 3}]
        self.assertEqual(b'a,b,c\n1,"x,y",\n3,,2\n', encoding.encode_csv(rows))

    def test_the_name_of_a_file_tells_its_format(self):
        self.assertEqual(("csv", None), encoding.format_of_file("a/Users.CSV"))
        self.assertEqual(("ndjson", "gzip"), encoding.format_of_file("x.jsonl.gz"))
        self.assertEqual((None, None), encoding.format_of_file("iris.data"))
        self.assertEqual("users", encoding.stem_of_file("a/users.csv.gz"))
        self.assertEqual("iris", encoding.stem_of_file("iris.data"))

    def test_addresses_are_escaped(self):
        self.assertEqual("/tables/a%2Fb/rows?key=%5B%22x%20y%22%5D", target("tables", "a/b", "rows", key='["x y"]'))
        self.assertEqual("/a?dryRun=true", target("a", dryRun=True, wait=None))


class UploadTest(unittest.TestCase):
    """What is large goes in parts, and on from where it was cut off."""

    FILE = bytes(range(256)) * (34 << 12)  # 34 MiB

    def send(self, *replies):
        content = upload.Content.of(self.FILE, "x.ndjson")
        operation = upload.send(lambda token: target("s", "ingest", uploadToken=token), content, dict(PUSH), RETRIES)
        return drive(operation, replies)

    def parts(self, done):
        return [(int(r.headers["Upload-Offset"]), len(r.body)) for r in done if r.method == "PATCH"]

    def test_a_small_one_is_a_body(self):
        content = upload.Content.of(b"{}")
        done, _ = drive(upload.send(lambda token: f"/x?{token}", content, dict(PUSH), RETRIES), [Answer(200, {}, b"{}")])
        self.assertEqual([("POST", "/x?None", b"{}")], [(r.method, r.target, r.body) for r in done])

    def test_parts_are_sent_one_behind_the_other_and_the_upload_is_named_and_forgotten(self):
        prepared = Answer(200, {}, b'{"uploadToken":"t"}')
        done, _ = self.send(prepared, *[Answer(204, {}, b"")] * 5, Answer(200, {}, b"{}"), Answer(204, {}, b""))
        mega = 1 << 20
        self.assertEqual([(n * 8 * mega, min(8, 34 - n * 8) * mega) for n in range(5)], self.parts(done))
        self.assertEqual(self.FILE, b"".join(r.body for r in done if r.method == "PATCH"))
        self.assertEqual(("POST", "/s/ingest?uploadToken=t", b""), (done[-2].method, done[-2].target, done[-2].body))
        self.assertEqual(("DELETE", "/platform/file/upload/t"), (done[-1].method, done[-1].target))

    def test_what_was_cut_off_goes_on_where_the_server_says(self):
        prepared = Answer(200, {}, b'{"uploadToken":"t"}')
        there = Answer(204, {"upload-offset": str(3 << 20)}, b"")
        rest = [Answer(204, {}, b"")] * 4
        done, _ = self.send(
            prepared, Lost("broken", sent=True), there, *rest, Answer(200, {}, b"{}"), Answer(204, {}, b"")
        )
        self.assertEqual([(0, 8 << 20), (3 << 20, 8 << 20)], self.parts(done)[:2])
        self.assertEqual(31 << 20, sum(size for _, size in self.parts(done)[1:]))

    def test_a_refused_upload_is_forgotten_and_one_in_doubt_is_not(self):
        prepared = Answer(200, {}, b'{"uploadToken":"t"}')
        parts = [Answer(204, {}, b"")] * 5
        with self.assertRaises(errors.InvalidError):
            self.send(prepared, *parts, problem(400, "bad-data"), Answer(204, {}, b""))
        with self.assertRaises(errors.UnknownOutcomeError):
            self.send(prepared, *parts, Lost("no progress", sent=True, seconds=11.0))

    def test_a_file_that_became_shorter_is_refused(self):
        content = upload.Content(io.BytesIO(b"x"), 40 << 20, "x")
        prepared = Answer(200, {}, b'{"uploadToken":"t"}')
        with self.assertRaises(errors.InvalidError):
            drive(upload.send(str, content, {}, RETRIES), [prepared, Answer(204, {}, b"")])


class TransportTest(unittest.TestCase):
    def setUp(self):
        self.retries = Retries(seconds=5.0, first=0.001, most=0.01)

    def test_a_connection_is_kept(self):
        with ScriptedServer([answer(200), answer(200), answer(200)]) as server:
            client = server.client()
            for _ in range(3):
                client.transport.send(Request("GET", "/x"))
            self.assertEqual(1, server.connections)

    def test_a_push_without_an_answer_is_sent_again_with_its_key(self):
        report = b'{"rows":{"added":1}}'
        with ScriptedServer([None, answer(503, Retry_After="0"), None, answer(200, report)]) as server:
            push = server.client(retries=self.retries).dataset("gps").ingest({"v": 1})
            self.assertEqual(1, push.added)
            self.assertEqual(1, len({header(request, KEY) for request in server.requests}))
            self.assertEqual(1, len({request.partition(b"\r\n\r\n")[2] for request in server.requests}))
            self.assertEqual(4, len(server.requests))

    def test_two_pushes_have_two_keys(self):
        with ScriptedServer([answer(200)] * 2) as server:
            dataset = server.client().dataset("gps")
            dataset.ingest({"v": 1})
            dataset.ingest({"v": 1})
            self.assertEqual(2, len({header(request, KEY) for request in server.requests}))

    def test_a_replayed_answer_says_so(self):
        with ScriptedServer([answer(200, Idempotency_Replayed="true")]) as server:
            self.assertTrue(server.client().dataset("gps").ingest({"v": 1}, key="k").is_replayed)

    def test_a_connection_that_the_server_closed_is_not_used(self):
        with ScriptedServer([answer(200, Connection="close"), answer(200)]) as server:
            client = server.client()
            first = client.transport.send(Request("POST", "/x", b"1"))
            second = client.transport.send(Request("POST", "/x", b"2"))
            self.assertEqual([200, 200], [first.status, second.status])
            self.assertEqual(2, server.connections)

    def test_the_token_goes_into_the_header(self):
        with ScriptedServer([answer(200, b'{"streams":[]}')]) as server:
            store = sdk.streamsql.Managed("127.0.0.1", server.port, "cw_secret")
            self.addCleanup(store.close)
            self.assertEqual([], store.streams())
            self.assertEqual("Bearer cw_secret", header(server.requests[0], "Authorization"))
            self.assertNotIn(b"cw_secret", server.requests[0].split(b"\r\n")[0])

    def test_nobody_there_is_unavailable(self):
        with ScriptedServer([]) as server:
            port = server.port
        client = sdk.catchwater.connect(f"http://127.0.0.1:{port}", retries=Retries(seconds=0))
        with self.assertRaises(errors.UnavailableError):
            client.datasets()

    def test_an_address_is_checked(self):
        for bad in ("ftp://x", "http://", "http://a:b", "http://user:secret@h", "http://h/path"):
            with self.assertRaises(errors.InvalidError, msg=bad):
                sdk.catchwater.connect(bad)

    def test_a_closed_client_asks_nobody(self):
        with ScriptedServer([answer(200)]) as server:
            client = server.client(retries=Retries(seconds=0))
            client.close()
            with self.assertRaises(errors.UnavailableError):
                client.datasets()
            self.assertEqual(0, server.connections)
