"""A server on a disk that is really full, or as good as full."""

import os
import shutil
import subprocess
import time

from product import pick
from test_kills import TrafficTest
from traffic import APPEND, LEDGER, MANIFEST, QUICK, Push, Reckoning, Server, body_of

FILLER = "filler"


class SmallDiskTest(TrafficTest):
    """A test on a disk of its own, mounted for it."""

    def mount(self, kind, size_mib, *options):
        if os.geteuid() != 0 or not shutil.which("mount"):
            self.skipTest("needs root and mount, for a small disk")
        point = self.folder / "disk"
        point.mkdir()
        if kind == "tmpfs":
            words = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size_mib}m", *options]), "tmpfs"]
        else:
            image = self.folder / "image"
            with open(image, "wb") as file:
                file.truncate(size_mib << 20)
            if subprocess.run(["mkfs.ext4", "-q", "-F", image], check=False).returncode != 0:
                self.skipTest("needs mkfs.ext4, for a small disk")
            words = ["mount", "-o", "loop", str(image)]
        done = subprocess.run([*words, str(point)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"needs the right to mount {kind}: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(point)], check=False)
        self.folder = point / "workspace"
        self.folder.mkdir()
        self.point = point

    def fill(self):
        """Takes all room that is left, and gives back nothing."""
        with open(self.point / FILLER, "ab", buffering=0) as file:
            for part in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(bytes(part))
                except OSError:
                    pass

    def free(self):
        (self.point / FILLER).unlink()

    def push(self, server, pushes, dataset, count):
        push = Push(dataset, [f"{len(pushes)}-{row:0200}" for row in range(count)], None)
        push.started = time.monotonic()
        status, outcome, answer = server.push(dataset, push.ids)
        push.ended = time.monotonic()
        push.outcome = {"applied": "applied", "not-applied": "refused"}.get(outcome, "unknown")
        push.offsets = answer.get("offsets")
        push.answer = (status, answer.get("type"))
        pushes.append(push)
        return status

    def wait_until_taken(self, server, pushes):
        began = time.monotonic()
        while self.push(server, pushes, APPEND, 1) != 200:
            self.assertEqual((507, "disk-full"), pushes[-1].answer)
            self.assertLess(time.monotonic(), began + 5, "room is back and pushes are refused")
            time.sleep(0.05)
        return time.monotonic() - began

    def reads_go_on(self, server):
        for dataset in (APPEND, LEDGER):
            status, _, answer = server.ask("GET", f"/{dataset}/tail?limit=1")
            self.assertEqual((200, 1), (status, len(answer["data"])))
            self.run_command("verify", dataset)

    def fill_and_free(self, kind, size_mib, fills, *options):
        """Fills the disk by pushes, then all of it, again and again; stops it full."""
        began = time.monotonic()
        self.mount(kind, size_mib, *options)
        seals = {"CATCHWATER_SERVER_SEAL_AGE": "300ms", "TMPDIR": str(self.point.parent)} | QUICK
        server = self.serve(seals).start()
        pushes, slowest, refused = [], 0, 0
        for _ in range(fills):
            self.push(server, pushes, APPEND, 200)
            self.push(server, pushes, LEDGER, 200)
            self.fill()
            limit = time.monotonic() + 20
            for count in (20, 1):  # until the room that the journal has is full too
                while self.push(server, pushes, APPEND, count) == 200:
                    self.assertLess(time.monotonic(), limit, "a full disk is not noticed")
            self.assertEqual((507, "disk-full"), pushes[-1].answer)
            # What was acknowledged is sealed meanwhile, which frees the room of its journal.
            self.fill()
            while self.push(server, pushes, LEDGER, 1) == 200:
                self.assertLess(time.monotonic(), limit, "a full disk is not noticed")
                self.fill()
            self.assertEqual((507, "disk-full"), pushes[-1].answer)
            before = self.journals()
            status, found, _ = server.ask(
                "POST", f"/{LEDGER}/ingest", body_of(["x"]), {"Content-Type": "application/x-ndjson"}
            )
            self.assertEqual(507, status)
            self.assertGreater(int(found["Retry-After"]), 0)
            self.assertEqual(before, self.journals(), "something was written for a refused push")
            self.reads_go_on(server)
            self.free()
            slowest = max(slowest, self.wait_until_taken(server, pushes))
        self.push(server, pushes, APPEND, 200)
        time.sleep(1.5)  # the ballast is made
        self.push(server, pushes, APPEND, 200)
        self.fill()
        code, seconds = server.stop()
        self.assertEqual(0, code, server.log())
        self.assertLess(seconds, 15)
        left = [file for file in self.folder.glob(".catchwater/journal/*/*.segment")]
        self.assertEqual([], left, "the room held back did not let the server seal")
        self.free()
        reckoning = Reckoning()
        for dataset in (APPEND, LEDGER):
            reckoning.of(dataset, self.stored(dataset), pushes)
            self.run_command("verify", dataset)
        refused = sum(push.outcome == "refused" for push in pushes)
        print(
            f"T06 {kind} fills={fills} refused={refused} {reckoning.line()} corrupt=0"
            f" again<={slowest:.1f}s {time.monotonic() - began:.1f}s"
        )
        self.assertEqual({}, reckoning.wrong())

    def journals(self):
        files = self.folder.glob(".catchwater/journal/**/*")
        return sorted((str(file), file.stat().st_size) for file in files)

    def test_T06_a_full_memory_disk_is_answered_and_survived(self):
        self.fill_and_free("tmpfs", 64, pick(3, 100))

    def test_T06_a_full_ext4_disk_is_answered_and_survived(self):
        self.fill_and_free("ext4", 96, pick(2, 100))

    def test_T06_a_disk_without_inodes_is_answered(self):
        self.mount("tmpfs", 256, "nr_inodes=400")
        server = self.serve({"TMPDIR": str(self.point.parent)}).start()
        pushes = []
        self.push(server, pushes, APPEND, 3)
        self.push(server, pushes, LEDGER, 3)
        taken = []
        try:
            for number in range(1_000):
                path = self.point / f"inode-{number}"
                path.touch()
                taken.append(path)
        except OSError:
            pass
        for number in range(6):
            self.push(server, pushes, (APPEND, LEDGER)[number % 2], 3)
            self.assertIn(pushes[-1].answer[0], (200, 507), pushes[-1].answer)
        status, _, _ = server.ask("GET", f"/{APPEND}/tail?limit=1")
        self.assertEqual(200, status)
        for path in taken:
            path.unlink()
        slowest = self.wait_until_taken(server, pushes)
        code, _ = server.stop()
        self.assertEqual(0, code, server.log())
        reckoning = Reckoning()
        for dataset in (APPEND, LEDGER):
            reckoning.of(dataset, self.stored(dataset), pushes)
        print(f"T06 no-inodes {reckoning.line()} again<={slowest:.1f}s")
        self.assertEqual({}, reckoning.wrong())

    def test_T06_a_limit_on_the_size_of_files_is_answered(self):
        self.dataset(MANIFEST)
        server = Server(self.folder, self.environment(), ["prlimit", "--fsize=700000"])
        if not shutil.which("prlimit"):
            self.skipTest("needs prlimit")
        self.addCleanup(server.end)
        server.start()
        pushes = []
        for number in range(6):
            self.push(server, pushes, (APPEND, LEDGER)[number % 2], 400)
            self.assertIn(pushes[-1].answer[0], (200, 507), pushes[-1].answer)
        self.assertIn(507, {push.answer[0] for push in pushes})
        server.kill()
        server = Server(self.folder, self.environment())
        self.addCleanup(server.end)
        server.start()
        self.assertEqual(200, self.push(server, pushes, APPEND, 1))
        server.stop()
        reckoning = Reckoning()
        for dataset in (APPEND, LEDGER):
            reckoning.of(dataset, self.stored(dataset), pushes)
        print(f"T06 file-size {reckoning.line()}")
        self.assertEqual({}, reckoning.wrong())
