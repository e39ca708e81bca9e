#!/usr/bin/env python3
"""Packs a directory of conformance cases (CASES/NAME/FILE…) into conformance.tar.gz beside this script; same input, same bytes."""
import gzip
import io
import os
import sys
import tarfile

cases = sys.argv[1]
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conformance.tar.gz")
with open(target, "wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
    for folder, folders, files in os.walk(cases):
        folders.sort()
        # Files of one kind differ little from node to node: side by side they pack well.
        for name in sorted(files, key=lambda name: (name.split(".")[-2:], name)):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                content = file.read()
            entry = tarfile.TarInfo(os.path.relpath(path, cases).replace(os.sep, "/"))
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
