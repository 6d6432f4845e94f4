"""Check a template's tags before it is filled in: each must be known, whole and closed.

All branches are looked at, also those that today's values leave out, so that a template that was
accepted once does not fail in the week in which its other branch is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from rapidfuzz.distance import OSA

from pipeline.errors import ConfigurationError
from pipeline.write.briefing.figures import Element, W
from pipeline.write.briefing.tags import TAGS, Tag

REMEDY = (
    "请在 Word 中改正该处；全部标签见 taizhang template --briefing 生成的标签一览，"
    "也可删去工作文件夹中的模板，改用自带的"
)
_FULL_WIDTH = re.compile(r"｛[{｛%％]|\{[｛％]|[%％｝}]｝|[％｝]\}")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_HALF = re.compile(r"\{\{|\}\}|\{%|%\}")
_SCOPE = re.compile(r"^(\{[{%#]-?)(?:p|tr|tc|r)\s")
_WORD = re.compile(r"\w+")
# docxtpl's own: they merge cells, or take an expression.
_CELLS, _VALUED = ("vm", "hm"), ("colspan", "cellbg")
_OPENING = {"for": "endfor", "if": "endif"}
_KNOWN = (*_OPENING, *_OPENING.values(), "elif", "else", "set", *_CELLS, *_VALUED)
_QUOTES = str.maketrans("‘’“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class _Place:
    """A tag as it is written, and the paragraph it stands in."""

    tag: str
    start: int
    paragraph: str

    @property
    def around(self) -> str:
        """The tag with some words on either side."""
        text, end = self.paragraph, self.start + len(self.tag)
        before, after = text[max(0, self.start - 16) : self.start], text[end : end + 16]
        return f"{before}{self.tag}{after}"


def check(template: Path, parts: Sequence[Element]) -> None:
    """Check the parts of a document (body, headers, footers).

    Raises ``ConfigurationError`` that names the tag, the words around it, what is known that comes
    closest, and what to do.
    """
    for part in parts:
        places = [place for text in paragraphs(part) for place in _places(template, text)]
        _check_closed(template, places)
        _check_names(template, places)


def paragraphs(part: Element) -> Iterator[str]:
    """Yield each paragraph's own text; content controls and text boxes are included."""
    for paragraph in part.iter(f"{W}p"):
        own = (t for t in paragraph.iter(f"{W}t") if next(t.iterancestors(f"{W}p")) is paragraph)
        yield "".join(text.text or "" for text in own)


def _fault(template: Path, place: _Place, fault: str) -> ConfigurationError:
    return ConfigurationError(f"简报模板 {template} {fault}：在“{place.around}”", REMEDY)


def _places(template: Path, text: str) -> Iterator[_Place]:
    """Yield a paragraph's tags; refuse braces that an input method typed, and halves of tags."""
    wide = _FULL_WIDTH.search(text)
    if wide:
        place = _Place(text[wide.start() : wide.start() + 20], wide.start(), text)
        raise ConfigurationError(
            f"简报模板 {template} 的标签用了全角括号：在“{place.around}”",
            "请改为半角：{{ }} 和 {% %}",
        )
    rest = _TAG.sub(lambda found: " " * len(found.group()), text)
    half = _HALF.search(rest)
    if half:
        place = _Place(half.group(), half.start(), text)
        raise _fault(template, place, "里有写了一半的标签，括号要成对，并在同一段里")
    for found in _TAG.finditer(text):
        if not found.group().startswith("{#"):
            yield _Place(found.group(), found.start(), text)


def _bare(tag: str) -> str:
    """Return a tag as Jinja reads it: without docxtpl's sign for what it takes away."""
    return _SCOPE.sub(r"\1 ", tag).translate(_QUOTES)


def _keyword(place: _Place) -> str:
    """Return the first word of a ``{% … %}``; nothing for a ``{{ … }}``."""
    word = _WORD.search(_bare(place.tag))
    return word.group() if place.tag.startswith("{%") and word else ""


def _check_closed(template: Path, places: Sequence[_Place]) -> None:
    """Each loop and condition must end, in the order in which they began."""
    opened: list[_Place] = []
    for place in places:
        word = _keyword(place)
        if place.tag.startswith("{%") and word not in _KNOWN:
            raise _fault(template, place, f"里有不认识的写法『{word}』{_closest(word, _KNOWN)}")
        if word in _OPENING:
            opened.append(place)
        elif word in (*_OPENING.values(), "else", "elif"):
            expected = _OPENING[_keyword(opened[-1])] if opened else ""
            if not opened or (word in _OPENING.values() and word != expected):
                wanted = f"，此处应为 {expected}" if expected else "，前面没有与它成对的 for 或 if"
                raise _fault(template, place, f"里多出了『{word}』{wanted}")
            if word == expected:
                opened.pop()
    if opened:
        end = _OPENING[_keyword(opened[-1])]
        raise _fault(template, opened[-1], f"里有没有结束的循环或条件，缺少 {end}")


def _check_names(template: Path, places: Sequence[_Place]) -> None:
    """Parse the tags, one a line, so that each line's number leads back to its tag."""
    lines = []
    for place in places:
        word, tag = _keyword(place), _bare(place.tag)
        if word in _CELLS:
            tag = ""
        elif word in _VALUED:
            tag = tag.replace("{%", "{{").replace("%}", "}}").replace(word, "", 1)
        lines.append(tag)
    try:
        tree = SandboxedEnvironment().parse("\n".join(lines))
    except TemplateSyntaxError as error:
        place = places[min(error.lineno, len(places)) - 1]
        raise _fault(template, place, f"的标签写法有误（{error.message}）") from error
    _Names(template, places).body(tree.body, {tag.name: tag for tag in TAGS})


@dataclass(frozen=True, slots=True)
class _Element:
    """What a loop over a tag gives in turn."""

    tag: Tag


_Shape = Tag | _Element | None
"""What an expression stands for: a tag's value, one of a list, or (None) what can't be said."""

_LOOPS = {tag.each: tag for tag in TAGS if tag.parts} | {
    part.each: part for tag in TAGS for part in tag.parts if part.parts
}


@dataclass(frozen=True, slots=True)
class _Names:
    """Follows names through loops and conditions."""

    template: Path
    places: Sequence[_Place]

    def body(self, body: Sequence[nodes.Node], known: Mapping[str, _Shape]) -> None:
        """Check statements, with the names known where they stand."""
        known = dict(known)
        for node in body:
            if isinstance(node, nodes.For):
                self._loop(node, known)
            elif isinstance(node, nodes.If):
                self.shape(node.test, known)
                for branch in (node.body, node.elif_, node.else_):
                    self.body(branch, known)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                known[node.target.name] = self.shape(node.node, known)
            else:
                for child in node.iter_child_nodes():
                    self.shape(child, known)

    def _loop(self, node: nodes.For, known: Mapping[str, _Shape]) -> None:
        over = self.shape(node.iter, known)
        if over is not None and not (isinstance(over, Tag) and over.parts):
            raise self._refused(node, "里循环的不是一个列表")
        each = _Element(over) if isinstance(over, Tag) else None
        inside = dict(known) | {"loop": None}
        if isinstance(node.target, nodes.Name):
            inside[node.target.name] = each
        else:
            inside |= {name.name: None for name in node.target.find_all(nodes.Name)}
        self.body(node.body, inside)
        self.body(node.else_, known)

    def shape(self, node: nodes.Node, known: Mapping[str, _Shape]) -> _Shape:
        """Return what an expression stands for; refuse a name or an attribute that there isn't."""
        if isinstance(node, nodes.Name):
            return self._named(node, known)
        if isinstance(node, nodes.Call):
            raise self._refused(node, "里有不能用的写法，标签只能取值，不能调用")
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            base = self.shape(node.node, known)
            attribute = node.attr if isinstance(node, nodes.Getattr) else _constant(node.arg)
            if isinstance(attribute, int) and isinstance(base, Tag) and base.parts:
                return _Element(base)
            if base is None:
                return None
            return self._attribute(node, base, str(attribute))
        for child in node.iter_child_nodes():
            self.shape(child, known)
        return None

    def _named(self, node: nodes.Name, known: Mapping[str, _Shape]) -> _Shape:
        if node.name in known:
            return known[node.name]
        if node.name in _LOOPS:
            loop = f"{{%p for {node.name} in … %}} 与 {{%p endfor %}}"
            raise self._refused(node, f"里的『{node.name}』只能用在 {loop} 之间")
        closest = _closest(node.name, [*known])
        raise self._refused(node, f"里有不认识的标签『{node.name}』{closest}")

    def _attribute(self, node: nodes.Expr, base: Tag | _Element, name: str) -> _Shape:
        if isinstance(base, Tag):
            raise self._refused(node, f"里的『{base.name}』没有下一级，不能写『.{name}』")
        for part in base.tag.parts:
            if part.name == name:
                return part
        full = [f"{base.tag.each}.{part.name}" for part in base.tag.parts]
        written = f"{base.tag.each}.{name}"
        raise self._refused(node, f"里有不认识的标签『{written}』{_closest(written, full)}")

    def _refused(self, node: nodes.Node, fault: str) -> ConfigurationError:
        return _fault(self.template, self.places[node.lineno - 1], fault)


def _constant(node: nodes.Node) -> object:
    return node.value if isinstance(node, nodes.Const) else "…"


def _closest(name: str, known: Sequence[str]) -> str:
    """Say which name comes closest, if any does; letters only swapped come before others."""

    def far(other: str) -> tuple[int, bool]:
        return OSA.distance(name, other), sorted(name) != sorted(other)

    found = min(known, key=far, default="")
    near = found and far(found)[0] <= max(len(name), len(found)) // 2
    return f"，最接近的是『{found}』" if near else ""
