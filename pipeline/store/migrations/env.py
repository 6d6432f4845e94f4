"""What alembic runs to migrate: always over the connection, and in the transaction, it is given."""

from __future__ import annotations

from alembic import context

from pipeline.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite rolls back its tables' definitions too, once transactions begin explicitly.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
