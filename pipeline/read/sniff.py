"""What a file is, by its bytes: names lie, and clerks rename."""

from __future__ import annotations

from typing import Final, Literal

from pipeline.limits import Limits
from pipeline.read.encoding import utf16
from pipeline.read.package import Package, open_package
from pipeline.read.refusal import RefusedError

Kind = Literal["xlsx", "xlsb", "ods", "xls", "csv", "html", "xml"]

_SIGNATURES: Final = (
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "rtf"),
    (b"ID;P", "slk"),
    (b"MZ", "program"),
)
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHER_PACKAGES: Final = (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"))
_MAIN_TYPES: Final = (b"spreadsheetml.sheet.main", b"spreadsheetml.template.main", b"ms-excel.")
_MARKUP: Final = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<meta", b"<style")
_SPREADSHEET_ML: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
_LOOK: Final = 4096
_OLD_BIFF: Final = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def sniff(data: bytes, limits: Limits) -> tuple[Kind, Package | None]:
    """Return what ``data`` is, and the guarded package where it is one.

    Raises RefusedError: ``unreadable-type`` with a ``kind``, ``encrypted``, or ``package-refused``.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise _unreadable("empty")
    if data.startswith(_OLE2):
        return _ole2(data), None
    if data.startswith(_ZIP):
        return _zip(data, limits)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (signature != b"BM" or b"\x00" in data[:32]):
            raise _unreadable(kind)
    if data[:2] in _OLD_BIFF:
        return "xls", None
    return _text(data), None


def _unreadable(kind: str) -> RefusedError:
    return RefusedError("unreadable-type", kind=kind)


def _zip(data: bytes, limits: Limits) -> tuple[Kind, Package]:
    package = open_package(data, limits)
    if package.has("mimetype"):
        declared = package.read("mimetype")
        if b"opendocument.spreadsheet" in declared:
            return "ods", package
        raise _unreadable("opendocument" if b"opendocument" in declared else "zip")
    if package.has("xl/workbook.bin"):
        return "xlsb", package
    types = package.read("[Content_Types].xml").lower()
    if package.has("xl/workbook.xml") or any(t in types for t in _MAIN_TYPES):
        return "xlsx", package
    for part, kind in _OTHER_PACKAGES:
        if package.has(part):
            raise _unreadable(kind)
    raise _unreadable("zip")


def _ole2(data: bytes) -> Kind:
    """Tell OLE2 files apart by the names in their directory, which stand in UTF-16."""
    if _wide("EncryptionInfo") in data or _wide("EncryptedPackage") in data:
        raise RefusedError("encrypted")
    if _wide("Workbook\x00") in data or _wide("Book\x00") in data:
        return "xls"
    if _wide("WordDocument") in data:
        raise _unreadable("doc")
    if _wide("PowerPoint Document") in data:
        raise _unreadable("ppt")
    raise _unreadable("msg" if _wide("__properties_version") in data else "ole2")


def _text(data: bytes) -> Kind:
    head = data[:_LOOK]
    plain = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n")
    plain = plain.lower()
    if plain.startswith(_MARKUP):
        if plain.startswith(b"<?xml") and b"<html" not in plain:
            if _SPREADSHEET_ML not in plain:
                raise _unreadable("xml")
            return "xml"
        return "html"
    if plain.startswith(b"mime-version:"):
        raise _unreadable("mht")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or utf16(data):
        return "csv"
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b" for byte in head)
    if b"\x00" in data or odd > len(head) // 100:
        raise _unreadable("binary")
    return "csv"
