"""Aliases that a coordinator's rulings added to profiles: labels of columns, spellings of choices.

They stand in ``aliases.toml`` of the workspace, one ``[[alias]]`` each; people may add, correct and
delete them. Rulings only ever append.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator
from rapidfuzz import process

from pipeline.errors import ProfileError, UsageError
from pipeline.profile.base import Declared, Identifier
from pipeline.profile.check import contradictions
from pipeline.profile.schema import Column, Profile
from pipeline.text import fold

_HEAD = """\
# 裁定收入的别名：label 是表头的另一种写法，spelling 是可选值的另一种写法。可以手工增删。
# Aliases from rulings: a label that means the column, or a spelling that means the value.
"""


class Alias(Declared):
    """A header (``label``) that means ``column``, or a ``spelling`` in it that means ``value``."""

    ledger: Identifier
    column: Identifier
    label: str = ""
    spelling: str = ""
    value: str = ""
    by: str = ""
    why: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.label) == bool(self.spelling) or bool(self.spelling) != bool(self.value):
            raise ValueError("either label, or spelling with value")
        return self

    def written(self) -> str:
        """Return it as an ``[[alias]]`` of the file."""
        told = self.model_dump(exclude_defaults=True)
        lines = (f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in told.items())
        return "\n[[alias]]\n" + "\n".join(lines) + "\n"


def load_aliases(path: Path) -> tuple[Alias, ...]:
    """Return the aliases in ``path``, none without it; ProfileError for a faulty file."""
    if not path.is_file():
        return ()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return tuple(Alias.model_validate(entry) for entry in told.get("alias", ()))
    except (OSError, ValueError, ValidationError) as error:
        raise ProfileError(
            f"{path.name} 有错误：{error}", "请改正，或删去出错的 [[alias]]"
        ) from error


def add_aliases(path: Path, aliases: Sequence[Alias]) -> int:
    """Append aliases that are not there yet; return how many were added."""
    known = {(a.ledger, a.column, fold(a.label), fold(a.spelling)) for a in load_aliases(path)}
    new = [a for a in aliases if (a.ledger, a.column, fold(a.label), fold(a.spelling)) not in known]
    if new:
        before = path.read_text(encoding="utf-8-sig") if path.is_file() else _HEAD
        text = before + "".join(alias.written() for alias in new)
        part = path.with_name(f".{path.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    return len(new)


def with_aliases(profile: Profile, aliases: Sequence[Alias]) -> Profile:
    """Return the profile with its aliases; ProfileError where one of them can't be."""
    mine = [alias for alias in aliases if alias.ledger == profile.id]
    if not mine:
        return profile
    for alias in mine:
        column = next((c for c in profile.columns if c.id == alias.column), None)
        if column is None:
            raise _refusal(f"『{profile.label.zh}』没有名为『{alias.column}』的列")
        if alias.value and alias.value not in {choice.value for choice in column.choices}:
            raise _refusal(f"『{column.label.zh}』没有『{alias.value}』这个可选值")
    columns = tuple(_extended(column, mine) for column in profile.columns)
    extended = profile.model_copy(update={"columns": columns})
    faults = contradictions(extended)
    if faults:
        raise _refusal("；".join(faults))
    return extended


def _refusal(what: str) -> ProfileError:
    return ProfileError(f"aliases.toml 有错误：{what}", "请改正，或删去出错的 [[alias]]")


def _extended(column: Column, aliases: Sequence[Alias]) -> Column:
    mine = [alias for alias in aliases if alias.column == column.id]
    labels = tuple(alias.label for alias in mine if alias.label)
    choices = tuple(
        choice.model_copy(
            update={
                "accepts": (
                    *choice.accepts,
                    *(a.spelling for a in mine if a.value == choice.value),
                )
            }
        )
        for choice in column.choices
    )
    return column.model_copy(update={"aliases": (*column.aliases, *labels), "choices": choices})


def column_named(text: str, profile: Profile) -> str:
    """Return the profile's column with that label, alias or identifier; UsageError for others."""
    known = {
        fold(name): column.id
        for column in profile.columns
        for name in (*column.aliases, column.label.zh, column.label.en, column.id)
    }
    if fold(text) not in known:
        near = process.extractOne(text, [c.label.zh for c in profile.columns], score_cutoff=50)
        hint = f"，是不是『{near[0]}』？" if near else ""
        raise UsageError(f"『{profile.label.zh}』没有名为『{text}』的列{hint}", "请写列的名称")
    return known[fold(text)]
