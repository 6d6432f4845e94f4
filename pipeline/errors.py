"""The operator's faults: what the person at the terminal can put right, each with a remedy.

A respondent's fault is never an exception; it is a finding. A fault of the program itself is
neither: it ends with exit code 70 and a report file (see ``pipeline.cli``).
"""

from __future__ import annotations


class OperatorError(Exception):
    """Something the operator can put right.

    ``message`` says what is wrong and where; ``remedy`` what to do now. ``exit_code`` is the
    contract's: 2 for usage, configuration and profiles; 3 for what the machine would not do.
    """

    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(OperatorError):
    """The command was given something it can't use (a date, a name, a folder)."""


class ProfileError(OperatorError):
    """A profile is broken; the message names the file and the place in it."""


class ConfigurationError(OperatorError):
    """``taizhang.toml`` or the registry is broken; the message names the place."""


class ImpossibleError(OperatorError):
    """The machine would not do it: unreadable folder, full disk, file locked."""

    exit_code = 3
