"""Personal data in running text: found by its form, and masked.

What tells people: mobile and landline numbers (national numbering plan), identity cards (GB 11643:
18 or, before 1999, 15 signs), bank cards (GB/T 19584, Luhn's check digit), e-mail addresses, the
name after 举报人 or 投诉人 or before a mobile number, the door in an address. Numbers that only
look alike, such as dates and the numbers of cases and waybills, are none. Each pattern looks at a
bounded stretch from each place, so that time grows with the text's length and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["mobile", "landline", "identity", "card", "email", "name", "address"]

MASK: Final = "＊＊＊"


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data at ``text[start:end]``."""

    start: int
    end: int
    kind: Kind


def found(text: str) -> tuple[Span, ...]:
    """Return what of ``text`` is personal data, in its order; what overlaps is one.

    >>> [(s.kind, s.start, s.end) for s in found("联系１３８００１３８０００")]
    [('mobile', 2, 13)]
    """
    if not _WORTH_A_LOOK.search(text):
        return ()
    plain, places = _plain(text)
    kept: list[Span] = []
    for start, _, end, kind in sorted(_hits(plain)):
        span = Span(places[start], places[end - 1] + 1, kind)
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            first = kept.pop()
            both = span.kind if first.kind == "mobile" else first.kind
            kept.append(Span(first.start, span.end, both))
    return tuple(kept)


def mask(text: str) -> str:
    """Return ``text`` with personal data masked: of a mobile number both ends stay, else nothing.

    >>> mask("举报人张某，电话13800138000")
    '举报人＊＊＊，电话138＊＊＊＊8000'
    """
    spans = found(text)
    if not spans:
        return text
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], _masked(text[span.start : span.end], span.kind)]
        at = span.end
    return "".join((*parts, text[at:]))


def masked(told: Any) -> Any:
    """Return a message's parameters, or any value of texts, lists and mappings, with texts masked.

    The names in a mapping stay.
    """
    if isinstance(told, str):
        return mask(told)
    if isinstance(told, Mapping):
        return {name: masked(value) for name, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [masked(value) for value in told]
    return told


def _masked(told: str, kind: Kind) -> str:
    if kind != "mobile":
        return MASK
    digits = "".join(c for c in _plain(told)[0] if c in _DIGITS)[-11:]
    return f"{digits[:3]}＊＊＊＊{digits[-4:]}"


# ---------------------------------------------------------------- what is seen

_DIGITS = "0123456789"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_HAN_DIGITS = "〇零一二三四五六七八九幺"
_HAN_NUMBER = re.compile(f"[{_HAN_DIGITS}]{{7,}}")
_FROM_HAN = str.maketrans(_HAN_DIGITS, "001234567891")
_ALIKE = {
    **{0xFF01 + n: chr(0x21 + n) for n in range(94)},  # full width
    **{0x1D7CE + n: _DIGITS[n % 10] for n in range(50)},  # mathematical digits
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-"),
    **dict.fromkeys(map(ord, "\t\n\r\v\f\u00a0\u2002\u2003\u2009\u3000"), " "),
}


def _plain(text: str) -> tuple[str, range | list[int]]:
    """Return the text as it is seen, narrow and without what is invisible; and where each sign was.

    Every sign is one sign of ``text``.
    """
    places: range | list[int] = range(len(text))
    if _INVISIBLE.search(text):
        places = [at for at, sign in enumerate(text) if not _INVISIBLE.match(sign)]
        text = "".join(text[at] for at in places)
    plain = text.translate(_ALIKE)
    return _HAN_NUMBER.sub(lambda m: m.group().translate(_FROM_HAN), plain), places


# ---------------------------------------------------------------- numbers


def _identity(told: str) -> bool:
    """A region and a birthday; of one born lately the check digit too: case numbers hold dates."""
    digits = re.sub("[^0-9Xx]", "", told)
    if len(digits) == 15:
        # Cards of 15 digits ended in 1999: a number with the year 20 is no card but a date.
        return digits[6:8] >= "30" and _a_day(digits[8:12])
    if not ("1900" <= digits[6:10] <= "2099" and _a_day(digits[10:14])):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(w * int(d) for w, d in zip(weights, digits[:17], strict=True)) % 11
    return digits[6:10] < "2012" or "10X98765432"[rest] == digits[17].upper()


def _a_day(digits: str) -> bool:
    return "01" <= digits[:2] <= "12" and "01" <= digits[2:] <= "31"


def _luhn(told: str) -> bool:
    digits = [int(c) for c in told if c in _DIGITS]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


_DATE = re.compile(r"(?:19|20)\d\d[-. ]?[01]?\d(?:[-. ]?[0-3]?\d)?", re.ASCII)


def _no_date(told: str) -> bool:
    return not _DATE.fullmatch(told)


# ---------------------------------------------------------------- names

_WHO = "举报人|投诉人|信访人|反映人|来信人|来电人|上访人|检举人|控告人|举报者|投诉者"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛叶"
    "阎余潘杜戴夏钟汪田姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎武乔贺赖龚樊"
    "兰殷陶翟颜倪严牛温芦季俞章鲁葛韦申尤毕聂焦柴宁"
)
_ALSO_WORDS = "于向曾应和方常时关单居任连何易成江万安文包左齐莫党明全路纪游项"
"""Surnames that as often begin another word: they count where a name is announced."""
_TWO_SIGNS = "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|夏侯|东方"
_GIVEN = "(?![反称表来提要认为的对在于说电联住家到向与和及等已未不曾经常要求多])[\u4e00-\u9fff]"
_WORDS = (
    "周边|周围|周末|周[一二三四五六日]|高度|高兴|金额|白天|马上|马路|林地|田[间地]|严[重格]|许[多可]"
    "|温度|申[请诉]|毛病|段时|余次|石[料场]|史|毕竟|康复|顾虑|夏[季天]|秦皇|宁[愿可]|黄[昏色]|钟"
)
_CALLED = f"(?:某{{1,2}}|先生|女士|同志|师傅|老师|大[爷妈]|阿姨|{_GIVEN}(?:{_GIVEN})?)"
_NAME = (
    rf"(?:{_WHO})(?:(?:的?(?:姓名|名字)|名叫)?[ :(\"“]{{0,2}}(?:为|是|叫|系)?[ :(\"“]{{0,2}}"
    rf"(?P<kept>(?!{_WORDS})(?:{_TWO_SIGNS}|[{_SURNAMES}]){_CALLED})"
    rf"|(?:的?(?:姓名|名字)|名叫|叫|系|[:(\"“])[ :(\"“]{{0,2}}(?:为|是|叫)?"
    rf"(?P<also>[{_ALSO_WORDS}]{_CALLED})"
    rf"|(?P<some>[{_ALSO_WORDS}](?:某{{1,2}}|先生|女士)))"
)

_BEFORE_PHONE = (
    rf"(?P<kept>(?!{_WORDS})(?:{_TWO_SIGNS}|[{_SURNAMES}]){_CALLED})"
    r"[ ,:(]{0,2}(?:(?:的?(?:联系)?(?:电话|手机)号?码?)[ :为是(]{0,2})?"
    r"(?=1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
)
"""A name that stands right before a mobile number: 群众李四13800138000."""

# ---------------------------------------------------------------- the table of forms

_FEW = "[0-9一二三四五六七八九十]"

_FORMS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool] | None], ...] = tuple(
    (kind, re.compile("".join(form), re.ASCII), holds)  # type: ignore[misc]
    for kind, holds, *form in (
        ("identity", _identity, r"(?<![0-9A-Za-z])[1-8]\d{5}[- ]?(?:18|19|20)\d{6}[- ]?\d{3}",
         r"[0-9Xx](?![0-9A-Za-z])"),
        ("identity", _identity, r"(?<![0-9A-Za-z])[1-8]\d{14}(?![0-9A-Za-z])"),
        ("card", _luhn, r"(?<!\d)(?:62\d\d|[45]\d{3})(?:[- ]?\d{4}){3}(?:[- ]?\d{1,3})?(?!\d)"),
        ("mobile", None, r"(?<!\d)(?:(?:\+|00)?86[- ]?|0)?1[3-9]\d[- .]?\d{4}[- .]?\d{4}(?!\d)"),
        ("mobile", None, r"(?<!\d)1[- .][3-9](?:[- .]\d){9}(?!\d)"),
        ("landline", None, r"(?<![0-9A-Za-z-])(?:\(0\d{2,3}\) ?|0\d{2,3}[- ]{1,2}",
         r"|0(?:10|2\d|[3-9]\d\d))\d{3,4}[- ]?\d{4}(?:[-转]\d{1,6})?(?!\d)"),
        ("landline", _no_date, r"(?:电话|手机|座机|联系方式|号码|[Tt][Ee][Ll]|微信号?|QQ)",
         r"[:为是 .]{0,3}(?P<kept>\d(?:[- ]{0,2}\d){6,14})(?!\d)"),
        ("email", None, r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"),
        ("name", None, _NAME),
        ("name", None, _BEFORE_PHONE),
        ("address", None, _FEW, r"{1,5}(?:号楼|栋|幢|号院)[^室户,;。；，]{0,10}?\d{1,4}",
         r"(?:室|户(?!居|村|人|家|业))"),
        ("address", None, _FEW, r"{1,3}单元[^室户,;。；，]{0,4}?\d{2,4}室?"),
        ("address", None, r"(?:小区|花园|公寓|家园|新村|家属院|苑)",
         r"(?P<kept>\d{1,3}-\d{1,3}(?:-\d{2,4})?室?)"),
        ("address", None, "村", _FEW, r"{1,3}(?:组|社|队)(?P<kept>\d{1,4}号)"),
        ("address", None, r"门牌(?:号码?)?[:为是 ]{0,2}(?P<kept>\d{1,5}号?)"),
    )
)  # fmt: skip
"""Kind, form, what else must hold of it. A group tells which part of the form is the datum."""

_WORTH_A_LOOK = re.compile(
    rf"[\d{_HAN_DIGITS}](?:\W{{0,2}}[\d{_HAN_DIGITS}]){{6}}|[@＠]|{_WHO}"
    rf"|号[楼院]|[栋幢]|单元|(?:小区|花园|公寓|家园|新村|家属院|苑)\d|村.{{1,3}}[组社队]|门牌"
    rf"|{_INVISIBLE.pattern}"
)
"""Texts without any of these hold nothing that is looked for: most need not be looked at closer."""


def _hits(plain: str) -> Iterator[tuple[int, int, int, Kind]]:
    """Where each form is found: from, the form's rank, to, kind."""
    for rank, (kind, form, holds) in enumerate(_FORMS):
        for match in form.finditer(plain):
            named = [name for name, part in match.groupdict().items() if part is not None]
            start, end = match.span(named[0] if named else 0)
            if holds is None or holds(plain[start:end]):
                yield start, rank, end, kind
