"""What mails say in words: nil returns, links to cloud drives, stamped copies on the roll."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from compound import Tree, compound
from tables import AS_OF, ITEMS, File, coded, period, registry, sha
from test_rulings import ACCEPT, rule
from workbooks import item, merge, send, taizhang, workspace

from pipeline.collect import Collected, Passed, collect
from pipeline.collect.letters import heard, own_words
from pipeline.messages import tell
from pipeline.model import Decision, Letter

FROM = "甲公司 张三 <zhang@example.com>"
DATE = "Fri, 9 Oct 2020 17:05:00 +0800"


@pytest.mark.parametrize(
    ("text", "filing"),
    [
        ("各位领导好：\n本周零报告，请查收。", "nil"),
        ("我公司本周自查未发现环境问题。", "nil"),
        ("本期无需要上报的事项", "nil"),
        ("Nil report for this week.", "nil"),
        ("本周无变化", "unchanged"),
        ("我公司 38 项问题均无变化。", "unchanged"),
        ("本周暂无新增问题，特此报告", "unchanged"),
        ("与上周一致。", "unchanged"),
        ("我公司生态环境保护督察整改台账各项问题的整改情况和佐证材料本周均\n无变化。", "unchanged"),
        ("是否报零报告？", ""),
        ("如无问题请报零报告", ""),
        ("没有事项的报“零报告”。", ""),
        ("请各单位于周五前报送零报告", ""),
        ("除3号沉淀池外无变化", ""),
        ("无变化，但完成日期有调整", ""),
        ("本周基本无变化", ""),
        ("并非零报告", ""),
        ("零报告。\n另新增2项问题，见下。", ""),
        ("零报告。\n不知能否报零报告？", ""),
        ("经核对无问题", ""),
        ("零报废率指标完成", ""),
        ("见附件", ""),
        ("本周" + "整改" * 60 + "无变化", ""),
        ("> 本周零报告", ""),
        ("收到。\n------------------ 原始邮件 ------------------\n本周零报告", ""),
        ("收到。\n发件人: 乙公司\n发送时间: 2020年10月8日\n本周零报告", ""),
        ("收到。\n在 2020-10-09 17:05，张三 <a@example.com> 写道：\n本周零报告", ""),
        ("OK\nOn Fri, 9 Oct 2020, Zhang wrote:\nnil report", ""),
        ("OK\n-----Original Message-----\nnil report", ""),
    ],
)
def test_what_is_claimed_and_what_is_not(text: str, filing: str) -> None:
    assert heard("", text, "")[0] == filing
    page = "".join(f"<div>{escape(line)}</div>" for line in text.split("\n"))
    if "\n无变化" not in text:
        assert heard("", "", f"<html><body>{page}</body></html>")[0] == filing


def test_the_subject_speaks_unless_it_is_an_answers() -> None:
    assert heard("甲公司零报告", "", "") == ("nil", "甲公司零报告", ())
    assert heard("回复：甲公司零报告", "收到", "")[0] == ""
    assert heard("Fw: 零报告", "", "")[0] == ""
    assert heard("甲公司零报告", "新增3项", "")[0] == ""


def test_quotes_in_html_are_not_the_senders() -> None:
    for quote_ in (
        "<blockquote>本周零报告</blockquote>",
        "<div class='gmail_quote'>本周零报告</div>",
        "<div id=divRplyFwdMsg>x</div><p>本周零报告</p>",
        "<style>本周零报告</style><!-- 本周零报告 -->",
    ):
        assert heard("", "", f"<p>收到</p>{quote_}") == ("", "", ())
    page = "<blockquote>本周零报告</blockquote><p>本周<b>无</b>变化。</p>"
    assert heard("", "", page) == ("unchanged", "本周无变化。", ())


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("台账见 https://pan.baidu.com/s/1abc 提取码：abcd", ("百度网盘",)),
        ("http://docs.qq.com/sheet/x 和 www.kdocs.cn/l/y", ("腾讯文档", "金山文档")),
        ("从QQ邮箱发来的超大附件\n台账.xlsx", ("超大附件",)),
        ("https://wx.mail.qq.com/ftn/download?func=3", ("QQ邮箱超大附件",)),
        ("台账已上传网盘。", ("网盘",)),
        ("请勿使用网盘。", ()),
        ("> https://pan.baidu.com/s/1abc", ()),
        ("https://mail.qq.com/ 发自我的手机", ()),
    ],
)
def test_links_are_named_by_their_service(text: str, links: tuple[str, ...]) -> None:
    assert heard("", text, "")[2] == links


def test_a_link_under_other_words() -> None:
    page = "<p>请下载<a href='https://pan.baidu.com/s/1abc'>台账</a></p>"
    assert heard("", "请下载台账", page)[2] == ("百度网盘",)


@pytest.mark.parametrize(
    "text", ["<", "<a ", "<!--", "<![", "&", "<div>", "无", "本周", "> ", "。"]
)
def test_a_body_made_to_be_slow_is_not(text: str) -> None:
    body = text * (1 << 18)
    assert heard("", body, body) == ("", "", ())


def test_own_words_end_where_others_begin() -> None:
    assert own_words("一\n＞ 二\n三\n\n发件人：丙\n四") == "一\n三"


# ---------------------------------------------------------------- mails


def body(subtype: str, text: str, charset: str, declared: str | None = None) -> MIMEText:
    part = MIMEText("", subtype)
    del part["Content-Type"], part["Content-Transfer-Encoding"]
    part["Content-Type"] = f'text/{subtype}; charset="{declared or charset}"'
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.b64encode(text.encode(charset)).decode())
    return part


def letter(*parts: Any, subject: str = "周报", sender: str = FROM) -> bytes:
    mail = MIMEMultipart("mixed")
    for name, text in (("From", sender), ("Subject", subject)):
        mail[name] = f"=?gb2312?B?{base64.b64encode(text.encode('gbk')).decode()}?="
    mail["Date"] = DATE
    for part in parts:
        mail.attach(part)
    return mail.as_bytes()


def take(folder: Path, data: bytes, name: str = "来信.eml") -> Collected:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return collect(folder, None, {})


def told(found: Collected) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.name, one.sender, one.sentence, one.links) for one in found.letters]


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("gb2312", None), ("gbk", "gb2312"), ("gb18030", "us-ascii"), ("utf-8", None),
     ("gbk", "iso-8859-1"), ("utf-8", "no-such")],
)  # fmt: skip
def test_bodies_in_any_encoding(tmp_path: Path, charset: str, declared: str | None) -> None:
    found = take(tmp_path, letter(body("plain", "本周零报告。", charset, declared)))
    assert told(found) == [("来信.eml", FROM, "本周零报告。", ())]
    assert [(p.name, p.state) for p in found.passed] == [("来信.eml", "letter")]
    assert found.submissions == ()


def test_a_body_in_html_beside_a_ledger_with_a_name_by_rfc_2231(tmp_path: Path) -> None:
    ledger = MIMEText("", "plain")
    ledger.add_header("Content-Disposition", "attachment")
    ledger.replace_header(
        "Content-Disposition", f"attachment; filename*0*=GBK''{quote('台账', encoding='gbk')};\r\n"
        " filename*1*=.csv",
    )  # fmt: skip
    page = body("html", "<p>零报告</p><a href='http://docs.qq.com/x'>佐证</a>", "gbk", "gb2312")
    found = take(tmp_path, letter(page, ledger))
    assert told(found) == [("来信.eml", FROM, "零报告", ("腾讯文档",))]
    assert [s.name for s in found.submissions] == ["来信.eml/台账.csv"]
    assert [p.state for p in found.passed] == ["container"]


def test_each_of_the_mails_within_one_another_speaks_for_its_own_sender(tmp_path: Path) -> None:
    innermost = EmailMessage()
    innermost["From"], innermost["Subject"] = "丙公司 <c@example.com>", "三"
    innermost.set_content("本周无变化")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "乙公司 <b@example.com>", "二"
    inner.set_content("本周零报告")
    inner.add_attachment(innermost)
    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Date"] = FROM, "转发", DATE
    outer.set_content("转上周报\n-----原始邮件-----\n本周零报告")
    outer.add_attachment(inner)
    found = take(tmp_path, outer.as_bytes())
    assert told(found) == [
        ("来信.eml/二/三", "丙公司 <c@example.com>", "本周无变化", ()),
        ("来信.eml/二", "乙公司 <b@example.com>", "本周零报告", ()),
    ]
    assert {one.sent_at for one in found.letters} == {"2020-10-09T17:05:00+08:00"}
    assert len({one.id for one in found.letters}) == 2


def test_a_mail_without_anything_is_told_as_such(tmp_path: Path) -> None:
    (one,) = take(tmp_path, letter(body("plain", "您好", "gbk"))).submissions
    assert one.fault is not None
    assert one.fault.code == "mail-without-files"


def test_an_outlook_mail_speaks_too(tmp_path: Path) -> None:
    for number, part in enumerate(
        (
            {"__substg1.0_1000001F": "本周零报告".encode("utf-16-le")},
            {"__substg1.0_1000001E": "本周零报告".encode("gbk")},
            {"__substg1.0_10130102": "<p>本周零报告</p>".encode("gbk")},
        )
    ):
        tree: Tree = {
            "__properties_version1.0": bytes(32),
            "__substg1.0_0C1A001F": "甲公司".encode("utf-16-le"), **part,
        }  # fmt: skip
        found = take(tmp_path / str(number), compound(tree), "来信.msg")
        assert told(found) == [("来信.msg", "甲公司", "本周零报告", ())]


# ---------------------------------------------------------------- on the roll

KNOWN = registry("企业名称｜邮箱\n甲公司｜zhang@example.com\n乙公司｜b@example.com")
HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
ITEM = HEAD + "甲公司｜LX-1｜漏水｜整改中"


def one(filing: str = "nil", sentence: str = "本周零报告", **changes: Any) -> Letter:
    given = {
        "id": sha(sentence), "name": "来信.eml", "sender": "张三 <zhang@example.com>",
        "sent_at": "2020-10-09T17:05:00+08:00", "links": (),
    }  # fmt: skip
    return Letter(filing=filing, sentence=sentence, **{**given, **changes})


def called(*letters: Letter, files: tuple[File, ...] = (), **more: Any) -> Any:
    came = Collected((), more.pop("passed", ()), letters)
    return period(ITEMS, *files, known=KNOWN, arrived_too=came, **more)


def states(result: Any) -> list[tuple[str, ...]]:
    rows = result.ledger.roll_call.to_pylist()
    return [(r["enterprise"], r["state"], r["stamped"], r["proposed"]) for r in rows]


def accept(subject: str) -> Decision:
    return Decision(
        ITEMS.id, subject, "nil-in-mail", "", "", "accept", "", "电话", "示例丁", str(AS_OF)
    )


def test_a_claim_is_asked_about_and_nobody_counts_it() -> None:
    result = called(one())
    assert states(result) == [("甲公司", "missing", "", "nil"), ("乙公司", "missing", "", "")]
    (asked,) = coded(result, "nil-in-mail")
    assert (asked["severity"], asked["enterprise"], asked["value"]) == ("W", "甲公司", "本周零报告")
    assert [f["enterprise"] for f in coded(result, "not-reported")] == ["乙公司"]
    said = tell("nil-in-mail", json.loads(asked["params"]), "zh", value=asked["value"]).message
    assert said == (
        "『张三 <zhang@example.com>』2020年10月9日 17:05 发来的邮件『来信.eml』正文写道"
        "『本周零报告』，没有报来台账。是否计为零报告？裁定以前按未报处理。"
    )


def test_an_accepted_claim_counts_and_only_for_this_mail() -> None:
    result = called(one(), rulings=[accept(sha("本周零报告"))])
    assert states(result)[0] == ("甲公司", "nil", "", "")
    assert [f["severity"] for f in coded(result, "nil-in-mail")] == ["I"]
    other = called(one(sentence="零报告"), rulings=[accept(sha("本周零报告"))])
    assert states(other)[0] == ("甲公司", "missing", "", "nil")


def test_an_accepted_nil_return_of_one_with_items_takes_none_away() -> None:
    first = called(files=(File(ITEM),))
    told_ = [accept(sha("本周零报告"))]
    second = called(one(), before=first, rulings=told_)
    assert states(second)[0] == ("甲公司", "nil", "", "")
    assert len(coded(second, "nil-but-items")) == 1
    unchanged = called(
        one("unchanged", "本周无变化"), before=first, rulings=[accept(sha("本周无变化"))]
    )
    assert states(unchanged)[0] == ("甲公司", "unchanged", "", "")
    assert coded(unchanged, "nil-but-items") == []


def test_a_ledger_with_rows_says_more_than_a_mail() -> None:
    result = called(one(), files=(File(ITEM),))
    assert states(result)[0] == ("甲公司", "reported", "", "")
    assert coded(result, "nil-in-mail") == []


def test_an_empty_ledger_and_a_mail_that_says_nil() -> None:
    result = called(one(), files=(File(HEAD, "甲公司.xlsx"),))
    assert states(result)[0] == ("甲公司", "missing", "", "nil")
    assert coded(result, "empty-return") == []


def test_of_two_mails_the_later_is_taken_and_a_named_enterprise_before_the_sender() -> None:
    later = one("unchanged", "无变化", sent_at="2020-10-09T10:00:00+00:00")
    parent = one("nil", "转报：乙公司本周零报告")
    result = called(later, one(), parent)
    assert [(n, p) for n, _, _, p in states(result)] == [("甲公司", "unchanged"), ("乙公司", "nil")]


def test_a_stamped_copy_is_on_the_roll() -> None:
    scans = (
        Passed("a/盖章.pdf", "", 0, "stamped", "甲.xlsx"),
        Passed("乙公司盖章.pdf", "", 0, "stamped", ""),
    )
    result = called(files=(File(ITEM, "甲.xlsx"),), passed=scans)
    assert states(result) == [
        ("甲公司", "reported", "stamped_copy", ""),
        ("乙公司", "missing", "stamped_copy", ""),
    ]


# ---------------------------------------------------------------- whole

A, B, C = "示例甲矿业有限公司", "示例乙化工有限公司", "示例丙建材有限公司"


def test_from_a_mail_to_a_ruling(tmp_path: Path) -> None:
    folder = workspace(tmp_path, {"企业名称": A, "邮箱": "zhang@example.com"}, B, C)
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "来信.eml").write_bytes(letter(body("plain", "本周零报告。", "gbk", "gb2312")))
    linked = letter(
        body("plain", "见 https://pan.baidu.com/s/1abc", "gbk"), sender=f"{B} <b@x.example>"
    )
    (inbox / "网盘.eml").write_bytes(linked)
    strange = letter(body("plain", "本周无变化", "utf-8"), sender="q@x.example")
    (inbox / "陌生.eml").write_bytes(strange)
    send(folder, f"{C}台账.xlsx", item(C, "X-1"))
    (inbox / f"{C}台账盖章.pdf").write_bytes(b"%PDF-1.4")
    before = merge(folder)
    assert before.roll_call == {A: "missing", B: "missing", C: "reported"}
    assert before.said("link-in-mail") == [
        "『＊＊＊』2020年10月9日 17:05 发来的邮件『网盘.eml』里有 百度网盘 的链接或说明，"
        "程序不会打开，其中的文件没有收到。"
    ]
    assert len(before.said("nil-in-mail")) == 2
    assert {
        (s["file"], s["state"], s["enterprise"], s["about"]) for s in before.manifest["submissions"]
    } == {
        ("来信.eml", "letter", None, ""),
        ("网盘.eml", "letter", None, ""),
        ("陌生.eml", "letter", None, ""),
        (f"{C}台账.xlsx", "read", C, ""),
        (f"{C}台账盖章.pdf", "stamped", C, f"{C}台账.xlsx"),
    }
    rule(before, "本周零报告", ACCEPT)
    assert taizhang("decide", str(before.folder / "findings.xlsx"), cwd=folder).code == 0
    after = merge(folder)
    assert after.roll_call == {A: "nil", B: "missing", C: "reported"}
