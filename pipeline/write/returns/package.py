"""An OOXML package of which single parts are changed; all others stay byte for byte.

Part names, relationships and content types follow ECMA-376 Part 2 (Open Packaging Conventions);
what is said of the workbook's own parts Part 1, 12.3.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Mapping
from itertools import count
from typing import Final

from lxml import etree

from pipeline.limits import Limits
from pipeline.read.package import open_package
from pipeline.text import fold

_LEVEL: Final = 6
_LOCAL: Final = 30
_DESCRIPTOR: Final = 0x08  # sizes stand behind the data; here they always stand before it
_UTF8: Final = 0x800
_EPOCH: Final = 0x21  # 1980-01-01, the earliest date a zip entry can carry
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_SIGNATURES: Final = "_xmlsignatures/"


class NotAnnotatedError(Exception):
    """A workbook that can't be patched safely; a fault sheet goes back instead."""


class Parts:
    """A package's parts: parsed when asked for, written back only if they were asked to change.

    Raises NotAnnotatedError for what is no plain package, RefusedError for what the guards of
    reading refuse.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._package = open_package(data, Limits())
        self._changed: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._spelt: dict[str, str] = {}
        self._roots: dict[str, etree._Element] = {}
        if any(name.startswith(_SIGNATURES) for name in self._package.parts):
            raise NotAnnotatedError("signed")

    def has(self, name: str) -> bool:
        """Whether there is a part of that name, in whatever case."""
        return self._package.has(name) or name.lower() in self._added

    def read(self, name: str) -> bytes:
        """Return a part's bytes as they are now; NotAnnotatedError where there is none."""
        key = name.lower()
        if key in self._added:
            return self._added[key]
        if not self._package.has(name):
            raise NotAnnotatedError(f"no part {name}")
        return self._changed.get(key) or self._package.read(name)

    def root(self, name: str) -> etree._Element:
        """Return a part's root element, which will be written back as it is when packing."""
        key = name.lower()
        if key not in self._roots:
            self._roots[key] = parsed(self.read(name))
        return self._roots[key]

    def put(self, name: str, data: bytes) -> None:
        """Replace a part's bytes, or add the part."""
        key = name.lower()
        self._roots.pop(key, None)
        if self._package.has(name):
            self._changed[key] = data
        else:
            self._added[key] = data
            self._spelt[key] = name

    def names(self) -> tuple[str, ...]:
        """Return the names of the original's parts, in lower case."""
        return tuple(self._package.parts)

    def free_name(self, pattern: str) -> str:
        """Return the first name that no part has; ``pattern`` has {} for the number."""
        return next(n for i in count(1) if not self.has(n := pattern.format(i)))

    # ------------------------------------------------------------ relations and types

    def relations(self, part: str) -> tuple[tuple[str, str, str], ...]:
        """Return (id, last word of the type, target part) of what ``part`` refers to."""
        return tuple(
            (key, kind.rpartition("/")[2], target)
            for key, kind, target in self._package.relations(part)
        )

    def kind_base(self) -> str:
        """Return what relationship types of this workbook begin with: transitional or strict."""
        for _, kind, _ in self._package.relations(""):
            if kind.endswith("/officeDocument"):
                return kind.rpartition("/")[0]
        raise NotAnnotatedError("no workbook")

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let ``part`` refer to the part ``target``; return the new relationship's id.

        ``kind`` is the last word of the relationship's type.
        """
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(path):
            self.put(path, b'<Relationships xmlns="' + _RELATIONS.encode() + b'"/>')
        root = self.root(path)
        taken = {element.get("Id") for element in root}
        key = next(k for i in count(1) if (k := f"rIdTz{i}") not in taken)
        etree.SubElement(
            root,
            f"{{{_RELATIONS}}}Relationship",
            {
                "Id": key,
                "Type": f"{self.kind_base()}/{kind}",
                "Target": posixpath.relpath(target, folder or "."),
            },
        )
        return key

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part holds."""
        root = self.root("[Content_Types].xml")
        attributes = {"PartName": f"/{part}", "ContentType": content_type}
        etree.SubElement(root, f"{{{_TYPES}}}Override", attributes)

    # ------------------------------------------------------------ packing

    def packed(self) -> bytes:
        """Return the package: unchanged entries with their very bytes, new ones behind them."""
        for key, root in self._roots.items():
            new = serialised(root)
            if key in self._package.parts:
                self._changed[key] = new
            else:
                self._added[key] = new
        added = {self._spelt[key]: content for key, content in self._added.items()}
        return _rewritten(self._data, self._package.archive, self._changed, added)


def parsed(data: bytes) -> etree._Element:
    """Parse a part without entities, DTD or network; NotAnnotatedError where it is damaged."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise NotAnnotatedError("damaged") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotAnnotatedError("dtd")
    return root


def serialised(root: etree._Element) -> bytes:
    """Return a part's bytes, in UTF-8; namespace prefixes stay as they were declared."""
    return etree.tostring(
        root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True
    )


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Return an element's namespace in Clark's notation, braces included."""
    head, brace, _ = str(element.tag).rpartition("}")
    if not brace:
        raise NotAnnotatedError("no namespace")
    return head + brace


def same_name(one: str, other: str) -> bool:
    """Whether two sheet names are one to Excel, which folds case and width."""
    return fold(one) == fold(other)


def _rewritten(
    data: bytes,
    archive: zipfile.ZipFile,
    changed: Mapping[str, bytes],
    added: Mapping[str, bytes],
) -> bytes:
    """Write the zip anew: what did not change is copied packed as it is (APPNOTE 4.3.7, 4.3.12)."""
    out, directory = io.BytesIO(), []
    for entry in archive.infolist():
        key = entry.filename.replace("\\", "/").lower()
        name = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437")
        if key in changed and not entry.is_dir():
            method, crc, size, packed = _squeezed(changed[key])
        else:
            method, crc, size = entry.compress_type, entry.CRC, entry.file_size
            packed = _packed_bytes(data, entry)
        year, month, day, hour, minute, second = entry.date_time
        stamp = (
            hour << 11 | minute << 5 | second // 2,
            (year - 1980) << 9 | month << 5 | day,
        )
        flags = entry.flag_bits & ~_DESCRIPTOR
        about = (flags, method, *stamp, crc, len(packed), size, len(name), 0)
        made = (entry.create_version, entry.create_system, entry.extract_version, 0)
        ends = (len(entry.comment), 0, entry.internal_attr, entry.external_attr)
        directory.append((made, about, ends, out.tell(), name, entry.comment))
        out.write(_local_header(entry.extract_version, about) + name + packed)
    for path, content in sorted(added.items()):
        name = path.encode()
        method, crc, size, packed = _squeezed(content)
        about = (_UTF8, method, 0, _EPOCH, crc, len(packed), size, len(name), 0)
        directory.append(((20, 0, 20, 0), about, (0, 0, 0, 0), out.tell(), name, b""))
        out.write(_local_header(20, about) + name + packed)
    begin = out.tell()
    for made, about, ends, offset, name, comment in directory:
        head = struct.pack("<4s4B4H3L2H", b"PK\x01\x02", *made, *about)
        out.write(head + struct.pack("<3H2L", *ends, offset) + name + comment)
    size, number = out.tell() - begin, len(directory)
    tail = (0, 0, number, number, size, begin, len(archive.comment))
    out.write(struct.pack("<4s4H2LH", b"PK\x05\x06", *tail) + archive.comment)
    return out.getvalue()


def _local_header(version: int, about: tuple[int, ...]) -> bytes:
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", version, *about)


def _packed_bytes(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    lengths = struct.unpack_from("<HH", data, entry.header_offset + _LOCAL - 4)
    begin = entry.header_offset + _LOCAL + sum(lengths)
    return data[begin : begin + entry.compress_size]


def _squeezed(content: bytes) -> tuple[int, int, int, bytes]:
    squeezer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    packed = squeezer.compress(content) + squeezer.flush()
    return zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), packed
