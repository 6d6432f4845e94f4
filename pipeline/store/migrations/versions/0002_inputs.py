"""What each period depended on, by name and hash: see ``pipeline.inputs``."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "input",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", "name", name="pk_input"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_input_period_id_period"),
    )
