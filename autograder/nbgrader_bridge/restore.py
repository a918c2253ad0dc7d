"""Puts a submitted notebook in order: what nbgrader's sanitising does, for every notebook there is.

nbgrader's own preprocessors stop at an old metadata schema, at a deleted read-only cell, at a cell that was
duplicated or retyped, and they believe the flags and points that the student's file names. Here a student's
metadata only tells *which* released cell a cell is; all else comes from the gradebook.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.nbgrader_bridge.source_cells import ReleasedCell, ReleasedNotebook
from autograder.nbgrader_bridge.submitted import RawCell, RawNotebook
from autograder.records import CodeCell, Note, Submission

_GOOD_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def restore(raw: RawNotebook, released: ReleasedNotebook) -> tuple[NotebookNode, tuple[Note, ...]]:
    """The notebook that is graded, and what was done to it.

    Locked cells get their released source; each released cell but those that students fill in is put back
    where it is missing; of several copies one keeps the grade id and all stay in place as they are.
    """
    notes: list[Note] = list(raw.notes)
    cells: list[tuple[RawCell, ReleasedCell | None]]
    if raw.cells is None:
        cells = [(_as_released(c), c) for c in released.cells]
    else:
        cells = _identify(raw.cells, released, notes)
        _put_back(cells, released, notes)
    seen: set[str] = set()
    nodes = [_node(cell, origin, i, seen, notes) for i, (cell, origin) in enumerate(cells)]
    metadata: dict[str, Any] = {"kernelspec": released.kernelspec} if released.kernelspec else {}
    language = released.kernelspec.get("language")
    if language:
        metadata["language_info"] = {"name": language}
    # not by nbformat.v4.new_notebook, which validates: parts that were checked when they were read cannot be invalid,
    # a test says so of every notebook that it makes up, and who writes a notebook validates it
    notebook = NotebookNode(cells=nodes, metadata=nbformat.from_dict(metadata), nbformat=4, nbformat_minor=5)
    return notebook, tuple(notes)


def code_cells(notebook: NotebookNode) -> tuple[tuple[int, CodeCell], ...]:
    """(position, cell) of each code cell; the key is the grade id or ``cell-<position>``."""
    found = []
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            found.append((i, CodeCell(grade_id or f"cell-{i}", cell.source)))
    return tuple(found)


def submission_of(
    notebook: NotebookNode,
    assignment: str,
    student: str,
    name: str,
    files: Sequence[tuple[str, bytes]] = (),
    notes: Sequence[Note] = (),
) -> Submission:
    """The record that is graded, from a restored notebook."""
    return Submission(
        assignment=assignment,
        student=student,
        notebook=name,
        cells=tuple(cell for _, cell in code_cells(notebook)),
        files=tuple(files),
        notes=tuple(notes),
    )


def _identify(
    cells: Sequence[RawCell], released: ReleasedNotebook, notes: list[Note]
) -> list[tuple[RawCell, ReleasedCell | None]]:
    """Each cell with the released cell that it is, of which there is one each."""
    known = {c.name: c for c in released.cells}
    copies: dict[str, list[int]] = defaultdict(list)
    for i, cell in enumerate(cells):
        if cell.grade_id in known:
            copies[cell.grade_id].append(i)
    kept = {}
    for name, places in copies.items():
        kept[_choose(cells, places, known[name])] = known[name]
        if len(places) > 1:
            text = f"The cell {name} is there {len(places)} times. All copies were run in order; the last one holds."
            notes.append(Note("duplicated-cell", text, name))
    return [(cell, kept.get(i)) for i, cell in enumerate(cells)]


def _choose(cells: Sequence[RawCell], places: list[int], origin: ReleasedCell) -> int:
    """The copy that keeps the grade id: the last that was worked on, as its definitions hold in the end.

    The last copy may be the untouched stub, and nbgrader would find "No response" in it.
    """
    if origin.solution:
        worked_on = [i for i in places if cells[i].source != origin.source]
        if worked_on:
            return worked_on[-1]
    return places[-1]


def _put_back(
    cells: list[tuple[RawCell, ReleasedCell | None]], released: ReleasedNotebook, notes: list[Note]
) -> None:
    """Insert missing released cells, each after the one that came before it in the release."""
    present = {origin.name for _, origin in cells if origin is not None}
    previous: str | None = None
    for origin in released.cells:
        if origin.name not in present:
            fills_in = origin.solution and not origin.grade
            end = "The code that it held counts if it is in another cell." if fills_in else "It was put back."
            notes.append(Note("deleted-cell", f"The cell {origin.name} had been deleted. {end}", origin.name))
            if fills_in:
                continue  # its stub would hide a function that the student wrote in another cell
            place = next((i + 1 for i, (_, o) in enumerate(cells) if o is not None and o.name == previous), 0)
            cells.insert(place, (_as_released(origin), origin))
        previous = origin.name


def _as_released(origin: ReleasedCell) -> RawCell:
    return RawCell(kind=origin.kind, source=origin.source, grade_id=origin.name)


def _node(cell: RawCell, origin: ReleasedCell | None, i: int, seen: set[str], notes: list[Note]) -> NotebookNode:
    kind = origin.kind if origin is not None else cell.kind
    metadata = NotebookNode()
    if origin is not None:
        metadata["nbgrader"] = NotebookNode(origin.metadata())
        if not origin.solution:
            metadata["deletable"] = metadata["editable"] = False
    of_code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    # not by nbformat.v4.new_code_cell, which validates each cell
    node = NotebookNode(cell_type=kind, id=_id(cell, i, seen), metadata=metadata, source=cell.source, **of_code)
    if kind == "markdown" and cell.attachments:
        node.attachments = nbformat.from_dict(cell.attachments)
    if origin is not None:
        if cell.kind != kind:
            text = f"The cell {origin.name} had become a {cell.kind} cell. It was made a {kind} cell again."
            notes.append(Note("retyped-cell", text, origin.name))
        # cell.checksum is what the student's file says of the released text; forged, it only spares this note
        as_released = cell.source == origin.source and cell.checksum == origin.checksum  # spares most of the digests
        if origin.locked and not as_released and cell.checksum not in ("", compute_checksum(node)):
            text = f"The locked cell {origin.name} had been changed. It was put back as it was released."
            notes.append(Note("changed-cell", text, origin.name))
        if origin.locked:
            node.source = origin.source
    return node


def _id(cell: RawCell, i: int, seen: set[str]) -> str:
    found = cell.cell_id if _GOOD_ID.fullmatch(cell.cell_id) and cell.cell_id not in seen else f"c{i}"
    while found in seen:
        found += "-"
    seen.add(found)
    return found
