"""What only shows in real processes: what is loaded, memory, broken pipes, kills."""

import os
import signal
import subprocess
import time

from product import LAUNCHER, ROOT, ProductTest

GPS = """
kind: DatasetSnapshot
version: 1
content:
  name: gps
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: NdJson
        schema:
          - t TIMESTAMP
          - long DOUBLE
          - lat DOUBLE
          - note STRING
      merge:
        kind: Append
    - kind: SetVocab
      eventTimeColumn: t
"""
ROW = '{"t": "2020-01-01T00:00:00Z", "long": 1.5, "lat": 2.5, "note": "x"}\n'
HOT = (["ingest", "gps", "--stdin"], ["tail", "gps"])
HEAVY = (
    "org.duckdb",
    "org.snakeyaml",
    "dev.catchwater.odf.manifest",
    "picocli",
    "java.net.http",
    "java.util.logging.Logger ",
)


class ProcessesTest(ProductTest):
    def loaded_by(self, arguments, *options):
        """The JVM's list of the classes that a command loads, with where they come from."""
        log = self.folder / "classes.log"
        log.unlink(missing_ok=True)
        # Read after the launcher's own flags, which turn the log off.
        given = " ".join([*options, f"-Xlog:class+load:file={log}"])
        self.run_command(*arguments, text=ROW, env={"_JAVA_OPTIONS": given})
        return log.read_text()

    def assert_nothing_heavy(self, arguments, loaded):
        self.assertTrue("dev.catchwater.cli.Main" in loaded)
        for heavy in HEAVY:
            self.assertFalse(heavy in loaded, f"{arguments} loads {heavy}")

    def test_hot_commands_load_no_heavy_library(self):
        self.dataset(GPS)
        self.run_command("ingest", "gps", "--stdin", text=ROW)
        for arguments in HOT:
            self.assert_nothing_heavy(arguments, self.loaded_by(arguments, "-XX:AOTMode=off"))

    def test_hot_commands_load_no_heavy_library_from_the_cache(self):
        """As a user starts them; a JVM loads every class of its cache, asked for or not."""
        if not (ROOT / ".build" / "hot.aot").exists():
            self.skipTest("needs a JVM that makes an AOT cache")
        self.dataset(GPS)
        self.run_command("ingest", "gps", "--stdin", text=ROW)
        for arguments in HOT:
            loaded = self.loaded_by(arguments)
            ours = [line for line in loaded.splitlines() if " dev.catchwater." in line]
            cached = [line for line in ours if "shared objects file" in line]
            self.assertGreater(len(cached), 100)
            self.assertGreater(len(cached), 0.9 * len(ours), "the cache is hardly used")
            self.assert_nothing_heavy(arguments, loaded)

    def test_BAD60_a_file_larger_than_the_heap_streams(self):
        self.dataset(GPS)
        big = self.folder / "big.ndjson"
        line = '{"t": "2020-01-%02dT%02d:%02d:%02d.%03dZ", "long": %d.25, "lat": 0.5, "note": "%s"}\n'
        count = 1_500_000
        with big.open("w") as out:
            for start in range(0, count, 10_000):
                out.writelines(
                    line
                    % (
                        1 + n // 86_400_000 % 28,
                        n // 3_600_000 % 24,
                        n // 60_000 % 60,
                        n // 1000 % 60,
                        n % 1000,
                        n % 180,
                        "n" * 120,
                    )
                    for n in range(start, start + 10_000)
                )
        self.assertGreater(big.stat().st_size, 280_000_000)
        child = subprocess.Popen(
            [LAUNCHER, "ingest", "gps", big],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=self.environment(),
        )
        message = child.stderr.read().decode()
        child.stderr.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(0, child.returncode, message)
        self.assertLess(usage.ru_maxrss * 1024, 400_000_000)
        self.assertIn("1,500,000", message)

    def test_a_reader_that_leaves_is_no_failure_of_ours(self):
        self.dataset(GPS)
        self.run_command("ingest", "gps", "--stdin", text=ROW * 20_000)
        done = subprocess.run(
            f"'{LAUNCHER}' tail gps -n 20000 -o csv | head -n 1",
            shell=True,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual("offset,op,system_time,t,long,lat,note\n", done.stdout)
        self.assertEqual("", done.stderr)

    def test_B28_a_killed_push_leaves_the_old_state_or_the_new(self):
        self.dataset(GPS)
        self.run_command("ingest", "gps", "--stdin", text=ROW)
        (self.folder / "rows").write_text(ROW * 50_000)
        seen = {1}
        for attempt in range(12):
            child = subprocess.Popen(
                [LAUNCHER, "ingest", "gps", "rows"],
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment(),
            )
            time.sleep(0.05 * attempt)
            child.send_signal(signal.SIGKILL)
            child.wait()
            self.run_command("verify", "gps")
            count = len(self.rows("gps"))
            self.assertEqual(1, count % 50_000)
            seen.add(count)
        self.run_command("ingest", "gps", "rows")
        self.assertEqual(max(seen) + 50_000, len(self.rows("gps")))

    def test_B27_real_processes_take_turns(self):
        self.dataset(GPS)
        (self.folder / "row").write_text(ROW)
        children = [
            subprocess.Popen(
                [LAUNCHER, "ingest", "gps", "row"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=self.environment(),
            )
            for _ in range(6)
        ]
        for child in children:
            _, message = child.communicate(timeout=120)
            self.assertEqual(0, child.returncode, message.decode())
        self.assertEqual(6, len(self.rows("gps")))
        self.run_command("verify", "gps")
