"""Refresh: the newest figures go into an edited briefing, and every word stays."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import to_docx
from papers import W, add_after, edit, lines, paragraph, reword, table, tree
from portions import portion
from workbooks import AS_OF, Said, item, merge, ongoing, send, taizhang, workspace

A, B, C = "示例甲矿业有限公司", "示例乙化工有限公司", "示例丙水泥有限公司"
LATER = "2020-10-16"


def overdue(owner: str, number: str, text: str) -> dict[str, object]:
    return ongoing(owner, number, 整改时限="2020-10-01", 问题描述=text)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A period of two enterprises: three items, one of them overdue; for copying."""
    made = workspace(tmp_path_factory.mktemp("merged"), A, B, C)
    send(made, "a.xlsx", item(A, "A-01"), overdue(A, "A-02", "一车间雨污分流不彻底"))
    send(made, "b.xlsx", item(B, "B-01"))
    merge(made)
    return made


@pytest.fixture
def folder(merged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(merged, tmp_path, dirs_exist_ok=True))


def briefing(folder: Path, period: str = AS_OF) -> Path:
    return folder / "output" / period / "briefing.docx"


def refresh(folder: Path, *options: str, period: str = AS_OF) -> tuple[Said, Path]:
    file = briefing(folder, period)
    return taizhang("refresh", str(file), *options, cwd=folder), file.with_name(
        "briefing.refreshed.docx"
    )


def more(folder: Path) -> None:
    """What changes the figures: C reports, late, and A completes."""
    send(folder, "c.xlsx", overdue(C, "C-01", "堆场未封闭"), item(C, "C-02"))
    merge(folder)


def test_words_stay_and_figures_are_new(folder: Path) -> None:
    file = briefing(folder)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    edit(file, lambda r: add_after(r, "一、总体进展", "办公室已约谈有关单位。"))
    more(folder)
    found, made = refresh(folder)
    assert found.code == 0, found.out + found.err
    text = lines(made)
    assert "办公室已约谈有关单位。" in text
    head = next(line for line in text if "参加督察的企业" in line)
    assert head.startswith("截至2020年10月9日，3家参加督察的企业")
    assert "整改事项5项" in head
    assert "已完成整改3项，整改完成率60.0%；持续整改2项" in head
    assert taizhang("verify", str(made), cwd=folder).code == 0


def test_the_edited_document_itself_is_not_touched(folder: Path) -> None:
    file = briefing(folder)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    before = file.read_bytes()
    more(folder)
    assert file.read_bytes() == before
    refresh(folder)
    assert file.read_bytes() == before


def test_merge_leaves_it_and_names_the_next_command(folder: Path) -> None:
    edit(briefing(folder), lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    send(folder, "c.xlsx", item(C, "C-01"))
    found = taizhang("merge", "--as-of", AS_OF, cwd=folder)
    assert "您改过的 briefing.docx 原样保留，新的一份是 briefing.new.docx" in found.out
    assert f"taizhang refresh output/{AS_OF}/briefing.docx" in found.out


def test_rows_come_and_go(folder: Path) -> None:
    more(folder)
    edit(briefing(folder), lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    found, made = refresh(folder)
    listed = table(made, "堆场未封闭")
    assert [row[0] for row in listed] == ["序号", "1", "2"]
    assert [row[1] for row in listed[1:]] == [C, A]
    (folder / "inbox" / "a.xlsx").unlink()
    send(folder, "a2.xlsx", item(A, "A-01"), item(A, "A-02", 问题描述="一车间雨污分流不彻底"))
    merge(folder)
    shutil.move(made, briefing(folder))
    found, made = refresh(folder)
    assert found.code == 0, found.out + found.err
    assert [row[:2] for row in table(made, "堆场未封闭")[1:]] == [["1", C]]


def test_a_row_that_a_person_edited_stays_and_is_told(folder: Path) -> None:
    edit(briefing(folder), lambda r: reword(r, "雨污分流不彻底", "不彻底", "不彻底（已约谈）"))
    (folder / "inbox" / "a.xlsx").unlink()
    send(folder, "a2.xlsx", item(A, "A-01"), item(A, "A-02", 问题描述="一车间雨污分流不彻底"))
    more(folder)
    found, made = refresh(folder, "--json")
    kept = [one for one in json.loads(found.out)["changes"] if one["kind"] == "kept"]
    assert found.code == 1
    assert any("已约谈" in one["old"] for one in kept)
    listed = table(made, "堆场未封闭")
    assert [row[1] for row in listed[1:]] == [A, C]
    assert "已约谈" in listed[1][3]


def test_a_sentence_whose_case_changed_is_exchanged(folder: Path) -> None:
    """本期无超期事项 is another sentence than the one that counts them."""
    (folder / "inbox" / "a.xlsx").unlink()
    send(folder, "a2.xlsx", item(A, "A-01"), item(A, "A-02", 问题描述="一车间雨污分流不彻底"))
    merge(folder)
    file = briefing(folder)
    none = next(line for line in lines(file) if "无超期事项" in line)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    send(folder, "c.xlsx", overdue(C, "C-01", "堆场未封闭"))
    merge(folder)
    found, made = refresh(folder)
    assert found.code == 0, found.out + found.err
    text = lines(made)
    assert none not in text
    assert any("超期事项1项" in line for line in text)
    assert taizhang("verify", str(made), cwd=folder).code == 0


def test_an_edited_sentence_that_holds_no_more_is_told_with_the_new_one(folder: Path) -> None:
    (folder / "inbox" / "a.xlsx").unlink()
    send(folder, "a2.xlsx", item(A, "A-01"), item(A, "A-02", 问题描述="一车间雨污分流不彻底"))
    merge(folder)
    file = briefing(folder)
    edit(file, lambda r: reword(r, "无超期事项", "无超期", "没有发生超期"))
    send(folder, "c.xlsx", overdue(C, "C-01", "堆场未封闭"))
    merge(folder)
    found, made = refresh(folder)
    assert found.code == 1
    assert "您改过这" in found.out.replace("\n  ", "")
    assert any("没有发生超期事项" in line for line in lines(made))


def test_a_number_changed_by_hand_is_put_right_and_said(folder: Path) -> None:
    def hand(root: object) -> None:
        text = next(t for t in paragraph(root, "整改完成率").iter(f"{W}t") if t.text == "66.7")  # type: ignore[arg-type]
        text.text = "80"

    edit(briefing(folder), hand)
    found, made = refresh(folder)
    assert "80 → 66.7（整改完成率）；原数是手工改的" in re.sub(r"\n *", "", found.out)
    assert taizhang("verify", str(made), cwd=folder).code == 0


def test_nothing_to_do_leaves_the_words_as_they_are(folder: Path) -> None:
    edit(briefing(folder), lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    found, made = refresh(folder, "--json")
    assert (found.code, json.loads(found.out)["changes"]) == (0, [])
    assert lines(made) == lines(briefing(folder))


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    more(folder)
    before = sorted(p.name for p in briefing(folder).parent.iterdir())
    found, _ = refresh(folder, "--dry-run")
    assert found.code == 0
    assert sorted(p.name for p in briefing(folder).parent.iterdir()) == before


def test_in_place_keeps_the_former_beside(folder: Path) -> None:
    file = briefing(folder)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    before = file.read_bytes()
    more(folder)
    found, _ = refresh(folder, "--in-place")
    assert found.code == 0, found.err
    assert file.with_name("briefing.former.docx").read_bytes() == before
    assert any("3家参加督察的企业" in line for line in lines(file))


def test_into_the_next_period(folder: Path) -> None:
    """The daily way: yesterday's wording with today's figures."""
    edit(briefing(folder), lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    send(folder, "c.xlsx", item(C, "C-01"))
    merge(folder, LATER)
    found, made = refresh(folder, "--period", LATER)
    assert found.code == 0, found.out + found.err
    text = lines(made)
    assert any(line.startswith("截至2020年10月16日，3家参加督察的企业") for line in text)
    assert "拟第2期〔总第2期〕" in text
    assert any("较第1期（截至2020年10月9日），新增事项1项" in line for line in text)
    said_ = taizhang("verify", str(made), cwd=folder)
    assert (said_.code, f"{LATER} 一期" in said_.out) == (0, True)


def test_a_lost_mark_is_not_guessed(folder: Path) -> None:
    """A figure typed as plain text stays: verify names it."""

    def strip(root: object) -> None:
        text = next(t for t in paragraph(root, "整改完成率").iter(f"{W}t") if t.text == "66.7")  # type: ignore[arg-type]
        control = next(text.iterancestors(f"{W}sdt"))
        run = next(text.iterancestors(f"{W}r"))
        for mark in (control.getprevious(), control.getnext()):
            mark.getparent().remove(mark)  # type: ignore[union-attr]
        control.addprevious(run)
        control.getparent().remove(control)  # type: ignore[union-attr]

    edit(briefing(folder), strip)
    more(folder)
    found, made = refresh(folder)
    assert found.code == 1
    assert any("整改完成率66.7%" in line for line in lines(made))
    assert "仍有 1 个数不符" in found.out


def test_what_comes_from_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    assert taizhang("refresh", "nothing.docx", cwd=folder).code == 2
    other = tmp_path / "x.docx"
    other.write_bytes(b"PK\x03\x04 nothing")
    assert taizhang("refresh", str(other), cwd=folder).code == 2


# ---------------------------------------------------------------- whatever a person does to words

HAN = st.text(alphabet="督察整改企业事项完成情况已按期报送，、的了", min_size=0, max_size=6)


@pytest.fixture(scope="module")
def two_runs(merged: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A workspace that was merged twice, and the first run's briefing."""
    made = Path(shutil.copytree(merged, tmp_path_factory.mktemp("refresh") / "w"))
    first = briefing(made).read_bytes()
    more(made)
    return made, first


@settings(max_examples=portion(5, 12), deadline=None)
@given(data=st.data())
def test_random_edits_of_words_are_all_kept_and_all_figures_new(
    two_runs: tuple[Path, bytes], data: st.DataObject
) -> None:
    """Inserted words are found again, in their order; and verify finds every number right."""
    folder, first = two_runs
    file = briefing(folder).with_name("edited.docx")
    file.write_bytes(first)
    typed: list[str] = []

    def change(root: object) -> None:
        places = [
            t for p in root.iter(f"{W}p")  # type: ignore[attr-defined]
            if next(p.iterancestors(f"{W}tbl"), None) is None
            for t in p.iter(f"{W}t") if t.text and not re.search(r"\d", t.text)
        ]  # fmt: skip
        for number in range(data.draw(st.integers(1, 8))):
            text = places[data.draw(st.integers(0, len(places) - 1))]
            whole = text.text or ""
            low = data.draw(st.integers(0, len(whole)))
            word = f"〔{'甲乙丙丁戊己庚辛'[number]}{data.draw(HAN)}〕"
            typed.append(word)
            text.text = whole[:low] + word + whole[low:]

    edit(file, change)
    before = "".join(lines(file))
    found = taizhang("refresh", str(file), "--json", cwd=folder)
    told = json.loads(found.out)
    made = Path(folder / told["written"])
    after = "".join(lines(made))
    whole = [word for word in typed if word in before]
    assert [word for word in whole if word not in after] == []
    assert told["mismatches"] == []
    made.unlink()


def test_all_that_was_not_changed_keeps_its_bytes(folder: Path) -> None:
    file = briefing(folder)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    more(folder)
    _, made = refresh(folder)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made) as new:
        assert old.namelist() == new.namelist()
        changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
    ours = ("word/charts/", "word/embeddings/")
    assert {n for n in changed if not n.startswith(ours)} <= {
        "word/document.xml", "docProps/custom.xml",
    }  # fmt: skip


def test_names_and_numbers_of_marks_stay_unique(folder: Path) -> None:
    more(folder)
    edit(briefing(folder), lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    _, made = refresh(folder)
    root = tree(made)
    starts = list(root.iter(f"{W}bookmarkStart"))
    names = [one.get(f"{W}name") for one in starts]
    ids = [one.get(f"{W}id") for one in starts]
    ends = [one.get(f"{W}id") for one in root.iter(f"{W}bookmarkEnd")]
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids)
    assert sorted(ends, key=str) == sorted(ids, key=str)
    controls = [c.get(f"{W}val") for c in root.iter(f"{W}id") if c.getparent().tag == f"{W}sdtPr"]  # type: ignore[union-attr]
    assert len(set(controls)) == len(controls)
    assert deepcopy(root) is not None
    assert io.BytesIO(made.read_bytes()).read(2) == b"PK"


@pytest.mark.office
def test_what_libreoffice_saved_is_refreshed_like_any_other(folder: Path, tmp_path: Path) -> None:
    """It takes controls away, splits runs and names styles otherwise; bookmarks stay."""
    file = briefing(folder)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    shutil.copyfile(to_docx(file, tmp_path / "saved"), file)
    more(folder)
    found, made = refresh(folder, "--json")
    told = json.loads(found.out)
    assert (found.code, told["mismatches"]) == (0, [])
    assert [one for one in told["changes"] if one["hand"]] == []
    assert any("3家参加督察的企业" in line for line in lines(made))
    assert "拟第1期〔总第1期〕" in lines(made)


def test_an_issued_briefing_is_the_next_one_s_model(folder: Path) -> None:
    """What was issued is taken on: it becomes a draft of the next number."""
    file = briefing(folder)
    edit(file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    assert taizhang("signoff", str(file), "--by", "示例张三", "--date", AS_OF, cwd=folder).code == 0
    assert taizhang("publish", str(file), cwd=folder).code == 0
    send(folder, "c.xlsx", item(C, "C-01"))
    merge(folder, LATER)
    out = briefing(folder, LATER).with_name("draft.docx")
    options = ("--period", LATER, "--out", str(out))
    found = taizhang("refresh", str(file), *options, cwd=folder)
    assert found.code == 0, found.out + found.err
    assert "拟第2期〔总第2期〕" in lines(out)
    assert any(line.startswith("截至2020年10月16日，3家参加督察的企业") for line in lines(out))
