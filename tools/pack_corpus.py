"""Packs a folder of fuzz inputs into one file, and unpacks it again.

Usage: pack_corpus.py pack FOLDER FILE
       pack_corpus.py unpack FILE FOLDER

The file is gzip around each input behind its length (two bytes, big-endian), short inputs first:
the same bytes for the same inputs, and a tenth of what a zip archive takes. Unpacking names each
input after its contents, as the fuzzer does, and leaves what is in the folder.
"""

import gzip
import hashlib
import pathlib
import sys


def pack(folder, target):
    inputs = sorted({file.read_bytes() for file in folder.iterdir()}, key=lambda b: (len(b), b))
    packed = b"".join(len(content).to_bytes(2, "big") + content for content in inputs)
    target.write_bytes(gzip.compress(packed, 9, mtime=0))
    print(f"{target}: {len(inputs)} inputs, {target.stat().st_size:,} bytes")


def unpack(source, folder):
    packed = gzip.decompress(source.read_bytes())
    at = 0
    while at < len(packed):
        end = at + 2 + int.from_bytes(packed[at : at + 2], "big")
        content = packed[at + 2 : end]
        (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)
        at = end


def main():
    command, source, target = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
    {"pack": pack, "unpack": unpack}[command](source, target)


if __name__ == "__main__":
    main()
