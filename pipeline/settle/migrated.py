"""What became of a ledger that was made from an older version of its profile."""

from __future__ import annotations

from pipeline.model import Sheet
from pipeline.profile.schema import Profile
from pipeline.text import fold

_MARKS = "、"


def migrated(sheet: Sheet, profile: Profile, version: int) -> dict[str, str]:
    """Return what a ledger of ``version`` was read as: for the message, in its labels.

    ``renamed`` are its headers of former times and what they are now, ``added`` the columns that
    came later and are not asked of it, ``retired`` those that nobody asks for any more.
    """
    renamed = [
        f"{sheet.columns[column.id]}→{column.label.zh}"
        for column in profile.columns
        if column.id in sheet.columns
        and fold(sheet.columns[column.id]) in {fold(former) for former in column.former}
    ]
    added = [
        column.label.zh
        for column in profile.columns
        if column.since > version and column.id not in sheet.columns
    ]
    gone = {fold(each.label) for each in profile.retired if each.until >= version}
    retired = [head for head in sheet.unknown if fold(head) in gone]
    named = {"renamed": renamed, "added": added, "retired": retired}
    return {name: _MARKS.join(labels) for name, labels in named.items()}
