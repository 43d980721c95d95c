"""The product as the benchmarks use it: its launcher, workspaces, and a hello world beside it."""

import glob
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import process

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LAUNCHER = str(ROOT / "catchwater")
CLASSES = ROOT / ".build/benchmarks"
DUCK = [os.environ.get("CATCHWATER_PYTHON", "python3"), str(ROOT / "benchmarks/driver/duck.py")]

READINGS = """
kind: DatasetSnapshot
version: 1
content:
  name: readings
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: {kind}
        schema:
          - t TIMESTAMP
          - long DOUBLE
          - lat DOUBLE
          - speed DOUBLE
          - device STRING
          - status STRING
      merge:
        kind: Append
    - kind: SetVocab
      eventTimeColumn: t
"""

METERS = """
kind: DatasetSnapshot
version: 1
content:
  name: meters
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: Csv
        schema:
          - t TIMESTAMP
          - meter STRING
          - reading DOUBLE
      merge:
        kind: Ledger
        primaryKey: [meter]
    - kind: SetVocab
      eventTimeColumn: t
"""


def build():
    """Packages the product and makes its AOT cache, so that no measured run pays for it."""
    subprocess.run([LAUNCHER, "version"], check=True, stdout=subprocess.DEVNULL)
    CLASSES.mkdir(parents=True, exist_ok=True)
    folder = ROOT / "benchmarks/src/main/java/dev/catchwater/benchmarks"
    sources = [path for path in sorted(folder.glob("*.java")) if path.stem != "package-info"]
    javac = f"{os.environ['JAVA_HOME']}/bin/javac"
    words = launch_words()
    jars = words[words.index("-cp") + 1]
    subprocess.run([javac, "-d", CLASSES, "-cp", jars, *sources], check=True)


def duck(*arguments):
    return process.run([*DUCK, *map(str, arguments)])


class Workspace:
    """A workspace in a folder of its own with one dataset."""

    def __init__(self, folder, manifest):
        self.folder = pathlib.Path(folder)
        self.name = re.search(r"name: (\S+)", manifest).group(1)
        self.manifest = manifest
        self.fresh()

    def fresh(self):
        """Empties it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "manifest.yaml").write_text(self.manifest)
        self.command("init")
        self.command("add", "manifest.yaml")

    def command(self, *arguments, env=None):
        """Runs the command as a person would, through the launcher, and measures it."""
        return process.run([LAUNCHER, *map(str, arguments)], cwd=self.folder, env=env)

    def ingest(self, *arguments, env=None):
        return self.command("ingest", self.name, *arguments, env=env)

    def data(self):
        """The pattern of the slices' paths."""
        return str(self.folder / ".catchwater" / "datasets" / self.name / "data" / "*")

    def size(self):
        return sum(os.path.getsize(path) for path in glob.glob(self.data()))

    def copy_to(self, folder):
        """A copy that can be changed without changing this one."""
        shutil.rmtree(folder, ignore_errors=True)
        # What lies in `run` is of a process; a socket cannot be copied.
        shutil.copytree(self.folder, folder, symlinks=True, ignore=shutil.ignore_patterns("run"))
        (pathlib.Path(folder) / ".catchwater/run").mkdir()
        other = object.__new__(Workspace)
        other.folder, other.name = pathlib.Path(folder), self.name
        other.manifest = self.manifest
        return other


class Hello:
    """A Java hello world started as the launcher starts the product: sh, the same flags, a jar
    with an AOT cache of its own."""

    def __init__(self, folder, flags):
        self.folder = pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        java_home = os.environ["JAVA_HOME"]
        source = ROOT / "benchmarks/hello/Hello.java"
        subprocess.run(
            [f"{java_home}/bin/javac", "-d", str(self.folder), str(source)], check=True
        )
        jar, cache = self.folder / "hello.jar", self.folder / "hello.aot"
        subprocess.run(
            [f"{java_home}/bin/jar", "cfe", jar, "Hello", "-C", self.folder, "Hello.class"],
            check=True,
        )
        java = [f"{java_home}/bin/java", *flags]
        subprocess.run(
            [*java, f"-XX:AOTCacheOutput={cache}", "-cp", str(jar), "Hello"],
            check=True,
            capture_output=True,
        )
        self.script = self.folder / "hello"
        line = " ".join([*java, f"-XX:AOTCache={cache}", "-cp", str(jar), "Hello"])
        self.script.write_text(f"#!/bin/sh\nexec {line}\n")
        self.script.chmod(0o755)

    def run(self):
        return process.run([str(self.script)])


def launch_words():
    """What the launcher starts for a quick command: the JVM, its flags, class path, main class."""
    launch = (ROOT / ".build/launch").read_text()
    return shlex.split(re.search(r"cw_start_quick\(\) {[^}]*?\sexec (.*)", launch).group(1))


def launcher_flags():
    """The JVM flags of the launcher, without those that name the product's own files."""
    words = launch_words()
    flags = words[1 : words.index("-cp")]
    own = ("-XX:AOTCache=", "-Dcatchwater.", "-DZstdNativePath=", "-Djava.library.path=", "$cw_")
    return [flag for flag in flags if not flag.startswith(own)]


def class_path():
    words = launch_words()
    return f"{CLASSES}:{words[words.index('-cp') + 1]}"


def warm_java():
    """A JVM for many commands in one process: both compilers, the native library in its place."""
    libraries = ("-DZstdNativePath=", "-Djava.library.path=")
    native = [word for word in launch_words() if word.startswith(libraries)]
    flags = ["-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED"]
    flags.append("--sun-misc-unsafe-memory-access=allow")
    java = f"{os.environ['JAVA_HOME']}/bin/java"
    return [java, *flags, *native, "-cp", class_path()]


def hashed_bytes(workspace):
    """What `verify` hashes of a readings dataset: the slices, and the values of every row.

    Logical bytes of a row: offset 8, op 4, system time 8, event time 8, three doubles 24, and for
    each of two strings its length as 8 bytes and its text; validity bits are not counted.
    """
    columns = duck("sum", "logical", workspace.data())
    return workspace.size() + int(columns.output)
