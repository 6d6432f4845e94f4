"""Rewrite an Office package so that the same content is always the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from lxml import etree

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry."""

_LEVEL = 6
_CONTENT_TYPES = "[Content_Types].xml"
_CORE = "docProps/core.xml"
_EMBEDDED = (".xlsx", ".xlsm", ".docx", ".pptx")
_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DCTERMS = "http://purl.org/dc/terms/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def repack(package: Path | bytes, created: date) -> bytes:
    """Return an OOXML package (.docx, .xlsx) with everything that varies between runs fixed.

    Entries are sorted by name after ``[Content_Types].xml`` (Office and file(1) expect it first),
    carry the time 1980-01-01 and one compression. The core properties' ``created`` and
    ``modified`` become ``created``, 00:00 UTC; ``lastModifiedBy`` is emptied. Packages embedded
    in the package (a chart's workbook) are treated alike.

    Raises ``zipfile.BadZipFile`` if ``package`` is none.
    """
    source = io.BytesIO(package) if isinstance(package, bytes) else package
    with zipfile.ZipFile(source) as old:
        parts = {name: old.read(name) for name in old.namelist() if not name.endswith("/")}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new:
        for name in sorted(parts, key=lambda name: (name != _CONTENT_TYPES, name)):
            new.writestr(_entry(name), _fixed(name, parts[name], created), compresslevel=_LEVEL)
    return target.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of ``files`` (path to content) whose bytes depend on nothing else."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, data in sorted(files.items()):
            made.writestr(_entry(name), data, compresslevel=_LEVEL)
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0  # else it tells Windows from Linux
    entry.external_attr = 0
    return entry


def _fixed(name: str, data: bytes, created: date) -> bytes:
    if name == _CORE:
        return _core(data, created)
    if "/embeddings/" in name and name.lower().endswith(_EMBEDDED):
        return repack(data, created)
    return data


def _core(data: bytes, created: date) -> bytes:
    """Fix dates and the last author; what the properties say otherwise stays."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    for name in ("created", "modified"):
        found = root.find(f"{{{_DCTERMS}}}{name}")
        stamp = etree.SubElement(root, f"{{{_DCTERMS}}}{name}") if found is None else found
        stamp.set(f"{{{_XSI}}}type", "dcterms:W3CDTF")
        stamp.text = f"{created.isoformat()}T00:00:00Z"
    author = root.find(f"{{{_CP}}}lastModifiedBy")
    if author is not None:
        author.text = ""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
