"""Outputs reach their place whole or not at all, and a person's work is never overwritten."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.errors import ImpossibleError
from pipeline.write import outputs
from pipeline.write.lock import LOCK, folder_lock
from pipeline.write.outputs import STAGING, deliver, recover, staged

OLD = {"briefing.docx": b"old words", "master.xlsx": b"old rows", "returns/x.xlsx": b"old x"}
NEW = {path: content.replace(b"old", b"new") for path, content in OLD.items()}
NEW["returns/y.xlsx"] = b"new y"
WORN_OUT = OSError(errno.EIO, "worn out")


class Died(BaseException):
    """Stands for the process's end: nothing of the program runs after it."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def standing(folder: Path) -> dict[str, bytes]:
    """All files in the folder but for those that only the next delivery reads."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != outputs.FINISHED
    }


def fail_at(patch: pytest.MonkeyPatch, name: str, faults: Mapping[int, BaseException]) -> list[int]:
    """Make the n-th calls of ``os.<name>`` raise; returns a list with the number of calls."""
    calls = [0]
    real = getattr(os, name)

    def failing(*args: object, **keywords: object) -> object:
        calls[0] += 1
        if calls[0] in faults:
            raise faults[calls[0]]
        return real(*args, **keywords)

    patch.setattr(os, name, failing)
    return calls


def die(monkeypatch: pytest.MonkeyPatch, folder: Path, before: dict[str, str]) -> None:
    """Let a run die that has moved in the first of its files; the first move is the journal's."""
    with monkeypatch.context() as patch:
        fail_at(patch, "replace", {3: Died()})
        with pytest.raises(Died):
            deliver(folder, NEW, before)


def python(code: str) -> list[str]:
    """The command that runs ``code`` with what the tests below need."""
    names = """
        import os, signal, time
        from pathlib import Path
        from pipeline.errors import ImpossibleError
        from pipeline.write.lock import folder_lock
        from pipeline.write.outputs import staged
    """
    return [sys.executable, "-c", textwrap.dedent(names) + textwrap.dedent(code)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "2020-10-09"
    deliver(place, OLD, {})
    return place


@pytest.fixture
def before() -> dict[str, str]:
    return {path: digest(content) for path, content in OLD.items()}


posix = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


def test_delivers_into_a_new_folder_and_leaves_nothing_else(tmp_path: Path) -> None:
    delivery = deliver(tmp_path / "a" / "b", NEW, {})
    assert standing(tmp_path / "a" / "b") == NEW
    assert not (tmp_path / "a" / "b" / STAGING).exists()
    assert delivery.written == {path: digest(content) for path, content in NEW.items()}
    assert (delivery.kept, delivery.beside) == ((), {})


def test_replaces_its_own_and_leaves_what_is_the_same(folder: Path, before: dict[str, str]) -> None:
    first = (folder / "master.xlsx").stat()
    deliver(folder, NEW | {"master.xlsx": OLD["master.xlsx"]}, before)
    assert standing(folder) == NEW | {"master.xlsx": OLD["master.xlsx"]}
    last = (folder / "master.xlsx").stat()
    assert (first.st_ino, first.st_mtime_ns) == (last.st_ino, last.st_mtime_ns)
    assert not (folder / STAGING).exists()


def test_an_edited_file_stays_and_the_new_one_stands_beside_it(
    folder: Path, before: dict[str, str]
) -> None:
    (folder / "briefing.docx").write_bytes(b"a person's words")
    delivery = deliver(folder, NEW, before)
    assert standing(folder) == NEW | {
        "briefing.docx": b"a person's words",
        "briefing.new.docx": b"new words",
    }
    assert delivery.kept == ("briefing.docx",)
    assert delivery.beside == {"briefing.docx": "briefing.new.docx"}
    assert delivery.written["briefing.docx"] == digest(b"new words")

    # The next run replaces its own file beside it, and a third changes nothing.
    for _ in range(2):
        delivery = deliver(folder, NEW | {"briefing.docx": b"third"}, delivery.written)
        assert standing(folder)["briefing.docx"] == b"a person's words"
        assert standing(folder)["briefing.new.docx"] == b"third"
        assert delivery.kept == ("briefing.docx",)

    # Where that was edited too, the next name is taken.
    (folder / "briefing.new.docx").write_bytes(b"more of it")
    for _ in range(2):
        delivery = deliver(folder, NEW, delivery.written)
        assert delivery.beside == {"briefing.docx": "briefing.new2.docx"}
        assert standing(folder)["briefing.new.docx"] == b"more of it"
        assert standing(folder)["briefing.new2.docx"] == b"new words"

    # Once the person takes the new one over under the old name, it is the program's again.
    os.replace(folder / "briefing.new2.docx", folder / "briefing.docx")
    delivery = deliver(folder, NEW | {"briefing.docx": b"fourth"}, delivery.written)
    assert delivery.kept == ()
    assert standing(folder)["briefing.docx"] == b"fourth"


def test_a_file_of_unknown_origin_counts_as_edited_unless_it_is_the_same(folder: Path) -> None:
    delivery = deliver(folder, NEW | {"master.xlsx": OLD["master.xlsx"]}, {})
    assert delivery.kept == ("briefing.docx", "returns/x.xlsx")
    assert standing(folder)["returns/x.new.xlsx"] == b"new x"
    assert standing(folder)["master.xlsx"] == b"old rows"


def test_the_name_beside_is_never_another_outputs(folder: Path) -> None:
    delivery = deliver(folder, {"briefing.docx": b"1", "briefing.new.docx": b"2"}, {})
    assert delivery.beside == {"briefing.docx": "briefing.new2.docx"}
    assert standing(folder)["briefing.new.docx"] == b"2"


@pytest.mark.parametrize("sign", ["~$briefing.docx", "~$iefing.docx", ".~lock.briefing.docx#"])
def test_an_open_file_is_named_and_nothing_moves(
    folder: Path, before: dict[str, str], sign: str
) -> None:
    (folder / sign).touch()
    with pytest.raises(ImpossibleError, match=r"briefing\.docx") as caught:
        deliver(folder, NEW, before)
    assert "请先在 Excel/WPS 中关闭" in caught.value.remedy
    assert standing(folder) == OLD | {sign: b""}
    assert not (folder / STAGING).exists()
    (folder / sign).unlink()
    deliver(folder, NEW, before)
    assert standing(folder) == NEW


def test_an_open_file_that_stays_is_no_matter(folder: Path, before: dict[str, str]) -> None:
    (folder / "~$briefing.docx").touch()
    deliver(folder, {"briefing.docx": b"old words", "master.xlsx": b"new rows"}, before)
    assert standing(folder)["master.xlsx"] == b"new rows"


@pytest.mark.parametrize("name", ["open", "replace"])
def test_a_file_that_the_system_holds_is_named_and_nothing_stays_moved(
    folder: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """On Windows the system itself refuses, perhaps only in the midst of moving."""
    real = getattr(os, name)

    def refusing(*args: object, **keywords: object) -> object:
        if Path(str(args[-1] if name == "replace" else args[0])).name == "x.xlsx":
            raise PermissionError(errno.EACCES, "held")
        return real(*args, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(os, name, refusing)
        with pytest.raises(ImpossibleError, match=r"x\.xlsx") as caught:
            deliver(folder, NEW, before)
    assert "请先在 Excel/WPS 中关闭" in caught.value.remedy
    assert standing(folder) == OLD
    assert not (folder / STAGING).exists()


@pytest.mark.parametrize("name", ["replace", "unlink", "fsync", "link", "rmdir"])
def test_dying_at_any_step_leaves_all_old_or_all_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: dict[str, str], name: str
) -> None:
    seen = set()
    for call in range(1, 100):
        folder = tmp_path / str(call)
        deliver(folder, OLD, {})
        saved: Mapping[str, str] = before
        with monkeypatch.context() as patch:
            calls = fail_at(patch, name, {call: Died()})
            try:
                with staged(folder, NEW, before) as delivery:
                    saved = delivery.written
            except Died:
                pass
            else:
                break
        recover(folder)
        assert standing(folder) in (OLD, NEW)
        seen.add(standing(folder) == NEW)
        # What the dead run wrote is not taken for a person's.
        third = {path: content + b"!" for path, content in NEW.items()}
        assert deliver(folder, third, saved).kept == ()
        assert standing(folder) == third
        assert not (folder / STAGING).exists()
    assert calls[0] < call
    assert seen == {"replace": {False, True}, "link": {False}}.get(name, seen)


def test_dying_while_finishing_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: dict[str, str]
) -> None:
    for call in range(1, 30):
        folder = tmp_path / str(call)
        deliver(folder, OLD, {})
        die(monkeypatch, folder, before)
        with monkeypatch.context() as patch:
            fail_at(patch, "replace", {call: Died()})
            try:
                recover(folder)
            except Died:
                pass
            else:
                break
        recover(folder)
        assert standing(folder) == NEW
    assert call > 2


@pytest.mark.parametrize("call", [1, 2, 3, 4, 5])
def test_a_fault_in_the_midst_of_moving_puts_all_back(
    folder: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    with monkeypatch.context() as patch:
        fail_at(patch, "replace", {call: WORN_OUT})
        with pytest.raises(ImpossibleError, match="worn out"):
            deliver(folder, NEW, before)
    assert standing(folder) == OLD
    assert not (folder / STAGING).exists()


def test_dying_while_putting_back_leaves_what_can_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: dict[str, str]
) -> None:
    for later in range(1, 7):
        folder = tmp_path / str(later)
        deliver(folder, OLD, {})
        with monkeypatch.context() as patch:
            fail_at(patch, "replace", {5: WORN_OUT, 5 + later: Died()})
            with pytest.raises(Died):
                deliver(folder, NEW, before)
        recover(folder)
        assert standing(folder) == NEW


def test_what_was_edited_after_the_run_died_is_not_overwritten(
    folder: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    die(monkeypatch, folder, before)
    (folder / "master.xlsx").write_bytes(b"a person's rows")
    recover(folder)
    assert standing(folder) == NEW | {
        "master.xlsx": b"a person's rows",
        "master.new.xlsx": b"new rows",
    }


def test_recovering_waits_for_open_files(
    folder: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    die(monkeypatch, folder, before)
    (folder / "~$master.xlsx").touch()
    with pytest.raises(ImpossibleError, match=r"master\.xlsx"):
        recover(folder)
    (folder / "~$master.xlsx").unlink()
    recover(folder)
    assert standing(folder) == NEW


@posix
def test_a_killed_process_leaves_what_can_be_finished(folder: Path, before: dict[str, str]) -> None:
    code = f"""
        with staged(Path({str(folder)!r}), {NEW!r}, {before!r}):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    assert subprocess.run(python(code), check=False).returncode == -signal.SIGKILL
    recover(folder)
    assert standing(folder) == NEW
    recover(folder)
    # The next run knows them for the program's, though the dead one could tell nobody.
    assert deliver(folder, OLD | {"returns/y.xlsx": b"third y"}, before).kept == ()
    assert standing(folder) == OLD | {"returns/y.xlsx": b"third y"}
    assert not (folder / STAGING).exists()


def test_a_block_that_fails_leaves_the_former_outputs(folder: Path, before: dict[str, str]) -> None:
    with pytest.raises(KeyError), staged(folder, NEW, before) as delivery:
        delivery.written["not saved"]
    assert standing(folder) == OLD
    assert not (folder / STAGING).exists()


def test_a_full_disk_is_said(
    folder: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        fail_at(patch, "fsync", {2: OSError(errno.ENOSPC, "No space left on device")})
        with pytest.raises(ImpossibleError, match="磁盘已满"):
            deliver(folder, NEW, before)
    assert standing(folder) == OLD


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImpossibleError, match="file"):
        deliver(tmp_path / "file" / "out", NEW, {})
    with pytest.raises(ImpossibleError, match="none"), folder_lock(tmp_path / "none"):
        pytest.fail("locked nothing")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "out"))

    monkeypatch.setattr(Path, "mkdir", refuse)  # the tests may run as root, who may write anywhere
    with pytest.raises(ImpossibleError, match="out"):
        deliver(tmp_path / "out", NEW, {})


def test_a_damaged_journal_is_named(folder: Path) -> None:
    (folder / STAGING).mkdir()
    (folder / STAGING / outputs.JOURNAL).write_text("[{", encoding="utf-8")
    with pytest.raises(ImpossibleError, match=outputs.JOURNAL):
        recover(folder)


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../../x", "/x", "C:/x", "C:x", "a\\x", "", ".", "a//x", f"{STAGING}/x"],
)
def test_paths_out_of_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        deliver(tmp_path, {path: b""}, {})
    assert standing(tmp_path) == {}


def test_one_run_at_a_time(tmp_path: Path) -> None:
    held = pytest.raises(ImpossibleError, match=LOCK)
    with folder_lock(tmp_path), held, folder_lock(tmp_path):
        pytest.fail("held twice")
    with folder_lock(tmp_path):
        pass


@posix
def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    code = f"""
        with folder_lock(Path({str(tmp_path)!r})):
            if os.fork() == 0:
                time.sleep(20)  # a worker that outlives its parent
            print("locked", flush=True)
            time.sleep(20)
    """
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, start_new_session=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(ImpossibleError, match=str(holder.pid)) as caught,
            folder_lock(tmp_path),
        ):
            pytest.fail("held twice")
        assert LOCK in caught.value.message
        holder.kill()
        holder.wait()
        with folder_lock(tmp_path):
            pass
        os.killpg(holder.pid, signal.SIGKILL)  # the session that this test began
