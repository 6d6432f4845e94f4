"""From draft to issue: what is signed is what is issued, and a closed period stays as it was."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from office import to_pdf
from papers import BODY, W, edit, lines, paragraph, paragraphs, reword, table, tree
from workbooks import AS_OF, Said, item, merge, ongoing, send, taizhang, workspace

from pipeline.errors import UsageError
from pipeline.shipped import shipped
from pipeline.store import Issue, NumberState, PeriodState, Store
from pipeline.trace.issue import held, issuing, publish
from pipeline.workspace import find
from pipeline.write.briefing.review import write_review
from pipeline.write.review import Doubt, Review, Turned, Worded

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"
FILE = f"output/{AS_OF}/briefing.docx"
ISSUED = f"output/{AS_OF}/issued/督察整改简报第1期.docx"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A period whose briefing a person edited; for copying."""
    made = workspace(tmp_path_factory.mktemp("drafted"), A, B)
    send(made, "a.xlsx", item(A, "A-01"), ongoing(A, "A-02"))
    send(made, "b.xlsx", item(B, "B-01"))
    merge(made)
    edit(made / FILE, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    return made


@pytest.fixture
def folder(drafted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drafted, tmp_path, dirs_exist_ok=True))


def run(folder: Path, *words: str) -> Said:
    return taizhang(*words, cwd=folder)


def signed(folder: Path, file: str = FILE) -> Said:
    return run(folder, "signoff", file, "--by", "示例张三", "--date", "2020-10-10")


def blocked(folder: Path, *words: str) -> list[str]:
    found = run(folder, *words, "--json")
    stops: list[str] = json.loads(found.out)["blocked"]
    assert found.code == (1 if stops else 0)
    return stops


def issues(folder: Path, period: str = AS_OF) -> tuple[Issue, ...]:
    with Store.open(folder / "taizhang.db") as store:
        return store.issues(period)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def state(folder: Path) -> tuple[PeriodState, NumberState]:
    with Store.open(folder / "taizhang.db") as store:
        (period,) = store.periods()
    assert period.number is not None
    return period.state, period.number.state


def test_signed_and_issued(folder: Path) -> None:
    assert signed(folder).code == 0
    before = digest(folder / FILE)
    found = run(folder, "publish", FILE, "--date", "2020-10-12")
    assert found.code == 0, found.out + found.err
    text = lines(folder / ISSUED)
    assert "第1期〔总第1期〕" in text
    assert any(line.endswith("2020年10月12日") for line in text)
    assert any("参加督察的企业" in line for line in text)
    assert digest(folder / FILE) == before
    (issue,) = issues(folder)
    assert (issue.signed_by, issue.signed_on, issue.issued_on) == (
        "示例张三", "2020-10-10", "2020-10-12",
    )  # fmt: skip
    assert issue.signed == before
    assert issue.issued == digest(folder / ISSUED)
    assert issue.manifest == digest(folder / "output" / AS_OF / "run.json")
    assert state(folder) == (PeriodState.PUBLISHED, NumberState.ISSUED)
    assert run(folder, "verify", ISSUED).code == 0


def test_all_but_number_and_date_stays_as_it_was_signed(folder: Path) -> None:
    signed(folder)
    run(folder, "publish", FILE, "--date", "2020-10-12")
    with zipfile.ZipFile(folder / FILE) as old, zipfile.ZipFile(folder / ISSUED) as new:
        assert old.namelist() == new.namelist()
        changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
    assert changed == {BODY, "docProps/custom.xml"}
    was, now = tree(folder / FILE), tree(folder / ISSUED)
    for root in (was, now):
        for mark in ("no_draft", "no_date", "no_log"):
            for start in [b for b in root.iter(f"{W}bookmarkStart") if b.get(f"{W}name") == mark]:
                end = start.get(f"{W}id")
                while (one := start.getnext()) is not None and one.get(f"{W}id") != end:
                    one.getparent().remove(one)  # type: ignore[union-attr]
                for one in (start.getnext(), start):
                    assert one is not None
                    one.getparent().remove(one)  # type: ignore[union-attr]
    assert etree.tostring(was, method="c14n") == etree.tostring(now, method="c14n")


def test_a_dry_run_does_nothing(folder: Path) -> None:
    signed(folder)
    before = sorted(p.name for p in (folder / FILE).parent.iterdir())
    found = run(folder, "publish", FILE, "--dry-run")
    assert (found.code, "可以印发：第1期〔总第1期〕" in found.out) == (0, True)
    assert sorted(p.name for p in (folder / FILE).parent.iterdir()) == before
    assert state(folder) == (PeriodState.DRAFT, NumberState.RESERVED)


def test_what_blocks(folder: Path) -> None:
    assert blocked(folder, "publish", FILE) == ["unsigned"]
    signed(folder)
    assert blocked(folder, "publish", FILE, "--date", "2020-10-09") == ["before_signing"]
    edit(folder / FILE, lambda r: reword(r, "参加督察", "参加督察", "参与督察"))
    assert blocked(folder, "publish", FILE) == ["other_document"]
    assert signed(folder).code == 0
    assert blocked(folder, "publish", FILE, "--dry-run") == []


def twenty(root: Any) -> None:
    text = next(t for t in paragraph(root, "整改完成率").iter(f"{W}t") if t.text == "66.7")
    text.text = "80"


def test_a_number_made_up_can_be_neither_signed_nor_issued(folder: Path) -> None:
    edit(folder / FILE, twenty)
    found = signed(folder)
    assert (found.code, "1 个数不符" in found.out) == (1, True)
    assert blocked(folder, "publish", FILE) == ["wrong", "unsigned"]
    assert issues(folder) == ()


def test_a_draft_of_an_earlier_run_must_be_refreshed(folder: Path) -> None:
    send(folder, "b2.xlsx", item(B, "B-01"), item(B, "B-02"))
    (folder / "inbox" / "b.xlsx").unlink()
    merge(folder)
    stops = blocked(folder, "publish", FILE)
    assert stops[0] == "older"
    assert run(folder, "refresh", FILE, "--in-place").code == 0
    assert signed(folder).code == 0
    assert blocked(folder, "publish", FILE, "--dry-run") == []


def test_a_head_without_its_marks_can_not_be_numbered(folder: Path) -> None:
    def strip(root: Any) -> None:
        line = paragraph(root, "总第")
        for one in list(line):
            if one.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
                line.remove(one)
            elif one.tag == f"{W}sdt":
                for run_ in one.iter(f"{W}r"):
                    one.addprevious(run_)
                line.remove(one)

    edit(folder / FILE, strip)
    assert blocked(folder, "publish", FILE) == ["unmarked", "unsigned"]


def test_once_issued_the_period_is_closed(folder: Path) -> None:
    signed(folder)
    run(folder, "publish", FILE)
    said = run(folder, "merge", "--as-of", AS_OF)
    assert (said.code, f"taizhang correct {AS_OF}" in said.err) == (2, True)
    assert blocked(folder, "publish", FILE) == ["issued"]
    for file in (ISSUED, FILE):
        refused = run(folder, "refresh", file)
        assert (refused.code, "已经印发" in refused.err) == (2, True)
    assert merge(folder, LATER).code == 0


def test_the_first_number_may_be_put_right_until_it_is_issued(folder: Path) -> None:
    config = folder / "taizhang.toml"
    text = config.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^first_(number|running) = .*$", "", text)
    text = text.replace("[campaign]", "[campaign]\nfirst_number = 7\nfirst_running = 40", 1)
    config.write_text(text, encoding="utf-8")
    merge(folder)
    assert run(folder, "refresh", FILE, "--in-place").code == 0
    assert "拟第7期〔总第40期〕" in lines(folder / FILE)
    signed(folder)
    run(folder, "publish", FILE)
    config.write_text(config.read_text(encoding="utf-8").replace("= 7", "= 9"), encoding="utf-8")
    merge(folder, LATER)
    assert "拟第8期〔总第41期〕" in lines(folder / "output" / LATER / "briefing.docx")


class _PowerCutError(BaseException):
    pass


def test_a_failure_leaves_all_of_it_or_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(folder)
    place = find(folder)
    assert place is not None
    one = held(place, folder / FILE, "zh")
    made = issuing(place, one, date(2020, 10, 12))
    save = Store.publish

    def refused(*_: Any) -> Any:
        raise UsageError("x", "y")

    monkeypatch.setattr(Store, "publish", refused)
    with pytest.raises(UsageError):
        publish(place, one, made)
    assert not (folder / ISSUED).exists()
    assert state(folder)[0] is PeriodState.DRAFT

    monkeypatch.setattr(Store, "publish", save)
    monkeypatch.setattr("pipeline.write.outputs._move_in", _cut)
    with pytest.raises(_PowerCutError):
        publish(place, one, made)
    assert state(folder)[0] is PeriodState.PUBLISHED
    monkeypatch.undo()
    assert run(folder, "publish", FILE).code == 1  # any next command finishes it
    assert digest(folder / ISSUED) == issues(folder)[0].issued


def _cut(*_: Any) -> None:
    raise _PowerCutError


# ---------------------------------------------------------------- corrections


@pytest.fixture(scope="module")
def published(drafted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, signed and issued; for copying."""
    made = Path(shutil.copytree(drafted, tmp_path_factory.mktemp("published") / "w"))
    signed(made)
    assert run(made, "publish", FILE, "--date", "2020-10-12").code == 0
    return made


@pytest.fixture
def issued(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path, dirs_exist_ok=True))


def correct(folder: Path) -> Said:
    return run(folder, "correct", AS_OF, "--reason", "乙化工补报一项")


CORRECTION = f"output/{AS_OF}/correction.docx"


def test_a_correction_lists_what_changed_and_why(issued: Path) -> None:
    before = digest(issued / ISSUED)
    send(issued, "b2.xlsx", item(B, "B-01"), item(B, "B-02"))
    (issued / "inbox" / "b.xlsx").unlink()
    found = correct(issued)
    assert found.code == 0, found.out + found.err
    text = paragraphs(issued / CORRECTION)
    assert "关于《督察整改简报》第1期的更正" in text
    assert "乙化工补报一项。" in text
    rows = table(issued / CORRECTION, "现口径")
    assert rows[0] == ["指标", "第1期口径", "现口径", "增减"]
    assert ["事项总数", "3", "4", "+1"] in rows
    assert ["整改完成率（%）", "66.7", "75.0", "+8.3"] in rows
    assert digest(issued / ISSUED) == before
    assert run(issued, "verify", ISSUED).code == 0  # by what it was made from then


def test_a_daily_briefing_is_corrected_in_its_own_form(folder: Path) -> None:
    """Figures that only the weekly form prints did not change."""
    (folder / FILE).unlink()
    merge(folder, AS_OF, "--form", "daily")
    assert signed(folder).code == 0
    assert run(folder, "publish", FILE).code == 0
    found = run(folder, "correct", AS_OF, "--reason", "核对")
    assert (found.code, "不需要更正" in found.err) == (2, True), found.out + found.err


def test_a_correction_is_signed_and_issued_and_both_stay_on_record(issued: Path) -> None:
    send(issued, "b2.xlsx", item(B, "B-01"), item(B, "B-02"))
    (issued / "inbox" / "b.xlsx").unlink()
    correct(issued)
    assert blocked(issued, "publish", CORRECTION) == ["unsigned"]
    assert run(issued, "signoff", CORRECTION, "--by", "示例张三", "--date", "2020-10-13").code == 0
    found = run(issued, "publish", CORRECTION)
    assert found.code == 0, found.out + found.err
    out = issued / f"output/{AS_OF}/issued/督察整改简报第1期更正.docx"
    assert paragraphs(out)[-1] == "2020年10月13日"
    told = run(issued, "status").out
    assert "简报：示例张三 2020-10-10 签发，2020-10-12 印发" in told
    assert "更正（乙化工补报一项）：示例张三 2020-10-13 签发，2020-10-13 印发" in told
    first, second = issues(issued)
    assert (first.edition, first.issued) == (1, digest(issued / ISSUED))
    assert (second.edition, second.reason, second.issued) == (2, "乙化工补报一项", digest(out))
    assert first.inputs != second.inputs
    assert run(issued, "verify", str(out)).code == 0
    assert run(issued, "verify", ISSUED).code == 0


def test_a_number_in_a_correction_changed_by_hand_is_named(issued: Path) -> None:
    send(issued, "b2.xlsx", item(B, "B-01"), item(B, "B-02"))
    (issued / "inbox" / "b.xlsx").unlink()
    correct(issued)
    edit(issued / CORRECTION, lambda r: reword(r, "75.0", "75.0", "85.0"))
    assert "85.0" in run(issued, "verify", CORRECTION).out
    stops = blocked(issued, "signoff", CORRECTION, "--by", "示例张三", "--date", "2020-10-13")
    assert stops == ["wrong"]


def test_nothing_to_correct(issued: Path) -> None:
    said = correct(issued)
    assert (said.code, "没有变化" in said.err) == (2, True)
    assert len(issues(issued)) == 1


def test_a_draft_needs_no_correction(folder: Path) -> None:
    said = correct(folder)
    assert (said.code, "还没有印发" in said.err) == (2, True)


def test_only_the_newest_period_can_be_corrected(issued: Path) -> None:
    merge(issued, LATER)
    assert correct(issued).code == 2


# ---------------------------------------------------------------- the review sheet


def test_the_review_sheet_tells_what_changed_what_is_doubtful_and_what_was_reworded(
    issued: Path,
) -> None:
    send(issued, "b2.xlsx", item(B, "B-01"), item(B, "B-02"), item(B, "B-03", 整改状态="基本完成"))
    merge(issued, LATER)
    file = f"output/{LATER}/briefing.docx"
    edit(issued / file, lambda r: reword(r, "持续整改", "家企业", "家参加督察的企业"))
    assert run(issued, "review", file).code == 0
    sheet = issued / f"output/{LATER}/review.docx"
    assert ["事项总数", "3", "5", "+2", "+2 / −0"] in table(sheet, "上期")
    (doubt,) = table(sheet, "存疑之处")[1:]
    assert ("基本完成" in doubt[0], doubt[1]) == (True, "1")
    (edited,) = table(sheet, "段落")[1:]
    assert (edited[0], "参加督察的企业" in edited[1]) == ("修改", True)
    text = paragraphs(sheet)
    assert "《督察整改简报》拟第2期〔总第2期〕　数据截至2020年10月16日" in text
    assert any("已完成 3（3–4）" in line for line in text)
    assert any("全部与台账算出的相符" in line for line in text)
    assert table(sheet, "签发")[0] == ["拟稿", "核稿", "签发"]


FULL = Review(
    "督察整改简报", "拟第123期〔总第1023期〕", "2020年12月31日", "第122期（截至2020年12月24日）",
    (Turned("到期应完成的立行立改事项" * 2, "1024", "1088", "+64", 164, 100),) * 20,
    (Doubt("示例赤坪冶炼集团股份有限公司：第 104 行『整改状态』填的是『基本完成』" * 3, 9),) * 20,
    tuple(f"指标{n}（可能） 100（90–110）" for n in range(30)),
    (Worded("changed", "各单位要举一反三，压实责任，" * 9),) * 20,
    9999, 12, 40, "zh",
)  # fmt: skip


@pytest.mark.office
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_review_sheet_is_one_page_whatever_there_is_to_tell(tmp_path: Path, lang: str) -> None:
    made = write_review(replace(FULL, lang=lang), shipped("briefing.docx"), date(2020, 12, 31))
    (tmp_path / "review.docx").write_bytes(made)
    text = subprocess.run(
        ["pdftotext", "-layout", to_pdf(tmp_path / "review.docx", tmp_path), "-"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert text.count("\f") == 1
    assert ("签发" if lang == "zh" else "Signed") in text
