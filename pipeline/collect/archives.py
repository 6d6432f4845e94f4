"""Zip and 7z archives. Runs in the child. The one door to py7zr."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.collect.names import all_decoded, place, told_apart
from pipeline.collect.sink import Member, Sink, UnpackError

if TYPE_CHECKING:
    import py7zr

_CHUNK: Final = 1 << 18
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error)
_PACKAGE_PARTS: Final = ("[content_types].xml", "mimetype")


def unpack_zip(path: Path, sink: Sink, passwords: tuple[str, ...]) -> None:
    """Put a zip archive's files into ``sink``, in the order of their names.

    Raises UnpackError: ``container-damaged``, ``container-encrypted`` where none of the passwords
    opens any of it, ``container-refused`` beyond the budget, ``package`` for a workbook.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError, NotImplementedError) as fault:
        raise UnpackError("container-damaged") from fault
    with archive:
        entries = [e for e in archive.infolist() if not e.is_dir()]
        if len(entries) > sink.budget.members:
            raise UnpackError("container-refused", "too-many-parts")
        if any(e.filename.lower() in _PACKAGE_PARTS for e in entries):
            raise UnpackError("package")
        named = zip(told_apart([place(n) for n in zip_names(entries)]), entries, strict=True)
        locked = 0
        for name, entry in sorted(named, key=lambda pair: pair[0]):
            if not _is_file(entry):
                continue
            try:
                _take(archive, entry, name, sink, passwords)
            except _LockedError:
                locked += 1
                sink.lose(name)
            except (*_BROKEN, NotImplementedError):
                sink.lose(name)
    if entries and not sink.members and sink.lost:
        raise UnpackError("container-encrypted" if locked else "container-damaged")


class _LockedError(Exception):
    """No password opens an entry."""


def zip_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the entries' names: as marked, else in the one encoding that fits all unmarked ones.

    Windows writes names in the system's code page and marks nothing (APPNOTE.TXT 4.4.4, bit 11;
    4.6.9, the Unicode path some programs add); zipfile then reads them as code page 437.
    """
    raws = [e.orig_filename.encode("cp437", "replace") for e in entries if _unmarked(e)]
    guessed = iter(all_decoded(raws))
    names = []
    for entry in entries:
        name = next(guessed) if _unmarked(entry) else entry.orig_filename
        names.append(_unicode_path(entry) or name)
    return names


def _unmarked(entry: zipfile.ZipInfo) -> bool:
    return not entry.flag_bits & _UTF8


def _unicode_path(entry: zipfile.ZipInfo) -> str:
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and length > 5:
            return extra[9 : 4 + length].decode("utf-8", "replace")
        extra = extra[4 + length :]
    return ""


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file; links would only hold the path they lead to."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in (0, stat.S_IFREG)


def _take(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    sink: Sink,
    passwords: tuple[str, ...],
) -> None:
    if not entry.flag_bits & _ENCRYPTED:
        sink.put(name, _chunks(archive, entry, None), entry.compress_size)
        return
    # A wrong password passes the one byte that is checked once in 256 times: then the sum is wrong.
    for password in passwords:
        for raw in dict.fromkeys((password.encode(), password.encode("gb18030"))):
            try:
                sink.put(name, _chunks(archive, entry, raw), entry.compress_size)
            except (RuntimeError, *_BROKEN):
                continue
            return
    raise _LockedError


def _chunks(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, password: bytes | None
) -> Iterator[bytes]:
    with archive.open(entry, pwd=password) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


# ---------------------------------------------------------------- 7z


def unpack_seven(path: Path, sink: Sink, passwords: tuple[str, ...]) -> None:
    """Put a 7z archive's files into ``sink``. Raises UnpackError as ``unpack_zip`` does."""
    from py7zr.exceptions import ArchiveError, PasswordRequired

    asked = False
    for password in (None, *passwords):
        try:
            _seven(path, sink, password)
        except PasswordRequired:
            asked = True
        except UnpackError:
            raise
        except (ArchiveError, *_BROKEN, ValueError, TypeError, KeyError, IndexError) as fault:
            # A wrong password shows as broken data, in whatever step that is first noticed.
            if not asked:
                raise UnpackError("container-damaged") from fault
        else:
            return
        sink.members.clear()
    raise UnpackError("container-encrypted")


def _seven(path: Path, sink: Sink, password: str | None) -> None:
    import py7zr

    with path.open("rb") as file, py7zr.SevenZipFile(file, password=password) as archive:
        listed = [entry for entry in archive.list() if entry.is_file]
        if len(listed) > sink.budget.members:
            raise UnpackError("container-refused", "too-many-parts")
        if sum(entry.uncompressed for entry in listed) > sink.budget.total_bytes:
            raise UnpackError("container-refused", "bomb")
        archive.extract(targets=[e.filename for e in listed], factory=_factory(sink))
    names = told_apart([place(name) for name, *_ in sink.members])
    told = zip(names, sink.members, strict=True)
    sink.members[:] = sorted((name, *member[1:]) for name, member in told)


def _factory(sink: Sink) -> py7zr.WriterFactory:
    from py7zr.io import Py7zIO, WriterFactory

    class Writer(Py7zIO):
        """One member as py7zr writes it; it never asks for what was written."""

        def __init__(self, member: Member) -> None:
            self._member = member
            self._size = 0

        def write(self, s: bytes | bytearray) -> int:
            self._member.write(bytes(s))
            self._size += len(s)
            return len(s)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            pass

        def size(self) -> int:
            return self._size

        def close(self) -> None:
            self._member.close()

    class Factory(WriterFactory):
        def create(self, filename: str) -> Any:
            return Writer(sink.open(filename))

    return Factory()
