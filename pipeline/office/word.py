"""Word or WPS on Windows: a Word document to PDF, through the interface both offer to scripts.

Untried: built to the published object model of Word (``Documents.Open``, ``ExportAsFixedFormat``,
``AutomationSecurity``), which WPS says to follow as ``KWPS.Application``. Windows' own PowerShell
drives it, so nothing need be installed for it. Macros are off, nothing is asked, nothing is saved.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from pipeline.office.process import made, run

_ABSENT: Final = "taizhang: no word"

_SCRIPT: Final = f"""
$ErrorActionPreference = 'Stop'
$app = $null
foreach ($name in 'Word.Application', 'KWPS.Application') {{
    if ($app -eq $null) {{ try {{ $app = New-Object -ComObject $name }} catch {{ }} }}
}}
if ($app -eq $null) {{ Write-Output '{_ABSENT}'; exit }}
try {{
    $app.Visible = $false
    try {{ $app.DisplayAlerts = 0; $app.AutomationSecurity = 3 }} catch {{ }}
    $document = $app.Documents.Open($env:TAIZHANG_IN, $false, $true, $false)
    $document.ExportAsFixedFormat($env:TAIZHANG_OUT, 17)
    $document.Close($false)
}} finally {{ $app.Quit() }}
"""
"""Opens without asking for a converter, read-only, not among the recent files; 17 is PDF, 3 forbids
macros. Paths come by the environment, so that no name can be taken for a command."""


def shell() -> Path | None:
    """Return Windows' PowerShell; None where there is none."""
    on_path = shutil.which("powershell") if sys.platform == "win32" else None
    return None if on_path is None else Path(on_path)


def to_pdf(shell: Path, document: bytes, seconds: float) -> bytes | None:
    """Return a .docx as PDF; None where neither Word nor WPS is installed.

    Raises ImpossibleError where it does not end in ``seconds``, or leaves nothing.
    """
    with tempfile.TemporaryDirectory(prefix="taizhang-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "in.docx", folder / "in.pdf"
        source.write_bytes(document)
        (folder / "convert.ps1").write_text(_SCRIPT, "utf-8")
        command = [str(shell), "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass"]
        command += ["-File", "convert.ps1"]
        said = run(command, folder, seconds, TAIZHANG_IN=str(source), TAIZHANG_OUT=str(target))
        return None if said == _ABSENT else made(target, said)
