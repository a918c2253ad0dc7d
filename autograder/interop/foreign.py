"""What somebody else wrote, read as data: notebooks, points and code. Nothing is run, and no oddity is a crash."""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from pathlib import Path
from typing import Any

from autograder.errors import BadArchive

# NUL, halves of characters, and what ends a line for Python's texts but not in a notebook's cell.
_ODD = re.compile("[\0\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]")
_NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
_SHOWN = 40


def read_bytes(path: Path) -> bytes:
    """Content of a file.

    Raises
    ------
    BadArchive
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as e:
        raise BadArchive(f"{path}: cannot be read ({e}). Name a zip, a folder or a notebook.") from e


def read_notebook(data: bytes, where: str) -> dict[str, Any]:
    """A notebook in format 4 of which the rest of this package can rely on the types.

    ``metadata`` of the notebook and of every cell is a dictionary, as are the notebook's ``kernelspec`` and a cell's
    ``nbgrader``, empty where they are missing; every ``source`` is one text with ``\\n`` at the ends of lines.

    Raises
    ------
    BadArchive
        With every part that is otherwise.
    """
    try:
        document = json.loads(data)
        if document["nbformat"] != 4 or not isinstance(document["cells"], list):
            raise ValueError("not in format 4")
        for cell in document["cells"]:
            if not isinstance(cell["cell_type"], str):
                raise ValueError("a cell has no type")
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            cell["source"] = source.replace("\r\n", "\n").replace("\r", "\n")
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError) as e:
        what = f"{type(e).__name__}: {e}"
        raise BadArchive(f"{where}: is no notebook in format 4 ({what}). Save it in JupyterLab.") from e
    problems = _make_dictionary(document, "metadata", where)
    problems = problems or _make_dictionary(document["metadata"], "kernelspec", where)
    for number, cell in enumerate(document["cells"], 1):
        here = f"{where}: cell {number}"
        problems += _make_dictionary(cell, "metadata", here) or _make_dictionary(cell["metadata"], "nbgrader", here)
        odd = odd_character(cell["source"])
        if odd:
            problems.append(f"{here}: holds the character {odd}, which no text notebook can hold. Remove it.")
    if not problems and not _is_text(document):
        problems.append(f"{where}: its metadata holds half a character (U+D800 to U+DFFF). Save it in JupyterLab.")
    if problems:
        raise BadArchive(problems)
    return document


def _make_dictionary(parent: dict[str, Any], key: str, where: str) -> list[str]:
    parent[key] = parent.get(key) if parent.get(key) is not None else {}
    if isinstance(parent[key], dict):
        return []
    return [f"{where}: its {key} is {shown(parent[key])} and no object. Save it in JupyterLab."]


def _is_text(document: Any) -> bool:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def odd_character(text: str) -> str:
    """The first character that would not come back from a text notebook as it is, as ``U+2028``; or ""."""
    found = _ODD.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def lost_tags(cell: dict[str, Any], where: str) -> list[str]:
    """A note where a cell has tags, which an import does not take along; otter's own say nothing more."""
    tags = cell["metadata"].get("tags")
    own = [shown(t) for t in tags if not str(t).startswith("otter_")] if isinstance(tags, list) else []
    return [f"{where}: its tags ({', '.join(own)}) were not taken along"] if own else []


def is_points(value: Any) -> bool:
    """Whether a value is a number of points: finite, and 0 or more."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value) and value >= 0
    except OverflowError:
        return False


def shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of more digits than Python writes
        return f"a long {type(value).__name__}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def parse(source: str) -> ast.Module | None:
    """The tree of a source; None where it is no plain Python that can be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except _NOT_PARSED:
        return None


def fault_of(source: str) -> tuple[int, str] | None:
    """Line, and what it says, of why a source is no module of plain Python; None where it is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as e:
        return e.lineno or 1, e.msg
    except _NOT_PARSED as e:
        return 1, str(e) or type(e).__name__
    return None
