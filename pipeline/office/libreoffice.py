"""LibreOffice, where it is installed: a Word document to PDF.

It runs without a window, with a profile of its own in a folder that is thrown away. Nothing is
fetched: it does not follow links or run macros.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from pipeline.office.process import NOWHERE, made, run

_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "~/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    "/usr/lib/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", NOWHERE),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", NOWHERE),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
"""What the throw-away profile sets: no macros, no links followed, a proxy that is not there."""


def found() -> Path | None:
    """Return LibreOffice's program: from PATH, or where it is usually installed; None if absent."""
    for name in ("soffice", "libreoffice"):
        on_path = shutil.which(name)
        if on_path is not None:
            return Path(on_path)
    places = [Path(place).expanduser() for place in _PLACES]
    places += sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)
    return next((place for place in places if place.is_file()), None)


def to_pdf(office: Path, document: bytes, seconds: float) -> bytes:
    """Return a .docx as PDF, made by the program at ``office``."""
    with tempfile.TemporaryDirectory(prefix="taizhang-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "in.docx").write_bytes(document)
        profile = folder / "profile"
        _write_settings(profile / "user")
        command = [str(office), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
        command += ["--norestore", "--nolockcheck", "--convert-to", "pdf", "in.docx"]
        said = run(command, folder, seconds)
        return made(folder / "in.pdf", said)


def _write_settings(user: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{place}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for place, name, value in _SETTINGS
    )
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
