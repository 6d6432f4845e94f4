"""Profiles: refused with the place of every fault and, for slips, the nearest name."""

from pathlib import Path

import pytest

from pipeline.errors import ProfileError
from pipeline.profile import load_profile, shipped_profile, shipped_profiles
from pipeline.rules.families import checks

TINY = """
id = "tiny"
version = 1
label = { zh = "小台账", en = "Tiny ledger" }
unit = { zh = "项", en = "items" }
description = { zh = "小", en = "Small" }
key = "number"
subject = "what"
breakdowns = ["owner"]

[[columns]]
id = "owner"
label = { zh = "单位", en = "Owner" }
aliases = ["企业"]
type = "enterprise"
purpose = { zh = "谁", en = "Who" }

[[columns]]
id = "number"
label = { zh = "编号", en = "Number" }
purpose = { zh = "编号", en = "Number" }

[[columns]]
id = "what"
label = { zh = "事项", en = "What" }
purpose = { zh = "何事", en = "What" }

[[columns]]
id = "due"
label = { zh = "时限", en = "Due" }
type = "deadline"
purpose = { zh = "何时", en = "When" }

[[columns]]
id = "cost"
label = { zh = "资金", en = "Cost" }
type = "number"
purpose = { zh = "多少", en = "How much" }

[[columns]]
id = "status"
label = { zh = "状态", en = "Status" }
type = "choice"
asks = ["差不多"]
purpose = { zh = "如何", en = "How" }
choices = [
    { value = "完", en = "Done", accepts = ["√"] },
    { value = "否", en = "Open", accepts = ["×"] },
]

[[derived]]
id = "days_late"
label = { zh = "超期", en = "Days late" }
days_since = "due"

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
id = "pace"
label = { zh = "进度", en = "Pace" }
within = { stage = ["open"] }
parts = [
    { id = "late", label = { zh = "超期", en = "Late" }, when = { due = { before = "as_of" } } },
    { id = "in_time", label = { zh = "按期", en = "In time" }, rest = true },
]

[[rules]]
code = "late"
family = "overdue"
severity = "W"
column = "due"
when = { pace = ["late"] }

[[figures]]
id = "total"
kind = "count"
label = { zh = "总数", en = "Total" }
definition = { zh = "全部", en = "All" }

[[figures]]
id = "finished"
kind = "count"
label = { zh = "完成", en = "Finished" }
definition = { zh = "完成", en = "Finished" }
where = { stage = ["done"] }

[[figures]]
id = "spent"
kind = "sum"
label = { zh = "资金", en = "Spent" }
definition = { zh = "合计", en = "Sum" }
of = "cost"

[[figures]]
id = "rate"
kind = "ratio"
label = { zh = "完成率", en = "Rate" }
definition = { zh = "完成÷总数", en = "Finished ÷ total" }
of = "finished"
over = "total"

[[phrases]]
id = "late_owners"
where = { pace = ["late"] }
column = "owner"
whole = "total"
see = { zh = "见总台账", en = "see the master" }

[[identities]]
total = "total"
parts = ["finished"]

[[briefing]]
id = "overview"
place = 10
heading = { zh = "总体", en = "Overview" }

[[briefing.items]]
text = { zh = "截至{as_of}，共{total}项，{late_owners}。", en = "{total} items as of {as_of}." }
needs = "total"

[[briefing.items]]
list = { columns = ["number", "what"], order = "-days_late" }
"""


LIST = 'list = { columns = ["number", "what"], order = "-days_late" }'


def loaded(tmp_path: Path, old: str = "", new: str = ""):
    """Load the tiny profile with one change."""
    assert not old or TINY.count(old) == 1, f"{old} stands {TINY.count(old)} times"
    (tmp_path / "profile.toml").write_text(TINY.replace(old, new) if old else TINY, "utf-8")
    return load_profile(tmp_path)


def refusal(tmp_path: Path, old: str, new: str) -> list[str]:
    """Return the faults, one line each, that a change makes."""
    with pytest.raises(ProfileError) as refused:
        loaded(tmp_path, old, new)
    head, *faults = refused.value.message.splitlines()
    assert head == f"台账模板 {tmp_path / 'profile.toml'} 有 {len(faults)} 处错误："
    return [fault.strip() for fault in faults]


def test_the_tiny_profile_is_sound(tmp_path: Path) -> None:
    profile = loaded(tmp_path)
    assert (profile.id, profile.status_column, profile.enterprise_column) == (
        "tiny",
        "status",
        "owner",
    )
    assert [check.code for check in checks(profile)] == ["late"]


def test_the_shipped_profiles_are_sound() -> None:
    assert shipped_profiles() == (
        "audit", "cases", "inspections", "letters", "process", "publicity", "rectification",
    )  # fmt: skip
    for name in shipped_profiles():
        assert shipped_profile(name).id == name


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        (
            'key = "number"',
            'key = "number"\nsubjct = "what"',
            ["subjct：没有『subjct』这一项，是不是『subject』？"],
        ),
        (
            'asks = ["差不多"]',
            'aks = ["差不多"]',
            ["columns[6](status).aks：没有『aks』这一项，是不是『asks』？"],
        ),
        (
            'family = "overdue"',
            'famly = "overdue"',
            [
                "rules[1](late).family：缺少这一项",
                "rules[1](late).famly：没有『famly』这一项，是不是『family』？",
            ],
        ),
        (
            'type = "number"',
            'type = "number"\nrequired = "X"',
            ["columns[5](cost).required：『X』不可用，只能是 'E' or 'W'"],
        ),
        ("version = 1", 'version = "1"', ["version：Input should be a valid integer（现为 '1'）"]),
        (
            'column = "due"\nwhen',
            'column = "dew"\nwhen',
            ["rules(late)：没有名为『dew』的列，是不是『due』？"],
        ),
        (
            'aliases = ["企业"]',
            'aliases = ["编 号"]',
            ["columns(number)：表头『编号』已属于『owner』"],
        ),
        (
            'id = "in_time", label = { zh = "按期", en = "In time" }, rest = true',
            'id = "in_time", label = { zh = "按期", en = "In time" }, when = { status = ["否"] }',
            ["partitions(pace).parts：仅最后一部分须为 rest = true，各部分才能相加得总数"],
        ),
        (
            "共{total}项",
            "共{totl}项",
            ["briefing(overview).items[1].zh：没有名为『totl』的指标或词语，是不是『total』？"],
        ),
        (
            'en = "{total} items',
            'en = "{totals} items',
            ["briefing(overview).items[1].en：没有名为『totals』的指标或词语，是不是『total』？"],
        ),
        ('accepts = ["×"]', 'accepts = ["√"]',
         ["columns(status).choices：写法『√』已表示『完』"]),
        ('asks = ["差不多"]', 'asks = ["√"]',
         ["columns(status).asks：『√』同时列为可接受的写法"]),
        ('when = { status = ["完"] }', 'when = { status = ["完成"] }',
         ["partitions(stage).parts(done).when.status：没有名为『完成』的值，是不是『完』？"]),
        ('where = { stage = ["done"] }', 'where = { stage = ["dne"] }',
         ["figures(finished).where.stage：没有名为『dne』的值，是不是『done』？"]),
        ('of = "cost"', 'of = "due"', ["figures(spent).of：没有名为『due』的数字列"]),
        ('over = "total"', 'over = "totals"',
         ["figures(rate).over：没有名为『totals』的指标，是不是『total』？"]),
        ('parts = ["finished"]', 'parts = ["finish"]',
         ["identities(total)：没有名为『finish』的指标，是不是『finished』？"]),
        ('breakdowns = ["owner"]', 'breakdowns = ["owners"]',
         ["breakdowns：没有名为『owners』的列，是不是『owner』？"]),
        ('days_since = "due"', 'days_since = "what"',
         ["derived(days_late).days_since：没有名为『what』的日期列"]),
        ('id = "cost"', 'id = "entry"',
         ["columns, derived, partitions：『entry』是程序自用的名称，请改名",
          "figures(spent).of：没有名为『cost』的数字列"]),
        ('[[figures]]\nid = "spent"',
         '[[rules]]\ncode = "late"\nfamily = "unique"\nseverity = "E"\ncolumn = "number"\n\n'
         '[[figures]]\nid = "spent"',
         ["rules：『late』出现了 2 次，标识不能重复"]),
        ('order = "-days_late"', 'order = "-days_later"',
         ["briefing(overview).items[2].list：没有名为『days_later』的列，是不是『days_late』？"]),
        ('needs = "total"', 'needs = "totl"',
         ["briefing(overview).items[1].needs：没有名为『totl』的指标，是不是『total』？"]),
        ('list = { columns = ["number", "what"], order = "-days_late" }', 'first = true',
         ["briefing(overview).items[2]：须有且只有 text、table、list、chart 之一"
          "（table 可与 chart 同用）"]),
        (LIST, 'chart = { by = "ower", over = "periods", figures = ["totl"] }',
         ["briefing(overview).items[2].chart：by 与 over 只能有一个",
          "briefing(overview).items[2].chart.figures：没有名为『totl』的指标，是不是『total』？"]),
        (LIST, 'chart = { by = "ower", figures = ["total", "rate"], rank = "rat" }',
         ["briefing(overview).items[2].chart.by：没有名为『ower』的分组列，是不是『owner』？",
          "briefing(overview).items[2].chart.figures：没有名为『rat』的指标，是不是『rate』？",
          "briefing(overview).items[2].chart.figures：数量与比率不能画在同一条坐标轴上"]),
        (LIST, 'chart = { by = "owner", figures = ["spent", "finished"], kind = "stacked" }',
         ["briefing(overview).items[2].chart：叠加的指标须恰为某个总数的各部分（identities），"
          "才能不重不漏"]),
        ('breakdowns = ["owner"]', 'breakdowns = ["owner"]\ndays = ["what"]',
         ["days：没有名为『what』的日期列"]),
        ('days_since = "due"', 'registry = "visit_day"',
         ["derived(days_late).registry：没有名为『visit_day』的名录列，是不是『visit_date』？"]),
        ('kind = "sum"\nlabel = { zh = "资金", en = "Spent" }',
         'kind = "covered"\nevery = { status = ["完成"] }\nlabel = { zh = "资金", en = "Spent" }',
         ["figures(spent).every.status：没有名为『完成』的值，是不是『完』？"]),
        ('where = { pace = ["late"] }\ncolumn = "owner"', 'figure = "total"',
         ["phrases(late_owners).figure：没有名为『total』的未覆盖家数指标"]),
        ('needs = "total"', 'needs = ["total", "totl"]',
         ["briefing(overview).items[1].needs：没有名为『totl』的指标，是不是『total』？"]),
        ('where = { stage = ["done"] }', 'where = { wat = { contains = ["换"] } }',
         ["figures(finished).where.wat：没有名为『wat』的列，是不是『what』？"]),
        ('[[rules]]\ncode = "late"',
         '[report]\n'
         'titles = [{ text = { zh = "报告", en = "Report" }, when = { status = ["完"] } }]\n'
         '[[report.sections]]\nheading = { zh = "一", en = "I" }\nprose = ["wat"]\n\n'
         '[[rules]]\ncode = "late"',
         ["report.sections(一)：没有名为『wat』的列，是不是『what』？",
          "report.titles：最后一个题目不能有 when，才能保证都有题目"]),
        ('[stages]\npartition = "stage"', '[stages]\npartition = "stages"',
         ["stages.partition：没有名为『stages』的划分，是不是『stage』？"]),
    ],
)  # fmt: skip
def test_a_slip_is_refused_with_its_place_and_the_nearest_name(
    tmp_path: Path, old: str, new: str, faults: list[str]
) -> None:
    assert refusal(tmp_path, old, new) == faults


def test_all_faults_are_told_not_the_first_only(tmp_path: Path) -> None:
    faults = refusal(tmp_path, 'breakdowns = ["owner"]', 'breakdowns = ["a", "b"]\nnil = []')
    assert [fault.split("：")[0] for fault in faults] == ["breakdowns", "breakdowns"]


def test_what_leadership_may_not_see_is_not_listed_in_the_briefing(tmp_path: Path) -> None:
    masked = 'zh = "事项", en = "What" }\naudience = ["desk"]'
    faults = refusal(tmp_path, 'zh = "事项", en = "What" }', masked)
    assert faults == [
        "briefing(overview).items[2].list：『what』不对领导公开（audience），不能列入简报",
        "columns(what).audience：须由企业填写的列不能不对企业公开",
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('column = "owner"', 'column = "cost"', "phrases(late_owners).column"),
        ('list = { columns = ["number", "what"], order = "-days_late" }',
         'list = { columns = ["number"], order = "-cost" }', "briefing(overview).items[2].list"),
        ('columns = ["number", "what"], order', 'columns = ["what", "cost"], order',
         "briefing(overview).items[2].list"),
    ],
)  # fmt: skip
def test_nothing_in_the_briefing_is_made_of_what_leadership_may_not_see(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    closed = TINY.replace('zh = "多少", en = "How much" }', 'zh = "多少", en = "How much" }\n'
                          'audience = ["desk", "enterprise"]')  # fmt: skip
    assert closed.count(old) == 1
    (tmp_path / "profile.toml").write_text(closed.replace(old, new), "utf-8")
    with pytest.raises(ProfileError) as refused:
        load_profile(tmp_path)
    told = f"{place}：『cost』不对领导公开（audience），不能列入简报"
    assert told in refused.value.message


def test_what_is_derived_of_it_is_not_listed_either(tmp_path: Path) -> None:
    closed = 'zh = "何时", en = "When" }\naudience = ["desk", "enterprise"]'
    assert refusal(tmp_path, 'zh = "何时", en = "When" }', closed) == [
        "briefing(overview).items[2].list：『days_late』不对领导公开（audience），不能列入简报"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [(b"id = ", "不是正确的 TOML"), ("标签".encode("gbk"), "读不了台账模板文件")],
)
def test_what_is_no_toml(tmp_path: Path, text: bytes, fault: str) -> None:
    (tmp_path / "profile.toml").write_bytes(text)
    with pytest.raises(ProfileError, match=fault) as refused:
        load_profile(tmp_path)
    assert refused.value.remedy


def test_no_such_file_and_no_such_shipped_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="没有这个台账模板文件"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(ProfileError) as refused:
        shipped_profile("rectificaton")
    assert refused.value.message == (
        "没有名为『rectificaton』的台账模板，是不是『rectification』？"
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param(
            'completed = ["done"]', 'completed = ["don"]', "stages",
        ),
        pytest.param(
            'column = "owner"', 'column = "ownr"', "phrases(late_owners)",
        ),
        pytest.param(
            'column = "due"\nwhen', 'column = "what"\nwhen', "rules(late)",
        ),
        pytest.param(
            'when = { due = { before = "as_of" } }', 'when = { what = { before = "as_of" } }',
            "partitions(pace)",
        ),
        pytest.param(
            'when = { due = { before = "as_of" } }', 'when = { entry = ["new"] }',
            "partitions(pace)",
        ),
        pytest.param(
            'when = { status = ["否"] }', 'when = { pace = ["late"] }', "partitions(stage)",
        ),
        pytest.param(
            'when = { pace = ["late"] }\n\n[[figures]]\nid = "total"',
            'when = { turn = ["same"] }\n\n[[figures]]\nid = "total"', "rules(late)",
        ),
    ],
)  # fmt: skip
def test_what_would_fail_later_is_refused_now(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    assert any(fault.startswith(place) for fault in refusal(tmp_path, old, new))
