#!/usr/bin/python3
"""Fetches source packages, and prints their names.

    sources.py ARCHIVE SUITE FOLDER COUNT NAME…

The first COUNT of those names of which the archive has all files: a mirror may lack some.
"""
import hashlib
import lzma
import os
import sys
import urllib.error
import urllib.request


def fetch(archive, path):
    with urllib.request.urlopen(f"{archive}/{path}", timeout=120) as answer:
        return answer.read()


def read_index(text):
    """Of each source, its last stanza as lists of lines."""
    sources = {}
    for stanza in text.split("\n\n"):
        fields, field = {}, ""
        for line in stanza.splitlines():
            if not line.startswith(" "):
                field, _, line = line.partition(":")
            fields.setdefault(field, []).append(line.strip())
        if fields:
            sources[fields["Package"][0]] = fields
    return sources


def fetch_source(archive, fields):
    files = {}
    for line in filter(None, fields["Checksums-Sha256"]):
        digest, _, name = line.split()
        files[name] = fetch(archive, f"{fields['Directory'][0]}/{name}")
        if hashlib.sha256(files[name]).hexdigest() != digest:
            sys.exit(f"sources.py: {name} is damaged")
    return files


def main():
    archive, suite, folder, count, *names = sys.argv[1:]
    sources = read_index(lzma.decompress(fetch(archive, f"dists/{suite}/main/source/Sources.xz")).decode())
    found = []
    for name in names:
        if len(found) == int(count):
            break
        try:
            files = fetch_source(archive, sources[name])
        except (KeyError, urllib.error.HTTPError):
            continue
        for file, content in files.items():
            with open(os.path.join(folder, file), "wb") as out:
                out.write(content)
        found.append(name)
    if len(found) < int(count):
        sys.exit(f"sources.py: only {found} of {names} can be had")
    print(*found)


main()
