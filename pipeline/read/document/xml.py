"""The XML of a document's parts: parsed without entities or network, named without prefixes."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from pipeline.read.refusal import refused

Element = etree._Element

_NAMESPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
}
"""Transitional and strict documents name the same things."""


def parsed(data: bytes) -> Element:
    """Return the root of a part; RefusedError where it is no XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise refused("damaged") from fault


def name(element: Element) -> str:
    """Return an element's name as ``w:p``; "" for comments, and for what nobody asks after."""
    tag = element.tag
    return _short(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _short(tag: str) -> str:
    space, _, local = tag[1:].partition("}")
    prefix = _NAMESPACES.get(space, "")
    return f"{prefix}:{local}" if prefix else f":{local}"


def given(element: Element, attribute: str) -> str:
    """Return an attribute (local name) of an element, "" where it has none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == attribute:
            return str(value)
    return ""


def child(element: Element, *path: str) -> Element | None:
    """Return the first descendant by a path of names."""
    found: Element | None = element
    for step in path:
        found = (
            next((one for one in found if name(one) == step), None) if found is not None else None
        )
    return found


def on(element: Element | None) -> bool:
    """Whether a switch such as ``w:vanish`` is there and not turned off."""
    return element is not None and given(element, "val") not in ("0", "false", "off")
