"""What is in doubt, in words: of each item what is doubted, and what hangs on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.effect import Stake, claimed_off, stakes
from pipeline.findings import dumps
from pipeline.messages import say
from pipeline.model import FINDINGS, ITEM_ID, ROW_ID, SHEET_ID
from pipeline.profile.schema import Profile
from pipeline.write.listed import Beside
from pipeline.write.numbers import printed
from pipeline.write.report import LedgerResult, Report
from pipeline.write.told import told

MOST_CAUSES = 2
"""So many faults of one item are told; the findings workbook has them all."""

FEW_CHOICES = 3


def beside(result: LedgerResult, report: Report) -> Beside:
    """Return what the lists of a ledger's part of the briefing are made of."""
    lang, profile = report.lang, result.profile
    told_of = any(
        item.list is not None and item.list.table == "doubts"
        for section in profile.briefing
        for item in section.items
    )
    at_stake = stakes(result.ledger, claimed_off(result.findings)) if told_of else {}
    causes = _causes(result, report, at_stake) if at_stake else {}
    doubts = {
        item: (causes.get(item, ""), _at_stake(each, profile, lang))
        for item, each in at_stake.items()
    }
    return Beside(result.since, doubts, result.dispositions, _together(result, lang))


def _causes(result: LedgerResult, report: Report, items: Mapping[str, Any]) -> Mapping[str, str]:
    """What keeps each item's row from counting: findings on the row, the item, or its sheet."""
    findings = result.findings.filter(pc.equal(result.findings["severity"], "E")).to_pylist()
    rows = result.merged.rows
    item_of = dict(zip(rows[ROW_ID].to_pylist(), rows[ITEM_ID].to_pylist(), strict=True))
    sheets: dict[str, set[int]] = {}
    for item, sheet in zip(rows[ITEM_ID].to_pylist(), rows[SHEET_ID].to_pylist(), strict=True):
        sheets.setdefault(item, set()).add(sheet)
    own: dict[str, list[dict[str, Any]]] = {}
    whole: dict[int, list[dict[str, Any]]] = {}
    for each in findings:
        item = item_of.get(each["row_id"]) or each["subject"]
        if item in items:
            own.setdefault(item, []).append({**each, "subject": item})
        elif each["row_id"] is None and each["row_no"] is None and each["sheet_id"] is not None:
            whole.setdefault(each["sheet_id"], []).append(each)
    chosen: list[dict[str, Any]] = []
    for item in items:
        of_sheets = [f for sheet in sorted(sheets.get(item, ())) for f in whole.get(sheet, ())]
        faults = own.get(item) or [{**each, "subject": item} for each in of_sheets]
        chosen += map(_shortened, faults[:MOST_CAUSES])
    table = pa.Table.from_pylist(chosen, schema=FINDINGS)
    said = told(table, report.files, report.sheets, [result.profile], report.lang, "briefing.docx")
    found: dict[str, str] = {}
    for each in said:
        found[each.subject] = found.get(each.subject, "") + each.message
    return found


def _shortened(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Leadership need not read every value that a cell might have had."""
    params = json.loads(finding["params"] or "{}")
    choices = params.get("choices", ())
    if len(choices) <= FEW_CHOICES:
        return dict(finding)
    params["choices"] = [*choices[:FEW_CHOICES], "…"]
    return {**finding, "params": dumps(params)}


def _at_stake(each: Sequence[Stake], profile: Profile, lang: str) -> str:
    """Name the figures that settling an item could change: 已完成+1、持续整改−1."""
    between = say("names_between", lang)
    return between.join(
        profile.figure(one.figure).label.say(lang) + _change(one.least, one.most) for one in each
    )


def _change(least: int, most: int) -> str:
    if least and most:
        return f"±{most}" if most == -least else f"−{-least}/+{most}"
    return f"+{most}" if most else f"−{-least}"


def _together(result: LedgerResult, lang: str) -> str:
    """Say how low and how high each figure may be once all doubts are settled."""
    each = []
    for effect in result.effects:
        figure = result.profile.figure(effect.figure)
        unit = "%" if figure.kind == "ratio" else ""
        least, most = (printed(bound) + unit for bound in (effect.least, effect.most))
        label = figure.label.say(lang)
        each.append(say("doubts_bounds", lang, figure=label, least=least, most=most))
    between = "; " if lang == "en" else "；"
    return say("doubts_together", lang, bounds=between.join(each)) if each else ""
