"""Who sees what: two columns hold secrets, and every output is searched for them to its last part.

The workspace has one ledger with a column for the desk alone (``NOTE``) and one that leadership may
not see (``TALK``), each planted wherever something quotes a cell: as a value nobody understands, as
the other date of a rule, as what two versions say differently, in a row with a fault of its own.
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from office import to_pdf
from workbooks import merge, register, taizhang, workbook, workspace

from pipeline.audience import EVERYONE, MASK, OUTPUTS, may_show
from pipeline.findings import finding, findings_table
from pipeline.profile import load_profile, shipped_profile
from pipeline.profile.base import Words
from pipeline.profile.check import contradictions
from pipeline.profile.schema import Derived, Profile, Rule
from pipeline.profile.shown import audience_of, shown_in, shows
from pipeline.write.told import told

AS_OF, LATER = "2020-10-09", "2020-10-16"
PARENT, PLANT = "示例甲集团有限公司", "示例乙矿业有限公司"
NOTE, TALK = ("绝密", "1999-02-03", "1999年2月3日"), ("内情", "1998-02-03", "1998年2月3日")
SECRETS = {("desk",): NOTE, ("desk", "enterprise"): TALK}

PROFILE = """
id = "watched"
version = 1
label = { zh = "督办台账", en = "Watched" }
unit = { zh = "项", en = "items" }
description = { zh = "督办", en = "Watched" }
key = "number"
subject = "what"
breakdowns = ["owner", "note_kind", "talk_kind", "grade"]

[report]
titles = [{ text = { zh = "情况报告", en = "Report" } }]

[[report.sections]]
heading = { zh = "情况", en = "Facts" }
facts = ["what", "status", "note", "talk", "kept", "spoken"]

[[derived]]
id = "kept"
label = { zh = "留存日", en = "Kept" }
first_of = ["kept_on"]

[[derived]]
id = "spoken"
label = { zh = "谈话日", en = "Spoken" }
first_of = ["talked_on"]

[stages]
partition = "stage"
completed = ["done"]
ongoing = ["open"]

[[partitions]]
id = "stage"
label = { zh = "阶段", en = "Stage" }
parts = [
    { id = "done", label = { zh = "完", en = "Done" }, when = { status = ["完"] } },
    { id = "open", label = { zh = "否", en = "Open" }, when = { status = ["否"] } },
    { id = "undecided", label = { zh = "疑", en = "Asked" }, rest = true },
]

[[partitions]]
id = "grade"
label = { zh = "密级", en = "Grade" }
parts = [
    { id = "noted", label = { zh = "有", en = "Yes" }, when = { note = { contains = ["绝密"] } } },
    { id = "plain", label = { zh = "无", en = "Plain" }, rest = true },
]

[[figures]]
id = "total"
kind = "count"
label = { zh = "总数", en = "Total" }
definition = { zh = "全部", en = "All" }

[[identities]]
total = "total"
parts = ["total"]

[[message]]
text = { zh = "共{total}项", en = "{total} items" }

[[briefing]]
id = "overview"
place = 10
heading = { zh = "总体", en = "Overview" }

[[briefing.items]]
text = { zh = "截至{as_of}，共{total}项。", en = "{total} items as of {as_of}." }

[[briefing.items]]
list = { columns = ["number", "what", "status"] }

[[briefing.items]]
list = { table = "changes", columns = ["what", "change", "changed_from", "changed_to"] }

[[briefing.items]]
list = { table = "doubts", columns = ["what", "doubt", "at_stake"] }
"""
KINDS = 'type = "choice"\nchoices = [{ value = "甲", en = "A" }]'
COLUMNS = (
    ("owner", "企业名称", 'type = "enterprise"', EVERYONE),
    ("number", "编号", "", EVERYONE),
    ("what", "事项", "", EVERYONE),
    ("status", "状态", 'type = "choice"\nchoices = [{ value = "完", en = "Done" }, '
     '{ value = "否", en = "Open" }]', EVERYONE),
    ("on", "日期", 'type = "date"', EVERYONE),
    ("note", "批示", "", ("desk",)),
    ("note_kind", "批示种类", KINDS, ("desk",)),
    ("kept_on", "留存日期", 'type = "date"', ("desk",)),
    ("talk", "谈话", "", ("desk", "enterprise")),
    ("talk_kind", "谈话种类", KINDS, ("desk", "enterprise")),
    ("talked_on", "谈话日期", 'type = "date"', ("desk", "enterprise")),
)  # fmt: skip
RULES = (
    ("on-before-kept", 'family = "not_after"\ncolumn = "on"\nother = "kept_on"'),
    ("on-before-talk", 'family = "not_after"\ncolumn = "on"\nother = "talked_on"'),
    ("note-blank", 'family = "blank_when"\ncolumn = "note"\nwhen = { status = ["否"] }\n'
     'because = { zh = "未完成", en = "it is open" }'),
    ("talk-blank", 'family = "blank_when"\ncolumn = "talk"\nwhen = { status = ["否"] }\n'
     'because = { zh = "未完成", en = "it is open" }'),
    ("noted-dated", 'family = "required_when"\ncolumn = "on"\nwhen = { grade = ["noted"] }\n'
     'because = { zh = "有批示的须填写", en = "needed" }'),
    ("open-dated", 'family = "required_when"\ncolumn = "on"\nwhen = { status = ["否"] }\n'
     'because = { zh = "未完成的须填写", en = "needed" }'),
)  # fmt: skip
HEADER = [label for _, label, _, _ in COLUMNS]


def written(folder: Path) -> Profile:
    """Write the profile with all its columns and rules, and load it."""
    columns = [
        f'\n[[columns]]\nid = "{name}"\nlabel = {{ zh = "{label}", en = "{name}" }}\n{more}\n'
        f'audience = {list(audience)}\npurpose = {{ zh = "{label}", en = "{name}" }}\n'
        for name, label, more, audience in COLUMNS
    ]
    rules = [f'\n[[rules]]\ncode = "{code}"\nseverity = "W"\n{more}\n' for code, more in RULES]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profile.toml").write_text(PROFILE + "".join(columns + rules), "utf-8")
    return load_profile(folder)


def row(owner: str, number: str, **cells: str) -> list[str]:
    given = {"企业名称": owner, "编号": number, "事项": f"{number}号挡板破损", "状态": "否",
             "日期": "2020-10-01", "批示": "绝密", "批示种类": "甲", "留存日期": "1999-02-03",
             "谈话": "内情", "谈话种类": "甲", "谈话日期": "1998-02-03", **cells}  # fmt: skip
    return [given[label] for label in HEADER]


def publish(folder: Path, briefing: str) -> None:
    """Issue a period, with its review sheet."""
    commands = (
        ("review", briefing),
        ("signoff", briefing, "--by", "示例张三", "--date", "2020-10-17"),
        ("publish", briefing),
    )
    for words in commands:
        said = taizhang(*words, cwd=folder)
        assert said.code == 0, said.out + said.err


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """All that is written in two periods, by output."""
    folder = workspace(tmp_path_factory.mktemp("audience") / "ws")
    register(folder, PARENT, {"企业名称": PLANT, "上级企业": PARENT})
    written(folder / "input_templates" / "watched")
    (folder / "taizhang.toml").write_text('[ledgers]\nuse = ["watched"]\n', "utf-8")
    rows = [
        row(PARENT, "A-1"),
        row(PLANT, "B-1"),
        row(PLANT, "B-2", 批示种类="绝密之事", 谈话种类="内情之事"),
        row(PLANT, "B-3", 状态="快了", 留存日期="绝密日", 谈话日期="内情日"),
        row(PLANT, "B-4", 日期=""),
    ]
    older = [row(PLANT, "B-1", 批示="绝密旧", 谈话="内情旧"), *rows[2:]]
    inbox = folder / "inbox"
    workbook(inbox / f"{PARENT}.xlsx", [HEADER, *older], names=("督办",), saved="2020-10-01")
    workbook(inbox / f"{PARENT}2.xlsx", [HEADER, *rows], names=("督办",), saved="2020-10-08")
    merge(folder, AS_OF)
    workbook(inbox / f"{PARENT}3.xlsx", [HEADER, *rows[:3]], names=("督办",), saved="2020-10-15")
    merge(folder, LATER)
    publish(folder, f"output/{LATER}/briefing.docx")
    more = [HEADER, *rows[:3], row(PLANT, "B-9")]
    workbook(inbox / f"{PARENT}4.xlsx", more, names=("督办",), saved="2020-10-16")
    corrected = taizhang("correct", LATER, "--reason", "补报", cwd=folder)
    assert corrected.code == 0, corrected.err
    workbook(folder / "input_templates" / "form.xlsx", [("编号", "何事", "状态")], names=("表",))
    (folder / "input_templates" / "form.toml").write_text(UPWARD, encoding="utf-8")
    said = [
        taizhang("upward", "input_templates/form.toml", cwd=folder),
        taizhang("export", "--message", cwd=folder),
        taizhang("template", "--as-of", "2020-10-23", "--out", "blank", cwd=folder),
        taizhang("report", "watched", "B-1", "--out", "reports", cwd=folder),
        taizhang("dossier", "B-1", "--out", "dossiers", cwd=folder),
        taizhang("dossier", "B-1", "--for", "desk", "--out", "dossiers-desk", cwd=folder),
        taizhang("handover", "--out", ".", cwd=folder),
        taizhang("common", "--xlsx", "common.xlsx", cwd=folder),
        taizhang("check", str(inbox / f"{PARENT}2.xlsx"), "--json", cwd=folder),
    ]
    assert [each.code for each in said] == [*[0] * 8, 1], [each.err for each in said]
    files = {"terminal": {"check": said[-1].out.encode()}}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        for period in (AS_OF, LATER):
            name = name.removeprefix(f"output/{period}/")
        output = next((o for o in OUTPUTS if name == o or name.startswith(o)), f"? {name}")
        files.setdefault(output, {})[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def said_in(name: str, data: bytes) -> str:
    """All that a file says, in whatever part."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(said_in(n, archive.read(n)) for n in archive.namelist())
    if name.endswith(".parquet"):
        return json.dumps(pq.read_table(io.BytesIO(data)).to_pylist(), ensure_ascii=False)
    return data.decode("utf-8", "replace")


OPENLY = {  # where a secret stands by right, and would be missed
    ("desk",): {"master.xlsx", "findings.xlsx", "findings.parquet", "inbox/", "archive/",
                "terminal"},
    ("desk", "enterprise"): {"master.xlsx", "findings.xlsx", "findings.parquet", "inbox/",
                             "archive/", "terminal", "returns/", "blank/"},
}  # fmt: skip


UPWARD = """
id = "f"
recipient = "示例上级"
workbook = "form.xlsx"
sheet = "表"
ledger = "watched"
figure = "total"
columns = [{ label = "编号", column = "number" }, { label = "何事", column = "what" },
           { label = "状态", column = "status" }]
"""

CONVERTED = {"briefing.pdf", "briefing.png"}
"""Made of the briefing by other programs: looked into where these are installed."""


@pytest.mark.parametrize("audience", SECRETS, ids="-".join)
@pytest.mark.parametrize("output", sorted(OUTPUTS.keys() - CONVERTED))
def test_an_output_shows_a_secret_to_its_readers_and_to_nobody_else(
    output: str, audience: tuple[str, ...], made: dict[str, dict[str, bytes]]
) -> None:
    files = {
        name: said_in(name, data)
        for name, data in made[output].items()
        # What an enterprise sent goes back to it as it came.
        if not name.rpartition("returns/")[2].startswith(PARENT)
    }
    found = {
        name: [word for word in SECRETS[audience] if word in text] for name, text in files.items()
    }
    assert files, output
    if output in OPENLY[audience]:
        assert any(found.values()), output
    if not may_show(audience, output):
        assert {name: words for name, words in found.items() if words} == {}


def test_every_file_that_is_written_is_in_the_table(made: dict[str, dict[str, bytes]]) -> None:
    others = {name for name in made if name.startswith("? ")}
    assert others == {"? timing.json", "? taizhang.toml", "? enterprises.xlsx", "? .taizhang.lock"}
    assert made.keys() >= OUTPUTS.keys() - CONVERTED


@pytest.mark.slow
def test_a_converted_briefing_shows_what_the_briefing_shows(
    made: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    path = tmp_path / "briefing.docx"
    path.write_bytes(made["briefing.docx"][f"output/{LATER}/briefing.docx"])
    command = ["pdftotext", str(to_pdf(path, tmp_path)), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert "总体" in text
    assert [word for words in SECRETS.values() for word in words if word in text] == []


def test_what_is_masked_is_told_of_as_such(made: dict[str, dict[str, bytes]]) -> None:
    document = json.loads(made["run.json"][f"output/{AS_OF}/run.json"])
    by_place = {(f["code"], f["column"]): f for f in document["findings"]}
    assert set(document["ledgers"]["watched"]["by"]) == {"owner", "grade"}
    assert by_place["unknown-choice", "批示种类"]["value"] == MASK
    assert by_place["on-before-kept", "日期"]["value"] == "2020-10-01"
    assert by_place["on-before-kept", "日期"]["message"].endswith(f"晚于留存日期{MASK}。")
    assert by_place["version-differs", "谈话"]["message"].endswith(f"第 2 行是『{MASK}』。")


@pytest.mark.parametrize("output", ["run.json", "returns/"])
def test_whatever_quotes_a_hidden_cell_is_masked(output: str, tmp_path: Path) -> None:
    profile = written(tmp_path)
    about = {"ledger": "watched", "column": "note", "value": "绝密", "row_no": 3}
    found = [
        finding("struck-partly", "W", **about, params={"struck": "绝密之事"}),
        finding("converted-unit", "W", **about, params={"number": "19990203", "unit": "万元"}),
        finding("ambiguous-date", "W", **about, params={"one": "绝密日", "other_day": "绝密夜"}),
        finding("ruled-value", "I", **about,
                params={"meaning": "绝密", "ruled": {"action": "means", "value": "绝密"}}),
        finding("phone-contradicted", "W", **about, params={"phone": "绝密"}),
    ]  # fmt: skip
    said = told(findings_table(found), {}, [], [profile], "zh", output)
    assert sorted(each.value for each in said) == [MASK] * 5
    assert not [each for each in said if "绝密" in each.message or "1999" in each.message]
    assert {"绝密"} == {each.value for each in told(findings_table(found), {}, [], [profile], "zh")}


def test_blank_ledgers_have_rules_only_on_what_they_show(tmp_path: Path) -> None:
    shown = shown_in(written(tmp_path), "blank/")
    assert [c.id for c in shown.columns] == [
        "owner", "number", "what", "status", "on", "talk", "talk_kind", "talked_on",
    ]  # fmt: skip
    assert [rule.code for rule in shown.rules] == ["on-before-talk", "talk-blank", "open-dated"]


def test_what_is_derived_is_as_secret_as_its_sources(tmp_path: Path) -> None:
    profile = written(tmp_path)
    assert audience_of(profile, "kept") == ("desk",)
    assert audience_of(profile, "spoken") == ("desk", "enterprise")
    assert audience_of(profile, "grade") == audience_of(profile, "") == EVERYONE


def test_persons_of_the_registry_are_for_the_desk_alone(tmp_path: Path) -> None:
    profile = shipped_profile("rectification")
    asked = (
        Derived(id="who", label=Words(zh="联系人", en="Contact"), registry="contact"),
        Derived(id="team", label=Words(zh="核查组", en="Team"), registry="verification_group"),
    )
    told = profile.phrases[0].model_copy(
        update={"id": "mails", "table": "registry", "column": "email", "where": {}, "each": None}
    )
    changed = profile.model_copy(
        update={"derived": (*profile.derived, *asked), "phrases": (*profile.phrases, told),
                "breakdowns": (*profile.breakdowns, "who")}
    )  # fmt: skip
    assert audience_of(changed, "who") == ("desk",)
    assert not shows(changed, "who", "run.json")
    assert audience_of(changed, "team") == EVERYONE
    assert contradictions(profile) == []
    assert contradictions(changed) == [
        "phrases(mails).column：名录的『email』只供经办使用，不能列入简报"
    ]


def test_a_rule_goes_with_what_only_its_exception_reads(tmp_path: Path) -> None:
    profile = written(tmp_path)
    asked = {"family": "overdue", "severity": "W", "column": "on"}
    rules = tuple(
        Rule.model_validate({"code": name.replace("_", "-"), **asked, "unless": {name: ("甲",)}})
        for name in ("note_kind", "talk_kind")
    )
    shown = shown_in(profile.model_copy(update={"rules": rules}), "blank/")
    assert [rule.code for rule in shown.rules] == ["talk-kind"]
