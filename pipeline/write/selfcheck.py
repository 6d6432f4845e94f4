"""The self-check of a blank ledger: what each row's formulas are, and where they stand.

Right of the row's id stands a visible column that says in words what is wrong in the row, and
behind it hidden helper columns: settled texts, days and amounts, then one cell for each column that
a rule may fault. Words and spellings stand in the hidden sheet with the dropdowns' lists. All of it
is for the clerk's eyes: what comes back is judged anew, and the reader leaves these columns out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pipeline.errors import ProfileError
from pipeline.messages.catalogue import tell_short
from pipeline.profile.schema import Profile
from pipeline.rules.algebra import AS_OF
from pipeline.rules.cells import ROW, quoted, spelled
from pipeline.rules.check import Check
from pipeline.rules.excel import MOST_FORMULA, Helpers
from pipeline.rules.helpers import letters, reference, spelling_names
from pipeline.rules.live import Live, live_and_later
from pipeline.write.guidewords import say

SAID_NAME: Final = "check_said"
_WIDTH: Final = 46.0
_FIRST_SIGN: Final = len("；") + 1
_LONGEST: Final = 2_000
_COLUMN: Final = "\0"


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The self-check of one form.

    ``formulas`` are the columns from ``first`` on, the visible one before the helpers; ``ROW`` in
    them stands for the row's number. ``faults`` maps places of the ledger's columns to those of the
    cells that hold text where they are faulty, ``wrong`` is the place of the count of those.
    ``lists`` are columns of the hidden sheet by the workbook's name for them. ``later`` says what
    is checked on arrival only.
    """

    first: int
    labels: tuple[str, ...]
    formulas: tuple[str, ...]
    faults: Mapping[int, int]
    wrong: int
    status: str
    lists: Mapping[str, Sequence[str | int]]
    later: tuple[str, ...]

    @property
    def end(self) -> int:
        """The place after the last column."""
        return self.first + len(self.formulas)


def self_check(profile: Profile, lang: str, top: int, bottom: int) -> SelfCheck:
    """Return the self-check of a form whose entries stand in rows ``top`` to ``bottom``, from 1.

    Raises ProfileError where the rules of a column make a formula longer than Excel takes.
    """
    plan = _Plan(profile, lang, top, bottom)
    return plan.made()


class _Plan:
    """The helper columns while they are being given away."""

    def __init__(self, profile: Profile, lang: str, top: int, bottom: int) -> None:
        self.profile, self.lang = profile, lang
        self.top, self.bottom = top, bottom
        self.places = {column.id: place for place, column in enumerate(profile.columns)}
        self.first = len(profile.columns) + 1  # the row's id stands between
        self.helpers = Helpers(profile, self.places, self.first + 1)
        self.live, self.later = live_and_later(profile)
        self.said = [short(live, profile, lang) for live in self.live]

    def made(self) -> SelfCheck:
        filled = self.helpers.add("filled", self._filled())
        tests = [self._test(live) for live in self.live]
        parts: dict[str, list[str]] = {}
        hints: list[str] = []
        for number, (live, test) in enumerate(zip(self.live, tests, strict=True), start=1):
            mark = "；" if live.severity in ("E", "W") else f"；{say(self.lang, 'check_hint')}"
            told = f'IF({test},{quoted(mark)}&INDEX({SAID_NAME},{number}),"")'
            (hints if live.severity == "I" else parts.setdefault(live.column, [])).append(told)
        cells = {
            name: self.helpers.add(f"faults {name}", "&".join(told)) for name, told in parts.items()
        }
        hint = [self.helpers.add("hints", "&".join(hints))] if hints else []
        found = list(cells.values())
        many = f"SUMPRODUCT(--(LEN({found[0]}:{found[-1]})>0))" if found else "0"
        count = self.helpers.add("count", f"IFERROR({many},0)")
        wrong = self.helpers.add("wrong", f"IF({count}>0,1,0)")
        return self._done(filled, [*found, *hint], cells, count, wrong)

    def _done(
        self, filled: str, told: list[str], cells: Mapping[str, str], count: str, wrong: str
    ) -> SelfCheck:
        words = f"MID({'&'.join(told) or quoted('')},{_FIRST_SIGN},{_LONGEST})"
        good = quoted(say(self.lang, "check_good"))
        joined = f'IF({"&".join(told) or quoted("")}="",{good},{words})'
        broken = quoted(say(self.lang, "check_broken"))
        helpers = sorted(self.helpers.columns.values(), key=lambda helper: helper.place)
        first, *others = (helper.formula for helper in helpers)
        # Rows that hold nothing compute nothing, which keeps Excel and our reading quick.
        then = [f'IF({filled},{f},"")' for f in (f"IFERROR({joined},{broken})", *others)]
        formulas = (then[0], first, *then[1:])
        for formula in formulas:
            if len(formula) >= MOST_FORMULA:
                raise ProfileError(
                    f"{self.profile.id}：自检公式有 {len(formula)} 个字符，超过 Excel 的上限",
                    "请减少同一列的规则，或其中的短语、取值",
                )
        labels = [say(self.lang, "check_column")]
        labels += [say(self.lang, "check_helper", n=n) for n in range(1, len(helpers) + 1)]
        at = {name: self.helpers.columns[f"faults {name}"].place for name in cells}
        return SelfCheck(
            first=self.first,
            labels=tuple(labels),
            formulas=formulas,
            faults={self.places[name]: place for name, place in at.items()},
            wrong=self.helpers.columns["wrong"].place,
            status=self._status(filled, count, wrong),
            lists=self._lists(),
            later=self._on_arrival(),
        )

    def _filled(self) -> str:
        """Whether the clerk wrote anything in the row: numbers and names alone are prefilled."""
        # An error cell makes the sum an error, and the row one that holds something.
        skipped = ("serial", "enterprise")
        kept = [self.places[c.id] for c in self.profile.columns if c.type not in skipped]
        tests = [_written(first, last) for first, last in _runs(kept)]
        return f"IFERROR(IF({'+'.join(tests)}>0,1,0),1)"

    def _test(self, live: Live) -> str:
        if live.fault is None:
            return self._repeated(live.column)
        test = self.helpers.fault(live.fault)
        if live.source is None:
            return test
        derived, place = live.source
        return f"AND({self.helpers.source(derived)}={place},{test})"

    def _repeated(self, name: str) -> str:
        """Whether another row of the same enterprise, where that matters, has the same text."""
        cells = [self.helpers.text(name)]
        owner = self.profile.enterprise_column
        if self.profile.key_scope == "enterprise" and owner is not None:
            cells.append(self.helpers.owner(owner))
        same = "*".join(f"EXACT({cell},{self._column(cell)})" for cell in cells)
        return f'IF({cells[0]}="",FALSE,SUMPRODUCT({same}*1)>1)'

    def _column(self, cell: str) -> str:
        """All cells of the column in which ``cell`` stands."""
        name = cell.removesuffix(ROW)
        return f"{name}${self.top}:{name}${self.bottom}"

    def _status(self, filled: str, count: str, wrong: str) -> str:
        """The line above the header; pieces of text with the numbers between them."""
        written = f"SUM({self._column(filled)})"
        places = f"SUM({self._column(count)})"
        at = f"MATCH(1,{self._column(wrong)},0)"
        row = f"ROW(INDEX({self._column(wrong)},{at}))"
        told = f"INDEX({self._column(reference(self.first))},{at})"
        subject = self._column(self.helpers.raw(self.profile.subject))
        unchecked = f"SUMPRODUCT((LEN({subject})>0)*(LEN({self._column(filled)})=0))"
        numbers = {"n": written, "m": places, "row": row, "told": told, "u": unchecked}
        head, none, good, bad, more = (
            _joined(say(self.lang, f"status_{key}", **{n: f"\0{n}\0" for n in numbers}), numbers)
            for key in ("head", "none", "good", "bad", "more")
        )
        state = f"IF({written}=0,{none},IF({places}=0,{good},{bad}))"
        broken = quoted(say(self.lang, "status_broken"))
        return f'IFERROR({head}&{state}&IF({unchecked}>0,{more},""),{broken})'

    def _on_arrival(self) -> tuple[str, ...]:
        """What is said of the checks done later; what is said of several columns alike, once."""
        columns: dict[str, dict[str, None]] = {}
        for each in self.later:
            told = short(replace(each, column=_COLUMN), self.profile, self.lang)
            label = self.profile.labels.get(each.column)
            columns.setdefault(told, {})[label.say(self.lang) if label else each.column] = None
        mark = ", " if self.lang == "en" else "、"
        return tuple(told.replace(_COLUMN, mark.join(names)) for told, names in columns.items())

    def _lists(self) -> dict[str, Sequence[str | int]]:
        lists: dict[str, Sequence[str | int]] = {SAID_NAME: self.said}
        for name in self.helpers.choices:
            known = spelled(self.profile.column(name))
            names, numbers = spelling_names(name)
            lists[names], lists[numbers] = list(known), list(known.values())
        return lists


def short(live: Live | Check, profile: Profile, lang: str) -> str:
    """Return what the self-check says of a fault: the column, and what is wrong."""
    labels = {name: words.say(lang) for name, words in profile.labels.items()}
    params: dict[str, Any] = dict(live.params)
    other = params.get("other")
    if other is not None:
        params["other_label"] = say(lang, "as_of") if other == AS_OF else labels[other]
    return tell_short(live.message, params, lang, column=labels.get(live.column, live.column))


def _written(first: int, last: int) -> str:
    """How many cells from ``first`` to ``last`` hold more than blanks."""
    cells = f"{reference(first)}:{reference(last)}"
    for blank in (" ", "\u3000", "\u00a0"):
        cells = f'SUBSTITUTE({cells},"{blank}","")'
    return f'SUMPRODUCT(--(LEN(SUBSTITUTE({cells},CHAR(10),""))>0))'


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Return the unbroken runs in ascending numbers, first and last of each."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _joined(text: str, numbers: Mapping[str, str]) -> str:
    """Return a formula that joins a text's pieces and the formulas named between NULs."""
    pieces = text.split("\0")
    found = [numbers[p] if n % 2 else quoted(p) for n, p in enumerate(pieces) if p]
    return "&".join(found) or '""'


def cell_of(place: int, row: int) -> str:
    """Return an address such as ``AB12``; ``place`` counts from 0, ``row`` from 1."""
    return f"{letters(place)}{row}"
