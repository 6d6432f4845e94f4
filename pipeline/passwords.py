"""Passwords for what arrives locked: from the environment, never from a file of ours or an option.

An option would stand in the shell's history and in the list of processes. Nothing here is logged,
told in a message or written to an output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "TAIZHANG_PASSWORDS"
"""Passwords, separated by line breaks or ``|``."""


def passwords(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the passwords to be tried, in their order, each once.

    >>> passwords({"TAIZHANG_PASSWORDS": "lx2020|示例| lx2020"})
    ('lx2020', '示例')
    """
    given = (part.strip() for part in re.split(r"[|\r\n]", environment.get(VARIABLE, "")))
    return tuple(dict.fromkeys(part for part in given if part))
