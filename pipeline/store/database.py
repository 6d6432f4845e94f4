"""The connection to the database: transactions, migrations, and faults said in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from pipeline.errors import ConfigurationError, ImpossibleError, OperatorError
from pipeline.store.tables import HEAD

BUSY_SECONDS = 10.0
"""How long to wait for another process to finish writing."""

_WRITING = "taizhang_writing"
_VERSIONS = "alembic_version"


class Database:
    """An SQLite file, opened for each transaction and closed after it.

    Nothing is held in between, so that another process may work and the file may be copied.
    """

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._engine = _sqlite(path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database. Faults as ImpossibleError."""
        with self._said(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that holds the write lock from its start; it commits on leaving.

        Raises ImpossibleError where the lock is not to be had, the disk is full and the like.
        """
        writing = self._engine.execution_options(**{_WRITING: True})
        with self._said(), writing.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def migrate(self) -> None:
        """Make the tables, or bring those of an older program up to date, all or nothing.

        Raises ConfigurationError where the file is another program's or a newer version's.
        """
        with self.reading() as connection:
            found = self._revision(connection)
        if found == HEAD:
            return
        # Only here, since it takes longer to load than most commands take.
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", "pipeline.store:migrations")
        known = {s.revision for s in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise ConfigurationError(
                f"台账库 {self.place} 由更新版本的 taizhang 建立（库版本 {found}），本版本不能使用",
                "请升级 taizhang 后重试",
            )
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self, connection: Connection) -> str | None:
        tables = inspect(connection).get_table_names()
        if _VERSIONS in tables:
            found = connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}"))
            return None if found is None else str(found)
        if tables:
            raise ConfigurationError(
                f"{self.place} 是别的程序的数据库，不是台账库",
                "请检查路径，或移走该文件后重试",
            )
        return None

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            fault = _operators_fault(error, self.place)
            if fault is None:
                raise
            raise fault from error


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        poolclass=NullPool,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not begin transactions on its own; see _begin.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once. One that first reads and then asks for the lock may find
        # that what it read no longer holds, and fails without waiting.
        writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _operators_fault(error: DBAPIError, place: str) -> OperatorError | None:
    """Say what the machine would not do; None where the fault is the program's own."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is None:
        code = sqlite3.SQLITE_IOERR if isinstance(error, OperationalError) else -1
    match code & 0xFF if code >= 0 else code:  # the upper bits only tell more of the same
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            what, remedy = (
                "正被另一个程序占用",
                "请等另一个 taizhang 结束，或关闭占用它的程序后重试",
            )
        case sqlite3.SQLITE_FULL:
            what, remedy = "写不下：磁盘已满", "请清理磁盘后重试；库中内容未变"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            what, remedy = "打不开或不能写入", "请检查文件夹是否存在、是否有写入权限"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            what, remedy = "已损坏或不是数据库文件", "请用备份恢复该文件"
        case sqlite3.SQLITE_IOERR:
            what, remedy = "读写出错", "请检查磁盘或网络驱动器后重试"
        case _:
            return None
    return ImpossibleError(f"台账库 {place} {what}（{error.orig}）", remedy)
