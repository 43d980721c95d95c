"""What a power cut could have left of a folder, rebuilt from the calls that a process made."""

import os
import pathlib
import random

import faults

SECTOR = 512


class File:
    """One file, whatever its names: what is durable, and the writes after that."""

    def __init__(self, content=b""):
        self.durable = bytearray(content)
        self.pending = []

    def write(self, position, data):
        self.pending.append((position, data))

    def cut(self, length):
        self.pending.append((length, None))

    def sync(self):
        self.durable = self.after(self.pending)
        self.pending = []

    def after(self, writes):
        content = bytearray(self.durable)
        for position, data in writes:
            if data is None:
                content[position:] = bytes(max(0, position - len(content)))
                continue
            if len(content) < position:
                content.extend(bytes(position - len(content)))
            content[position : position + len(data)] = data
        return content

    def survivor(self, chance):
        """Each write that was not synced is there, or not, or some of its sectors are."""
        kept = []
        for position, data in self.pending:
            draw = chance.random()
            if draw < 0.4:
                kept.append((position, data))
            elif draw < 0.6 and data is not None:
                for at in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        kept.append((position + at, data[at : at + SECTOR]))
        return self.after(kept)


class Recording:
    """The calls of a process below a folder, on top of what the folder held before."""

    def __init__(self, before, folder, log, data):
        self.folder = str(pathlib.Path(folder).resolve())
        self.before = pathlib.Path(before)
        self.calls = list(faults.logged(log))
        self.data = pathlib.Path(data).read_bytes()

    def state(self, count, chance, into):
        """Makes what a power cut after that many calls may have left."""
        chance = random.Random(chance)
        names, folders = self.base()
        changes = []  # (folders that must be synced for it, what it does to names)
        files = dict(names)
        at = 0
        for call, path, position, length, result, other in self.calls[:count]:
            data = None
            if call in ("write", "pwrite64") and result > 0:
                data = self.data[at : at + result]
                at += result
            if result < 0:
                continue
            path = path.removesuffix(" (deleted)")
            if data is not None:
                if path in files:
                    files[path].write(position, data)
            elif call == "ftruncate" and path in files:
                files[path].cut(length)
            elif call in ("fsync", "fdatasync"):
                if path in files:
                    files[path].sync()
                else:
                    changes = [(waits - {path}, change) for waits, change in changes]
            elif call == "create":
                files.setdefault(path, File())
                if not any(change == ("name", path, files[path]) for _, change in changes):
                    changes.append(({os.path.dirname(path)}, ("name", path, files[path])))
            elif call == "mkdir":
                changes.append(({os.path.dirname(path)}, ("mkdir", path, None)))
            elif call in ("unlink", "rmdir"):
                files.pop(path, None)
                changes.append(({os.path.dirname(path)}, ("gone", path, None)))
            elif call == "rename":
                # The new name lasts once its folder is synced, the old one may come back.
                if path in files:
                    changes.append(({os.path.dirname(other)}, ("name", other, files[path])))
                    changes.append(({os.path.dirname(path)}, ("gone", path, None)))
                else:
                    changes.append(({os.path.dirname(other)}, ("rename", path, other)))
                self.rename(files, path, other)
        self.survive(names, folders, changes, chance)
        self.write(names, folders, chance, pathlib.Path(into))

    @staticmethod
    def rename(files, path, other):
        below = [name for name in files if name.startswith(path + "/")]
        if path in files:
            files[other] = files.pop(path)
        for name in below:
            files[other + name[len(path) :]] = files.pop(name)

    def base(self):
        names, folders = {}, {self.folder}
        for file in sorted(self.before.rglob("*")):
            name = os.path.join(self.folder, str(file.relative_to(self.before)))
            if file.is_dir():
                folders.add(name)
            elif file.is_file():
                names[name] = File(file.read_bytes())
        return names, folders

    def survive(self, names, folders, changes, chance):
        """Changes of names last once their folders are synced; of the others a prefix does."""
        open_ones = [number for number, (waits, _) in enumerate(changes) if waits]
        until = chance.choice([*open_ones, len(changes)])
        for number, (waits, (what, path, other)) in enumerate(changes):
            if waits and number >= until:
                continue
            if what == "name" and os.path.dirname(path) in folders:
                names[path] = other
            elif what == "mkdir":
                folders.add(path)
            elif what == "gone":
                names.pop(path, None)
                folders.discard(path)
            elif what == "rename":
                self.rename(names, path, other)
                for folder in [f for f in folders if f == path or f.startswith(path + "/")]:
                    folders.discard(folder)
                    folders.add(other + folder[len(path) :])

    def write(self, names, folders, chance, into):
        for folder in sorted(folders):
            (into / os.path.relpath(folder, self.folder)).mkdir(parents=True, exist_ok=True)
        for name, file in sorted(names.items()):
            target = into / os.path.relpath(name, self.folder)
            if target.parent.is_dir() and not target.is_dir():
                target.write_bytes(file.survivor(chance))
