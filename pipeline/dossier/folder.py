"""A dossier as files: the page in Word, the papers under their names, an index with hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from pipeline.dossier.gather import Dossier
from pipeline.dossier.paper import DESK, enclosed, paper_of
from pipeline.messages import say
from pipeline.personal import mask
from pipeline.write.briefing.row_report import write_row_report
from pipeline.write.names import free_name, safe_name

INDEX = "SHA256SUMS"


def folder_of(
    dossier: Dossier, template: Path, office: str, lang: str, output: str
) -> dict[str, bytes]:
    """Return the dossier's files by their path in its folder; the index is as sha256sum reads it.

    Same store, archive and template, same bytes. Raises ConfigurationError where the template lacks
    a style.
    """
    paper = paper_of(dossier, office, lang, output)
    page = write_row_report(paper, template, dossier.item.as_of)
    files = {safe_name(say("dossier_page", lang), ".docx"): page}
    for one in dossier.papers:
        if one.data is None or not enclosed(one, output):
            continue
        name = PurePosixPath(one.name).name
        name = safe_name(name if output == DESK else mask(name))
        folder = safe_name(say(f"dossier_folder_{one.kind}", lang))
        path = free_name(f"{folder}/{name}", files)
        # free_name looks at the last part alone where it numbers.
        files[path if path.startswith(f"{folder}/") else f"{folder}/{path}"] = one.data
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items())
    )
    files[INDEX] = "".join(lines).encode()
    return files
