"""Hands a command line to the engine of its workspace, where there is no perl: the twin of
engine-client.pl, which see. Run with -I -S, by any Python 3.6 or later; its standard library only.
"""

import os
import select
import signal
import socket
import struct
import sys

EINTR_SAFE_READ = 1 << 17
MESSAGE_LOST = "Error: The engine ended before the command did: what it changed is not known\n"


class Cold(Exception):
    """The engine does not take the command."""


def environment():
    """As it was given to this process: in the locale C, Python changes what it shows of it."""
    try:
        with open("/proc/self/environ", "rb") as file:
            return [entry for entry in file.read().split(b"\0") if b"=" in entry]
    except OSError:
        return [name + b"=" + value for name, value in os.environb.items()]


def variables():
    names = (
        b"HOME", b"XDG_STATE_HOME", b"NO_COLOR", b"TERM", b"LANG", b"LC_ALL", b"LC_CTYPE",
        b"HADOOP_USER_NAME",
    )
    for entry in environment():
        name = entry.split(b"=", 1)[0]
        if name.startswith((b"CATCHWATER_", b"AWS_")) or name in names:
            yield entry


def connect(path):
    try:
        found = os.lstat(path)
    except OSError:
        raise Cold("it is gone")
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Cold("its socket belongs to somebody else")
    engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if len(path) <= 100:
            engine.connect(path)
            return engine
        # An address has room for some hundred bytes; a longer path is reached from its folder.
        here = os.open(".", os.O_RDONLY)
        os.chdir(os.path.dirname(path))
        try:
            engine.connect(os.path.basename(path))
        finally:
            os.fchdir(here)
            os.close(here)
        return engine
    except OSError:
        raise Cold("it does not answer")


def request(build, terminals, words):
    try:
        namespace = os.readlink(b"/proc/self/ns/mnt")
    except OSError:
        namespace = b""
    root = os.stat("/")
    mask = os.umask(0)
    os.umask(mask)
    fields = [
        b"1",
        build,
        namespace,
        b"%d:%d" % (root.st_dev, root.st_ino),
        b"%04o" % mask,
        os.getcwdb(),
        terminals,
        b"%d" % len(words),
    ]
    payload = b"".join(field + b"\0" for field in [*fields, *words, *variables()])
    if len(payload) > 8 << 20:
        raise Cold("its command line is too long")
    return payload


def available():
    try:
        import fcntl

        name = 0x4004667F if sys.platform == "darwin" else 0x541B
        return struct.unpack("i", fcntl.ioctl(0, name, b"\0\0\0\0"))[0]
    except (ImportError, OSError):
        return 0


def print_all(stream, data):
    """Writes all of it; what is wrong where that cannot be done."""
    data = memoryview(data)
    while data:
        try:
            data = data[os.write(stream, data) :]
        except BlockingIOError:
            select.select([], [stream], [])
        except OSError as failure:
            return failure.strerror
    return ""


class Client:
    def __init__(self, engine):
        self.engine = engine
        self.is_begun = False
        self.wanted = 0
        self.failure = ""
        self.received = bytearray()

    def send(self, kind, payload=b""):
        self.engine.sendall(kind + struct.pack(">I", len(payload)) + payload)

    def lost(self):
        if not self.is_begun:
            raise Cold("it ended")
        print_all(2, MESSAGE_LOST.encode())
        os._exit(1)

    def take(self, kind, payload):
        if kind == b"O":
            if not self.failure:
                self.failure = print_all(1, payload)
                if self.failure:
                    self.send(b"B", self.failure.encode())
        elif kind == b"E":
            print_all(2, payload)
        elif kind == b"N":
            self.wanted = struct.unpack(">I", payload)[0]
        elif kind == b"A":
            self.send(b"V", struct.pack(">i", available()))
        elif kind == b"S":
            self.send(b"S")
        elif kind == b"G":
            self.is_begun = True
        elif kind == b"X":
            os._exit(payload[0])
        elif kind == b"C":
            raise Cold(payload.decode("utf-8", "replace"))
        else:
            self.lost()

    def read_input(self):
        """One read of what the command asked for."""
        try:
            data = os.read(0, self.wanted)
        except BlockingIOError:
            return
        except OSError as failure:
            self.wanted = 0
            self.send(b"J", failure.strerror.encode())
            return
        self.wanted = 0
        self.send(b"I", data)

    def run(self):
        while True:
            if self.wanted:
                # Standard input and the engine, whichever has something.
                ready = select.select([0, self.engine], [], [])[0]
                if 0 in ready:
                    self.read_input()
                if self.engine not in ready:
                    continue
            data = self.engine.recv(EINTR_SAFE_READ)
            if not data:
                self.lost()
            self.received += data
            while len(self.received) >= 5:
                size = struct.unpack_from(">I", self.received, 1)[0]
                if len(self.received) < 5 + size:
                    break
                kind, payload = bytes(self.received[:1]), bytes(self.received[5 : 5 + size])
                del self.received[: 5 + size]
                self.take(kind, payload)


def command(path, build, terminals, launcher, *words):
    client = None
    try:
        for stream in range(3):
            try:
                os.fstat(stream)
            except OSError:
                raise Cold("a standard stream is closed")
        payload = request(os.fsencode(build), os.fsencode(terminals), [os.fsencode(w) for w in words])
        client = Client(connect(path))
        try:
            client.send(b"R", payload)
            client.run()
        except OSError:
            client.lost()
    except Cold as why:
        if any(word == "--verbose" or word[:1] == "-" != word[1:2] and "v" in word for word in words):
            print_all(2, f"Not run by the engine: {why}\n".encode())
        given = dict(entry.split(b"=", 1) for entry in environment())
        os.execve("/bin/sh", ["sh", launcher, *words], {**given, b"CW_COLD": str(why).encode()})


def start(log, *words):
    """Starts a process that outlives this one: a session of its own, no stream and no file of ours."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    os.closerange(3, 256)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    except OSError:
        os.dup2(0, 2)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(words[0], words)


# Ctrl-C ends the client at once; a write into a pipe that is closed is an error like others.
signal.signal(signal.SIGINT, signal.SIG_DFL)
if sys.argv[1] == "--start":
    start(*sys.argv[2:])
else:
    command(*sys.argv[1:])
