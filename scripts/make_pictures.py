"""Remake the pictures of the READMEs from the example: page 1 of the briefing, a blank ledger.

    python scripts/make_pictures.py

Needs LibreOffice and poppler (soffice, pdftotext, pdftoppm).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.write.briefing import printable

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
ENTERPRISE = "示例云溪水泥有限公司"
LARGEST = 200_000


def main() -> None:
    """Run the example, turn what it wrote into PDF, and cut the pictures from it."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _taizhang(work, "demo", "demo")
        written = work / "demo" / "output" / "2020-10-09" / "briefing.docx"
        briefing = work / "briefing.docx"
        briefing.write_bytes(printable(written.read_bytes()))
        _picture(_pdf(briefing, work), "briefing", page=1, dpi=90, cut=(60, 110, 640, 890))
        asked = ["template", "--as-of", "2020-10-16", "--ledger", "rectification", "--rows", "8"]
        _taizhang(work / "demo", *asked, "--enterprise", ENTERPRISE, "--out", str(work / "blank"))
        (blank,) = (work / "blank").glob("*.xlsx")
        pdf = _pdf(blank, work)
        page = _page_with(pdf, f"（{ENTERPRISE}）")
        _picture(pdf, "ledger", page=page, dpi=160, cut=(50, 70, 1420, 300))


def _taizhang(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pipeline", *arguments]
    path = {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env={**os.environ, **path}, check=True, capture_output=True)


def _pdf(document: Path, out: Path) -> Path:
    profile = (out / "office").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    fonts = {"FONTCONFIG_FILE": str(ROOT / "scripts" / "fonts.conf")}
    subprocess.run(
        [*command, "--outdir", str(out), str(document)],
        env={**os.environ, **fonts},
        check=True,
        capture_output=True,
        timeout=180,
    )
    return out / f"{document.stem}.pdf"


def _page_with(pdf: Path, words: str) -> int:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return next(n for n, page in enumerate(text.split("\f"), start=1) if words in page)


def _picture(
    pdf: Path, name: str, *, page: int, dpi: int, cut: tuple[int, int, int, int] | None = None
) -> None:
    """Write one page as PNG, or the part of it at (left, top) of (width, height) pixels."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(dpi), "-f", str(page), "-l", str(page)]
    if cut is not None:
        for option, pixels in zip(("-x", "-y", "-W", "-H"), cut, strict=True):
            command += [option, str(pixels)]
    target = IMAGES / name
    subprocess.run([*command, str(pdf), str(target)], check=True)
    size = target.with_suffix(".png").stat().st_size
    assert size < LARGEST, f"{name}.png has {size} bytes"
    print(f"docs/images/{name}.png: {size // 1000} kB")


if __name__ == "__main__":
    main()
