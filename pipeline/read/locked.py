"""Workbooks locked by a password. Runs in the child. The one door to msoffcrypto."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Final

from pipeline.read.refusal import RefusedError

EXCELS_OWN: Final = "VelvetSweatshop"
"""The password that Excel itself tries: files protected against changes are locked with it, and
open without a question (MS-OFFCRYPTO 2.4.2.3)."""


def unlocked(data: bytes, passwords: Sequence[str]) -> tuple[bytes, str]:
    """Return a locked workbook's plain bytes and the password that opened it.

    Raises RefusedError (``encrypted``) where none does, or where the way of locking is not known.
    Neither the password nor what the library says of it is told.
    """
    from msoffcrypto import OfficeFile
    from msoffcrypto.exceptions import FileFormatError, InvalidKeyError

    for password in dict.fromkeys((EXCELS_OWN, *passwords)):
        try:
            # Opened anew each time: a failed attempt leaves the reader in the middle of the file.
            book = OfficeFile(io.BytesIO(data))
            book.load_key(password=password)
            plain = io.BytesIO()
            book.decrypt(plain)
        except InvalidKeyError:
            continue
        except MemoryError:
            raise
        # It also raises what its parsers raise, and plain Exception for unknown ways of locking.
        except (FileFormatError, OSError, struct.error, Exception):
            continue
        return plain.getvalue(), password
    raise RefusedError("encrypted")
