"""What the product is made of: pinned, listed, the same whoever builds it, refused when swapped."""

import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

from product import LAUNCHER, ROOT, TIER, ProductTest

FOLDERS = ("lib", "lib-flight")
PINS = ROOT / "tools" / "dependencies.sha256"
# The launcher takes the libraries of other platforms out of its jar.
SLIMMED = "duckdb_jdbc-"


def pins():
    lines = PINS.read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def libraries():
    return [jar for folder in FOLDERS for jar in (ROOT / ".build" / folder).glob("*.jar")]


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


class BillOfMaterialsTest(ProductTest):
    def test_T39_every_library_is_pinned_and_every_pin_is_a_library(self):
        jars = [jar for jar in libraries() if not jar.name.startswith("catchwater-")]
        self.assertEqual(sorted(pins()), sorted(jar.name for jar in jars))
        for jar in jars:
            if not jar.name.startswith(SLIMMED):
                self.assertEqual(pins()[jar.name], sha256(jar), jar.name)
        print(f"T39 pinned={len(jars)} unpinned=0")

    def test_T39_the_bill_of_materials_lists_every_jar_with_its_hash_and_licence(self):
        bill = json.loads((ROOT / ".build" / "bom.cdx.json").read_text())
        self.assertNotIn("serialNumber", bill)
        self.assertNotIn("timestamp", bill["metadata"])
        listed = {f"{part['name']}-{part['version']}.jar": part for part in bill["components"]}
        own = bill["metadata"]["component"]
        jars = {jar.name for jar in libraries()} - {f"{own['name']}-{own['version']}.jar"}
        self.assertEqual(jars, set(listed))
        for name, part in listed.items():
            self.assertTrue(part.get("licenses"), name)
            hashes = {entry["alg"]: entry["content"] for entry in part["hashes"]}
            if name in pins():
                self.assertEqual(pins()[name], hashes["SHA-256"], name)
        print(f"T39 listed={len(listed)} of={len(jars)}")

    def test_T39_packages_of_the_tests_have_one_version_each(self):
        for line in (ROOT / "tools" / "requirements.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r"^[A-Za-z0-9_.\[\]-]+==[0-9][0-9a-z.]*(; python_version [<>=]+ \"[0-9.]+\")?$")


class SwappedLibraryTest(ProductTest):
    """A release that lies unpacked, and a library of it that is not the one that was tested."""

    def unpacked(self):
        home = self.folder / "release"
        shutil.copytree(ROOT / "tools", home / "tools")
        shutil.copy(LAUNCHER, home)
        shutil.copy(ROOT / ".build" / "bom.cdx.json", home)
        for folder in FOLDERS:
            (home / folder).mkdir()
        for jar in libraries():
            if not jar.name.startswith(SLIMMED):
                os.link(jar, home / jar.parent.name / jar.name)
        return home

    def refusal(self, home):
        done = subprocess.run([home / "catchwater", "version"], capture_output=True, check=False)
        self.assertEqual(1, done.returncode)
        self.assertEqual(b"", done.stdout)
        self.assertFalse((home / ".build" / "launch").exists())
        return done.stderr.decode()

    def test_TH49_a_library_with_one_other_bit_is_never_run(self):
        home = self.unpacked()
        jar = next((home / "lib").glob("jetty-server-*.jar"))
        content = bytearray(jar.read_bytes())
        content[random.Random(0).randrange(len(content))] ^= 1
        jar.unlink()
        jar.write_bytes(content)

        said = self.refusal(home)
        self.assertIn(f"{jar.name} is not the file that catchwater was tested with", said)
        self.assertIn("Nothing of it was run", said)

    def test_TH49_a_library_that_nobody_named_is_never_run(self):
        home = self.unpacked()
        shutil.copy(next((home / "lib").glob("jspecify-*.jar")), home / "lib" / "helpful-1.0.jar")
        self.assertIn("helpful-1.0.jar is not in the list of libraries", self.refusal(home))


@unittest.skipUnless(TIER == "nightly", "later part: takes two whole builds")
class ReleaseTest(unittest.TestCase):
    def test_T39_two_builds_are_one_release_and_only_the_signed_one_installs(self):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="catchwater-release-") as folder:
            work = pathlib.Path(folder)
            keys = [self.key(work, name) for name in ("owner", "stranger")]
            first = self.release(work, "first", keys[0], {"TZ": "Asia/Kathmandu", "LANG": "C"}, 0o077)
            second = self.release(
                work, "a second/place", keys[0], {"TZ": "UTC", "LC_ALL": "tr_TR.UTF-8"}, 0o002)
            self.assertEqual(sha256(first), sha256(second))
            self.refuses_what_was_not_signed(work, first, keys)
            self.installs(work, first, keys[0])
        print(f"T39 builds=2 different=0 {time.monotonic() - began:.1f}s")

    @staticmethod
    def key(work, name):
        private, public = work / f"{name}.pem", work / f"{name}.pub.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        return private, public

    @staticmethod
    def release(work, place, key, environment, mask):
        clone = work / place
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True, umask=mask)
        subprocess.run(
            [clone / "tools" / "release.sh", key[0], clone / "out"],
            check=True,
            umask=mask,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
        )
        return next((clone / "out").glob("*.tar.gz"))

    def install(self, key, archive, folder, refuses=None):
        script = ROOT / "tools" / "install.sh"
        done = subprocess.run([script, key, archive, folder], capture_output=True, check=False)
        said = done.stderr.decode()
        if refuses is None:
            self.assertEqual(0, done.returncode, said)
        else:
            self.assertEqual(1, done.returncode, said)
            self.assertIn(refuses, said)
            self.assertFalse(folder.exists())

    def refuses_what_was_not_signed(self, work, archive, keys):
        target = work / "installed"
        self.install(keys[1][1], archive, target, "is not what the owner of the key signed")
        swapped = work / "swapped" / archive.name
        swapped.parent.mkdir()
        content = bytearray(archive.read_bytes())
        shutil.copy(f"{archive}.sig", f"{swapped}.sig")
        chance = random.Random(39)
        for _ in range(8):
            place = chance.randrange(len(content))
            content[place] ^= 1 << chance.randrange(8)
            swapped.write_bytes(content)
            self.install(keys[0][1], swapped, target, "is not what the owner of the key signed")

    def installs(self, work, archive, key):
        home = work / "installed"
        self.install(key[1], archive, home)
        done = subprocess.run([home / "catchwater", "quickstart"], capture_output=True, check=False)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        jar = next((home / ".build" / "lib").glob("jspecify-*.jar"))
        jar.write_bytes(jar.read_bytes() + b"\0")
        (work / "empty").mkdir()
        done = subprocess.run(
            [home / "catchwater", "serve", "--port", "0"],
            cwd=work / "empty",
            capture_output=True,
            check=False,
            timeout=60,
        )
        self.assertEqual(1, done.returncode)
        self.assertIn(f"lib/{jar.name} is not the file that was built", done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
