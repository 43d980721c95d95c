"""The packaged server as a user starts it. What becomes of it under traffic: `test_kills`."""

import signal
import socket
import subprocess

from product import LAUNCHER, ProductTest


class ServerTest(ProductTest):
    def test_an_empty_folder_becomes_a_workspace(self):
        folder = self.folder / "new"
        folder.mkdir()
        process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--no-metrics"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
        )
        self.assertIn(b"Listening on http://127.0.0.1:", process.stdout.readline())
        self.assertTrue((folder / ".catchwater" / "version").exists())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(timeout=30))
        process.stdout.close()

    def test_a_server_that_nobody_uses_ends_by_itself(self):
        self.run_command("init")
        process = subprocess.Popen(
            [LAUNCHER, "serve", "--port", "0", "--no-metrics", "--stop-when-idle", "2s"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
        )
        self.addCleanup(process.kill)
        port = int(process.stdout.readline().decode().rsplit(":", 1)[1])
        follower = socket.create_connection(("127.0.0.1", port))
        follower.sendall(b"GET /system/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertIn(b"200", follower.recv(4096))
        with self.assertRaises(subprocess.TimeoutExpired, msg="somebody is connected"):
            process.wait(timeout=5)
        follower.close()
        with self.assertRaises(subprocess.TimeoutExpired, msg="it was used a moment ago"):
            process.wait(timeout=1)
        self.assertEqual(0, process.wait(timeout=30))
        self.assertFalse((self.folder / ".catchwater/run/server/address").exists())
        process.stdout.close()

    def test_the_time_of_an_idle_server_has_a_unit(self):
        done = self.run_command("serve", "--stop-when-idle", "10", check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn("--stop-when-idle is a number with ms, s, min, h or d", done.stderr.decode())
