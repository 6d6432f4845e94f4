"""Tables of an edited document: rows come, go and move, cells change, a person's words stay."""

from __future__ import annotations

from pipeline.trace.blocks import Part, rows_paired
from pipeline.trace.changing import Changing
from pipeline.trace.tokens import Reading, Token, pieces_of
from pipeline.write.edit.changes import Cell, Retext, Rows


def table_planned(at: Changing, own: Part, old: Part, new: Part) -> None:
    """Bring a table up to date: its cells, and which rows it has in which order."""
    was = rows_paired(own, at.mine, old, at.old)
    then = rows_paired(new, at.new, old, at.old)
    here = {b: a for a, b in was.items()}
    now = {b: a for a, b in then.items()}
    columns = _columns(own, at.mine, old, at.old), _columns(new, at.new, old, at.old)
    going: set[int] = set()
    for row in old.rows:
        if row not in here:
            continue
        if row in now:
            _row(at, own, here[row], old, row, new, now[row], columns)
        elif _row_untouched(at, own, here[row], old, row):
            going.add(here[row])
        else:
            at.note("kept", own.cells[_first(own, here[row])][0],
                       _line(at.mine, own, here[row]), "")  # fmt: skip
    _order(at, own, was, new, then, here, going, old)


def _order(at: Changing, own: Part, was: dict[int, int], new: Part, then: dict[int, int],
    here: dict[int, int], going: set[int], old: Part,
) -> None:  # fmt: skip
    """Bring rows into the newest order; a person's own rows follow the row they followed."""
    order: list[tuple[bool, int]] = []
    for row in new.rows:
        if row not in then:
            order.append((True, row))
            place = own.cells[_first(own, own.rows[0])][0]
            at.note("row_added", place, "", _line(at.new, new, row))
        elif then[row] in here:
            order.append((False, here[then[row]]))
    named = {number for is_new, number in order if not is_new}
    for row in own.rows:
        if row not in named and row not in going:
            before = [(False, r) for r in own.rows if r < row and (False, r) in order]
            order.insert(order.index(before[-1]) + 1 if before else 0, (False, row))
    if order == [(False, row) for row in own.rows]:
        return
    for row in going:
        places = [p for (r, _), ps in own.cells.items() if r == row for p in ps]
        at.gone |= set(places)
        at.note("row_removed", places[0], _line(at.mine, own, row), "")
    at.rows.append(Rows(own.block[1], new.block[1], tuple(order)))


def _row(at: Changing, own: Part, mine: int, old: Part, was: int, new: Part, now: int,
    columns: tuple[dict[int, int], dict[int, int]],
) -> None:  # fmt: skip
    """Bring the cells of a row up to date."""
    back = {b: a for a, b in columns[1].items()}
    for column, before in columns[0].items():
        cells = own.cells.get((mine, column)), old.cells.get((was, before))
        third = new.cells.get((now, back.get(before, -1)))
        if third is None and (before not in back or cells[1] is None):
            continue
        if cells[1] is None and cells[0] is None and third is not None:
            place = (own.block[1], mine, column)
            at.cells.append(Cell(place, (new.block[1], now, back[before])))
        elif cells[0] and cells[1] and len(cells[0]) == len(cells[1]) == 1:
            text = at.new.tokens[third[0]] if third else []
            _cell(at, cells[0][0], at.old.tokens[cells[1][0]], text)


def _cell(at: Changing, place: int, old: list[Token], new: list[Token]) -> None:
    """A cell nobody touched becomes what it is now, else a person's stays and it is told."""
    if [t.key for t in old] == [t.key for t in new]:
        return
    mine = at.mine.tokens[place]
    if [t.key for t in mine] == [t.key for t in old]:
        text = at.mine.text(place)
        at.texts.append(Retext(place, 0, len(text), pieces_of(new)))
        if not all(t.loose for t in (*old, *new)):
            at.note("words", place, text, "".join(t.text for t in new))
    elif [t.key for t in mine] != [t.key for t in new]:
        said = "".join(t.text for t in new)
        at.note("kept", place, at.mine.text(place), said)


def _row_untouched(at: Changing, own: Part, mine: int, old: Part, was: int) -> bool:
    def words(reading: Reading, part: Part, row: int) -> list[str]:
        places = [ps for (r, _), ps in sorted(part.cells.items()) if r == row]
        return [t.kind for each in places for p in each for t in reading.tokens[p]]

    return words(at.mine, own, mine) == words(at.old, old, was)


def _line(reading: Reading, part: Part, row: int) -> str:
    cells = [ps for (r, _), ps in sorted(part.cells.items()) if r == row]
    return "｜".join("".join(reading.text(p) for p in each) for each in cells)


def _first(part: Part, row: int) -> tuple[int, int]:
    return min(place for place in part.cells if place[0] == row)


def _columns(mine: Part, reading: Reading, theirs: Part, others: Reading) -> dict[int, int]:
    """Pair columns by their heads; by their place where a head was reworded."""

    def heads(part: Part, read: Reading) -> dict[int, str]:
        return {
            column: "".join(read.text(p) for p in places).strip()
            for (row, column), places in part.cells.items()
            if row == 0
        }

    own, other = heads(mine, reading), heads(theirs, others)
    by_text = {text: column for column, text in other.items()}
    found = {column: by_text[text] for column, text in own.items() if text in by_text}
    if len(own) == len(other):
        for column in own.keys() & other.keys():
            if column not in found and column not in found.values():
                found[column] = column
    return found
