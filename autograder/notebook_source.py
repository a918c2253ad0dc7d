"""Reads the instructor's notebook: text in jupytext's percent format, or an ordinary .ipynb.

This is a light reading of the format (headers, nbgrader metadata, sources), because importing jupytext
costs 1.5 seconds of processor time in every judge and every command. What students receive is still made
by jupytext (:mod:`autograder.release`); a test holds that both see the same cells.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEADER = re.compile(r"^# ?%%(?!%)(?P<rest>.*)$")
_KIND = re.compile(r"\[(markdown|md|raw)\]")
_KINDS = {"[markdown]": "markdown", "[md]": "markdown", "[raw]": "raw"}
_NBGRADER = re.compile(r"(?:^|\s)nbgrader\s*=\s*")
_KEYS = {
    "grade": bool,
    "solution": bool,
    "locked": bool,
    "task": bool,
    "grade_id": str,
    "points": (int, float),
    "schema_version": int,
    "checksum": str,
    "cell_type": str,
}

_MOST_POINTS = 10**9
"""Points are kept as floating-point numbers, and an integer may be too large to become one."""


@dataclass(frozen=True)
class SourceCell:
    """One cell of the instructor's notebook.

    ``kind`` is "code", "markdown" or "raw"; ``line`` the line of its header, counted from 1 (the cell's
    position where the source is an .ipynb). Cells without nbgrader metadata have an empty ``grade_id``.
    """

    kind: str
    source: str
    line: int
    grade_id: str = ""
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float | None = None

    @property
    def is_autograded(self) -> bool:
        """Whether the cell's score is made by tests."""
        return self.kind == "code" and self.grade and not self.solution

    @property
    def is_manual(self) -> bool:
        """Whether a person gives the cell's score."""
        return self.task or (self.grade and self.solution)


def read_source(path: Path) -> tuple[tuple[SourceCell, ...], tuple[str, ...]]:
    """Cells of a notebook and the problems of its nbgrader metadata.

    Parameters
    ----------
    path : Path
        A ``.py`` file in the percent format or an ``.ipynb``.

    Returns
    -------
    cells, problems
        ``problems`` has one sentence for each fault (what, where, what to do); the cells are as good as
        they could be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        return (), (f"{path}: cannot be read ({e}). Restore the file, as UTF-8 text.",)
    return (_read_ipynb if path.suffix == ".ipynb" else _read_percent)(path, text)


def _read_percent(path: Path, text: str) -> tuple[tuple[SourceCell, ...], tuple[str, ...]]:
    problems: list[str] = []
    cells: list[SourceCell] = []
    header: tuple[int, str] | None = None
    body: list[str] = []

    def close() -> None:
        if header is not None:
            line, rest = header
            meta = _metadata_of_header(f"{path}:{line}", rest, problems)
            kind = _KINDS.get((m := _KIND.search(rest)) and m[0], "")
            source = "\n".join(body).strip("\n")
            cells.append(_cell(kind or "code", _uncomment(source) if kind else source, line, meta))

    for number, line in enumerate(text.splitlines(), start=1):
        m = _HEADER.match(line)
        if m:
            close()
            header, body = (number, m["rest"]), []
        else:
            body.append(line)
    close()
    if not cells:
        problems.append(f"{path}: has no cell. Start each cell with a line '# %%' (or '# %% [markdown]').")
    return tuple(cells), tuple(problems)


def _read_ipynb(path: Path, text: str) -> tuple[tuple[SourceCell, ...], tuple[str, ...]]:
    try:
        raw_cells = json.loads(text)["cells"]
        problems: list[str] = []
        cells = []
        for i, raw in enumerate(raw_cells):
            source = raw["source"] if isinstance(raw["source"], str) else "".join(raw["source"])
            meta = _checked(f"{path}: cell {i}", raw.get("metadata", {}).get("nbgrader"), problems)
            cells.append(_cell(raw["cell_type"], source, i, meta))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        return (), (f"{path}: is no notebook in format 4 ({type(e).__name__}: {e}). Open and save it in JupyterLab.",)
    return tuple(cells), tuple(problems)


def _metadata_of_header(where: str, rest: str, problems: list[str]) -> dict[str, Any]:
    m = _NBGRADER.search(rest)
    if m is None:
        return {}
    try:
        meta, _ = json.JSONDecoder().raw_decode(rest, m.end())
    except ValueError as e:
        problems.append(f"{where}: what follows 'nbgrader=' is no JSON ({e}). Write nbgrader={{\"grade_id\": ...}}.")
        return {}
    return _checked(where, meta, problems)


def _checked(where: str, meta: Any, problems: list[str]) -> dict[str, Any]:
    """The metadata without what is wrong in it; each fault is appended to ``problems``."""
    if meta is None:
        return {}
    if not isinstance(meta, dict):
        problems.append(f"{where}: the nbgrader metadata is a {type(meta).__name__}. Write an object {{...}}.")
        return {}
    good: dict[str, Any] = {}
    for key, value in meta.items():
        if key not in _KEYS:
            problems.append(f"{where}: unknown nbgrader key {key!r}. Known keys: {', '.join(sorted(_KEYS))}.")
        elif not isinstance(value, _KEYS[key]) or (_KEYS[key] is not bool and isinstance(value, bool)):
            problems.append(f"{where}: nbgrader key {key!r} has the wrong type ({value!r}). Correct its value.")
        elif key == "points" and isinstance(value, int) and abs(value) > _MOST_POINTS:
            problems.append(f"{where}: nbgrader key 'points' is above {_MOST_POINTS} (or as far below 0). Correct it.")
        else:
            good[key] = value
    wants_id = any(good.get(k) for k in ("grade", "solution", "task", "locked"))
    if wants_id and not good.get("grade_id"):
        problems.append(f"{where}: a graded, solution or locked cell has no grade_id. Add \"grade_id\": \"...\".")
    return good


def _cell(kind: str, source: str, line: int, meta: dict[str, Any]) -> SourceCell:
    grade, solution = meta.get("grade", False), meta.get("solution", False)
    points = meta.get("points")
    return SourceCell(
        kind=kind,
        source=source,
        line=line,
        grade_id=meta.get("grade_id", ""),
        grade=grade,
        solution=solution,
        # nbgrader's own rule: a solution cell is open, a grade cell is locked, else as it is marked
        locked=not solution and (grade or meta.get("locked", False)),
        task=meta.get("task", False),
        points=None if points is None else float(points),
    )


def _uncomment(source: str) -> str:
    """Text of a markdown cell: written as comments or as one triple-quoted string."""
    stripped = source.strip()
    for quote in ('"""', "'''"):
        if len(stripped) >= 6 and stripped.startswith(quote) and stripped.endswith(quote):
            return stripped[3:-3].strip("\n")
    lines = source.split("\n")
    if all(not line.strip() or line.startswith("#") for line in lines):
        return "\n".join(line[2:] if line.startswith("# ") else line.removeprefix("#") for line in lines)
    return source
