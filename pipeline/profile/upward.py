"""How a parent group's own form is filled: its columns, and what of a ledger goes there."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from pipeline.errors import ProfileError
from pipeline.profile.base import Declared, Identifier, When


class FormColumn(Declared):
    """A column of the form, found by its ``label``: what goes into its cells.

    One of: ``column``, what an item says there; ``figure``, what the ledger counts for the row's
    value; ``serial``, the row's number. ``names`` maps values to how the form wants them; with
    names, a value that is not among them is refused.
    """

    label: Annotated[str, Field(min_length=1)]
    column: Identifier = ""
    figure: Identifier = ""
    serial: bool = False
    names: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(map(bool, (self.column, self.figure, self.serial))) != 1:
            raise ValueError("column、figure、serial 须给出其中一个")
        return self


class UpwardForm(Declared):
    """A form. Its rows are the items behind ``figure``, narrowed by ``where``; or, with ``by``, one
    for each value of a breakdown, whose value stands in the column that names ``by``.

    ``until`` is the label of the row below the prepared ones (合计): it and what is below stay.
    ``date`` is how dates are written: text, or "number" for a date in the cell's own format.
    """

    id: Identifier
    recipient: Annotated[str, Field(min_length=1)]
    workbook: str
    sheet: str
    ledger: Identifier = "rectification"
    figure: Identifier = "total"
    by: Identifier = ""
    where: When = {}
    order: Identifier = ""
    until: str = ""
    date: Literal["2020-10-09", "2020.10.9", "2020年10月9日", "number"] = "2020-10-09"
    columns: Annotated[tuple[FormColumn, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.by and (self.where or self.order):
            raise ValueError("按 by 逐行汇总的表不能再用 where、order")
        if self.by and self.by not in {c.column for c in self.columns}:
            raise ValueError(f"须有一列 column = {self.by!r}，写每行的名称")
        if not self.by and any(c.figure for c in self.columns):
            raise ValueError("逐项填写的表不能用 figure 列；请加 by")
        return self


def load_form(file: Path) -> UpwardForm:
    """Load a form's mapping; ProfileError names the place of a fault in it."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        return UpwardForm.model_validate_json(json.dumps(told, default=str))
    except OSError as error:
        raise ProfileError(f"读不了 {file}：{error.strerror}", "请检查路径") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file} 不是正确的 TOML：{error}", "请按提示的行列修改") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ProfileError(f"{file} 的 {place} 有误：{first['msg']}", "请修改后重试") from error
