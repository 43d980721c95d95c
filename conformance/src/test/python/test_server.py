"""The packaged server as a user starts it. What becomes of it under traffic: `test_kills`."""

import signal
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
