"""What is looked at in a zip package before any parser sees it.

Each guard stops something that the others let through (FACTS, attacks): sizes and counts stop
bombs, the count of what really comes out stops a directory that lies, and the names stop packages
in which two readers would read two different parts.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from pipeline.limits import Limits
from pipeline.read.refusal import RefusedError, refused

_CHUNK: Final = 1 << 16
_LOCAL_HEADER: Final = 30
_ENCRYPTED_FLAG: Final = 0x1
_PICTURES: Final = ("/media/", "/embeddings/")
_DOCTYPE: Final = "<!DOCTYPE"
_DOCTYPES: Final = tuple(_DOCTYPE.encode(e) for e in ("ascii", "utf-16-le", "utf-16-be"))
_DRIVE: Final = re.compile(r"[a-zA-Z]:")


@dataclass(frozen=True, slots=True)
class Package:
    """A package that passed the guards. ``parts`` maps folded names to their entries."""

    archive: zipfile.ZipFile
    parts: Mapping[str, zipfile.ZipInfo]

    def has(self, name: str) -> bool:
        """Whether there is a part of that name, in whatever case."""
        return _folded(name) in self.parts

    def read(self, name: str) -> bytes:
        """Return a part's bytes, b"" where there is none."""
        entry = self.parts.get(_folded(name))
        return self.archive.read(entry) if entry else b""

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes in pieces."""
        entry = self.parts.get(_folded(name))
        if entry is None:
            return
        with self.archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def mentions(self, name: str, word: bytes) -> bool:
        """Whether a part's text holds ``word`` (ASCII), in UTF-8 or UTF-16."""
        forms = (word, b"\x00".join(word[i : i + 1] for i in range(len(word))))
        tail = b""
        for chunk in self.chunks(name):
            seen = tail + chunk
            if any(form in seen for form in forms):
                return True
            tail = seen[-2 * len(word) :]
        return False

    def relations(self, part: str) -> tuple[tuple[str, str, str], ...]:
        """Return (id, type, target part) of what ``part`` ("" for the package) refers to."""
        folder, name = posixpath.split(part)
        data = self.read(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = []
        for tag, given in elements(data):
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "").replace("\\", "/")
                whole = target if target.startswith("/") else posixpath.join(folder, target)
                place = posixpath.normpath(whole).lstrip("/")
                found.append((given.get("Id", ""), given.get("Type", ""), place))
        return tuple(found)


def open_package(data: bytes, limits: Limits) -> Package:
    """Return the package in ``data`` if every guard lets it pass; RefusedError otherwise."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as fault:
        raise refused("damaged") from fault
    entries = [e for e in archive.infolist() if not e.is_dir()]
    if len(entries) > limits.parts:
        raise refused("too-many-parts")
    parts = _names(entries)
    _declared_sizes(entries, limits)
    for entry in entries:
        _real_content(data, entry)
    return Package(archive, parts)


def elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return (local name, attributes by local name) of every element of a small part.

    Namespaces are not resolved: names differ between strict and transitional files, local names
    do not. Damaged XML refuses the package.
    """
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, given: dict[str, str]) -> None:
        attributes = {key.rpartition(":")[2]: value for key, value in given.items()}
        found.append((name.rpartition(":")[2], attributes))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        if data:
            parser.Parse(data, True)
    except expat.ExpatError as fault:
        raise refused("damaged") from fault
    return found


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


def _names(entries: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    parts: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = _folded(entry.filename)
        if name.startswith("/") or ".." in name.split("/") or _DRIVE.match(name):
            raise refused("bad-name")
        if name in parts:
            raise refused("doubled-name")
        parts[name] = entry
    return parts


def _declared_sizes(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    if sum(e.file_size for e in entries) > limits.total_bytes:
        raise refused("bomb")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise RefusedError("encrypted")
        if entry.file_size > limits.part_bytes:
            raise refused("part-too-large")
        squeezed = max(entry.compress_size, 1)
        if entry.file_size > limits.ratio_from and entry.file_size / squeezed > limits.ratio:
            raise refused("bomb")


def _real_content(data: bytes, entry: zipfile.ZipInfo) -> None:
    """Unpack one entry in pieces: it must be as large as declared, and hold no DTD."""
    wanted = entry.file_size
    suspicious = _may_be_markup(entry.filename)
    tail, size = b"", 0
    for chunk in _unpacked(data, entry):
        size += len(chunk)
        if size > wanted:
            raise refused("size-lie")
        if suspicious:
            seen = tail + chunk
            if any(mark in seen for mark in _DOCTYPES):
                raise refused("dtd")
            tail = seen[-2 * len(_DOCTYPE) :]
    if size != wanted:
        raise refused("size-lie")


def _may_be_markup(name: str) -> bool:
    folded = _folded(name)
    return not folded.endswith(".bin") and not any(place in folded for place in _PICTURES)


def _unpacked(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what is really in the entry; zipfile itself stops at the size that was declared."""
    start = entry.header_offset
    head = data[start : start + _LOCAL_HEADER]
    if len(head) < _LOCAL_HEADER or head[:4] != b"PK\x03\x04":
        raise refused("damaged")
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    begin = start + _LOCAL_HEADER + name_length + extra_length
    packed = memoryview(data)[begin : begin + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise refused("damaged")
    if entry.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise refused("damaged")
    inflater = zlib.decompressobj(-15)
    try:
        waiting: bytes | memoryview = packed
        while not inflater.eof:
            chunk = inflater.decompress(waiting, _CHUNK * 4)
            waiting = inflater.unconsumed_tail
            if chunk:
                yield chunk
            elif not waiting and not inflater.eof:
                raise refused("damaged")
    except zlib.error as fault:
        raise refused("damaged") from fault
