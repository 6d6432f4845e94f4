"""What an earlier issue printed, held against what the same comes to as it is counted now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from pipeline.findings import finding, findings_table
from pipeline.model import Earlier, FigureRef, Number, Previous
from pipeline.profile.schema import Profile


def restated(
    figures: Mapping[FigureRef, Number],
    previous: Previous | None,
    earlier: Sequence[Earlier],
    profile: Profile,
) -> pa.Table:
    """Return a finding for each figure that states another one of the issue before otherwise.

    A reader who lays both issues side by side must not find two numbers of one thing without a
    word. They may differ honestly: a ruling, the profile or the program changed what counts.
    """
    then = {each.period: each.figures for each in earlier}
    printed = then.get(previous.period, {}) if previous is not None else {}
    found = []
    for figure in profile.figures:
        said, now = printed.get(figure.restates or ""), figures[FigureRef(profile.id, figure.id)]
        if said is None or said == now:
            continue
        assert previous is not None
        params = {
            "figure": profile.figure(str(figure.restates)).label.model_dump(),
            "period": previous.period, "printed": str(said), "counted": str(now),
        }  # fmt: skip
        found.append(finding("previous-differs", "W", ledger=profile.id, params=params))
    return findings_table(found)
