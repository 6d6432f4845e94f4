"""Custom properties of a document: what it was made from, which people's edits leave as it is."""

from __future__ import annotations

from collections.abc import Mapping

from docx.document import Document as WordDocument
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

_NAME = "/docProps/custom.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_VALUE = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The one format id of custom properties ([MS-OLEPS] 2.23.1)."""


def set_properties(document: WordDocument, properties: Mapping[str, str]) -> None:
    """Give the document custom properties; others that the template has stay."""
    if not properties:
        return
    package = document.part.package
    found = [part for part in package.iter_parts() if part.partname == _NAME]
    if found:
        root = etree.fromstring(found[0].blob, etree.XMLParser(resolve_entities=False))
    else:
        empty = f'<Properties xmlns="{_CUSTOM[1:-1]}" xmlns:vt="{_VALUE[1:-1]}"/>'
        root = etree.fromstring(empty)
    put_properties(root, properties)
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    if found:
        found[0]._blob = data
    else:
        package.relate_to(Part(PackURI(_NAME), _TYPE, data, package), _RELATION)


def put_properties(root: etree._Element, properties: Mapping[str, str]) -> None:
    """Put properties into the root of the part that holds them, in place of those of the name."""
    for name, text in properties.items():
        for old in [one for one in root if one.get("name") == name]:
            root.remove(old)
        pid = max((int(one.get("pid", "1")) for one in root), default=1) + 1
        given = {"fmtid": _FORMAT, "pid": str(pid), "name": name}
        made = etree.SubElement(root, f"{_CUSTOM}property", given)
        etree.SubElement(made, f"{_VALUE}lpwstr").text = text
