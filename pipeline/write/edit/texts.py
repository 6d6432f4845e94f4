"""Letters of a passage are changed where they stand; runs, controls and bookmarks stay around them.

A text without figures goes into the text elements that are there. One with figures splits a run:
each figure gets its own control and bookmark, in the look of the text around it.
"""

from __future__ import annotations

from copy import deepcopy

from pipeline.read.document.xml import Element, name
from pipeline.write.briefing.figures import PREFIX, SPACE, Bookmarks, W, clean, run
from pipeline.write.content import Placed
from pipeline.write.edit.changes import Marked, Retext
from pipeline.write.edit.sheet import Held, Piece

_MARKED = (PREFIX, "no_")


def retext(held: Held, edits: list[Retext], bookmarks: Bookmarks) -> None:
    """Make the changes to one passage, the last first, so that places hold."""
    if name(held.paragraph) == "wp:docPr":
        said = held.paragraph.get("descr") or ""
        for edit in sorted(edits, key=lambda e: -e.start):
            new = "".join(p if isinstance(p, str) else p.text for p in edit.pieces)
            said = said[: edit.start] + new + said[edit.end :]
        held.paragraph.set("descr", said)
        return
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        _one(held, edit, bookmarks)


def _one(held: Held, edit: Retext, bookmarks: Bookmarks) -> None:
    touched = [p for p in held.pieces if p.start < edit.end and p.end > edit.start]
    emptied = [
        p.element for p in touched
        if _control(p.element) is not None and edit.start <= p.start and p.end <= edit.end
    ]  # fmt: skip
    plain = all(isinstance(piece, str) for piece in edit.pieces)
    text = "".join(clean(piece) for piece in edit.pieces if isinstance(piece, str))
    if plain and touched and text:
        # Into the first text that is no figure's, unless it is a figure's alone.
        own = [p for p in touched if _control(p.element) is None]
        inside = (own or touched)[0]
        for piece in touched:
            _cut(piece, edit, text if piece is inside else "")
        if inside.element in emptied:
            emptied.remove(inside.element)
    else:
        place = _place(held, edit.start)
        for piece in touched:
            _cut(piece, edit, "")
        if edit.pieces and place is not None:
            _put_in(place, edit, bookmarks)
    for element in emptied if edit.end > edit.start else ():
        if not (element.text or ""):
            _without_marks(element)


def _cut(piece: Piece, edit: Retext, text: str) -> None:
    """Take the letters out of a piece, and put a text in their place."""
    said = piece.element.text or ""
    low, high = max(edit.start - piece.start, 0), min(edit.end - piece.start, len(said))
    piece.element.text = said[:low] + text + said[high:]
    piece.element.set(SPACE, "preserve")


def _place(held: Held, start: int) -> Piece | None:
    """The piece at whose letters something is put in: before it, unless it is a figure's own."""
    around = [p for p in held.pieces if p.start <= start <= p.end]
    plain = [p for p in around if _control(p.element) is None]
    return (plain or around or [None])[0]  # type: ignore[list-item]


def _put_in(place: Piece, edit: Retext, bookmarks: Bookmarks) -> None:
    said = place.element.text or ""
    low = min(max(edit.start - place.start, 0), len(said))
    own = next(a for a in place.element.iterancestors() if name(a) == "w:r")
    properties = own.find(f"{W}rPr")
    made: list[Element] = []
    for piece in edit.pieces:
        if isinstance(piece, Marked):
            made += bookmarks.place(Placed(piece.text, piece.tag), properties)
        elif piece:
            made.append(run(clean(piece), properties))
    control = _control(place.element)
    if control is not None:
        _beside(control, made, before=low == 0 and bool(said))
        return
    rest = deepcopy(own)
    after = rest.findall(f"{W}t")
    number = [t for t in own if t.tag == f"{W}t"].index(place.element)
    place.element.text, after[number].text = said[:low], said[low:]
    place.element.set(SPACE, "preserve")
    after[number].set(SPACE, "preserve")
    _only(own, list(own).index(place.element), before=True)
    _only(rest, list(rest).index(after[number]), before=False)
    for one in reversed([*made, rest]):
        own.addnext(one)


def _only(run_: Element, number: int, *, before: bool) -> None:
    """Keep of a run what stands before (or from) the child of that number."""
    for place, child in enumerate(list(run_)):
        gone = place > number if before else place < number
        if gone and name(child) != "w:rPr":
            run_.remove(child)


def _beside(control: Element, made: list[Element], *, before: bool) -> None:
    """Put elements beside a figure: outside its control and its bookmark."""
    marks = ("w:bookmarkStart", "w:bookmarkEnd")
    here = control
    step = Element.getprevious if before else Element.getnext
    while (further := step(here)) is not None and name(further) == marks[not before]:
        here = further
    for one in made if before else reversed(made):
        (here.addprevious if before else here.addnext)(one)


def _control(text: Element) -> Element | None:
    """The figure's control that a text stands in."""
    for above in text.iterancestors():
        if name(above) == "w:sdt":
            tag = above.find(f"{W}sdtPr/{W}tag")
            if tag is not None and (tag.get(f"{W}val") or "").startswith(_MARKED):
                return above
    return None


def _without_marks(text: Element) -> None:
    """Remove the control of a figure that is gone, and the bookmark around it."""
    control = _control(text)
    if control is None:
        return
    start, end = control.getprevious(), control.getnext()
    if start is not None and end is not None:
        marks = (name(start), name(end)) == ("w:bookmarkStart", "w:bookmarkEnd")
        for mark in (start, end) if marks else ():
            around = mark.getparent()
            assert around is not None
            around.remove(mark)
    parent = control.getparent()
    assert parent is not None
    parent.remove(control)
