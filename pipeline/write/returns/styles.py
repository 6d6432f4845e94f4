"""Looks added to a workbook's own style sheet (ECMA-376 Part 1, 18.8); none that it has changes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Final

from lxml import etree

from pipeline.write.returns.package import NotAnnotatedError, local, namespace
from pipeline.write.style import DARK, FONT, GREY, LIGHT, LINE

# Colours rare enough to be told from a clerk's own when the file comes back.
ERROR_COLOUR: Final = "FFF8C6C4"
WARNING_COLOUR: Final = "FFFFF1B8"
WARNING_DOTS: Final = "FFBF9000"

_FILLS: Final[Mapping[str, Mapping[str, str]]] = {
    "E": {"patternType": "solid", "fgColor": ERROR_COLOUR},
    # Dots show in black and white what yellow does not.
    "W": {"patternType": "gray0625", "fgColor": WARNING_DOTS, "bgColor": WARNING_COLOUR},
    "head": {"patternType": "solid", "fgColor": "FF" + DARK[1:]},
    "subhead": {"patternType": "solid", "fgColor": "FF" + LIGHT[1:]},
}
_FONTS: Final[Mapping[str, Mapping[str, str]]] = {
    "plain": {"sz": "10"},
    "title": {"b": "1", "sz": "16", "color": "FF" + DARK[1:]},
    "subtitle": {"b": "1", "sz": "12", "color": "FF" + DARK[1:]},
    "bold": {"b": "1", "sz": "10"},
    "head": {"b": "1", "sz": "10", "color": "FFFFFFFF"},
    "hint": {"sz": "9", "color": "FF" + GREY[1:]},
    "link": {"u": "single", "sz": "10", "color": "FF0563C1"},
}
_LOOKS: Final[Mapping[str, tuple[str, str, bool, str]]] = {
    # font, fill, border, horizontal alignment
    "title": ("title", "", False, ""),
    "subtitle": ("subtitle", "", False, ""),
    "plain": ("plain", "", False, ""),
    "hint": ("hint", "", False, ""),
    "head": ("head", "head", True, "center"),
    "subhead": ("bold", "subhead", True, "center"),
    "cell": ("plain", "", True, "left"),
    "center": ("plain", "", True, "center"),
    "link": ("link", "", True, "center"),
    "E": ("bold", "E", True, "center"),
    "W": ("plain", "W", True, "center"),
}
_BLENDED: Final = ("FFFBEBAD",)
"""What LibreOffice makes of the dotted yellow when it saves: it has no patterns."""


BARE: Final = (
    '<styleSheet xmlns="{}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/>'
    '<bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
"""The style sheet of a workbook that has none; {} is the namespace."""

STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


class Looks:
    """A style sheet to which looks are added; each is made once, when first asked for."""

    def __init__(self, root: etree._Element) -> None:
        self._ns = namespace(root)
        self._parts = {local(element): element for element in root}
        if not {"fonts", "fills", "borders", "cellXfs"} <= self._parts.keys():
            raise NotAnnotatedError("styles")
        self._marked: dict[tuple[int, str], int] = {}
        self._named: dict[str, int] = {}
        self._made: dict[tuple[str, str], int] = {}
        ours = {i for i, fill in enumerate(self._parts["fills"]) if _is_ours(fill)}
        self._left = {
            i
            for i, xf in enumerate(self._parts["cellXfs"])
            if xf.get("fillId", "").isdecimal() and int(xf.get("fillId", "0")) in ours
        }

    @property
    def left_over(self) -> frozenset[int]:
        """Cell formats that an earlier return coloured."""
        return frozenset(self._left)

    def marked(self, style: int, severity: str) -> int:
        """Return the format ``style`` with the colour of ``severity``, "" for none."""
        if (style, severity) not in self._marked:
            formats = self._parts["cellXfs"]
            if not 0 <= style < len(formats):
                raise NotAnnotatedError("style")
            xf = deepcopy(formats[style])
            xf.set("fillId", str(self._fill(severity)) if severity else "0")
            xf.set("applyFill", "1")
            self._marked[style, severity] = _appended(formats, xf)
        return self._marked[style, severity]

    def named(self, look: str) -> int:
        """Return one of the looks of the list of faults."""
        if look not in self._named:
            font, fill, lined, side = _LOOKS[look]
            xf = etree.Element(f"{self._ns}xf")
            attributes = {
                "numFmtId": "49",  # text: what is edited there later stays what it is
                "fontId": str(self._font(font)),
                "fillId": str(self._fill(fill)) if fill else "0",
                "borderId": str(self._border()) if lined else "0",
                "xfId": "0",
            }
            attributes |= {
                f"apply{what}": "1" for what in ("NumberFormat", "Font", "Fill", "Border")
            }
            for name, value in {**attributes, "applyAlignment": "1"}.items():
                xf.set(name, value)
            alignment = etree.SubElement(xf, f"{self._ns}alignment")
            if side:
                alignment.set("horizontal", side)
            alignment.set("vertical", "center")
            if lined:
                alignment.set("wrapText", "1")
            self._named[look] = _appended(self._parts["cellXfs"], xf)
        return self._named[look]

    def _font(self, name: str) -> int:
        if ("font", name) not in self._made:
            font = etree.Element(f"{self._ns}font")
            for tag, value in _FONTS[name].items():  # in the order of CT_Font, 18.8.22
                attribute = "rgb" if tag == "color" else "val"
                etree.SubElement(font, f"{self._ns}{tag}", {attribute: value})
            etree.SubElement(font, f"{self._ns}name", {"val": FONT})
            self._made["font", name] = _appended(self._parts["fonts"], font)
        return self._made["font", name]

    def _fill(self, name: str) -> int:
        if ("fill", name) not in self._made:
            fill = etree.Element(f"{self._ns}fill")
            about = dict(_FILLS[name])
            kind = {"patternType": about.pop("patternType")}
            pattern = etree.SubElement(fill, f"{self._ns}patternFill", kind)
            for tag, colour in about.items():
                etree.SubElement(pattern, f"{self._ns}{tag}", {"rgb": colour})
            if "bgColor" not in about:
                etree.SubElement(pattern, f"{self._ns}bgColor", {"indexed": "64"})
            self._made["fill", name] = _appended(self._parts["fills"], fill)
        return self._made["fill", name]

    def _border(self) -> int:
        if ("border", "") not in self._made:
            border = etree.Element(f"{self._ns}border")
            for side in ("left", "right", "top", "bottom"):
                line = etree.SubElement(border, f"{self._ns}{side}", {"style": "thin"})
                etree.SubElement(line, f"{self._ns}color", {"rgb": "FF" + LINE[1:]})
            etree.SubElement(border, f"{self._ns}diagonal")
            self._made["border", ""] = _appended(self._parts["borders"], border)
        return self._made["border", ""]


def _is_ours(fill: etree._Element) -> bool:
    pattern = fill[0] if len(fill) else None
    if pattern is None or local(pattern) != "patternFill":
        return False
    colours = {local(e): (e.get("rgb") or "").upper() for e in pattern}
    if pattern.get("patternType") == "solid":
        return colours.get("fgColor") in (ERROR_COLOUR, *_BLENDED)
    return colours.get("fgColor") == WARNING_DOTS and colours.get("bgColor") == WARNING_COLOUR


def _appended(parent: etree._Element, child: etree._Element) -> int:
    """Append an element to a counted collection and return its index."""
    parent.append(child)
    parent.set("count", str(len(parent)))
    return len(parent) - 1
