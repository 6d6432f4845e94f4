"""The registry: which enterprises there are, and by which names they go.

It is the coordinator's own workbook (``enterprises.xlsx``); only the name is required. Without one
the names are those that the files themselves give, and nobody can be missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import pyarrow as pa
from rapidfuzz import fuzz, process

from pipeline.dates import understand
from pipeline.errors import ConfigurationError, UsageError
from pipeline.model import ENTERPRISE, Enterprise, attribute
from pipeline.profile.names import REGISTRY_COLUMNS, REGISTRY_DATES
from pipeline.profile.schema import Profile
from pipeline.text import fold, tidy

REGISTRY_LABELS = dict(
    zip(
        (
            "代码", "企业名称", "简称", "曾用名", "上级单位", "层级", "实体", "生产", "被督察",
            "下沉督察日期", "排序", "邮箱", "督查组", "核查组", "联系人", "并入单位", "生效日期",
        ),
        REGISTRY_COLUMNS,
        strict=True,
    )
)  # fmt: skip
_KIND = re.compile(r"(股份|集团|有限|责任|总)*公司$|厂$")
_ADDRESSES = re.compile(r"[、,，;；\s]+")
_SEPARATORS = str.maketrans("，,；;/", "、、、、、")


@dataclass(frozen=True)
class Match:
    """Who a text names: one enterprise, several, or nobody (``nearest`` is the likeliest)."""

    found: tuple[str, ...] = ()
    nearest: str = ""

    @property
    def sure(self) -> str | None:
        """The name, if the text names exactly one enterprise."""
        return self.found[0] if len(self.found) == 1 else None


@dataclass(frozen=True)
class Registry:
    """All enterprises, in the order of protocol. ``given`` is False where there is no workbook."""

    enterprises: tuple[Enterprise, ...] = ()
    given: bool = True
    _matches: dict[str, Match] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        known: dict[str, dict[str, None]] = {}
        for enterprise in self.enterprises:
            for name in (enterprise.name, *enterprise.names):
                known.setdefault(fold(name), {})[enterprise.name] = None
        return {name: tuple(owners) for name, owners in known.items() if name}

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        """Names that can be looked for in a text: a single character stands in too many."""
        named = (name for name in self._by_name if len(name) >= 2)
        return tuple(sorted(named, key=lambda name: (-len(name), name)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The enterprises' names in the registry's order."""
        return tuple(enterprise.name for enterprise in self.enterprises)

    @cached_property
    def short(self) -> Mapping[str, str]:
        """Short names by full name, of those that have one of their own."""
        given = {
            e.name: e.attributes.get("short", "").translate(_SEPARATORS).split("、")[0]
            for e in self.enterprises
        }
        return {name: text for name, text in given.items() if self.match(text).sure == name}

    def above(self, name: str) -> frozenset[str]:
        """Return those above an enterprise (上级单位), at any height."""
        met: set[str] = set()
        while (parent := self._parents.get(name)) is not None and parent not in met:
            met.add(parent)
            name = parent
        return frozenset(met)

    @cached_property
    def _parents(self) -> Mapping[str, str | None]:
        return {e.name: self.match(e.attributes.get("parent", "")).sure for e in self.enterprises}

    def match(self, text: str) -> Match:
        """Return who ``text``, a whole cell, names: full, short and former names count alike."""
        folded = fold(text)
        if folded not in self._matches:
            found = self._by_name.get(folded, ())
            self._matches[folded] = Match(found, "" if found else self._nearest(folded))
        return self._matches[folded]

    def required(self, text: str) -> str:
        """Return the name of the enterprise that an operator named; UsageError for nobody's.

        Without a registry any name is one.
        """
        found = self.match(text)
        if found.sure or not self.given:
            return found.sure or text
        if found.found:
            raise UsageError(
                f"『{text}』可能是 {'、'.join(found.found)} 中的任一家", "请写企业全称"
            )
        within = [own for name, (own, *_) in self._by_name.items() if fold(text) in name]
        near = list(dict.fromkeys(within))[:3] or [found.nearest] * bool(found.nearest)
        hint = f"，是不是『{'』『'.join(near)}』？" if near else ""
        raise UsageError(f"企业名录中没有『{text}』{hint}", "请写 enterprises.xlsx 中的企业名称")

    def named_in(self, text: str) -> Match:
        """Return who is named within ``text``, a file name or title; longer names win."""
        folded, found = fold(text), dict[str, None]()
        for name in self._longest_first:
            if name in folded:
                found |= dict.fromkeys(self._by_name[name])
                folded = folded.replace(name, "\n")
        return Match(tuple(found))

    def sent_by(self, sender: str) -> Match:
        """Who a mail's sender is: the registry's 邮箱 first, then names in the display name.

        An address that several enterprises share tells of all of them.
        """
        name, _, rest = sender.rpartition("<")
        address = fold(rest.rstrip(">"))
        if "@" not in address:
            return self.named_in(sender)
        owners = tuple(
            enterprise.name
            for enterprise in self.enterprises
            if address in map(fold, _ADDRESSES.split(enterprise.attributes.get("email", "")))
        )
        return Match(owners) if owners else self.named_in(name)

    @cached_property
    def _cores(self) -> Mapping[str, str]:
        """What tells names apart: without what all of them begin with, and the kind of company."""
        return {_core(n, self._common): owners[0] for n, owners in self._by_name.items()}

    @cached_property
    def _common(self) -> str:
        """What all names begin with: the group's own name, as a rule."""
        if len(self._by_name) < 2:
            return ""
        first, last = min(self._by_name), max(self._by_name)
        pairs = enumerate(zip(first, last, strict=False))
        return first[: next((n for n, (a, b) in pairs if a != b), len(first))]

    def _nearest(self, folded: str) -> str:
        core = _core(folded, self._common)
        best = process.extractOne(core, list(self._cores), scorer=fuzz.ratio, score_cutoff=70)
        return self._cores[best[0]] if best and len(core) > 1 else ""

    def at(self, as_of: date) -> Registry:
        """Return the registry as it stands on a day: who was merged goes by its successor.

        A merger without a date holds at all times. Raises ConfigurationError where the successor is
        nobody's name, or enterprises are merged in a circle.
        """
        into = {
            e.name: e.attributes["merged_into"]
            for e in self.enterprises
            if e.attributes.get("merged_into") and _in_force(e, as_of)
        }
        if not into:
            return self
        heirs: dict[str, list[str]] = {}
        by_name = {e.name: e for e in self.enterprises}
        for name in into:
            last = self._successor(name, into)
            heirs.setdefault(last, []).extend((name, *by_name[name].names))
        standing = (e for e in self.enterprises if e.name not in into)
        return Registry(
            tuple(replace(e, names=(*e.names, *heirs.get(e.name, ()))) for e in standing),
            given=self.given,
        )

    def _successor(self, name: str, into: Mapping[str, str]) -> str:
        met = [name]
        while name in into:
            found = self.match(into[name]).sure
            if found is None or found in met:
                told = f"『{met[-1]}』的并入单位『{into[met[-1]]}』"
                raise ConfigurationError(
                    f"enterprises.xlsx 中{told}不是名录中确定的一家",
                    "请填写名录中的企业全称，并检查企业之间不要互相并入",
                )
            met.append(found)
            name = found
        return name

    def extended(self, names: Iterable[str]) -> Registry:
        """Return a registry made of names found in the files, where there is none."""
        if self.given:
            return self
        spelt: dict[str, list[str]] = {}
        for name in sorted(set(names)):
            spelt.setdefault(fold(name), []).append(name)
        made = (
            Enterprise(first, tuple(others), order, {})
            for order, (first, *others) in enumerate(spelt.values())
        )
        return Registry(tuple(made), given=False)


def _in_force(enterprise: Enterprise, as_of: date) -> bool:
    effective = _day(enterprise, "effective", as_of)
    return effective is None or effective <= as_of


def _day(enterprise: Enterprise, column: str, as_of: date) -> date | None:
    """The day in a date column of the registry, None where it is blank."""
    text = enterprise.attributes.get(column, "")
    if not text:
        return None
    understood = understand(text, as_of, deadline=False)
    if understood.day is None or understood.assumed == "year":
        label = next(label for label, name in REGISTRY_LABELS.items() if name == column)
        raise ConfigurationError(
            f"enterprises.xlsx 中『{enterprise.name}』的{label}『{text}』不是完整的日期",
            "请写成 2020-10-12",
        )
    return understood.day


def attribute_fields(profile: Profile) -> list[tuple[str, pa.DataType]]:
    """Return name and type of the registry's columns that a profile brings into its rows."""
    names = dict.fromkeys(d.registry for d in profile.derived if d.registry is not None)
    return [(attribute(n), pa.date32() if n in REGISTRY_DATES else pa.string()) for n in names]


def with_attributes(table: pa.Table, profile: Profile, registry: Registry, as_of: date) -> pa.Table:
    """Return ``table`` with what the registry says of each row's enterprise, null where nothing.

    Raises ConfigurationError where a date of the registry is none.
    """
    owners = table.column(ENTERPRISE).to_pylist()
    for brought, kind in attribute_fields(profile):
        name = brought.removeprefix(attribute(""))
        known: dict[str, date | str | None] = {
            e.name: _day(e, name, as_of)
            if name in REGISTRY_DATES
            else e.attributes.get(name) or None
            for e in registry.enterprises
        }
        column = pa.chunked_array([pa.array([known.get(owner) for owner in owners], kind)])
        if brought in table.column_names:
            table = table.drop_columns([brought])
        table = table.append_column(brought, column)
    return table


def _core(name: str, common: str) -> str:
    return _KIND.sub("", name.removeprefix(common))


def registry_from(cells: Sequence[Sequence[str]], place: str) -> Registry:
    """Build the registry from a sheet's cells, its header in the first row that has 企业名称.

    Raises ConfigurationError, naming the row, where a name is missing or stands twice, or where
    the header can't be found.
    """
    start = next((i for i, row in enumerate(cells) if fold("企业名称") in map(fold, row)), None)
    if start is None:
        raise ConfigurationError(
            f"{place} 里没有『企业名称』这一列",
            "请用 taizhang init 生成的 enterprises.xlsx，只有企业名称必填",
        )
    labels = {fold(label): name for label, name in REGISTRY_LABELS.items()}
    columns = {i: labels[fold(cell)] for i, cell in enumerate(cells[start]) if fold(cell) in labels}
    enterprises: list[Enterprise] = []
    rows: dict[str, int] = {}
    for number, row in enumerate(cells[start + 1 :], start=start + 2):
        attributes = {columns[i]: tidy(cell) for i, cell in enumerate(row) if i in columns}
        if not any(attributes.values()):
            continue
        name = attributes.get("name", "")
        if not name:
            raise ConfigurationError(f"{place} 第 {number} 行没有企业名称", "请补上，或删去该行")
        if fold(name) in rows:
            raise ConfigurationError(
                f"{place} 第 {number} 行的『{name}』与第 {rows[fold(name)]} 行重复",
                "请删去其中一行",
            )
        rows[fold(name)] = number
        enterprises.append(_enterprise(name, attributes, number))
    enterprises.sort(key=lambda e: e.order)
    return Registry(tuple(enterprises))


def _enterprise(name: str, attributes: Mapping[str, str], row: int) -> Enterprise:
    other = "、".join((attributes.get("short", ""), attributes.get("former", "")))
    names = tuple(n for n in other.translate(_SEPARATORS).split("、") if n)
    place = attributes.get("order", "")
    digits = re.fullmatch(r"([0-9]{1,6})(\.0*)?", place)
    order = int(digits.group(1)) * 10_000 + row if digits else 10**11 + row
    return Enterprise(name, names, order, dict(attributes))
