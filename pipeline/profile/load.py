"""Load a profile, or refuse it with the place of every fault and, for slips, the nearest name."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, ValidationError
from rapidfuzz import process

from pipeline.errors import ProfileError
from pipeline.profile.base import Declared
from pipeline.profile.check import contradictions
from pipeline.profile.schema import Profile, Rule
from pipeline.shipped import shipped

PROFILE_FILE = "profile.toml"


def load_profile(path: Path) -> Profile:
    """Load and check the profile at ``path``, a file or the folder that holds ``profile.toml``.

    Raises ProfileError with one line per fault: the place in the file as ``columns[3].type``, what
    is wrong, and the nearest known name where a name is unknown.
    """
    file = path / PROFILE_FILE if path.is_dir() else path
    data = _data(file)
    try:
        profile = Profile.model_validate_json(_as_json(data))
    except ValidationError as error:
        raise _refusal(file, [_fault(e, data) for e in error.errors()]) from error
    faults = contradictions(profile)
    if faults:
        raise _refusal(file, faults)
    return profile


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Load the rules of a file that holds nothing but ``[[rules]]``, as a profile would.

    Raises ProfileError like ``load_profile``; what fits no profile is found by ``with_rules``.
    """
    data = _data(path)
    try:
        return _Rules.model_validate_json(_as_json(data)).rules
    except ValidationError as error:
        raise _refusal(path, [_fault(e, data) for e in error.errors()]) from error


def with_rules(profile: Profile, rules: Sequence[Rule], source: Path) -> Profile:
    """Return the profile with these rules, in place of its own of the same code, or added.

    Raises ProfileError where a rule names a column or date that the profile lacks; ``source`` is
    the file that is then said to be wrong.
    """
    new = {rule.code: rule for rule in rules}
    kept = [new.pop(rule.code, rule) for rule in profile.rules]
    made = profile.model_copy(update={"rules": (*kept, *new.values())})
    faults = contradictions(made)
    if faults:
        raise _refusal(source, faults)
    return made


class _Rules(Declared):
    """A file of rules that are not in a profile yet."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


def _data(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ProfileError(f"没有这个台账模板文件：{file}", "请检查路径") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"读不了台账模板文件 {file}：{error}", "请存为 UTF-8 文本") from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file} 不是正确的 TOML：{error}", "请按提示的行列修改") from error


def _as_json(data: dict[str, Any]) -> str:
    """TOML's arrays are lists; strict models take them as tuples only when they come as JSON."""
    import json

    return json.dumps(data, ensure_ascii=False, default=str)


def _refusal(file: Path, faults: Sequence[str]) -> ProfileError:
    listed = "\n".join(f"  {fault}" for fault in faults)
    return ProfileError(f"台账模板 {file} 有 {len(faults)} 处错误：\n{listed}", "请逐处修改后重试")


def _fault(error: Any, data: dict[str, Any]) -> str:
    """Say one of pydantic's errors with its place, as an editor of the file would look for it."""
    place = _place(error["loc"], data)
    kind = error["type"]
    if kind == "extra_forbidden":
        name = str(error["loc"][-1])
        return f"{place}：没有『{name}』这一项{_nearest(name, _known_keys(error['loc']))}"
    if kind == "missing":
        return f"{place}：缺少这一项"
    if kind == "literal_error":
        expected = error["ctx"]["expected"]
        return f"{place}：『{error['input']}』不可用，只能是 {expected}"
    return f"{place}：{error['msg']}（现为 {error['input']!r}）"


def _place(loc: Sequence[int | str], data: Any) -> str:
    """Render ``("columns", 3, "type")`` as ``columns[3] (status).type``: number and identifier."""
    text, here = "", data
    for step in loc:
        if isinstance(step, int):
            text += f"[{step + 1}]"
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = here.get("id") or here.get("code") if isinstance(here, dict) else None
            text += f"({name})" if name else ""
        else:
            text += f".{step}" if text else str(step)
            here = here.get(step) if isinstance(here, dict) else None
    return text


def _known_keys(loc: Sequence[int | str]) -> list[str]:
    """Return the keys that the part of the schema at ``loc`` knows."""
    model: type[BaseModel] = Profile
    for step in loc[:-1]:
        if isinstance(step, str) and step in model.model_fields:
            inner = _model_in(model.model_fields[step].annotation)
            model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a))), None)


def _nearest(name: str, known: Sequence[str]) -> str:
    found = process.extractOne(name, known, score_cutoff=60)
    return f"，是不是『{found[0]}』？" if found else f"，可用：{'、'.join(known)}"


@lru_cache(maxsize=1)
def shipped_profiles() -> tuple[str, ...]:
    """Names of the profiles that come with the program, sorted."""
    return tuple(sorted(p.parent.name for p in shipped().glob(f"*/{PROFILE_FILE}")))


@lru_cache(maxsize=16)
def shipped_profile(name: str) -> Profile:
    """Load the shipped profile ``name``; ProfileError where there is none, with the nearest."""
    if name not in shipped_profiles():
        hint = _nearest(name, shipped_profiles())
        raise ProfileError(f"没有名为『{name}』的台账模板{hint}", "可用 taizhang profile show 查看")
    return load_profile(shipped(name))
