"""Known-wrong solutions (mutants) and right ones in another style (wheats), read from their files.

A mutant is a Python file whose docstring is a header::

    \"\"\"Mutant: normalises the grid so that the values sum to 1.
    Misconception: a density is confused with a probability mass function.
    Killed by: test_unit_area, test_density_after_first_toss
    Hint: density-vs-mass
    \"\"\"

and whose code takes the place of the solution cell of its question; the other questions keep the
reference. A wheat has the one header line ``Wheat:``. A header's value may go on in the next line.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import BadManifest

MUTANT_FIELDS = ("Mutant", "Misconception", "Killed by", "Hint")
WHEAT_FIELDS = ("Wheat",)

_FIELD = re.compile(r"^([A-Z][A-Za-z ]*):\s*(.*)$")
_TEST_NAME = re.compile(r"^test_\w+$")


@dataclass(frozen=True)
class Mutant:
    """A wrong solution of one question, and who is to notice it."""

    question: str
    name: str
    path: Path
    summary: str
    misconception: str
    killed_by: tuple[str, ...]
    hint: str
    source: str


@dataclass(frozen=True)
class Wheat:
    """A right solution of one question in another style than the reference."""

    question: str
    name: str
    path: Path
    summary: str
    source: str


def read_mutant(path: Path, question: str) -> Mutant:
    """Read one mutant.

    Raises
    ------
    BadManifest
        With every problem of the file: no Python, a missing or an unknown header line, a killer
        that is no test's name.
    """
    fields, source = _read(path, MUTANT_FIELDS)
    killers = tuple(name.strip() for name in fields["Killed by"].split(",") if name.strip())
    problems = [
        f"{path}: Killed by: {name!r} is not the name of a test function; write test_..., separated by commas"
        for name in killers
        if not _TEST_NAME.match(name)
    ]
    if problems:
        raise BadManifest(problems)
    return Mutant(
        question=question,
        name=path.stem,
        path=path,
        summary=fields["Mutant"],
        misconception=fields["Misconception"],
        killed_by=killers,
        hint=fields["Hint"],
        source=source,
    )


def read_wheat(path: Path, question: str) -> Wheat:
    """Read one right solution; raises :class:`BadManifest` as :func:`read_mutant` does."""
    fields, source = _read(path, WHEAT_FIELDS)
    return Wheat(question=question, name=path.stem, path=path, summary=fields["Wheat"], source=source)


def _read(path: Path, expected: tuple[str, ...]) -> tuple[dict[str, str], str]:
    """Header fields and the code below the header."""
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise BadManifest(f"{path}:{error.lineno}: no Python code: {error.msg}") from error
    header = ast.get_docstring(tree)
    if header is None:
        lines = ", ".join(f'"{name}: ..."' for name in expected)
        raise BadManifest(f"{path}: begins without a header; its docstring needs the lines {lines}")
    fields = _fields(header)
    problems = [f"{path}: the header has no line {name!r} or it is empty" for name in expected if not fields.get(name)]
    problems += [
        f"{path}: unknown header line {name!r}; known are {', '.join(expected)}"
        for name in fields
        if name not in expected
    ]
    body = text.splitlines(keepends=True)[tree.body[0].end_lineno :]
    if len(tree.body) < 2:
        problems.append(f"{path}: no code follows the header")
    if problems:
        raise BadManifest(problems)
    return fields, "".join(body).lstrip("\n")


def _fields(header: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = None
    for line in header.splitlines():
        match = _FIELD.match(line)
        # A continued sentence may hold a colon too: only an unindented line whose head is short starts a field.
        if match and len(match[1]) <= 14:
            last = match[1]
            fields[last] = match[2].strip()
        elif last is not None and line.strip():
            fields[last] = f"{fields[last]} {line.strip()}".strip()
    return fields
