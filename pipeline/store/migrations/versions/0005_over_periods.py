"""What lasts over periods: the log, roll calls, what was reported upwards, series of numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the briefings there are were all of one series."""
    op.create_table(
        "log",
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("at", "by", "what", "about")),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_log"),
    )
    op.create_table(
        "roll_call",
        sa.Column("period_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("ledger", "enterprise")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "arrived", "cutoff")),
        sa.PrimaryKeyConstraint("period_id", "ledger", "enterprise", name="pk_roll_call"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_roll_call_period_id_period"),
    )
    texts = ("form", "period_id", "recipient", "on", "by", "name", "sha256", "figures")
    op.create_table(
        "upward",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.PrimaryKeyConstraint("id", name="pk_upward"),
    )
    _series()


def _series() -> None:
    op.rename_table("briefing_number", "briefing_number_before")
    op.create_table(
        "briefing_number",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "number", "running")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", name="pk_briefing_number"),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name="fk_briefing_number_period_id_period"
        ),
        sa.UniqueConstraint(
            "series", "year", "number", name="uq_briefing_number_series_year_number"
        ),
        sa.UniqueConstraint("series", "running", name="uq_briefing_number_series_running"),
        sa.CheckConstraint(
            "state IN ('reserved', 'issued')", name=op.f("ck_briefing_number_state")
        ),
    )
    op.execute(
        "INSERT INTO briefing_number (period_id, series, year, number, running, state) "
        "SELECT period_id, 'weekly', year, number, running, state FROM briefing_number_before"
    )
    op.drop_table("briefing_number_before")
