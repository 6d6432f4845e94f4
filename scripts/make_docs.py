"""Remake what docs/ says of commands, messages and shipped profiles, from where it is declared.

    python scripts/make_docs.py [--check]

With --check nothing is written; the exit code is 1 where a page is not what it should be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import click
from message_docs import SEVERITIES, both, code_rows
from rule_docs import rule_page

from pipeline.audience import EVERYONE, OUTPUTS
from pipeline.cli import taizhang
from pipeline.profile import Profile, shipped_profile, shipped_profiles
from pipeline.rules.live import live_and_later
from pipeline.write.briefing.tags import spelt

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REMADE = "<!-- remade by scripts/make_docs.py -->"

EXIT_CODES = (
    ("0", "完成，没有待裁定的行", "done, nothing awaits a decision"),
    (
        "1",
        "完成，但有行待裁定；`check`：发现问题；`verify`：有数不符；`explain`：有几处，须选一处",
        "done, rows await a decision; `check`: faults; `verify`: numbers differ; "
        "`explain`: several places to choose from",
    ),
    ("2", "用法、配置或台账模板有误", "wrong usage, configuration or profile"),
    ("3", "无法完成：读不了、写不进、被占用", "could not do it: unreadable, unwritable, locked"),
    ("130", "已中断", "interrupted"),
    ("70", "程序内部出错，已写出报告文件", "a fault of the program, with a report file"),
)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines of a Markdown table; bars and line breaks within cells are taken out."""
    cells = [[_cell(value) for value in row] for row in rows]
    lines = ["| " + " | ".join(row).rstrip() + " |" for row in [list(header), *cells]]
    return [lines[0], "|" + "---|" * len(header), *lines[1:], ""]


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


# ---------------------------------------------------------------- commands


def commands() -> str:
    """The page of commands, as the command line declares them."""
    lines = ["# 命令 / Commands", "", REMADE, ""]
    for path, command in _commands(taizhang, "taizhang"):
        lines += _command(path, command)
    lines += ["## 退出码 / Exit codes", ""]
    lines += table(("退出码 code", "", ""), EXIT_CODES)
    return "\n".join(lines)


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _command(path: str, command: click.Command) -> list[str]:
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    lines = [f"## {' '.join([path, *arguments])}", ""]
    for paragraph in (command.help or "").split("\n\n"):
        lines += [*(line.strip() for line in paragraph.splitlines()), ""]
    options = [p for p in command.params if isinstance(p, click.Option)]
    if options:
        lines += table(("选项 option", ""), [(_option(p), p.help or "") for p in options])
    return lines


def _argument(parameter: click.Argument) -> str:
    name = str(parameter.name).upper() + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _option(parameter: click.Option) -> str:
    values = "" if parameter.is_flag else f" {_metavar(parameter)}"
    again = " …" if parameter.multiple else ""
    default = f" ({parameter.default})" if parameter.show_default else ""
    return f"`{', '.join(parameter.opts)}{values}`{again}{default}"


def _metavar(parameter: click.Option) -> str:
    if parameter.metavar:
        return parameter.metavar
    if isinstance(parameter.type, click.Choice):
        return "/".join(parameter.type.choices)
    if isinstance(parameter.type, click.IntRange):
        return "N"
    return str(parameter.type.name).upper()


# ---------------------------------------------------------------- the briefing's template


def tags() -> str:
    """The list of tags, for the end of the guide to the template."""
    rows = [(f"`{written}`", tag.zh, tag.en) for written, tag in spelt()]
    return "\n".join(table(("标签 tag", "含义", "meaning"), rows))


# ---------------------------------------------------------------- messages


def messages() -> str:
    """The page of findings: what each code says and what to do about it."""
    lines = [
        "# 问题代码 / Codes of findings",
        "",
        REMADE,
        "",
        "每条问题都有代码、位置、说明和办法。{花括号}处写出时填入具体内容：`{place}` 为“第 12 行"
        "『完成日期』”，`{value}` 为单元格原值。程度为默认值，台账模板可另定。一张表中同样的问题"
        "超过 5 处时合并成一条，写明在哪些行。各台账的规则见 [rules.md](rules.md)。",
        "",
        "Each finding has a code and a place, says what is wrong and what to do. Words in braces "
        "are filled in when it is written: `{place}` is the row and the column, `{value}` what the "
        "cell says. Severities are defaults; a profile may set others. More than 5 of one cause on "
        "a sheet are told as one, with their rows. Each ledger's own rules: [rules.md](rules.md).",
        "",
    ]
    for severity, name in SEVERITIES.items():
        lines += [f"## {severity} · {name}", ""]
        head = ("代码 code", "位置 place", "说明 what is wrong", "办法 what to do", "例 example",
                "裁定 rulings")  # fmt: skip
        lines += table(head, code_rows(severity))
    return "\n".join(lines)


# ---------------------------------------------------------------- shipped profiles


_READERS = {"desk": "经办 desk", "enterprise": "企业 enterprise", "leadership": "领导 leadership"}


def profiles() -> str:
    """Tables of audiences and of the shipped profiles, for the end of the guide."""
    lines = ["## 谁能看到什么 / Who sees what", ""]
    lines += [
        "列的 `audience` 说谁可以看；输出的读者都在其中，才写出来。由别的列得出的，与其来源同。",
        "",
        "A column's `audience` says who may see it; it stands in an output only if all who read "
        "that output are among them. What is derived is as closed as its sources.",
        "",
    ]
    lines += table(
        ("输出 output", "内容 what", "读者 readers", "其余的列 other columns"),
        [
            (f"`{name}`", both(*output.what), _readers(output.readers), both(*output.hides))
            for name, output in OUTPUTS.items()
        ],
    )
    lines += ["## 自带的模板 / What is shipped", ""]
    for name in shipped_profiles():
        lines += _profile(shipped_profile(name))
    return "\n".join(lines)


def _profile(profile: Profile) -> list[str]:
    lines = [f"### {profile.label.zh} / {profile.label.en} · `{profile.id}`", ""]
    lines += [profile.description.zh, "", profile.description.en, ""]
    lines += table(
        ("列 column", "表头 label", "类型 type", "必填 required", "谁看 audience", "说明 purpose"),
        [
            (f"`{c.id}`", both(c.label.zh, c.label.en), c.type, c.required or "",
             _readers(c.audience), both(c.purpose.zh, c.purpose.en))
            for c in profile.columns
        ],
    )  # fmt: skip
    lines += table(
        ("划分 partition", "部分 parts"),
        [
            (
                f"`{p.id}` {p.label.zh}",
                "、".join(f"`{part.id}` {part.label.zh}" for part in p.parts),
            )
            for p in profile.partitions
        ],
    )
    live = {each.code for each in live_and_later(profile)[0]}
    lines += table(
        ("规则 rule", "程度", "规则族 family", "列 columns", "状态 life", "自检 live"),
        [
            (f"`{r.code}`", r.severity, f"`{r.family}`", _names(r.column, *r.columns), r.life,
             "√" if r.code in live else "")
            for r in profile.rules
        ],
    )  # fmt: skip
    lines += table(
        ("指标 figure", "名称 label", "算法 kind", "定义 definition"),
        [
            (f"`{f.id}`", both(f.label.zh, f.label.en), f.kind,
             both(f.definition.zh, f.definition.en))
            for f in profile.figures
        ],
    )  # fmt: skip
    return lines


def _readers(readers: Collection[str]) -> str:
    """Who they are, in the order in which the table of audiences has them; "" for everyone."""
    told = [_READERS[each] for each in EVERYONE if each in readers]
    return "" if len(told) == len(EVERYONE) else "、".join(told)


def _names(*names: str | None) -> str:
    return ", ".join(f"`{name}`" for name in names if name)


# ---------------------------------------------------------------- pages


def pages() -> dict[Path, str]:
    """Every page that is remade, whole: of the two guides, what follows the mark."""
    return {
        DOCS / "commands.md": commands(),
        DOCS / "messages.md": messages(),
        DOCS / "rules.md": rule_page(REMADE, table),
        DOCS / "profiles.md": f"{_guide('profiles.md')}{REMADE}\n\n{profiles()}",
        DOCS / "template.md": f"{_guide('template.md')}{REMADE}\n\n{tags()}",
    }


def _guide(page: str) -> str:
    head, mark, _ = (DOCS / page).read_text(encoding="utf-8").partition(REMADE)
    if not mark:
        raise SystemExit(f"docs/{page} has lost its line {REMADE}")
    return head


def main() -> int:
    """Write the pages, or say which are not current."""
    check = "--check" in sys.argv[1:]
    stale = 0
    for path, text in pages().items():
        wanted = re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale += 1
        if check:
            print(f"{path.relative_to(ROOT)} is not current: run python scripts/make_docs.py")
        else:
            path.write_text(wanted, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
