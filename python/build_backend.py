"""Builds the wheel (PEP 517, 660) with the standard library alone, so that `pip install ./python` fetches nothing.

The wheel is told where it was built: that is how an installed package finds the engine of its clone.
"""

import base64
import hashlib
import io
import pathlib
import re
import tarfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
TEXT = (HERE / "pyproject.toml").read_text(encoding="utf-8")
NAME = re.search(r'^name = "(.*)"$', TEXT, re.M).group(1)
VERSION = re.search(r'^version = "(.*)"$', TEXT, re.M).group(1)
INFO = f"{NAME}-{VERSION}.dist-info"
# The same bytes whoever builds it when.
DATE = (2020, 1, 1, 0, 0, 0)


def get_requires_for_build_wheel(config_settings=None):
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    files = {
        path.relative_to(HERE / "src").as_posix(): path.read_bytes()
        for path in sorted((HERE / "src").rglob("*"))
        if path.suffix in (".py", ".typed")
    }
    files[f"{NAME}/origin.txt"] = f"{HERE.parent}\n".encode()
    return _wheel(wheel_directory, files)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {f"__editable__.{NAME}.pth": f"{HERE / 'src'}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    root = f"{NAME}-{VERSION}"
    name = f"{root}.tar.gz"
    with tarfile.open(pathlib.Path(sdist_directory) / name, "w:gz") as archive:
        files = {
            path.relative_to(HERE).as_posix(): path.read_bytes()
            for path in sorted(HERE.rglob("*"))
            if path.suffix in (".py", ".typed", ".toml", ".md")
        }
        files["PKG-INFO"] = _metadata()
        for path, data in files.items():
            entry = tarfile.TarInfo(f"{root}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return name


def _metadata():
    description = re.search(r'^description = "(.*)"$', TEXT, re.M).group(1)
    python = re.search(r'^requires-python = "(.*)"$', TEXT, re.M).group(1)
    lines = ["Metadata-Version: 2.1", f"Name: {NAME}", f"Version: {VERSION}", f"Summary: {description}"]
    lines += [f"Requires-Python: {python}", "License: Apache-2.0", "Description-Content-Type: text/markdown"]
    for extra in ("pandas", "pyarrow"):
        lines += [f"Provides-Extra: {extra}", f'Requires-Dist: {extra}; extra == "{extra}"']
    return ("\n".join(lines) + "\n\n" + (HERE / "README.md").read_text(encoding="utf-8")).encode()


def _wheel(folder, files):
    name = f"{NAME}-{VERSION}-py3-none-any.whl"
    files = {
        **files,
        f"{INFO}/METADATA": _metadata(),
        f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nGenerator: build_backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},{_digest(data)},{len(data)}" for path, data in files.items()]
    files[f"{INFO}/RECORD"] = ("\n".join([*record, f"{INFO}/RECORD,,"]) + "\n").encode()
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            wheel.writestr(zipfile.ZipInfo(path, DATE), data, zipfile.ZIP_DEFLATED)
    return name


def _digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
