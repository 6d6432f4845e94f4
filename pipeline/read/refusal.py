"""How reading says no to a file: raised within reading, always turned into a notice."""

from __future__ import annotations

from typing import Literal

Code = Literal["package-refused", "unreadable-type", "encrypted"]


class RefusedError(Exception):
    """This file, or this sheet of it, is not read; ``params`` say why, for the message."""

    def __init__(self, code: Code, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def refused(why: str) -> RefusedError:
    """Return the refusal of a package, ``why`` being one of the identifiers messages know."""
    return RefusedError("package-refused", why=why)
