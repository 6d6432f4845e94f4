"""The archive: files under the hash of their bytes, put there whole and never changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.errors import ImpossibleError

_LONGEST_SUFFIX: Final = 9


def fit_suffix(name: str) -> str:
    """Return a suffix that is fit for a file of ours: names in archives hold anything."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) <= _LONGEST_SUFFIX else ""


def place(archive: Path, digest: str, suffix: str) -> Path:
    """Return where the archive holds, or would hold, the file of that hash and suffix."""
    return archive / digest[:2] / f"{digest}{suffix}"


def kept_in(archive: Path, digest: str, suffix: str) -> bool:
    """Tell whether the archive holds a file of that hash and suffix."""
    return place(archive, digest, suffix).exists()


def keep_bytes(data: bytes, suffix: str, archive: Path) -> str:
    """Put ``data`` into the archive, whole or not at all, and return its hash."""
    digest = hashlib.sha256(data).hexdigest()
    file = place(archive, digest, suffix)
    if file.exists():
        return digest
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        part.unlink(missing_ok=True)  # of a run that died
        part.write_bytes(data)
        part.chmod(0o444)
        os.replace(part, file)
    except OSError as error:
        raise unwritable(file, error) from error
    return digest


def checked(archive: Path, digest: str, suffix: str, name: str) -> Path:
    """Return where the file of that hash lies, once its bytes are found to be those of the hash.

    ``name`` is what a person knows it by. Raises ImpossibleError, naming both, where the file is
    missing, can't be read or was changed.
    """
    file = place(archive, digest, suffix)
    try:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        why = "不见了" if isinstance(error, FileNotFoundError) else f"读不了：{error.strerror}"
        raise _lost(file, name, why) from error
    if found != digest:
        raise _lost(file, name, "已损坏或被改动（内容与其哈希不符）")
    return file


def _lost(file: Path, name: str, why: str) -> ImpossibleError:
    shown = "/".join(file.parts[-3:])
    return ImpossibleError(
        f"存档文件 {shown}（{name}）{why}", "请从备份恢复该文件后重试；在此之前这一期不能重算"
    )


def unwritable(file: Path, error: OSError) -> ImpossibleError:
    """Return what is told where the archive can't be written."""
    return ImpossibleError(f"写不了存档 {file}：{error.strerror}", "请检查磁盘空间和权限")
