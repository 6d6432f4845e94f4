"""A mail's sender tells whose ledger it is, where nothing nearer does."""

from dataclasses import replace

import pytest
from tables import AS_OF, ITEMS, File, listed, registry, seen, sent

from pipeline.model import Period
from pipeline.settle import settle

KNOWN = registry(
    "企业名称｜简称｜邮箱\n甲公司｜｜a@example.com、office@example.com\n"
    "乙公司｜｜B@Example.com; b2@example.com\n"
    "丙公司｜东山｜shared@example.com\n丁公司｜｜shared@example.com"
)
BLANK = "问题描述｜整改状态\n漏水｜整改中"


def owner(file: File, sender: str) -> tuple[str | None, list[tuple[str, str, int | None, str]]]:
    """Return the owner of the only row of a file that came by mail, and what was found."""
    arrived = sent(ITEMS, file)
    submissions = [replace(s, sender=sender) for s in arrived.submissions]
    now = Period(str(AS_OF), {ITEMS.id: AS_OF})
    found = settle(arrived.raw, arrived.sheets, submissions, ITEMS, KNOWN, now)
    ((name,),) = listed(found.rows, "enterprise.name")
    return name, seen(found.findings, "EWI")


@pytest.mark.parametrize(
    "sender, name",
    [
        ("张三 <office@example.com>", "甲公司"),
        ("b@example.com", "乙公司"),
        ("甲公司 <b2@example.com>", "乙公司"),
        ("东山安环部 <someone@example.org>", "丙公司"),
        ("丁公司", "丁公司"),
    ],
)
def test_the_address_tells_and_then_the_display_name(sender: str, name: str) -> None:
    assert owner(File(BLANK, name="来信.eml/台账.xlsx"), sender) == (name, [])


@pytest.mark.parametrize(
    "file",
    [
        File(BLANK, name="来信.eml/乙公司.xlsx"),
        File(BLANK, name="来信.eml/乙公司.zip/附件/台账.xlsx"),
        File(BLANK, name="来信.eml/台账.xlsx", title="乙公司整改台账"),
    ],
)
def test_what_is_nearer_tells_first(file: File) -> None:
    assert owner(file, "a@example.com") == ("乙公司", [])


def test_a_shared_address_is_asked_and_an_unknown_one_tells_nothing() -> None:
    file = File(BLANK, name="来信.eml/台账.xlsx")
    assert owner(file, "shared@example.com") == (
        None, [("enterprise-ambiguous", "E", 2, "enterprise")],
    )  # fmt: skip
    assert owner(file, "督察办 <desk@example.com>") == (
        None, [("enterprise-blank", "E", 2, "enterprise")],
    )  # fmt: skip


def test_a_row_that_says_something_else_counts_and_this_is_told() -> None:
    file = File("企业名称｜问题描述｜整改状态\n甲公司｜漏水｜整改中", name="台账.xlsx")
    assert owner(file, "b@example.com") == (
        "甲公司",
        [("enterprise-differs", "W", 2, "enterprise")],
    )
    assert owner(file, "a@example.com") == ("甲公司", [])
