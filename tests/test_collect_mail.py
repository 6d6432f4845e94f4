"""Mails as clients write them: names, senders, dates, mails within mails, winmail.dat, .msg."""

import base64
import struct
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from pathlib import Path
from urllib.parse import quote

import pytest
from compound import Tree, compound
from test_collect_archives import zipped

from pipeline.collect import Collected, collect
from pipeline.collect.mail import date_of, decoded_words, sender_of

NAME = "甲公司整改台账.xlsx"
FROM = (
    "=?gb2312?B?"
    + base64.b64encode("甲公司 张三".encode("gb2312")).decode()
    + "?= <Zhang@Example.com>"
)
SENT = ("甲公司 张三 <zhang@example.com>", "2020-10-09T17:05:00+08:00")


def take(folder: Path, data: bytes, name: str = "来信.eml") -> Collected:
    (folder / name).write_bytes(data)
    return collect(folder, None, {})


def seen(found: Collected) -> list[tuple[str, str, str, bytes]]:
    return [(s.name, s.sender, s.sent_at, s.path.read_bytes()) for s in found.submissions]


def mail(disposition: str, *, content_type: str = "application/octet-stream") -> bytes:
    """Return a mail whose attachment's headers are written by hand."""
    body = base64.b64encode(b"data").decode()
    lines = [
        f"From: {FROM}", "Date: Fri, 9 Oct 2020 17:05:00 +0800",
        "Subject: =?gb2312?B?1fu4xMyo1cs=?=", "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"', "", "--b",
        "Content-Type: text/plain; charset=gb2312", "", "text", "--b",
        f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}", "", body, "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode("gb18030")


def b64(text: str, charset: str) -> str:
    return base64.b64encode(text.encode(charset)).decode()


FOLDED = f"=?utf-8?B?{b64(NAME[:5], 'utf-8')}?=\r\n =?utf-8?B?{b64(NAME[5:], 'utf-8')}?="


@pytest.mark.parametrize(
    "disposition",
    [
        f'attachment; filename="=?gb2312?B?{b64(NAME, "gb2312")}?="',
        f'attachment; filename="{FOLDED}"',
        f"attachment; filename*=utf-8''{quote(NAME)}",
        f"attachment; filename*0*=GBK''{quote(NAME[:4], encoding='gbk')};\r\n"
        f" filename*1*={quote(NAME[4:], encoding='gbk')}",
        f'attachment; filename="{NAME}"',
        f"attachment; filename={quote(NAME)}",
    ],
    ids=["2047", "2047 folded", "2231", "2231 continued", "bare GBK", "percent"],
)
def test_names_however_they_are_written(tmp_path: Path, disposition: str) -> None:
    assert seen(take(tmp_path, mail(disposition))) == [(f"来信.eml/{NAME}", *SENT, b"data")]


def test_a_name_under_the_content_type(tmp_path: Path) -> None:
    written = mail("attachment", content_type=f'application/x; name="=?gbk?B?{b64(NAME, "gbk")}?="')
    assert [s.name for s in take(tmp_path, written).submissions] == [f"来信.eml/{NAME}"]


def test_words_that_a_client_cut_within_a_character() -> None:
    raw = "整改台账".encode("gb2312")
    words = [base64.b64encode(part).decode() for part in (raw[:3], raw[3:])]
    assert decoded_words(f"=?gb2312?B?{words[0]}?= =?gb2312?B?{words[1]}?=") == "整改台账"
    assert decoded_words(f"=?gb2312?B?{b64('镕', 'gbk')}?=") == "镕"


@pytest.mark.parametrize(
    "written, told",
    [
        ("Fri, 9 Oct 2020 17:05:00 +0800 (CST)", "2020-10-09T17:05:00+08:00"),
        ("9 Oct 2020 09:05:00 -0000", "2020-10-09T09:05:00+00:00"),
        ("昨天", ""),
        ("", ""),
    ],
)
def test_dates(written: str, told: str) -> None:
    assert date_of(written) == told


@pytest.mark.parametrize(
    "written, told",
    [
        ("甲公司,办公室 <a@example.com>", "甲公司,办公室 <a@example.com>"),
        ("<A@Example.com>", "a@example.com"),
        ("甲公司", "甲公司"),
        ("a@example.com <a@example.com>", "a@example.com"),
        ("", ""),
    ],
)
def test_senders(written: str, told: str) -> None:
    assert sender_of(written) == told


def test_what_is_forwarded_was_sent_by_its_own_sender(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "乙公司 <b@example.com>", "乙公司/周报"
    inner["Date"] = "Thu, 8 Oct 2020 09:00:00 +0800"
    inner.set_content("见附件")
    inner.add_attachment(b"inner", maintype="application", subtype="x", filename="台账.xlsx")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "甲公司 张三 <zhang@example.com>", "转发"
    outer["Date"] = "Fri, 9 Oct 2020 17:05:00 +0800"
    outer.set_content("转发")
    outer.add_attachment(inner)
    outer.add_attachment(b"scan", maintype="image", subtype="jpeg", filename="盖章.jpg")
    outer.add_attachment(b"outer", maintype="application", subtype="x", filename="台账.xlsx")
    found = take(tmp_path, outer.as_bytes())
    told = ("乙公司 <b@example.com>", "2020-10-08T09:00:00+08:00")
    assert seen(found) == [
        ("来信.eml/乙公司_周报/台账.xlsx", *told, b"inner"),
        ("来信.eml/台账.xlsx", *SENT, b"outer"),
    ]
    assert [(p.name, p.state, p.about) for p in found.passed] == [
        ("来信.eml", "container", ""),
        ("来信.eml/盖章.jpg", "stamped", "来信.eml/台账.xlsx"),
    ]


def test_an_archive_and_a_mail_attached(tmp_path: Path) -> None:
    message = MIMEMultipart()
    message["From"], message["Date"] = FROM, "Fri, 9 Oct 2020 17:05:00 +0800"
    for name, data in (
        ("a.zip", zipped({"甲/台账.xlsx": b"1"})),
        ("b.eml", mail('x; filename="b.csv"')),
    ):
        part = MIMEApplication(data)
        part.add_header("Content-Disposition", "attachment", filename=name)
        message.attach(part)
    assert seen(take(tmp_path, message.as_bytes())) == [
        ("来信.eml/a.zip/甲/台账.xlsx", *SENT, b"1"),
        ("来信.eml/b.eml/b.csv", *SENT, b"data"),
    ]


def test_a_copy_with_a_sender_tells_who_sent_the_one_without(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"data")
    found = take(tmp_path, mail(f'attachment; filename="{NAME}"'))
    assert seen(found) == [("a.xlsx", *SENT, b"data")]
    assert found.passed[-1].about == "a.xlsx"


@pytest.mark.parametrize(
    "data, code",
    [
        (b"From: a@example.com\r\n\r\nonly text\r\n", "mail-without-files"),
        (b"\x00\x01 no mail", "container-damaged"),
    ],
)
def test_a_mail_without_files_or_none_at_all(tmp_path: Path, data: bytes, code: str) -> None:
    (one,) = take(tmp_path, data).submissions
    assert one.fault is not None
    assert one.fault.code == code


# ---------------------------------------------------------------- winmail.dat


def attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", 2, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def winmail(*, long_name: bool) -> bytes:
    """Return what Outlook sends to those who have no Outlook (MS-OXTNEF)."""
    text = "乙公司台账.xlsx\0".encode("utf-16-le")
    named = struct.pack("<HHI", 0x3, 0x8001, 0)[:4] + bytes(16) + struct.pack("<III", 0, 7, 1)
    filename = struct.pack("<HHII", 0x1F, 0x3707, 1, len(text)) + text + bytes(-len(text) % 4)
    properties = struct.pack("<I", 3) + named + struct.pack("<HHI", 0x3, 0x0E21, 0) + filename
    parts = [
        attribute(0x00069002, bytes(14)),
        attribute(0x00018010, "乙公司~1.XLS\0".encode("gbk")),
        attribute(0x0006800F, b"data"),
    ]
    if long_name:
        parts.append(attribute(0x00069005, properties))
    return struct.pack("<IH", 0x223E9F78, 1) + attribute(0x00089006, bytes(4)) + b"".join(parts)


@pytest.mark.parametrize("long_name, name", [(True, "乙公司台账.xlsx"), (False, "乙公司~1.XLS")])
def test_winmail(tmp_path: Path, long_name: bool, name: str) -> None:
    message = MIMEMultipart()
    message["From"], message["Date"] = FROM, "Fri, 9 Oct 2020 17:05:00 +0800"
    part = MIMEApplication(winmail(long_name=long_name), "ms-tnef", name="winmail.dat")
    message.attach(part)
    assert seen(take(tmp_path, message.as_bytes())) == [
        (f"来信.eml/winmail.dat/{name}", *SENT, b"data")
    ]


def test_a_winmail_that_breaks_off(tmp_path: Path) -> None:
    (one,) = take(tmp_path, winmail(long_name=True)[:-20], "winmail.dat").submissions
    assert one.fault is not None
    assert one.fault.code == "container-damaged"


# ---------------------------------------------------------------- Outlook's own


def properties(start: int, **times: int) -> bytes:
    entries = [struct.pack("<HHIq", 0x40, int(tag, 16), 0, ticks) for tag, ticks in times.items()]
    return bytes(start) + b"".join(entries)


def text(number: str, value: str) -> Tree:
    return {f"__substg1.0_{number}001F": value.encode("utf-16-le")}


def attached(name: str, data: bytes) -> Tree:
    return {"__properties_version1.0": bytes(8), **text("3707", name), "__substg1.0_37010102": data}


def test_an_outlook_mail(tmp_path: Path) -> None:
    ticks = (1602234300 + 11644473600) * 10**7  # 2020-10-09 09:05 UTC
    inner: Tree = {
        "__properties_version1.0": properties(24, **{"0039": ticks}), **text("0037", "乙公司周报"),
        **text("0C1A", "乙公司"), **text("0C1F", "/O=EXAMPLE/CN=B"),
        "__attach_version1.0_#00000000": attached("台账.xlsx", b"inner" * 2000),
    }  # fmt: skip
    headers = f"From: {FROM}\r\nDate: Fri, 9 Oct 2020 17:05:00 +0800\r\n"
    tree: Tree = {
        "__properties_version1.0": properties(32), **text("007D", headers),
        "__attach_version1.0_#00000000": attached("台账.xlsx", b"outer"),
        "__attach_version1.0_#00000001": {
            "__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner,
        },
    }  # fmt: skip
    found = take(tmp_path, compound(tree), "来信.msg")
    assert seen(found) == [
        ("来信.msg/乙公司周报/台账.xlsx", "乙公司", "2020-10-09T09:05:00+00:00", b"inner" * 2000),
        ("来信.msg/台账.xlsx", *SENT, b"outer"),
    ]
    assert [s.fault for s in take(tmp_path, compound(tree)[:2000], "b.msg").submissions if s.fault]


def test_an_outlook_mail_without_headers_and_in_ansi(tmp_path: Path) -> None:
    tree: Tree = {
        "__properties_version1.0": properties(32),
        "__substg1.0_0C1A001E": "甲公司".encode("gbk"),
        **text("5D01", "A@example.com"),
        "__attach_version1.0_#00000000": {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3704001E": "台账.xls".encode("gbk"),
            "__substg1.0_37010102": b"data",
        },
    }
    assert seen(take(tmp_path, compound(tree), "来信.msg")) == [
        ("来信.msg/台账.xls", "甲公司 <a@example.com>", "", b"data")
    ]
