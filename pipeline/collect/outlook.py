"""Mails as Outlook saves them (.msg, MS-OXMSG). Runs in the child. A door to olefile.

olefile is enough: a mail's properties are streams with fixed names. The libraries made for .msg
bring readers for RTF, HTML and macros with them, which would only be more to attack.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.policy import compat32
from pathlib import Path
from typing import Any, Final

from pipeline.collect.letters import Said
from pipeline.collect.mail import Part, origin_of, put_mail, said, sender_of
from pipeline.collect.names import decoded, leaf
from pipeline.collect.sink import Origin, Sink, UnpackError

_SUBJECT: Final = "0037"
_HEADERS: Final = "007D"
_BODY: Final = "1000"
_PAGE: Final = "1013"  # the body as HTML
_NAMES: Final = ("0C1A", "0042")  # of the sender; of whom the mail was sent for
_ADDRESSES: Final = ("5D01", "5D02", "0C1F", "0065")
_DATA: Final = "3701"
_FILE_NAMES: Final = ("3707", "3704", "3001")  # long, short, shown
_SUBMITTED: Final = 0x0039
_DELIVERED: Final = 0x0E06
_TIME: Final = 0x0040
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_HEADER_SIZES: Final = (32, 24)  # of the properties of a mail, and of one within another
_PROPERTY: Final = struct.Struct("<HHIq")
_DEEPEST: Final = 10
_ATTACHMENT: Final = "__attach_version1.0_"

Place = tuple[str, ...]


@dataclass(frozen=True)
class _Mail:
    """One mail within the file; ``place`` are the storages that lead to it."""

    ole: Any
    place: Place

    def text(self, *numbers: str) -> str:
        """Return the first of these text properties that is there."""
        for number in numbers:
            for kind, charset in (("001F", "utf-16-le"), ("001E", "")):
                raw = self.stream(f"__substg1.0_{number}{kind}")
                if raw:
                    return decoded(raw, charset).rstrip("\x00").strip()
        return ""

    def stream(self, name: str) -> bytes | None:
        """Return a stream's bytes, None where there is none."""
        place = [*self.place, name]
        if not self.ole.exists(place) or self.ole.get_type(place) != 2:
            return None
        data: bytes = self.ole.openstream(place).read()
        return data

    def sent_at(self) -> str:
        """Return when it was sent, or else delivered: Outlook keeps UTC."""
        data = self.stream("__properties_version1.0") or b""
        found: dict[int, int] = {}
        for start in range(_HEADER_SIZES[bool(self.place)], len(data) - 15, 16):
            kind, number, _, value = _PROPERTY.unpack_from(data, start)
            if kind == _TIME:
                found[number] = value
        ticks = found.get(_SUBMITTED) or found.get(_DELIVERED) or 0
        if ticks <= 0:
            return ""
        try:
            return (_EPOCH + timedelta(microseconds=ticks // 10)).replace(microsecond=0).isoformat()
        except OverflowError:
            return ""

    def attachments(self) -> list[str]:
        """Return the storages of its attachments, in their order."""
        depth = len(self.place)
        found = {
            entry[depth]
            for entry in self.ole.listdir(streams=True, storages=True)
            if tuple(entry[:depth]) == self.place
            and len(entry) > depth
            and entry[depth].startswith(_ATTACHMENT)
        }
        return sorted(found)


def unpack_outlook(path: Path, sink: Sink, _: tuple[str, ...]) -> None:
    """Put an Outlook mail's attachments into ``sink``, those of a mail within below its subject.

    Raises UnpackError (``container-damaged``) where the file is broken.
    """
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            parts = list(_parts(_Mail(ole, ()), "", Origin(), 0))
    except (OSError, struct.error, ValueError, IndexError, TypeError, AttributeError) as fault:
        raise UnpackError("container-damaged") from fault
    put_mail(parts, sink)


def _parts(mail: _Mail, below: str, outer: Origin, depth: int) -> Iterator[Part | Said]:
    if depth > _DEEPEST:
        raise UnpackError("container-too-deep")
    origin = _origin(mail, outer)
    for number, storage in enumerate(mail.attachments(), start=1):
        attachment = _Mail(mail.ole, (*mail.place, storage))
        inner = _Mail(mail.ole, (*attachment.place, f"__substg1.0_{_DATA}000D"))
        if inner.ole.exists([*inner.place, "__properties_version1.0"]):
            subject = inner.text(_SUBJECT) or attachment.text(*_FILE_NAMES) or f"邮件{number}"
            yield from _parts(inner, f"{below}{leaf(subject)}/", origin, depth + 1)
            continue
        data = attachment.stream(f"__substg1.0_{_DATA}0102")
        if data is not None:
            name = leaf(attachment.text(*_FILE_NAMES) or f"附件{number}")
            yield Part(f"{below}{name}", data, origin)
    page = mail.stream(f"__substg1.0_{_PAGE}0102") or b""
    subject, plain = mail.text(_SUBJECT), mail.text(_BODY)
    yield from said(below, origin, subject, plain, mail.text(_PAGE) or decoded(page))


def _origin(mail: _Mail, outer: Origin) -> Origin:
    """Who sent it: by the headers it came with, else by Outlook's own properties.

    Within an office the address is often one of Exchange (/O=…), which names nobody to us.
    """
    headers = message_from_string(mail.text(_HEADERS), policy=compat32)
    told = origin_of(headers, Origin())
    address = next((a for a in (mail.text(n) for n in _ADDRESSES) if "@" in a), "")
    name = mail.text(*_NAMES)
    own = sender_of(f"{name} <{address}>" if address else name)
    return Origin(
        told.sender or own or outer.sender, told.sent_at or mail.sent_at() or outer.sent_at
    )
