"""The coordinator's folder: configuration, registry, inbox, archive, outputs."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.configuration import Configuration, Ledgers, load_configuration
from pipeline.errors import ConfigurationError, UsageError
from pipeline.profile import (
    Profile,
    load_aliases,
    load_profile,
    shipped_profile,
    shipped_profiles,
    with_aliases,
)
from pipeline.profile.names import REGISTRY_COLUMNS
from pipeline.profile.schema import RollCallRule
from pipeline.registry import Registry, registry_from
from pipeline.shipped import shipped

CONFIG = "taizhang.toml"

LONGEST_REMARKS = 6000
"""Bytes of a 按语: more than a page is no remark."""


@dataclass(frozen=True)
class Workspace:
    """A coordinator's folder, found and checked."""

    root: Path
    configuration: Configuration

    @property
    def inbox(self) -> Path:
        """What arrived; never changed by a run."""
        return self.root / "inbox"

    @property
    def records(self) -> Path:
        """What was told by phone, a file for each call."""
        return self.root / "records"

    @property
    def aliases(self) -> Path:
        """Labels and spellings that rulings added to the profiles."""
        return self.root / "aliases.toml"

    @property
    def archive(self) -> Path:
        """Originals by hash, copied before they are opened."""
        return self.root / "archive"

    @property
    def database(self) -> Path:
        """The store."""
        return self.root / "taizhang.db"

    @property
    def output(self) -> Path:
        """A folder per period."""
        return self.root / "output"

    @property
    def config_file(self) -> Path:
        """What the coordinator set."""
        return self.root / CONFIG

    @property
    def registry_file(self) -> Path:
        """The registry of enterprises."""
        return self.root / "enterprises.xlsx"

    def remarks(self, period: str) -> tuple[str, ...]:
        """Return the paragraphs of a period's 按语, from ``notes/<period>.txt``: a line each.

        Without the file there is none. ConfigurationError where it is no text, or too long.
        """
        file = self.notes(period)
        if not file.is_file():
            return ()
        if file.stat().st_size > LONGEST_REMARKS:
            raise ConfigurationError(f"按语 {file} 太长", "请删减到一页以内，或写进正文")
        for encoding in ("utf-8-sig", "gb18030"):
            with contextlib.suppress(UnicodeDecodeError):
                lines = file.read_bytes().decode(encoding).splitlines()
                return tuple(line.strip() for line in lines if line.strip())
        raise ConfigurationError(f"按语 {file} 不是文本文件", "请用记事本另存为 UTF-8 文本")

    def notes(self, period: str) -> Path:
        """Where a period's 按语 is looked for."""
        return self.root / "notes" / f"{period}.txt"

    def own(self, *parts: str) -> Path:
        """Return the workspace's own copy of a shipped file if it has one, else the shipped one."""
        mine = self.root.joinpath("input_templates", *parts)
        return mine if mine.exists() else shipped(*parts)

    def profiles(self) -> tuple[Profile, ...]:
        """Load the profiles in use, the workspace's own before the shipped ones, with aliases."""
        aliases = load_aliases(self.aliases)
        told = self.configuration
        for part, by_ledger in (("roll_call", told.roll_call), ("days_allowed", told.days_allowed)):
            for name in sorted(by_ledger.keys() - set(told.ledgers.use)):
                raise ConfigurationError(
                    f"{CONFIG} 的 {part}.{name}：没有使用名为『{name}』的台账",
                    f"[ledgers] use 中有：{'、'.join(told.ledgers.use)}",
                )
        return tuple(
            with_aliases(self._allowing(self._expecting(self._profile(name))), aliases)
            for name in told.ledgers.use
        )

    def _expecting(self, profile: Profile) -> Profile:
        """The profile with the campaign's own word on who must report, if it has one."""
        expected = self.configuration.roll_call.get(profile.id)
        if expected is None:
            return profile
        for name in expected.keys() - set(REGISTRY_COLUMNS):
            raise ConfigurationError(
                f"{CONFIG} 的 roll_call.{profile.id}.{name}：企业名录没有这一列",
                f"可用：{'、'.join(REGISTRY_COLUMNS)}",
            )
        return profile.model_copy(update={"roll_call": RollCallRule(expected=dict(expected))})

    def _allowing(self, profile: Profile) -> Profile:
        """The profile with the campaign's days allowed and its days off."""
        allowed = self.configuration.days_allowed.get(profile.id, {})
        deadlines = [each.id for each in profile.derived if each.after]
        for name in sorted(allowed.keys() - set(deadlines)):
            raise ConfigurationError(
                f"{CONFIG} 的 days_allowed.{profile.id}.{name}：台账没有这样推算的期限",
                f"可用：{'、'.join(deadlines) or '无'}",
            )
        derived = tuple(
            each.model_copy(update=allowed[each.id].model_dump()) if each.id in allowed else each
            for each in profile.derived
        )
        calendar = profile.calendar.joined(self.configuration.calendar)
        return profile.model_copy(update={"derived": derived, "calendar": calendar})

    def _profile(self, name: str) -> Profile:
        own = self.root / "input_templates" / name
        return load_profile(own) if own.is_dir() else shipped_profile(name)

    def registry(self) -> Registry:
        """Load ``enterprises.xlsx``; without one there is no registry (and this is said)."""
        return load_registry(self.registry_file)


def load_registry(path: Path) -> Registry:
    """Load a registry workbook: its first sheet. Absent or empty, nobody is expected.

    Raises ConfigurationError where the workbook can't be read or says something impossible.
    """
    if not path.exists():
        return Registry(given=False)
    from pipeline.read import cells

    sheets = cells(path)
    registry = registry_from(next(iter(sheets.values()), []), path.name)
    return registry if registry.enterprises else Registry(given=False)


def find(start: Path) -> Workspace | None:
    """Return the workspace that ``start`` lies in, or None."""
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return Workspace(folder, load_configuration(folder / CONFIG))
    return None


def required(start: Path) -> Workspace:
    """Return the workspace that ``start`` lies in; UsageError where there is none."""
    found = find(start)
    if found is None:
        raise UsageError(
            f"{start} 不在工作文件夹中（没有 {CONFIG}）", "请进入工作文件夹，或先运行 taizhang init"
        )
    return found


def without_workspace(names: tuple[Path, ...]) -> tuple[Profile, ...]:
    """Return the profiles given by path, or by a shipped one's name; else those in use by default.

    The main ledger comes first.
    """
    if names:
        return tuple(
            load_profile(path)
            if path.exists() or str(path) not in shipped_profiles()
            else shipped_profile(path.name)
            for path in names
        )
    return tuple(shipped_profile(name) for name in Ledgers().use)
