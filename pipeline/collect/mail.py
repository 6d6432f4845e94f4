"""Mails as files (.eml): what is attached and said, also in mails forwarded within. In the child.

The message is parsed by the older policy: the newer one decodes headers strictly, loses names in
GBK and can raise on headers that mail programs write. Names, dates and senders are decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from pipeline.collect.letters import Said, heard
from pipeline.collect.names import decoded, leaf, told_apart
from pipeline.collect.sink import Origin, Sink, UnpackError

_BODIES: Final = ("text/plain", "text/html", "text/calendar", "text/enriched")
_SUFFIXES: Final = {"application/ms-tnef": ".dat", "application/pdf": ".pdf", "image/png": ".png",
                    "image/jpeg": ".jpg", "message/rfc822": ".eml"}  # fmt: skip
_WESTERN: Final = ("us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252")
"""What mail programs write where they don't know; no mail in Chinese is in them."""

_DEEPEST: Final = 10
_ESCAPED: Final = re.compile(r"(%[0-9A-Fa-f]{2}){3}")


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment: its place below the mail, its bytes, who sent it."""

    name: str
    data: bytes
    origin: Origin


def unpack_mail(path: Path, sink: Sink, _: tuple[str, ...]) -> None:
    """Put a mail's attachments into ``sink``, those of a forwarded mail below its subject.

    Raises UnpackError (``container-damaged``) where the file is no mail.
    """
    data = path.read_bytes().lstrip(b"\xef\xbb\xbf \t\r\n")  # what copying a mail's text adds
    message = message_from_bytes(data, policy=compat32)
    if not message.keys():
        raise UnpackError("container-damaged")
    put_mail(list(_parts(message, "", Origin(), 0)), sink)


def put_mail(found: list[Part | Said], sink: Sink) -> None:
    """Write attachments, in the order of their names, and note what the mails say."""
    sink.said += [part for part in found if isinstance(part, Said)]
    parts = [part for part in found if isinstance(part, Part)]
    names = told_apart([part.name for part in parts])
    for name, part in sorted(zip(names, parts, strict=True), key=lambda pair: pair[0]):
        sink.put(name, [part.data], origin=part.origin)


def _parts(message: Message, below: str, outer: Origin, depth: int) -> Iterator[Part | Said]:
    """Yield a mail's attachments and what it says; who sent a forwarded mail sent what is in it."""
    if depth > _DEEPEST:
        raise UnpackError("container-too-deep")
    origin = origin_of(message, outer)
    bodies = {"text/plain": "", "text/html": ""}
    for number, part in enumerate(_leaves(message, 0), start=1):
        kind = part.get_content_type()
        name = file_name(part)
        if kind == "message/rfc822":
            for inner in _inner(part):
                subject = header(inner, "Subject") or name or f"邮件{number}"
                yield from _parts(inner, f"{below}{leaf(subject)}/", origin, depth + 1)
            continue
        if not name and (kind in _BODIES and not _is_attached(part)):
            if kind in bodies:
                bodies[kind] += _body(part)
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        given = leaf(name or f"附件{number}{_SUFFIXES.get(kind, '')}")
        yield Part(f"{below}{given}", data, origin)
    yield from said(below, origin, header(message, "Subject"), *bodies.values())


def said(below: str, origin: Origin, subject: str, plain: str, page: str) -> Iterator[Said]:
    """Yield what a mail says, if anything that matters."""
    filing, sentence, links = heard(subject, plain, page)
    if filing or links:
        place = below.rstrip("/")
        yield Said(place, origin.sender, origin.sent_at, filing, sentence, links)


def _body(part: Message) -> str:
    """Return a body's text; one that has bytes which its encoding lacks is in another."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = (part.get_content_charset() or "").lower()
    return decoded(data, "" if charset in _WESTERN and not data.isascii() else charset)


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """Yield the parts that hold something; a mail within is one part."""
    if depth > _DEEPEST * 5:
        raise UnpackError("container-too-deep")
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)
    else:
        yield message


def _inner(part: Message) -> list[Message]:
    """Return the mail within a message/rfc822 part; some clients encode it, against RFC 2046."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return []
    inner = [message for message in payload if isinstance(message, Message)]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in ("base64", "quoted-printable") and inner and not inner[0].keys():
        shell = Message()
        shell["Content-Transfer-Encoding"] = encoding
        shell.set_payload(inner[0].get_payload())
        data = shell.get_payload(decode=True)
        return [message_from_bytes(data, policy=compat32)] if isinstance(data, bytes) else []
    return inner


def _is_attached(part: Message) -> bool:
    return header(part, "Content-Disposition").lower().startswith("attachment")


def origin_of(message: Message, outer: Origin) -> Origin:
    """Return who sent a mail and when, by its headers; what they lack, as the mail around it."""
    sender = sender_of(header(message, "From") or header(message, "Sender"))
    return Origin(sender or outer.sender, date_of(header(message, "Date")) or outer.sent_at)


def sender_of(text: str) -> str:
    """Return "display name <address>", or either, from a decoded From header.

    >>> sender_of('"甲公司, 办公室" <A@example.com>'), sender_of("b@example.com")
    ('甲公司, 办公室 <a@example.com>', 'b@example.com')
    """
    name, address = parseaddr(text)
    if "@" not in address:
        head, _, rest = text.rpartition("<")
        name, address = (head, rest.partition(">")[0]) if "@" in rest else (text, "")
    name = leaf(name.strip().strip('"'), "").replace("<", "").replace(">", "").strip()
    address = leaf(address.strip().lower(), "")
    if name and address and name.lower() != address:
        return f"{name} <{address}>"
    return address or name


def date_of(text: str) -> str:
    """Return a Date header as ISO 8601 with its offset; "" where it is none (RFC 5322, 3.3).

    >>> date_of("Fri, 9 Oct 2020 17:05:00 +0800"), date_of("soon")
    ('2020-10-09T17:05:00+08:00', '')
    """
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def header(message: Message, name: str) -> str:
    """Return a header decoded, "" where it is missing."""
    return decoded_words(_raw(message, name))


def _raw(message: Message, name: str) -> str:
    """Return a header as it stands there; bytes that are no ASCII become the text they are."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            raw = str(value).encode("utf-8", "surrogateescape")
            return " ".join(decoded(raw).split())
    return ""


def decoded_words(text: str) -> str:
    """Return a header's text, encoded words and all (RFC 2047).

    Words of one encoding are joined before they are decoded: some clients cut characters in two.

    >>> decoded_words("=?gb2312?B?1fu4xMyo1cs=?= (1)")
    '整改台账 (1)'
    """
    if "=?" not in text:
        return text.strip()
    try:
        pieces = decode_header(text)
    except HeaderParseError:
        return text.strip()
    words = [
        piece if isinstance(piece, str) else _word(piece, charset or "")
        for piece, charset in pieces
    ]
    return "".join(words).strip()


def _word(piece: bytes, charset: str) -> str:
    """Decode a piece; what stood between encoded words comes in Latin-1 escapes."""
    return decoded(piece, charset) if charset else piece.decode("raw-unicode-escape", "replace")


def file_name(part: Message) -> str:
    """Return the name an attachment is given, "" if none, however it is written.

    RFC 2231 (name*=, name*0=…), RFC 2047 within quotes as most clients do, or bare bytes.
    """
    for place, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        raw = _raw(part, place)
        if not raw:
            continue
        shell = Message()
        shell[place] = raw
        value = shell.get_param(parameter, header=place)
        if isinstance(value, tuple):
            charset, _, text = value
            return decoded(text.encode("latin-1"), charset or "") if _is_bytes(text) else text
        if value:
            text = decoded_words(str(value))
            return decoded(unquote_to_bytes(text)) if _ESCAPED.search(text) else text
    return ""


def _is_bytes(text: str) -> bool:
    return all(ord(sign) < 256 for sign in text)
