"""What in a folder is new: by hash, nothing unpacked or read."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path

from pipeline.collect.folder import _digest, _files, _leads_out
from pipeline.collect.kinds import litter
from pipeline.collect.names import decoded


def fresh(folder: Path, known: Container[str]) -> tuple[str, ...]:
    """Return the files of a folder whose hashes are not ``known``, by name; litter is left out.

    Raises ImpossibleError where one can't be read.
    """
    if not folder.is_dir():
        return ()
    return tuple(
        name
        for path in _files(folder)
        if not litter(name := decoded(os.fsencode(path.relative_to(folder).as_posix())))
        and not _leads_out(path, folder)
        and _digest(path)[0] not in known
    )
