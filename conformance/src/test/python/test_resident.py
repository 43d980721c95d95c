"""The resident engine as a user has it: the launcher, a setting, real processes."""

import os
import pathlib
import pty
import re
import shlex
import signal
import subprocess
import time

from product import LAUNCHER, ROOT, ProductTest
from test_processes import GPS, ROW

SETTING = {"CATCHWATER_ENGINE_RESIDENT": "true"}


class ResidentTest(ProductTest):
    def setUp(self):
        super().setUp()
        self.dataset(GPS)
        self.addCleanup(self.run_command, "system", "engine", "stop", check=False)

    def status(self):
        """What the engine says of itself, empty where there is none."""
        lines = self.run_command("system", "engine", "status").stdout.decode().splitlines()
        return dict(line.split(None, 1) for line in lines)

    def wait_for(self, condition, what):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.05)

    def start(self):
        self.run_command("list", env=SETTING)
        self.wait_for(lambda: (self.folder / ".catchwater/run/engine.sock").exists(), "an engine")
        return int(self.status()["process"])

    def commands(self):
        return int(self.status()["commands"])

    def test_a_setting_keeps_an_engine_and_stop_ends_it(self):
        self.run_command("config", "set", "engine.resident", "true")
        self.run_command("ingest", "gps", "--stdin", text=ROW)
        self.wait_for(lambda: "process" in self.status(), "an engine")
        process = int(self.status()["process"])
        before = self.commands()
        cold = self.run_command("tail", "gps", env={"CW_COLD": "asked for"})
        warm = self.run_command("tail", "gps")
        self.assertEqual((cold.stdout, cold.stderr), (warm.stdout, warm.stderr))
        self.assertEqual(before + 1, self.commands())
        self.run_command("system", "engine", "stop")
        self.wait_for(lambda: not pathlib.Path(f"/proc/{process}").exists(), "its end")
        self.assertEqual({}, self.status())
        self.assertIn("No engine is running", self.run_command("system", "engine", "stop").stderr.decode())

    def test_without_the_setting_none_is_started(self):
        self.run_command("tail", "gps")
        self.assertFalse((self.folder / ".catchwater/run/engine.sock").exists())
        (self.folder / ".catchwater/.catchwaterconfig").write_text(
            "kind: CLIConfig\nversion: 1\ncontent:\n  output:\n    resident: true\n  engine:\n    resident: false\n"
        )
        self.run_command("tail", "gps")
        self.assertFalse((self.folder / ".catchwater/run/engine.sock").exists())

    def test_a_killed_engine_is_noticed_and_replaced(self):
        first = self.start()
        os.kill(first, signal.SIGKILL)
        self.run_command("tail", "gps")
        self.run_command("tail", "gps", env=SETTING)
        self.wait_for(lambda: self.status().get("process", str(first)) != str(first), "another engine")

    def test_the_engine_holds_nothing_of_who_started_it(self):
        with open(self.folder / "held", "w") as held:
            subprocess.run(
                [LAUNCHER, "list"],
                cwd=self.folder,
                env=self.environment(SETTING),
                pass_fds=[held.fileno()],
                check=True,
                capture_output=True,
                timeout=60,
            )
            self.wait_for(lambda: "process" in self.status(), "an engine")
            process = self.status()["process"]
            files = [os.readlink(link) for link in pathlib.Path(f"/proc/{process}/fd").iterdir()]
            self.assertFalse([file for file in files if file.endswith("/held")])
        self.assertEqual("/", os.readlink(f"/proc/{process}/cwd"))
        self.assertNotEqual(os.getsid(0), os.getsid(int(process)))

    def test_ctrl_c_ends_the_command_and_not_the_engine(self):
        process = self.start()
        child = subprocess.Popen(
            [LAUNCHER, "ingest", "gps", "--stdin"],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # A shell lets what it starts in the background ignore it, and that is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        child.stdin.write((ROW * 50_000).encode())
        self.wait_for(lambda: self.status()["running"] == "1", "the command")
        os.killpg(child.pid, signal.SIGINT)
        self.assertEqual(-signal.SIGINT, child.wait(timeout=60))
        child.stdin.close()
        self.wait_for(lambda: self.status()["running"] == "0", "its end")
        self.assertEqual(process, int(self.status()["process"]))
        self.assertEqual([], self.rows("gps"))

    def test_another_build_runs_cold_and_says_so_with_v_only(self):
        self.start()
        launch = (ROOT / ".build/launch").read_text()
        build = re.search("cw_fingerprint='(.*)'", launch).group(1)
        clone = self.folder / "clone"
        (clone / ".build").mkdir(parents=True)
        for name in (".build/hot.aot", ".build/all.aot", "tools"):
            (clone / name).symlink_to(ROOT / name)
        (clone / "catchwater").write_bytes(LAUNCHER.read_bytes())
        (clone / ".build/launch").write_text(
            launch.replace(build, "another").replace(f"cw_home='{ROOT}'", f"cw_home='{clone}'")
        )
        for words, expected in (([], ""), (["-v"], "Not run by the engine: it is of another build\n")):
            done = subprocess.run(
                ["sh", clone / "catchwater", *words, "tail", "gps"],
                cwd=self.folder,
                env=self.environment(),
                capture_output=True,
                text=True,
                check=True,
            )
            self.assertEqual((expected, "[]"), (done.stderr, done.stdout.strip()))

    def test_another_mask_of_new_files_runs_cold(self):
        self.start()
        self.run_command("ingest", "gps", "--stdin", text=ROW)
        before = self.commands()
        subprocess.run(
            f"umask 077; {shlex.quote(str(LAUNCHER))} export gps --output-path gps.csv --output-format csv",
            shell=True,
            cwd=self.folder,
            env=self.environment(),
            check=True,
            capture_output=True,
        )
        self.assertEqual(0o600, (self.folder / "gps.csv").stat().st_mode & 0o777)
        self.assertEqual(before, self.commands())

    def test_the_shell_of_sql_keeps_its_terminal(self):
        self.start()
        before = self.commands()
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(LAUNCHER, [LAUNCHER, "sql"], self.environment())
        seen = b""
        while b"help tells more" not in seen:
            seen += os.read(terminal, 1024)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
        self.assertEqual(before, self.commands())

    def test_a_link_to_the_workspace_is_the_workspace(self):
        self.start()
        self.run_command("ingest", "gps", "--stdin", text=ROW)
        before = self.commands()
        (self.folder / "below").mkdir()
        (self.folder / "below/link").symlink_to(self.folder)
        self.folder = self.folder / "below/link"
        self.assertEqual(1, len(self.rows("gps")))
        self.assertEqual(before + 1, self.commands())

    if os.environ.get("CATCHWATER_TESTS_FULL"):

        def test_a_gigabyte_of_standard_input_is_not_held(self):
            process = self.start()
            line = ROW.replace('"x"', '"' + "n" * 400 + '"').encode() * 2_000
            child = subprocess.Popen(
                [LAUNCHER, "ingest", "gps", "--stdin"],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _ in range(1 + (1 << 30) // len(line)):
                child.stdin.write(line)
            child.stdin.close()
            self.assertEqual(0, child.wait(timeout=300))
            status = pathlib.Path(f"/proc/{process}/status").read_text()
            peak = int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024
            self.assertLess(peak, 1_300_000_000)
