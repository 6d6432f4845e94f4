"""Elements of DrawingML, and the fills that charts are drawn with."""

from __future__ import annotations

from lxml import etree

from pipeline.write.briefing.figures import Element

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
NAMESPACES = {"c": C[1:-1], "a": A[1:-1], "r": R[1:-1], "wp": WP[1:-1]}

PARTS = ("102A4C", "A9CCE9", "CF7F1F", "B5281F", "FFFFFF")
"""Fills of the parts of a whole, far apart in grey, too (lightness 17, 80, 60, 40, 100)."""

BESIDE = (PARTS[1], PARTS[0], PARTS[3], PARTS[2], PARTS[4])
"""Fills of what stands side by side: the whole, which comes first, is the pale one."""

HATCHED = PARTS[3]
"""The fill drawn as lines: in grey, too, what is late must not be taken for what is done."""

GROUND = "F2B8B3"
"""What those lines stand on."""

GREY, BLACK, WHITE = "7F7F7F", "000000", "FFFFFF"


def hatch(colour: str) -> Element:
    """Return a fill of lines of a colour."""
    lines, ground = (a("srgbClr", val=each) for each in (colour, GROUND))
    return a("pattFill", a("fgClr", lines), a("bgClr", ground), prst="dkUpDiag")


def solid(colour: str) -> Element:
    """Return an even fill."""
    return a("solidFill", a("srgbClr", val=colour))


def text_of(tag: str, text: str) -> Element:
    """Return an element of charts (``c:``) that holds text."""
    made = c(tag)
    made.text = text
    return made


def c(tag: str, /, *children: Element, **attributes: str) -> Element:
    """Return an element of charts, named after its usual prefix ``c:``."""
    return _element(C + tag, children, attributes)


def a(tag: str, /, *children: Element, **attributes: str) -> Element:
    """Return an element of drawings in general, named after its usual prefix ``a:``."""
    return _element(A + tag, children, attributes)


def _element(name: str, children: tuple[Element, ...], attributes: dict[str, str]) -> Element:
    made = etree.Element(name, attributes, nsmap=NAMESPACES)
    made.extend(children)
    return made
