"""Search what students receive for what they must not: solutions, hidden tests, expected values.

The search compares text, line by line, and errs on the side of asking: a line of a solution that
also stands in the public part of the notebook is no leak, any other is. It cannot see a leak in
other words (a hint that gives the answer away): that takes a reader.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.regions import HIDDEN_TESTS, MARKS, SOLUTION, split_regions

LEAST_LINE = 12
"""Characters that a line of code needs to be telling: ``return x`` stands in every notebook."""

LEAST_LITERAL = 8
"""Characters that a literal of a suite needs to be telling: ``0.5`` and ``"q1"`` stand everywhere."""

_SPEAKS_TO_STUDENT = re.compile(r"\bassert\b|\bstudent\.|\breference\.|\bdraw\.|\bhint\(|\bclose\(|def test_")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Leak:
    """One line or literal that was found where a student can read it."""

    where: str
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.text.strip()[:100]}"


@dataclass(frozen=True)
class Secrets:
    """What must not be seen: lines of solutions, lines of suites, literals of suites."""

    solution_lines: frozenset[str]
    suite_lines: frozenset[str]
    suite_literals: frozenset[str]


def secrets_of(notebook_text: str, suites: Iterable[str]) -> Secrets:
    """What the instructor's notebook (as text) and the sources of its suites keep from students.

    Lines of a solution region that stand outside of every region as well are public: a docstring may
    quote the formula, a worked example may use the same call.
    """
    public, hidden = split_regions(notebook_text, SOLUTION, HIDDEN_TESTS)
    public_lines = {_bare(line) for line in public}
    solution = {_bare(line) for line in hidden}
    suite_lines: set[str] = set()
    literals: set[str] = set()
    public_text = "\n".join(public)
    for source in suites:
        suite_lines |= {
            _bare(line) for line in source.splitlines() if _telling(line) and _SPEAKS_TO_STUDENT.search(line)
        }
        literals |= {text for text in _literals(source) if text not in public_text}
    return Secrets(
        solution_lines=frozenset(line for line in solution - public_lines if _telling(line)),
        suite_lines=frozenset(suite_lines - public_lines),
        suite_literals=frozenset(literals),
    )


def search_release(folder: Path, secrets: Secrets) -> list[Leak]:
    """Every leak in the files of a released assignment, hidden ones among them."""
    leaks = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        where = str(path.relative_to(folder.parent))
        if path.name.startswith("test_") and path.suffix == ".py":
            leaks.append(Leak(where, "a test module is in the release", path.name))
        leaks += search_text(_readable(path), secrets, where)
    return leaks


def search_text(text: str, secrets: Secrets, where: str) -> list[Leak]:
    """Leaks in one text: region markers, and whole lines of solutions and suites."""
    leaks = []
    for line in text.splitlines():
        bare = _bare(line)
        if any(marker in line for marker in MARKS):
            leaks.append(Leak(where, "a region marker", line))
        elif bare in secrets.solution_lines:
            leaks.append(Leak(where, "a line of the solution", line))
        elif bare in secrets.suite_lines:
            leaks.append(Leak(where, "a line of a hidden suite", line))
    return leaks


def search_feedback(page: str, secrets: Secrets, where: str, own_text: str = "") -> list[Leak]:
    """Leaks in a feedback page (HTML): lines of suites, and their literals.

    Parameters
    ----------
    page : str
        HTML as the student receives it.
    own_text : str
        What the student may see anyway: their own cells and outputs.
    """
    text = html.unescape(_TAGS.sub(" ", _STYLE.sub(" ", page)))
    squeezed = _squeeze(text)
    own = _squeeze(own_text)
    leaks = [
        Leak(where, "a line of a hidden suite", line)
        for line in sorted(secrets.suite_lines)
        if _squeeze(line) in squeezed and _squeeze(line) not in own
    ]
    leaks += [
        Leak(where, "a literal of a hidden suite", literal)
        for literal in sorted(secrets.suite_literals)
        if _squeeze(literal) in squeezed and _squeeze(literal) not in own
    ]
    return leaks


def _literals(source: str) -> Iterator[str]:
    """Long strings and numbers of a suite that no student is meant to read.

    Docstrings (their first line is a title), the texts of ``HINTS``, names of hints and arguments of
    marks are meant to be read, and left out.
    """
    tree = ast.parse(source)
    shown: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            shown.add(id(node.body[0].value))
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "HINTS" for t in node.targets):
            shown |= {id(child) for child in ast.walk(node.value)}
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("hint", "skip", "limit"):
            shown |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("student."):
            shown |= {id(child) for child in node.args[:1]}  # names of the student's own functions
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in shown and not isinstance(node.value, bool | bytes):
            text = node.value if isinstance(node.value, str) else ast.get_source_segment(source, node) or ""
            if len(text.strip()) >= LEAST_LITERAL and not text.strip().isidentifier():
                yield text.strip()


def _readable(path: Path) -> str:
    """Text of a file; of a notebook the text of its cells and outputs, of a binary file what decodes."""
    raw = path.read_bytes()
    text = raw.decode("utf-8", "replace")
    if path.suffix != ".ipynb":
        return text
    return "\n".join(_strings(json.loads(text)))


def _strings(value: object) -> Iterator[str]:
    """Every string of a JSON value; lists of lines are joined, as notebooks store their sources so."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)


def _bare(line: str) -> str:
    return line.strip()


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _telling(line: str) -> bool:
    bare = _bare(line)
    return len(bare) >= LEAST_LINE and not bare.startswith(("#", "import ", "from ", "return None", '"""'))
