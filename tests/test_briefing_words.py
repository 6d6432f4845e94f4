"""What the briefing's first section says to leadership, period by period, in whole runs."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from briefings import W, texts
from charts import charts
from docx import Document
from docx.table import Table
from test_effect import bounds
from workbooks import AS_OF, Merged, item, merge, ongoing, send, taizhang, workspace

A, B = "示例甲矿业有限公司", "示例乙矿业有限公司"
LATER = "2020-10-16"
NO_DOUBT = "本期无存疑待裁定的事项，以上数据不因裁定而变。"


def overview(run: Merged) -> list[str]:
    """The paragraphs between the first heading and the second, without that on cases."""
    said = texts(Document(str(run.folder / "briefing.docx")))
    start, end = (next(n for n, t in enumerate(said) if t.startswith(h)) for h in ("一、", "二、"))
    return [text for text in said[start + 1 : end] if "转办案件" not in text]


def test_the_first_period_has_nothing_to_compare_with(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2", 整改时限="2020-09-30"))
    assert overview(merge(folder)) == [
        "截至2020年10月9日，1家企业共有整改事项2项，其中企业自行提出的整改事项2项。"
        "已完成整改1项，整改完成率50.0%；持续整改1项，其中达到序时进度0项、滞后0项、超期1项。",
        "本期为首期统计，无上期数据可比。",
        "到期应完成2项，其中按期完成1项、逾期完成0项、超期未完成1项，到期完成率50.0%。"
        f"超期事项涉及{A}（1项，最长超期9天）。",
        f"需研究决定：超期1项是否准予延期、如何督办。{NO_DOUBT}",
    ]


def test_a_rise_a_fall_and_a_standstill_each_have_words(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2"), ongoing(A, "3"))
    merge(folder)
    send(folder, "b.xlsx", item(A, "1"), item(A, "2"), ongoing(A, "3"))
    assert overview(merge(folder, LATER))[1] == (
        "较第1期（截至2020年10月9日），新增事项0项，原有事项新增完成1项、退回整改0项，"
        "整改完成率由33.3%升至66.7%，提高33.4个百分点。"
    )
    send(folder, "c.xlsx", item(A, "1"), item(A, "2"), ongoing(A, "3"), ongoing(A, "4"))
    assert overview(merge(folder, "2020-10-23"))[1] == (
        "较第2期（截至2020年10月16日），新增事项1项，原有事项新增完成0项、退回整改0项，"
        "整改完成率由66.7%降至50.0%，下降16.7个百分点。"
    )
    assert overview(merge(folder, "2020-10-30"))[1] == (
        "较第3期（截至2020年10月23日），新增事项0项，原有事项新增完成0项、退回整改0项，整改完成率无变化。"
    )


def test_without_items_before_no_rate_is_compared(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    merge(folder)
    send(folder, "a.xlsx", item(A, "1"))
    assert overview(merge(folder, LATER))[1] == (
        "较第1期（截至2020年10月9日），新增事项1项（其中已完成1项），原有事项新增完成0项、退回整改0项。"
    )


def test_what_doubts_could_change_is_what_the_findings_say(tmp_path: Path) -> None:
    """One item in doubt was completed before and could fall back, another could be completed."""
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", item(A, "1"), item(A, "2"))
    send(folder, "b.xlsx", ongoing(B, "3"), ongoing(B, "4"))
    merge(folder, AS_OF)
    send(folder, "c.xlsx", item(A, "1"), item(A, "2", 整改状态="50%"))
    send(folder, "d.xlsx", ongoing(B, "3", 整改状态="基本完成"), ongoing(B, "4"))
    run = merge(folder, LATER)
    assert overview(run)[3] == (
        "本期无须研究决定的超期事项。"
        f"存疑待裁定2项：{A}（1项）、{B}（1项）；裁定后，已完成最少1项、最多3项，"
        "整改完成率最低25.0%、最高75.0%。"
    )
    found = bounds(run.folder)
    assert found["已完成"] == ("2", "最少 1，最多 3")
    assert found["整改完成率%"] == ("50.0", "最少 25.0，最多 75.0")


def test_without_any_item_it_says_so(tmp_path: Path) -> None:
    said = overview(merge(workspace(tmp_path, A)))
    assert said[0] == "截至2020年10月9日，本台账尚无整改事项。"
    assert "截至2020年10月9日，无到期应完成的事项。" in said


def test_an_empty_part_says_so(tmp_path: Path) -> None:
    said = texts(Document(str(merge(workspace(tmp_path, A)).folder / "briefing.docx")))
    assert "本期无超期事项。" in said
    assert "本期无转办案件。" in said
    headings = [n for n, text in enumerate(said) if text[:2] in ("一、", "二、", "三、", "四、")]
    assert all(after - before > 1 for before, after in itertools.pairwise(headings))


def annex(run: Merged, caption: str) -> tuple[list[list[str]], str]:
    """The rows of the annex whose caption begins so, and the notes below its chart and itself."""
    document = Document(str(run.folder / "briefing.docx"))
    blocks = list(document.element.body)
    caption_at = next(n for n, b in enumerate(blocks) if words(b).startswith(caption))
    place = next(n for n, b in enumerate(blocks) if n > caption_at and b.tag == f"{W}tbl")
    table = Table(blocks[place], document)
    rows = [[words(cell._tc) for cell in row.cells] for row in table.rows]
    above = blocks[caption_at + 1 : place]  # a chart and its note
    return rows, "".join(map(words, above)) + words(blocks[place + 1])


def words(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def test_long_annexes_are_cut_to_what_matters_and_say_where_the_rest_is(tmp_path: Path) -> None:
    """The last of 120 enterprises have most left to do, and only the very last did not report."""
    names = [f"示例{n:03d}矿业有限公司" for n in range(120)]
    folder = workspace(tmp_path, *names, "示例未报有限公司")
    for number, name in enumerate(names):
        left = ongoing if number >= 30 else item
        send(folder, f"{number}.xlsx", item(name, f"{number}-1"), left(name, f"{number}-2"))
    run = merge(folder)
    rows, note = annex(run, "各企业整改进展")
    assert [row[0] for row in rows[1:-1]] == [*names[:10], *names[30:]]
    assert rows[-1][:2] == ["合计", "240"]
    assert note == (
        "图中为持续整改最多的20家，共120家。"
        "共120行，此处列“持续整改”最多的100行，其余见 master.xlsx。"
    )
    rows, note = annex(run, "报送情况")
    assert [row[1] for row in rows[1:]] == [*names[:99], "示例未报有限公司"]
    assert note == "共121条，此处先列须关注的，计100条，其余见 findings.xlsx。"


def test_long_names_in_a_sentence_are_cut_early(tmp_path: Path) -> None:
    names = [f"示例集团华北第{n}生态环境保护综合治理与资源再生利用有限公司" for n in "一二三四"]
    folder = workspace(tmp_path, *names)
    for number, name in enumerate(names):
        send(folder, f"{number}.xlsx", ongoing(name, str(number), 整改时限="2020-09-30"))
    assert overview(merge(folder))[2].endswith(
        f"超期事项涉及{names[0]}（1项，最长超期9天）、{names[1]}（1项，最长超期9天）"
        "等4家（见超期事项清单）。"
    )


def test_names_cut_from_a_sentence_stand_in_an_annex_of_their_own(tmp_path: Path) -> None:
    names = [f"示例{n}矿业有限公司" for n in "甲乙丙丁戊己庚"]
    folder = workspace(tmp_path, *names)
    for number, name in enumerate(names):
        behind = ongoing(name, str(number), 整改状态="未达到序时进度")
        send(folder, f"{number}.xlsx", behind, ongoing(name, f"{number}+"))
    run = merge(folder)
    said = texts(Document(str(run.folder / "briefing.docx")))
    told = "、".join(f"{name}（1项）" for name in names[:5])
    assert (
        f"滞后事项7项，涉及{told}等7家（名单见附件“滞后事项涉及企业（截至2020年10月9日）”），"
        "须督促赶上序时进度。"
    ) in said
    rows, _ = annex(run, "滞后事项涉及企业")
    assert rows[0] == ["序号", "企业名称", "滞后"]
    assert rows[1:] == [[str(n), name, "1"] for n, name in enumerate(names, 1)]
    assert charts((run.folder / "briefing.docx").read_bytes())
    daily = merge(folder, AS_OF, "--form", "daily").folder / "briefing.docx"
    assert not [text for text in texts(Document(str(daily))) if text.startswith("附件")]
    assert charts(daily.read_bytes()) == []


def noted(folder: Path, run: Merged) -> list[str]:
    """The note that a period keeps, to be computed again with it."""
    kept = run.manifest["inputs"]["period"]
    told = json.loads((folder / "archive" / kept[:2] / f"{kept}.json").read_text("utf-8"))
    remarks: list[str] = told["options"]["remarks"]
    return remarks


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_editors_note_is_the_periods_own(tmp_path: Path, encoding: str) -> None:
    folder = workspace(tmp_path, A)
    notes = folder / "notes" / f"{AS_OF}.txt"
    notes.parent.mkdir()
    notes.write_text("请各单位对照。{{ title }}\n\n  逐项说明原因。\n", encoding=encoding)
    run = merge(folder)
    said = texts(Document(str(run.folder / "briefing.docx")))
    place = said.index("一、总体进展")
    assert said[place - 2 : place] == ["按：请各单位对照。{{ title }}", "逐项说明原因。"]
    assert noted(folder, run) == ["请各单位对照。{{ title }}", "逐项说明原因。"]
    later = merge(folder, LATER)
    assert not any("按：" in text for text in texts(Document(str(later.folder / "briefing.docx"))))
    assert noted(folder, later) == []


@pytest.mark.parametrize(
    "content, fault", [(b"\xff\xfe\x00\xd8", "不是文本文件"), ("按".encode() * 3000, "太长")]
)
def test_a_note_that_is_none_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    folder = workspace(tmp_path, A)
    (folder / "notes").mkdir()
    (folder / "notes" / f"{AS_OF}.txt").write_bytes(content)
    said = taizhang("merge", "--as-of", AS_OF, cwd=folder)
    assert said.code == 2
    assert fault in said.err


def test_the_campaign_may_ask_for_the_daily_form(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"))
    config = folder / "taizhang.toml"
    config.write_text(config.read_text().replace('form = "weekly"', 'form = "daily"'))
    daily = texts(Document(str(merge(folder).folder / "briefing.docx")))
    assert "一、总体进展" not in daily
    assert any("共有整改事项1项" in text for text in daily)
    weekly = merge(folder, AS_OF, "--form", "weekly")
    assert "一、总体进展" in texts(Document(str(weekly.folder / "briefing.docx")))


def test_the_english_form_has_its_own_template(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    run = merge(folder, AS_OF, "--lang", "en")
    document = Document(str(run.folder / "briefing.docx"))
    assert document.sections[0].left_margin.mm == pytest.approx(25, abs=0.1)
    assert "Draft No. 1 (total 1)" in texts(document)
