"""The first tables. A migration is never changed after a release: write the next one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "period",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_period"),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_period_state")),
    )
    _of_a_period(
        "submission",
        ("period_id", "position"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("enterprise", sa.Text()),
        sa.Column("ledger", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
    )
    op.create_table(
        "item",
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ledger", "item_id", name="pk_item"),
    )
    _of_a_period(
        "change",
        ("period_id", "ledger", "item_id"),
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
    )
    _decision()
    _briefing_number()
    _of_a_period(
        "output",
        ("period_id", "path"),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
    )


def _of_a_period(name: str, key: tuple[str, ...], *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("period_id", sa.Text(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=f"fk_{name}_period_id_period"),
    )


def _decision() -> None:
    texts = ("subject", "code", "column", "digest", "action", "value", "reason", "by")
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("until", sa.Text()),
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_ledger", "decision", ["ledger"])


def _briefing_number() -> None:
    _of_a_period(
        "briefing_number",
        ("period_id",),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.UniqueConstraint("year", "number", name="uq_briefing_number_year_number"),
        sa.UniqueConstraint("running", name="uq_briefing_number_running"),
        sa.CheckConstraint(
            "state IN ('reserved', 'issued')", name=op.f("ck_briefing_number_state")
        ),
    )
