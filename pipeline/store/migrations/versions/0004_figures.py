"""What each period counted, so that later ones can tell how it went on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of figures."""
    op.create_table(
        "figure",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.PrimaryKeyConstraint("period_id", "ledger", "name", name="pk_figure"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_figure_period_id_period"),
    )
