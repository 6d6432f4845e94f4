"""Packages rewritten so that the same content is the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from pipeline.write.repack import repack

DAY = date(2020, 10, 9)


def test_repack_forgets_order_time_and_author() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties"><cp:lastModifiedBy>谁</cp:lastModifiedBy></cp:coreProperties>'
    )

    def package(names: list[str], year: int, inner: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as file:
            for name in names:
                data = inner if name.endswith(".xlsx") else core
                file.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), data)
        return made.getvalue()

    names = ["docProps/core.xml", "a.xml", "[Content_Types].xml"]
    embedded = ["word/embeddings/chart.xlsx", *names]
    one = repack(package(embedded, 2001, package(names, 2001, b"")), DAY)
    two = repack(package(embedded[::-1], 2020, package(names[::-1], 2020, b"")), DAY)
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as file:
        assert file.namelist()[0] == "[Content_Types].xml"
        said = file.read("docProps/core.xml").decode()
    assert "谁" not in said
    assert said.count("2020-10-09T00:00:00Z") == 2
