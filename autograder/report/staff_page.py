"""The page of one student for staff: what the student sees, and all that is known about each hidden test."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from autograder.records import CodeCell, Result, TestResult, Times
from autograder.report.markup import code_html, outputs_html
from autograder.report.pages import render
from autograder.report.question import QuestionView, cut, notes_of, test_lines
from autograder.report.student_page import CellView

_FRAME = re.compile(r"^  cell (?P<cell>.+), line (?P<line>\d+), in (?P<name>.*)$", re.MULTILINE)
_DIFFERENCE = re.compile(r"Difference: (.+)$", re.MULTILINE)
AROUND = 2
"""Lines shown before and after the one that a traceback names."""


@dataclass(frozen=True)
class Known:
    """What a staff page needs besides the result.

    Attributes
    ----------
    sources : mapping
        Source of each test function, by question and name.
    seed : callable
        Seed of a test's draws by question and case; None where it cannot be known.
    cells : tuple of CodeCell or None
        The submission's cells; None where it is not there any more.
    times : tuple of (str, str)
        What happened when.
    warnings : tuple of str
        What the reader must know about the page itself.
    """

    title: str
    score: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    seed: Callable[[str, str], int | None] = lambda question, case: None
    cells: tuple[CodeCell, ...] | None = None
    times: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StaffPage:
    """All that the template asks for."""

    student: str
    title: str
    verdict: str
    score: float
    max_score: float
    late: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    reports: tuple[tuple[str, str, str, str], ...]
    findings: tuple[str, ...]
    questions: tuple[QuestionView, ...]
    facts: tuple[tuple[str, str], ...]
    cells: tuple[CellView, ...]


def staff_page(result: Result, known: Known) -> str:
    """The page as HTML."""
    cells = {cell.key: cell.source for cell in known.cells or ()}
    outputs = {cell.key: cell for cell in result.cells}
    questions = tuple(_question(result, q.question, known, cells) for q in result.questions)
    names = {q.name for q in questions}
    page = StaffPage(
        student=result.student,
        title=known.title,
        verdict=result.verdict,
        score=result.score if known.score is None else known.score,
        max_score=result.max_score,
        late=known.late,
        notes=tuple(_with_place(n.text, n.where) for n in result.notes),
        warnings=known.warnings,
        reports=tuple((r.kind, r.text, r.where, r.evidence) for r in result.reports),
        findings=known.findings,
        questions=questions,
        facts=_facts(result, known),
        cells=tuple(_cell(cell, outputs, names) for cell in known.cells or ()),
    )
    return render("staff.html.j2", page=page)


def _with_place(text: str, where: str) -> str:
    return cut(text if not where or where in text else f"{text} (cell {where})")


def _question(result: Result, name: str, known: Known, cells: Mapping[str, str]) -> QuestionView:
    question = result.question(name)
    assert question is not None
    sources = known.sources.get(name, {})

    def staff(test: TestResult) -> Markup:
        function = test.test.split("[", 1)[0].rsplit("::", 1)[-1]
        found = _DIFFERENCE.findall(test.detail)
        return Markup(
            render(
                "staff_test.html.j2",
                t=test,
                replay=replay_command(result, name, test.test),
                difference=found[-1] if found else "",
                frames=_frames(test.detail, cells),
                seed=known.seed(name, test.test),
                source=code_html(sources[function]) if function in sources else "",
            )
        )

    lines, _, _ = test_lines(question.tests, ("public", "after_due", "staff"), staff)
    score = known.scores.get(name, question.score)
    return QuestionView(
        name=name,
        title=name,
        score=score,
        max_score=question.max_score,
        by_hand=score != question.score,
        auto_score=question.score,
        tests=lines,
        notes=(*notes_of(result.notes, name), *(("No clean result: look at it.",) if question.flagged else ())),
        answer_anchor=f"a-{name}" if f"{name}_solution" in cells else "",
    )


def replay_command(result: Result, question: str, test: str) -> str:
    """What runs a test once more; the name is quoted where a shell would read it otherwise."""
    return f"autograder replay {shlex.quote(result.student)} {result.assignment} {shlex.quote(f'{question}::{test}')}"


def _frames(detail: str, cells: Mapping[str, str]) -> list[dict[str, object]]:
    """Lines of the notebook that a traceback went through, with those around them."""
    frames = []
    for found in list(_FRAME.finditer(detail))[-6:]:
        lines = cells.get(found["cell"], "").splitlines()
        number = int(found["line"])
        first, last = max(number - AROUND, 1), min(number + AROUND, len(lines))
        shown = "\n".join(
            f"{'>' if n == number else ' '} {n:3d}  {lines[n - 1]}" for n in range(first, last + 1)
        )
        where = f"cell {found['cell']}, line {number}, in {found['name']}"
        frames.append({"where": where, "code": Markup("<pre>{}</pre>").format(shown) if shown else ""})
    return frames


def _facts(result: Result, known: Known) -> tuple[tuple[str, str], ...]:
    usage = result.usage
    return (
        *known.times,
        ("submission", result.digests.submission),
        ("suite", result.digests.suite),
        ("image", result.digests.image),
        ("seed of the course", result.digests.seed),
        ("engine", result.engine),
        ("used", f"{result.wall_seconds:g} s wall, {usage.cpu_seconds:g} s processor, {usage.peak_memory_mb:g} MiB "
                 f"({usage.source})"),
    )  # fmt: skip


def times_of(times: Times, recorded: str) -> tuple[tuple[str, str], ...]:
    """The five timestamps by name, in UTC, each with the time since the one before it that is known."""
    lines, before = [], None
    for name, text in (*dataclasses.asdict(times).items(), ("recorded", recorded)):
        when = _moment(text)
        if when is None:
            lines.append((name, "not known"))
            continue
        after = "" if before is None else f", {(when - before).total_seconds():.3f} s later"
        lines.append((name, f"{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03d} UTC{after}"))
        before = when
    return tuple(lines)


def _moment(text: str) -> dt.datetime | None:
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return when.astimezone(dt.UTC) if when.tzinfo else when.replace(tzinfo=dt.UTC)


def _cell(cell: CodeCell, outputs: Mapping[str, object], questions: set[str]) -> CellView:
    done = outputs.get(cell.key)
    owner = next((q for q in questions if cell.key == f"{q}_solution" or cell.key.startswith(f"{q}_solution_")), "")
    return CellView(
        code_html(cell.source),
        tuple(outputs_html(done.outputs)) if done is not None else (),
        anchor=f"a-{owner}" if cell.key == f"{owner}_solution" else "",
        label=f"{cell.key}:",
        question=owner,
    )


def test_sources(suite: str) -> dict[str, str]:
    """Source of each test function of a module, decorators included.

    Parameters
    ----------
    suite : str
        The module's source; one that cannot be parsed has none.
    """
    try:
        tree = ast.parse(suite)
    except SyntaxError:
        return {}
    lines = suite.splitlines()
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


test_sources.__test__ = False
