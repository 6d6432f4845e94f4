"""The database file: made, brought up to date, refused, and its faults said in words."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError, OperationalError

from pipeline.errors import ConfigurationError, ImpossibleError
from pipeline.model import Period
from pipeline.store import Store, database, tables

P1 = Period("2020-10-09", {"rectification": date(2020, 10, 9)})
ROSTER = {"rectification": pa.table({"item_id": ["a"], "status": ["已完成"]})}


def save(store: Store) -> None:
    store.save(P1, [], ROSTER, {}, number=None)


def test_the_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    opened = database.Database(tmp_path / "台账 100%?#.db")
    opened.migrate()
    with opened.reading() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_heads() == (tables.HEAD,)
        assert compare_metadata(context, tables.metadata) == []
    assert [p.name for p in tmp_path.iterdir()] == ["台账 100%?#.db"]


def test_the_last_migration_is_the_one_that_is_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [tables.HEAD]


def test_constraints_are_those_of_the_tables(tmp_path: Path) -> None:
    """What alembic does not compare: names of constraints, checks, uniqueness, foreign keys."""
    Store.open(tmp_path / "migrated.db").close()
    plain = database.Database(tmp_path / "plain.db")
    with plain.writing() as connection:
        tables.metadata.create_all(connection)

    def constraints(name: str) -> list[str]:
        with sqlite3.connect(tmp_path / name) as connection:
            query = "SELECT sql FROM sqlite_master WHERE name != 'alembic_version'"
            made = [sql for (sql,) in connection.execute(query) if sql]
        lines = (line.strip().rstrip(",") for sql in made for line in sql.splitlines())
        return sorted(line for line in lines if line.startswith(("CONSTRAINT", "CREATE")))

    assert constraints("migrated.db") == constraints("plain.db")
    assert len(constraints("plain.db")) > 15


def test_opening_again_changes_nothing_and_loads_no_alembic(tmp_path: Path) -> None:
    path = tmp_path / "taizhang.db"
    with Store.open(path) as store:
        save(store)
    former = path.read_bytes()
    code = f"""
        import sys
        from pathlib import Path
        from pipeline.store import Store
        with Store.open(Path({str(path)!r})) as store:
            assert len(store.periods()) == 1
        sys.exit("alembic" in sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    assert path.read_bytes() == former


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    (tmp_path / "taizhang.db").touch()
    with Store.open(tmp_path / "taizhang.db") as store:
        assert store.periods() == ()


def test_migrating_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    path = tmp_path / "taizhang.db"
    with monkeypatch.context() as patch:
        patch.setattr(op, "create_index", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store.open(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []
    Store.open(path).close()


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "taizhang.db"
    Store.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    former = path.read_bytes()
    with pytest.raises(ConfigurationError, match="9999") as caught:
        Store.open(path)
    assert "升级" in caught.value.remedy
    assert path.read_bytes() == former


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "taizhang.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (id)")
    with pytest.raises(ConfigurationError, match=r"taizhang\.db"):
        Store.open(path)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"PK\x03\x04" * 500])
def test_what_is_no_database_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "taizhang.db").write_bytes(content)
    with pytest.raises(ImpossibleError, match=r"taizhang\.db") as caught:
        Store.open(tmp_path / "taizhang.db")
    assert "备份" in caught.value.remedy


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "taizhang.db", tmp_path):
        with pytest.raises(ImpossibleError, match="打不开") as caught:
            Store.open(path)
        assert "权限" in caught.value.remedy


def test_a_locked_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    path = tmp_path / "taizhang.db"
    other = sqlite3.connect(path, isolation_level=None)
    with Store.open(path) as store:
        save(store)
        other.execute("BEGIN IMMEDIATE")
        assert len(store.periods()) == 1  # reading goes on
        with pytest.raises(ImpossibleError, match="占用") as caught:
            save(store)
        assert caught.value.exit_code == 3
        assert caught.value.remedy
        other.execute("ROLLBACK")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ImpossibleError, match="占用"):
            store.periods()
        other.execute("ROLLBACK")
        save(store)
    other.close()


def test_a_writer_waits_for_another(tmp_path: Path) -> None:
    """Eight processes at once, each adding a ruling: none is lost, none fails."""
    path = tmp_path / "taizhang.db"
    code = f"""
        import sys
        from pathlib import Path
        from pipeline.model import Decision
        from pipeline.store import Store
        with Store.open(Path({str(path)!r})) as store:
            rest = ["rectification"] * 7
            store.add_decisions([Decision("rectification", sys.argv[1], *rest, "2020-10-09")])
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    running = [subprocess.Popen([*command, str(number)]) for number in range(8)]
    assert [process.wait() for process in running] == [0] * 8
    with Store.open(path) as store:
        assert [ruling.id for ruling in store.decisions("rectification")] == list(range(1, 9))


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    path = tmp_path / "taizhang.db"
    opened = database.Database(path)
    opened.migrate()
    with opened.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        much = "CREATE TABLE much AS SELECT randomblob(1000000)"
        with pytest.raises(OperationalError, match="full") as caught:
            connection.exec_driver_sql(much)
    with pytest.raises(ImpossibleError, match="磁盘已满"), opened.writing():
        raise caught.value


def test_foreign_keys_hold_and_the_programs_own_faults_stay_its_own(tmp_path: Path) -> None:
    opened = database.Database(tmp_path / "taizhang.db")
    opened.migrate()
    with pytest.raises(IntegrityError), opened.writing() as connection:
        connection.exec_driver_sql("INSERT INTO output VALUES ('2020-10-09', 'a', 'b')")
    with pytest.raises(OperationalError), opened.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM nothing")
