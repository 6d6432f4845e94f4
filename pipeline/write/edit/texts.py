"""Letters of a passage are changed where they stand; runs, controls and bookmarks stay around them.

A text without figures goes into the text elements that are there. One with figures splits a run:
each figure gets its own control and bookmark, in the look of the text around it.
"""

from __future__ import annotations

from copy import deepcopy

from pipeline.read.document.xml import Element, name
from pipeline.write.briefing.figures import PREFIX, SPACE, Bookmarks, W, clean, run, unwrapped
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
    covered = [p.element for p in touched if edit.start <= p.start and p.end <= edit.end]
    text = "".join(clean(piece) for piece in edit.pieces if isinstance(piece, str))
    if not edit.marked:
        _unmarked(held.paragraph, covered)
    elif not text:
        for element in covered:
            _unwrapped(element)
    if touched and text and all(isinstance(piece, str) for piece in edit.pieces):
        own = [p for p in touched if edit.marked or _control(p.element) is None]
        inside = (own or touched)[0]
        for piece in touched:
            _cut(piece, edit, text if piece is inside else "")
        return
    place = _place(held, edit.start)
    for piece in touched:
        _cut(piece, edit, "")
    if edit.pieces and place is not None:
        _put_in(place, edit, bookmarks)


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


def _unwrapped(text: Element) -> None:
    """Take the control of a figure away from around its text."""
    control = _control(text)
    if control is not None:
        unwrapped(control)


def _unmarked(paragraph: Element, texts: list[Element]) -> None:
    """Take controls and bookmarks of figures away whose whole text is among ``texts``."""
    for text in texts:
        _unwrapped(text)
    every = list(paragraph.iter())
    ends = {e.get(f"{W}id"): n for n, e in enumerate(every) if name(e) == "w:bookmarkEnd"}
    for place, start in enumerate(every):
        known = name(start) == "w:bookmarkStart" and (start.get(f"{W}name") or "").startswith(
            _MARKED
        )
        end = ends.get(start.get(f"{W}id")) if known else None
        if end is None:
            continue
        within = [t for t in every[place:end] if name(t) == "w:t" and t.text]
        if within and all(any(t is each for each in texts) for t in within):
            for mark in (start, every[end]):
                parent = mark.getparent()
                assert parent is not None
                parent.remove(mark)
