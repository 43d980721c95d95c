"""Files from elsewhere, from real servers of S3 and HDFS, by the packaged command."""

import gzip
import os
import pathlib
import socket
import subprocess
import sys
import time
import unittest
import urllib.request

from product import TIER, ProductTest

USERS = """
kind: DatasetSnapshot
version: 1
content:
  name: users
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read: {kind: Csv, header: true, schema: [id BIGINT, name STRING]}
      merge: {kind: Append}
"""


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until_answered(url, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            return urllib.request.urlopen(url, timeout=5).read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {url}")


def values(rows):
    return sorted(row.split(",", 4)[4] for row in rows)


class S3Test(ProductTest):
    """moto checks the signature of every request (`INITIAL_NO_AUTH_ACTION_COUNT`)."""

    def setUp(self):
        super().setUp()
        try:
            import boto3
            import moto  # noqa: F401
        except ImportError:
            self.skipTest("needs moto")
        self.url = f"http://127.0.0.1:{free_port()}"
        # A user, his key and a policy are four calls before anything is signed in earnest.
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-p", self.url.rsplit(":", 1)[1]],
            env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "3"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        until_answered(self.url + "/moto-api/data.json", server)

        def client(name, key="test", secret="test"):
            return boto3.client(
                name, endpoint_url=self.url, region_name="us-east-1",
                aws_access_key_id=key, aws_secret_access_key=secret,
            )

        iam = client("iam")
        iam.create_user(UserName="reader")
        made = iam.create_access_key(UserName="reader")["AccessKey"]
        allowed = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
        iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=allowed)
        self.keys = {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
        }
        self.s3 = client("s3", made["AccessKeyId"], made["SecretAccessKey"])
        self.s3.create_bucket(Bucket="exports")
        self.dataset(USERS)

    def put(self, key, text):
        self.s3.put_object(Bucket="exports", Key=key, Body=text if isinstance(text, bytes) else text.encode())

    def ingest(self, address, *more, check=True, **env):
        return self.run_command("ingest", "users", address, *more, env={**self.keys, **env}, check=check)

    def test_objects_by_a_pattern_are_taken_once(self):
        self.put("users/a b+ü.csv", "id,name\n1,A\n")
        self.put("users/c.csv.gz", gzip.compress(b"id,name\n2,B\n"))
        self.put("users/deep/d.csv", "id,name\n9,no\n")
        self.put("other.csv", "id,name\n9,no\n")
        self.ingest("s3://exports/users/*.csv*")
        self.assertEqual(["1,A", "2,B"], values(self.rows("users")))
        self.assertIn(b"up-to-date", self.ingest("s3://exports/users/*.csv*").stderr)
        self.put("users/c.csv.gz", gzip.compress(b"id,name\n3,C\n"))
        self.put("users/e.csv", "id,name\n4,D\n")
        self.ingest("s3://exports/users/*.csv*")
        self.assertEqual(["1,A", "2,B", "3,C", "4,D"], values(self.rows("users")))

    def test_more_keys_than_a_page_has(self):
        for i in range(1_005):
            self.put(f"many/{i:04}.txt", "x")
        self.put("many/z.csv", "id,name\n1,A\n")
        self.ingest("s3://exports/many/*.csv")
        self.assertEqual(["1,A"], values(self.rows("users")))

    def test_what_s3_refuses_is_said_in_its_words(self):
        for address, said in (
            ("s3://exports/none.csv", b"NoSuchKey"),
            ("s3://nobucket/none.csv", b"NoSuchBucket"),
            ("s3://exports/none/*.csv", b"No object of the bucket matches"),
        ):
            done = self.ingest(address, check=False)
            self.assertEqual(1, done.returncode, done.stderr)
            self.assertIn(said, done.stderr)
        self.put("a.csv", "id,name\n1,A\n")
        done = self.ingest("s3://exports/a.csv", check=False, AWS_SECRET_ACCESS_KEY="wrong")
        self.assertEqual(1, done.returncode)
        self.assertIn(b"SignatureDoesNotMatch", done.stderr)
        self.assertNotIn(b"wrong", done.stderr)


class HdfsTest(ProductTest):
    """A name node and a data node of Hadoop, in a process of their own, with `--full` only: their
    libraries are 108 MB, which Maven fetches once, and they take a quarter of a minute to start."""

    LIBRARIES = "org.apache.hadoop:hadoop-client-minicluster:3.5.0"

    def setUp(self):
        super().setUp()
        if TIER == "fast":
            self.skipTest("needs --full: Hadoop takes a minute")
        group, artifact, version = self.LIBRARIES.split(":")
        (self.folder / "pom.xml").write_text(
            "<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId>"
            f"<version>1</version><dependencies><dependency><groupId>{group}</groupId>"
            f"<artifactId>{artifact}</artifactId><version>{version}</version></dependency>"
            "</dependencies></project>"
        )
        fetched = subprocess.run(
            ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={self.folder}/lib"],
            cwd=self.folder, capture_output=True, check=False,
        )
        if fetched.returncode:
            self.skipTest(f"{self.LIBRARIES} cannot be fetched")
        java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
        program = pathlib.Path(__file__).with_name("MiniHdfs.java")
        self.cluster = subprocess.Popen(
            [java, "-Xmx512m", "-cp", f"{self.folder}/lib/*", program, self.folder / "hdfs"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.addCleanup(self.cluster.wait)
        self.addCleanup(self.cluster.stdout.close)
        self.addCleanup(self.cluster.stdin.close)
        self.place = f"webhdfs://localhost:{int(self.said('port '))}"
        self.dataset(USERS)

    def said(self, start):
        for line in self.cluster.stdout:
            if line.startswith(start):
                return line[len(start) :]
        raise AssertionError(f"HDFS ended without {start}")

    def put(self, path, text):
        self.cluster.stdin.write(path + "\t" + text.replace("\n", "\\n") + "\n")
        self.cluster.stdin.flush()
        self.said(f"wrote {path}")

    def ingest(self, path, check=True):
        return self.run_command("ingest", "users", self.place + path, check=check)

    def test_files_by_a_pattern_are_taken_once_until_they_change(self):
        self.put("/data/a b/users.csv", "id,name\n1,A\n")
        self.put("/data/c/users.csv", "id,name\n2,B\n")
        self.put("/data/c/other.txt", "no\n")
        self.ingest("/data/*/*.csv")
        self.assertEqual(["1,A", "2,B"], values(self.rows("users")))
        self.assertIn(b"up-to-date", self.ingest("/data/*/users.csv").stderr)
        self.put("/data/c/users.csv", "id,name\n3,C\n")
        self.ingest("/data/*/users.csv")
        self.assertEqual(["1,A", "2,B", "3,C"], values(self.rows("users")))
        for path, said in (
            ("/data/none.csv", b"File does not exist"),
            ("/data/c", b"Is no file"),
            ("/data/c/*.parquet", b"No file matches"),
        ):
            done = self.ingest(path, check=False)
            self.assertEqual(1, done.returncode, done.stderr)
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
