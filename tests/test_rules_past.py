"""Rules on the last period in the ledgers beside items: each planted once, each found."""

from __future__ import annotations

from datetime import date

import pytest
from matters import GROUPS, LETTER, LETTERS, OPEN_CASE, UNITS, VISIT
from tables import AS_OF, CASES, CLEAN_CASE, File, lines, period

from pipeline.profile import Profile

NEXT = date(2020, 10, 16)
Row = dict[str, str]

LEFT = CLEAN_CASE | {"case_no": "D20200911009", "complaint": "夜间噪声扰民（示例）"}

PLANTED: tuple[tuple[Profile, tuple[Row, ...], tuple[Row, ...], str], ...] = (
    (CASES, (OPEN_CASE,), (OPEN_CASE | {"due_on": "2020-11-30"},), "case-deadline-moved"),
    (CASES, (OPEN_CASE,), (OPEN_CASE | {"complaint": "厂界恶臭扰民（示例）"},), "case-rewritten"),
    (
        CASES,
        (CLEAN_CASE,),
        (CLEAN_CASE | {"closure": "未办结", "reported_on": ""},),
        "cases-closed-fell",
    ),
    (LETTERS, (LETTER | {"replied_on": "", "state": "已传达"},),
     (LETTER | {"due_on": "2020-10-30", "replied_on": "", "state": "已传达"},),
     "letter-due-moved"),
    (
        LETTERS,
        (LETTER,),
        (LETTER | {"replied_on": "", "state": "已传达"},),
        "letters-replied-fell",
    ),
    (GROUPS, (VISIT,), (VISIT | {"problems": "1"},), "inspection-problems-fell"),
    (GROUPS, (VISIT,), (VISIT | {"state": "未开展", "inspected_on": ""},), "inspections-fell"),
)  # fmt: skip


@pytest.mark.parametrize(("profile", "then", "now", "code"), PLANTED, ids=[p[3] for p in PLANTED])
def test_what_changed_against_the_last_period_is_found(
    profile: Profile, then: tuple[Row, ...], now: tuple[Row, ...], code: str
) -> None:
    first = period(profile, File(lines(*then), "九日.xlsx"), known=UNITS, as_of=AS_OF)
    second = period(
        profile, File(lines(*now), "十六日.xlsx"), before=first, known=UNITS, as_of=NEXT
    )
    assert code in [one["code"] for one in second.findings.to_pylist()]
    same = period(profile, File(lines(*then), "十六日.xlsx"), before=first, known=UNITS, as_of=NEXT)
    assert code not in [one["code"] for one in same.findings.to_pylist()]
