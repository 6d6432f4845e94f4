"""LibreOffice for tests: documents turned into PDF, workbooks computed and saved again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

FONTS = Path(__file__).resolve().parent.parent / "scripts" / "fonts.conf"
SECONDS = 180


def to_pdf(path: Path, out: Path) -> Path:
    """Convert a document to PDF in the folder ``out``; return the PDF's path."""
    return _converted(path, out, "pdf", "pdf")


def to_docx(path: Path, out: Path) -> Path:
    """Let LibreOffice open a document and save it again in the folder ``out``."""
    return _converted(path, out, "docx", "docx:MS Word 2007 XML")


def to_xlsx(path: Path, out: Path) -> Path:
    """Let LibreOffice open a workbook, compute it and save it again in the folder ``out``."""
    return _converted(path, out, "xlsx", "xlsx:Calc MS Excel 2007 XML")


def _converted(path: Path, out: Path, ending: str, kind: str) -> Path:
    """Convert a document; return the path of what was made.

    LibreOffice runs in a process group of its own, with a profile of its own, and with stand-ins
    for typefaces that are missing; after three minutes the group is killed, as a stuck one ignores
    to be asked. Skips the test where LibreOffice is absent, unless ``CI`` is set.
    """
    office = shutil.which("soffice")
    if office is None:
        if not os.environ.get("CI"):
            pytest.skip("LibreOffice is not installed")
        raise FileNotFoundError("soffice")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [office, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless"]
        command += ["--convert-to", kind, "--outdir", str(out), str(path)]
        process = subprocess.Popen(
            command,
            env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    made = out / f"{path.stem}.{ending}"
    assert made.exists(), said.decode(errors="replace")
    return made
