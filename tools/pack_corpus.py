"""Packs a folder of inputs into a zip file, short ones first, the same bytes for the same inputs.

Usage: pack_corpus.py FOLDER ZIP
"""

import pathlib
import sys
import zipfile

BEGINNING = (2026, 1, 1, 0, 0, 0)


def main():
    folder, target = map(pathlib.Path, sys.argv[1:])
    inputs = sorted({file.read_bytes() for file in folder.iterdir()}, key=lambda b: (len(b), b))
    with zipfile.ZipFile(target, "w") as archive:
        for number, content in enumerate(inputs):
            entry = zipfile.ZipInfo(f"{number:04d}", BEGINNING)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    print(f"{target}: {len(inputs)} inputs, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
