"""What ``taizhang.toml`` may say: the campaign, and the ledgers in use."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from pipeline.errors import ConfigurationError, ImpossibleError
from pipeline.profile.base import Words
from pipeline.punctual import Cutoff
from pipeline.workdays import PUBLISHED, Calendar


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Form = Literal["weekly", "daily"]


def _in_both(said: Any) -> Any:
    """What is given once is said so in both languages."""
    return Words(zh=said, en=said) if isinstance(said, str) else said


InBoth = Annotated[Words, BeforeValidator(_in_both)]


class Campaign(_Part):
    """What the briefing's head and foot say, and what this campaign calls its items.

    ``title`` and ``item_name`` may be given once, or in both languages: { zh = "…", en = "…" }.
    ``form`` is the whole briefing with its annexes (weekly), or one page (daily); each form has
    numbers of its own, which begin with the first ones given.
    """

    name: str = ""
    title: InBoth = Words(zh="督察整改简报", en="Rectification briefing")
    office: str = ""
    item_name: InBoth = Words(zh="整改事项", en="items")
    marking: str = ""
    report_to: tuple[str, ...] = ()
    send_to: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    copies: Annotated[int, Field(ge=0)] = 0
    first_number: Annotated[int, Field(ge=1)] = 1
    first_running: Annotated[int, Field(ge=1)] = 1
    first_daily_number: Annotated[int, Field(ge=1)] = 1
    first_daily_running: Annotated[int, Field(ge=1)] = 1
    form: Form = "weekly"

    def first(self, series: Form) -> tuple[int, int]:
        """Return the number and the running number of the first briefing of a form."""
        if series == "daily":
            return self.first_daily_number, self.first_daily_running
        return self.first_number, self.first_running


class Ledgers(_Part):
    """The ledgers in use; the first is the main one, whose as-of date names the period."""

    use: Annotated[tuple[str, ...], Field(min_length=1)] = ("rectification", "cases")


class Allowed(_Part):
    """Days that the campaign allows for something: calendar days, or working days."""

    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    working_days: Annotated[int, Field(ge=1, le=3660)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.days is None) == (self.working_days is None):
            raise ValueError("days 和 working_days 须给出其中一个")
        return self


class CutoffHour(_Part):
    """Until when a period's reports are in time.

    At ``hour`` on the as-of date, or so many ``days`` or ``working_days`` after it; ``zone`` is the
    offset from UTC, Beijing time if not given.
    """

    hour: time
    days: Annotated[int, Field(ge=0, le=365)] = 0
    working_days: Annotated[int, Field(ge=0, le=250)] = 0
    zone: Annotated[str, Field(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")] = "+08:00"

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.days and self.working_days:
            raise ValueError("days 和 working_days 只能给出其中一个")
        if self.hour.tzinfo is not None:
            raise ValueError("hour 写成 17:00，时区写在 zone")
        return self

    @property
    def rule(self) -> Cutoff:
        """The cut-off as a plain value."""
        hours, minutes = int(self.zone[1:3]), int(self.zone[4:])
        sign = -1 if self.zone.startswith("-") else 1
        days = self.working_days or self.days
        zone = sign * (hours * 60 + minutes)
        return Cutoff(self.hour, days, bool(self.working_days), zone)


class Configuration(_Part):
    """All of ``taizhang.toml``.

    ``roll_call`` says, by ledger, who must report it in this campaign instead of the profile: those
    whose registry columns hold one of the values ("" where blank). ``days_allowed`` says, by ledger
    and deadline of its profile, how many days there are where a row names no date. ``calendar``
    adds days off and working days to the published arrangement. ``cutoff`` is until when
    reports are in time; without it none is late.
    """

    campaign: Campaign = Campaign()
    ledgers: Ledgers = Ledgers()
    roll_call: dict[str, dict[str, tuple[str, ...]]] = {}
    days_allowed: dict[str, dict[str, Allowed]] = {}
    calendar: Calendar = PUBLISHED
    cutoff: CutoffHour | None = None

    @property
    def cutoff_rule(self) -> Cutoff | None:
        """The cut-off, None where there is none."""
        return self.cutoff.rule if self.cutoff is not None else None


def load_configuration(file: Path) -> Configuration:
    """Load ``taizhang.toml``; ConfigurationError names the place of a fault in it."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        return Configuration.model_validate(data)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file} 不是正确的 TOML：{error}", "请按提示的行列修改"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ConfigurationError(
            f"{file} 的 {place} 有误：{first['msg']}", "请修改后重试（格式见 taizhang init 的样例）"
        ) from error
    except OSError as error:
        raise ImpossibleError(f"读不了 {file}：{error.strerror}", "请检查文件权限") from error
