"""The tables as SQLAlchemy Core knows them; how they came to be stands in ``migrations``.

JSON is kept as text in one spelling (``encoding``), so that equal records are equal texts.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0005"
"""The migration that leads to the tables below."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

period = Table(
    "period",
    metadata,
    Column("id", Text, primary_key=True),
    Column("as_of", Text, nullable=False),
    Column("state", Text, nullable=False),
    CheckConstraint("state IN ('draft', 'published')", name="state"),
)

# ``position`` is the submission's place in the run's order: one file may hold two ledgers, so
# that its name alone does not tell the records apart.
submission = Table(
    "submission",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("enterprise", Text),
    Column("ledger", Text),
    Column("state", Text, nullable=False),
    Column("rows", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "position"),
)

# The roster as it stands now.
item = Table(
    "item",
    metadata,
    Column("ledger", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("record", Text, nullable=False),
    PrimaryKeyConstraint("ledger", "item_id"),
)

# What each period did to it: only the fields that differ. ``before`` is null for a new item,
# ``after`` for one that is gone.
change = Table(
    "change",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("ledger", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    PrimaryKeyConstraint("period_id", "ledger", "item_id"),
)

# No foreign key on ``period_id``: a ruling may be made before its period is saved, and outlives it.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ledger", Text, nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("column", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("until", Text),
    Column("period_id", Text, nullable=False),
)

# Each form of the briefing (weekly, daily) is a series with numbers of its own.
briefing_number = Table(
    "briefing_number",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), primary_key=True),
    Column("series", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    Column("state", Text, nullable=False),
    UniqueConstraint("series", "year", "number"),
    UniqueConstraint("series", "running"),
    CheckConstraint("state IN ('reserved', 'issued')", name="state"),
)

output = Table(
    "output",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "path"),
)

# What a period depended on beside its originals: by name (as ``pipeline.inputs`` gives it) the hash
# under which the archive holds it, or, of what the store itself holds, the hash of that.
input = Table(
    "input",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "name"),
)

# Every briefing that a run composed, oldest first: the hash of what it was made from (which the
# document carries), and under which hashes the archive holds it and its manifest.
composed = Table(
    "composed",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("briefing", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "position"),
)

# What was signed and issued: edition 1 is the issue, later ones are its corrections (更正), each
# with its reason. ``signed`` and ``issued`` are hashes of documents; texts are empty until then.
issue = Table(
    "issue",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("signed_by", Text, nullable=False),
    Column("signed_on", Text, nullable=False),
    Column("signed", Text, nullable=False),
    Column("issued_on", Text, nullable=False),
    Column("issued", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "edition"),
)

# Figures of the whole ledger as the period counted them; null is a ratio of nothing.
figure = Table(
    "figure",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("ledger", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text),
    PrimaryKeyConstraint("period_id", "ledger", "name"),
)

# What was done to the workspace, by whom, when (ISO 8601 with offset); never changed, only added
# to. ``hash`` is that of the entry and of the hash before it.
log = Table(
    "log",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# Who was to report, how they did, when it arrived and when it was due (ISO 8601 with offset; "" if
# not known).
roll_call = Table(
    "roll_call",
    metadata,
    Column("period_id", Text, ForeignKey("period.id"), nullable=False),
    Column("ledger", Text, nullable=False),
    Column("enterprise", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("arrived", Text, nullable=False),
    Column("cutoff", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "ledger", "enterprise"),
)

# What was reported to whom in a form of theirs: the figures in it, and the file's hash.
upward = Table(
    "upward",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form", Text, nullable=False),
    Column("period_id", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("on", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("figures", Text, nullable=False),
)
