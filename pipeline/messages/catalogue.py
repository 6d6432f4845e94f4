"""Turn a finding's code and parameters into what a person reads."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pipeline.audience import MASK
from pipeline.messages.mails import named_mail
from pipeline.messages.versions import because, how_different, migrated
from pipeline.model import Action

_WAYS = {
    "abort": ("异常中止", "made the reader abort"),
    "memory": ("占用内存过多", "took too much memory"),
    "timeout": ("用时过长", "took too long"),
    "panic": ("内部出错", "made the reader fail"),
    "no-answer": ("没有应答", "gave no answer"),
}
_WHYS = {
    "bad-name": ("内部文件名异常", "a part has an unsafe name"),
    "bomb": ("压缩比异常", "it unpacks to far too much"),
    "damaged": ("文件不完整或已损坏", "it is cut short or broken"),
    "doubled-name": ("内部文件重名", "two parts have one name"),
    "dtd": ("含有不安全的定义", "it holds an unsafe definition"),
    "extent": ("表格范围异常大", "its table is far too large"),
    "part-too-large": ("内部文件过大", "a part is too large"),
    "size-lie": ("内部大小与声明不符", "a part is not as large as it says"),
    "too-large": ("文件过大", "it is too large"),
    "too-many-parts": ("内部文件过多", "it has too many parts"),
}
_KINDS = {
    "archive": ("压缩包", "an archive"),
    "binary": ("不认识的格式", "of an unknown kind"),
    "doc": ("Word 文档", "a Word document"),
    "docx": ("Word 文档", "a Word document"),
    "empty": ("空文件", "empty"),
    "html": ("没有表格的网页", "a web page without a table"),
    "image": ("图片", "a picture"),
    "json": ("JSON 数据", "JSON"),
    "msg": ("邮件", "a mail"),
    "opendocument": ("不是表格的文档", "an OpenDocument file, but no spreadsheet"),
    "ppt": ("演示文稿", "a presentation"),
    "mht": ("网页存档", "a web archive"),
    "ole2": ("不是表格的 Office 文件", "an Office file, but no workbook"),
    "pdf": ("PDF", "a PDF"),
    "pptx": ("演示文稿", "a presentation"),
    "program": ("程序", "a program"),
    "rtf": ("RTF 文档", "an RTF document"),
    "slk": ("SYLK 文件", "a SYLK file"),
    "text": ("不是表格的文本", "plain text, but no table"),
    "xml": ("不是表格的 XML", "XML, but no workbook"),
    "zip": ("压缩包", "an archive"),
}
_SIGHTS = {
    "sheet": ("模板信息", "ledger's hidden sheet"),
    "title": ("标题", "title"),
    "file": ("文件名", "file name"),
    "folder": ("文件夹名", "folder name"),
    "sender": ("发件人", "sender"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words: what is wrong, and what to do."""

    message: str
    remedy: str


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    text = files("pipeline.messages").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    text = files("pipeline.messages").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def default_severity(code: str) -> str:
    """Return the severity of a code where nothing else sets it; KeyError for unknown codes."""
    return _catalogue()[code]["severity"]


def actions(kind: str) -> tuple[Action, ...]:
    """Return what can be ruled on findings with this message; nothing on files and forms."""
    return tuple(Action(name) for name in _catalogue().get(kind, {}).get("rulings", ()))


def say(word: str, lang: str, **values: Any) -> str:
    """Return one of the program's own words (headings, states, lines of the terminal)."""
    return _words()[word][lang].format(**values)


def day(moment: date | str, lang: str) -> str:
    """Write a date as readers expect it: 2020年10月9日 (GB/T 15835-2011), 9 October 2020."""
    moment = date.fromisoformat(moment) if isinstance(moment, str) else moment
    if lang == "en":
        return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment.year}年{moment.month}月{moment.day}日"


def tell(code: str, params: Mapping[str, Any], lang: str, **place: Any) -> Told:
    """Tell a finding. ``place`` gives row, column (the header as it stands), value, sheet.

    ``params`` may name another message than its code's ("message"). Raises KeyError for codes or
    placeholders that the catalogue does not know.
    """
    entry = _catalogue()[str(params.get("message", code))]
    values = _prepared(params, lang, place)
    remedy = values.get("remedy") or entry[f"remedy_{lang}"].format(**values)
    return Told(entry[lang].format(**values), remedy)


def tell_short(message: str, params: Mapping[str, Any], lang: str, **place: Any) -> str:
    """Tell a fault as the self-check of a blank workbook does: the column, and what is wrong.

    It is said of every row alike, so it holds nothing of the row. A message without a short form
    says what to do.
    """
    entry = _catalogue()[message]
    values = _prepared(params, lang, place)
    if f"short_{lang}" in entry:
        return entry[f"short_{lang}"].format(**values)
    remedy = values.get("remedy") or entry[f"remedy_{lang}"].format(**values)
    return f"{values['place']}{': ' if lang == 'en' else '：'}{remedy}".rstrip("。.")


def _prepared(params: Mapping[str, Any], lang: str, place: Mapping[str, Any]) -> dict[str, Any]:
    english = lang == "en"
    values = {"row": "", "column": "", "value": "", **place, **params}
    values = {name: _plain(name, value, lang) for name, value in values.items()}
    example = values.get("example")
    values["eg"] = (f", e.g. {example}" if english else f"，如 {example}") if example else ""
    values["place"] = _place(values, english=english)
    near = values.get("nearest")
    hint = f". Is it “{near}”?" if english else f"，是不是『{near}』？"
    values["nearest_hint"] = hint if near else ("." if english else "。")
    values["items_note"] = _standing(params, english=english)
    if "late_minutes" in params:
        values["late_by"] = how_long(params["late_minutes"], lang)
    for name in ("arrived", "cutoff"):
        if params.get(name):
            values[name] = moment(params[name], lang)
    values["in_a_row"] = _in_a_row(params.get("in_a_row"), english=english)
    values["by_more"] = _by_more(params, english=english)
    values.setdefault("other_value", "")
    values.setdefault("reckoned", "")
    values["elsewhere"] = _elsewhere(params, english=english)
    values["rows_like_it"] = _rows_like_it(params.get("count", 1), english=english)
    values["now"] = _quoted(values["value"], english=english)
    values["before"] = _quoted(values.get("older"), english=english)
    if "last" in params:
        values["last"] = _source(params["last"], english=english)
    if "who" in params:
        values["mail"] = named_mail(params, english=english)
    values["migrated"] = migrated(params, english=english)
    if "against" in params:
        values["because"] = because(params, english=english)
        values["how_different"] = how_different(params, english=english)
    return values


def _plain(name: str, value: Any, lang: str) -> Any:
    english = lang == "en"
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return value.get(lang, "")
    if isinstance(value, (list, tuple)):
        return _listed([str(part) for part in value], name, english=english)
    if name == "filing":
        return say(str(value), lang) if value else ""
    for table, key in (
        (_WAYS, "how"), (_SIGHTS, "told_by"), (_WHYS, "why"), (_KINDS, "kind")
    ):  # fmt: skip
        if name == key and value in table:
            return table[value][english]
    if value == MASK:
        return value
    if name in ("date", "other_value") and value:
        return day(str(value), lang)
    if name in ("value", "older"):
        return _shortened(str(value))
    return value


def _elsewhere(params: Mapping[str, Any], *, english: bool) -> str:
    """Name other rows of a file; by their sheets, where the finding's own is not the only one."""
    rows = params.get("rows") or []
    sheets = params.get("sheets") or [""] * len(rows)
    by_sheet: dict[str, list[str]] = {}
    for sheet, row in zip(sheets, rows, strict=True):
        by_sheet.setdefault(sheet, []).append(str(row))
    told = [_on_sheet(name, numbers, english=english) for name, numbers in by_sheet.items()]
    told += ["…"] if params.get("more") else []
    return (", " if english else "、").join(told)


def _on_sheet(sheet: str, rows: list[str], *, english: bool) -> str:
    if english:
        at = f"{'rows' if len(rows) > 1 else 'row'} {', '.join(rows)}"
        return f"{at} of sheet “{sheet}”" if sheet else at
    return f"工作表『{sheet}』第 {'、'.join(rows)} 行" if sheet else f"第 {'、'.join(rows)} 行"


def _rows_like_it(count: Any, *, english: bool) -> str:
    if not isinstance(count, int) or count < 2:
        return ""
    return f"; {count} rows of this sheet are so" if english else f"；本表这样的共 {count} 行"


def _source(last: Any, *, english: bool) -> str:
    """Where something was told last: the period, the file, the sheet and the row."""
    if not isinstance(last, Mapping):
        return str(last)
    period, file, sheet, row = (last.get(name) for name in ("period", "file", "sheet", "row"))
    at = _on_sheet(str(sheet or ""), [str(row)], english=english) if row else ""
    if english:
        return ", ".join(part for part in (f"period {period}", str(file or ""), at) if part)
    return f"{period} 一期" + "".join(f"，{part}" for part in (file, at.strip()) if part)


def _by_more(params: Mapping[str, Any], *, english: bool) -> str:
    """By how many days at least two dates differ, where some are allowed."""
    days, working = params.get("grace"), params.get("working")
    if not days:
        return ""
    if english:
        return f" by more than {days} {'working ' if working else ''}days"
    return f"超过 {days} {'个工作日' if working else '天'}"


def how_long(minutes: int, lang: str) -> str:
    """Write a span of minutes by its two largest units: 2天3小时, 1小时5分."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = [("天", " d", days), ("小时", " h", hours), ("分", " min", rest)]
    first = next((n for n, (*_, number) in enumerate(parts) if number), 2)
    english = lang == "en"
    told = [f"{n}{en if english else zh}" for zh, en, n in parts[first : first + 2] if n]
    return (" " if english else "").join(told) or ("0 min" if english else "0分")


def moment(text: str, lang: str) -> str:
    """Write an ISO 8601 moment, or a day, as it is told at its own place: 2020年10月9日17:00."""
    date_, _, clock = text.partition("T")
    return day(date_, lang) + (("" if lang == "zh" else " ") + clock[:5] if clock else "")


def _in_a_row(count: int | None, *, english: bool) -> str:
    """In how many periods in a row, where it is more than this one."""
    if not count:
        return "" if english else "本期"
    return f" (period {count} in a row)" if english else f"连续第 {count} 期"


def _quoted(text: Any, *, english: bool) -> str:
    if not text:
        return "blank" if english else "空白"
    return f"“{text}”" if english else f"『{text}』"


def _listed(parts: list[str], name: str, *, english: bool) -> str:
    """Names of other enterprises may be hundreds: three are told, then how many there are."""
    joined = (", " if english else "、").join(parts[:3] if name == "owners" else parts)
    if name != "owners" or len(parts) <= 3:
        return joined
    return f"{joined} and {len(parts) - 3} more" if english else f"{joined}等 {len(parts)} 家"


def _shortened(text: str) -> str:
    """A cell's text on one line of a message; the cell itself has the rest."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"


def _place(values: Mapping[str, Any], *, english: bool) -> str:
    row, column = values.get("row"), values.get("column")
    if english:
        at = f"Row {row}" if row else ""
        return f"{at}, “{column}”" if at and column else at or f"“{column}”"
    at = f"第 {row} 行" if row else ""
    return f"{at}『{column}』" if column else at


def _standing(params: Mapping[str, Any], *, english: bool) -> str:
    items, period = params.get("items"), params.get("period")
    if not items:
        return "it has no items so far" if english else "名册中暂无其事项"
    if english:
        return f"its {items} items stand as of period {period}"
    return f"其 {items} 项沿用 {period} 一期数据"
