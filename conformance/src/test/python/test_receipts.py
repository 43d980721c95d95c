"""Receipts of the packaged server, checked by another implementation than its own."""

import copy
import json
import subprocess
import threading

import receipt_proofs
from product import LAUNCHER
from test_kills import TrafficTest
from traffic import APPEND, LEDGER

THREADS, PUSHES = 12, 6


class ReceiptsTest(TrafficTest):
    def pushed(self, server):
        """Receipts of pushes that came at once."""
        receipts = []

        def client(number):
            for count in range(PUSHES):
                dataset = APPEND if (number + count) % 3 else LEDGER
                ids = [f"{number}-{count}-{row}" for row in range(count % 4 + 1)]
                named = {}
                if count % 5 == 0:
                    named = {"Idempotency_Key": f"{number}-{count}"}
                status, _, answer = server.push(dataset, ids, **named)
                assert status == 200, answer
                receipts.append(answer["receipt"])

        threads = [threading.Thread(target=client, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(THREADS * PUSHES, len(receipts))
        return receipts

    def refused(self, receipt, vkey):
        try:
            receipt_proofs.check(receipt, vkey)
        except (receipt_proofs.Untrue, ValueError, KeyError):
            return True
        return False

    def ours(self, receipt):
        """What the command says of it."""
        file = self.folder / "receipt.json"
        file.write_text(json.dumps(receipt))
        return subprocess.run(
            [LAUNCHER, "receipt", "verify", str(file)],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def changed(self, receipt):
        """Receipts that differ from it in one thing."""
        for name, value in (
            ("number", receipt["number"] + 1),
            ("source", "other"),
            ("bodyHash", receipt["bodyHash"][:-1] + ("0" if receipt["bodyHash"][-1] != "0" else "1")),
            ("acceptedAt", "2020-01-01T00:00:00Z"),
            ("offsets", {"start": 0, "end": 10_000}),
            ("idempotencyKey", "another"),
        ):
            other = copy.deepcopy(receipt)
            other[name] = value
            yield name, other

    def test_T34_a_second_implementation_agrees(self):
        server = self.serve().start()
        receipts = self.pushed(server)
        connection = server.connect()
        connection.request("GET", "/receipts/key")
        vkey = connection.getresponse().read().decode()
        connection.close()
        sizes = [receipt_proofs.check(receipt, vkey)[0][1] for receipt in receipts]
        self.assertGreater(max(sizes), 1, "no two pushes shared a group")
        chosen = receipts[len(receipts) // 2]
        for name, other in self.changed(chosen):
            self.assertTrue(self.refused(other, vkey), name)
        for dataset in (APPEND, LEDGER):
            status, _, _ = server.ask(
                "POST",
                f"/{dataset}/ingest?wait=committed",
                b'{"t": "2020-01-01T00:00:00Z", "id": "last", "text": "last"}\n',
                {"Content-Type": "application/x-ndjson"},
            )
            self.assertEqual(200, status)
        sealed = []
        for receipt in receipts:
            status, _, now = server.ask("GET", f"/receipts/{receipt['id']}")
            self.assertEqual((200, "sealed"), (status, now["status"]))
            self.assertEqual(receipt, {name: now[name] for name in receipt})
            self.assertIsNotNone(receipt_proofs.check(now, vkey)[1])
            sealed.append(now)
        server.stop()
        for receipt in (chosen, sealed[0]):
            found = self.ours(receipt)
            self.assertEqual(0, found.returncode, found.stderr)
        for name, other in self.changed(sealed[-1]):
            found = self.ours(other)
            self.assertEqual(1, found.returncode, f"{name}: {found.stderr}")
        print(
            f"T34 receipts={len(receipts)} proofs={2 * len(receipts)} agreed={2 * len(receipts)}"
            f" group-max={max(sizes)}"
        )

    def test_T35_a_second_implementation_agrees_with_proven_answers(self):
        server = self.serve().start()
        self.pushed(server)
        connection = server.connect()
        connection.request("GET", "/receipts/key")
        vkey = connection.getresponse().read().decode()
        connection.close()
        selects = (
            f'select * from "{APPEND}" order by "offset"',
            f'select count(*) as n, avg("offset") / 3 as a, 1e-9 as s from "{APPEND}"',
            "select 9007199254740993 as big, 1e21::double as d, 'h\u00e9\n\u0001' as t",
        )
        for sql in selects:
            for form in ("JsonAoS", "JsonSoA", "JsonAoA"):
                asked = {"query": sql, "dataFormat": form, "include": ["Proof", "Schema"]}
                status, _, answer = server.ask(
                    "POST",
                    "/query",
                    json.dumps(asked).encode(),
                    {"Content-Type": "application/json"},
                )
                self.assertEqual(200, status, answer)
                receipt_proofs.check_answer(answer, vkey)
                for name, other in self.forged(answer):
                    with self.assertRaises(receipt_proofs.Untrue, msg=name):
                        receipt_proofs.check_answer(other, vkey)
                status, _, said = server.ask(
                    "POST",
                    "/verify",
                    json.dumps(answer).encode(),
                    {"Content-Type": "application/json"},
                )
                self.assertEqual((200, {"ok": True}), (status, said))
        server.stop()
        print(f"T35 answers={3 * len(selects)} agreed={3 * len(selects)}")

    def forged(self, answer):
        for name in ("input", "output"):
            other = copy.deepcopy(answer)
            other[name]["dataFormat"] = "other"
            yield name, other
        for name in ("inputHash", "outputHash", "subQueriesHash"):
            other = copy.deepcopy(answer)
            value = other["commitment"][name]
            other["commitment"][name] = value[:-1] + ("0" if value[-1] != "0" else "1")
            yield name, other
