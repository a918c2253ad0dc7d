"""The page that a student reads: what each question gave and why, what people wrote, their own notebook as it ran.

:func:`student_page` makes it from the autograded notebook, and is what `nbgrader generate_feedback` and the hub's
service call. It shows what tests' authors meant for students (titles, hints) and what is the student's own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from autograder.records import Note, TestResult
from autograder.regions import HIDDEN_TESTS, has_region, split_regions
from autograder.report.facts import META, Facts, Graded, facts_to_text
from autograder.report.markup import code_block, code_html, outputs_html, text_html
from autograder.report.pages import number, render
from autograder.report.question import QuestionView, notes_elsewhere, notes_of, test_lines

_HEADING = re.compile(r"^#{1,4}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_POINTS = re.compile(r"\s*\((?:bonus,?\s*)?\d+(?:\.\d+)?\s*(?:extra\s*)?points?[^)]*\)\s*$", re.IGNORECASE)
_PUBLIC_CHECKS = re.compile(r'# grader\.check\("|grader\.check\("[^"\n]*"\)\s*$')
NO_RESPONSE = "No response."
"""nbgrader's own comment on an answer that was left as it was released."""

_MARKUP = re.compile(r"[*_`$]")


@dataclass(frozen=True)
class CellView:
    """A cell of the notebook as HTML."""

    html: Markup
    outputs: tuple[Markup, ...] = ()
    anchor: str = ""
    label: str = ""
    question: str = ""


@dataclass(frozen=True)
class StudentPage:
    """All that the template of the page asks for."""

    student: str
    title: str
    score: float
    max_score: float
    waiting: int
    late: tuple[str, ...]
    notes: tuple[str, ...]
    questions: tuple[QuestionView, ...]
    cells: tuple[CellView, ...]


def student_page(notebook: Mapping[str, Any], facts: Facts) -> str:
    """The page as HTML.

    Parameters
    ----------
    notebook : mapping
        The autograded notebook (nbformat 4), with what :mod:`autograder.nbgrader_bridge.state` wrote into it.
    facts : Facts
    """
    about = {"name": META, "content": facts_to_text(facts)}
    return render("student.html.j2", page=build_page(notebook, facts), about=about)


def build_page(notebook: Mapping[str, Any], facts: Facts) -> StudentPage:
    """What the page says, before it is HTML."""
    about = notebook.get("metadata", {}).get("autograder", {})
    notes = [Note(**n) for n in about.get("notes", ())]
    tests = {q: tuple(TestResult(**t) for t in found) for q, found in about.get("tests", {}).items()}
    sections = _sections(notebook["cells"])
    questions = tuple(
        view
        for cell in notebook["cells"]
        if (name := _meta(cell).get("grade_id")) in facts.grades
        and (view := _question(cell, name, facts, tests.get(name), notes, sections, notebook["cells"])) is not None
    )
    names = {q.name for q in questions}
    return StudentPage(
        student=facts.student,
        title=facts.title,
        score=max(sum(q.score or 0.0 for q in questions) - facts.penalty, 0.0),
        max_score=sum(q.max_score for q in questions),
        waiting=sum(q.state == "waiting" for q in questions),
        late=tuple(late_lines(facts)),
        notes=tuple(notes_elsewhere(notes, names)),
        questions=questions,
        cells=tuple(view for i, cell in enumerate(notebook["cells"]) if (view := _cell(cell, i, names, tests))),
    )


def _meta(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return cell.get("metadata", {}).get("nbgrader", {})


def _question(
    cell: Mapping[str, Any],
    name: str,
    facts: Facts,
    tests: tuple[TestResult, ...] | None,
    notes: Sequence[Note],
    sections: Mapping[str, tuple[str, str]],
    cells: Sequence[Mapping[str, Any]],
) -> QuestionView | None:
    grade: Graded = facts.grades[name]
    if grade.score is not None and not math.isfinite(grade.score):
        grade = dataclasses.replace(grade, score=None)
    own = [c for c in cells if _meta(c).get("grade_id") == name or _is_answer(c, name)]
    written = [facts.comments.get(_meta(c).get("grade_id", ""), "").strip() for c in own]
    # nbgrader's own remark says nothing that the tests have not said
    said_by_tests = ("", NO_RESPONSE) if tests is not None else ("",)
    comments = tuple(text_html(text) for text in written if text not in said_by_tests)
    waits = grade.needs_manual_grade and (tests is None or grade.score is None)
    if not grade.max_score and not grade.score and not tests:
        # a reflection without points is no question; what someone wrote about it still is worth showing
        if all(text in ("", NO_RESPONSE) for text in written):
            return None
        waits = False
    lines, common, hidden = test_lines(tests or (), facts.shown)
    said = [*notes_of(notes, name), *([common] if common else [])]
    if grade.needs_manual_grade and not waits:
        said.append("Staff will look at this question once more; its points may change.")
    section, place = sections.get(name, ("", ""))
    lost = grade.score is not None and grade.score < grade.max_score
    reread = []
    if lost and name in facts.reading:
        reread.append((facts.reading[name], ""))
    if lost and section:
        reread.append((f"“{section}” in the notebook", place))
    return QuestionView(
        name=name,
        title=section or name,
        score=None if waits and grade.score in (None, 0) else grade.score,
        max_score=grade.max_score,
        state="waiting" if waits else "graded",
        how=_how(cell, tests),
        by_hand=not waits and grade.manual_score not in (None, grade.auto_score if tests is not None else None),
        auto_score=None if tests is None else grade.auto_score,
        tests=lines,
        hidden=hidden,
        notes=tuple(said),
        outputs=_checked(cell, "last line") if tests is None else (),
        comments=comments,
        reread=tuple(reread),
        answer_anchor=f"a-{name}" if own else "",
    )


def _how(cell: Mapping[str, Any], tests: tuple[TestResult, ...] | None) -> str:
    """What stands for the tests in the overview where there are none."""
    if _meta(cell).get("solution") or _meta(cell).get("task"):
        return "read by a person"
    return "checks in the notebook" if tests is None else "no test was run"


def _is_answer(cell: Mapping[str, Any], question: str) -> bool:
    meta = _meta(cell)
    name = meta.get("grade_id", "")
    return bool(meta.get("solution")) and (name == f"{question}_solution" or name.startswith(f"{question}_solution_"))


def _sections(cells: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """The heading that each graded cell stands under, as plain text without its points, and its cell's anchor."""
    found: dict[str, tuple[str, str]] = {}
    heading = ("", "")
    for position, cell in enumerate(cells):
        meta = _meta(cell)
        if cell["cell_type"] == "markdown" and not (meta.get("solution") and not meta.get("task")):
            headings = _HEADING.findall(cell["source"])
            if headings:
                heading = (_MARKUP.sub("", _POINTS.sub("", headings[-1]))[:120], f"cell-{position}")
        if meta.get("grade_id"):
            found[meta["grade_id"]] = heading
    return found


def _cell(
    cell: Mapping[str, Any], position: int, questions: set[str], tests: Mapping[str, Any]
) -> CellView | None:
    """A cell of the notebook; cells of ours that say nothing new are left out."""
    meta = _meta(cell)
    name = meta.get("grade_id", "")
    if cell["cell_type"] == "markdown":
        if str(cell.get("id", "")).startswith("autograder-notes"):
            return None
        label = "Your answer to" if meta.get("solution") else ""
        return CellView(
            text_html(cell["source"], cell.get("attachments")),
            anchor=f"a-{name}" if name in questions else f"cell-{position}",
            label=label,
            question=name if label else "",
        )
    if cell["cell_type"] != "code":
        return CellView(code_block(cell["source"]))
    if "otter_ignore" in cell.get("metadata", {}).get("tags", ()) and _PUBLIC_CHECKS.match(cell["source"]):
        return None  # they answer in JupyterLab; here they say nothing
    if meta.get("grade") and not meta.get("solution"):
        visible, _ = split_regions(cell["source"], HIDDEN_TESTS)
        outputs = _checked(cell, "all" if name in tests else "last line", name in tests)
        return CellView(code_html("\n".join(visible)), outputs, label="Checks of", question=name)
    owner = next((q for q in questions if _is_answer(cell, q)), "")
    return CellView(
        code_html(cell["source"]),
        tuple(outputs_html(cell.get("outputs", ()))),
        anchor=f"a-{owner}" if name == f"{owner}_solution" else "",
        label="Your answer to" if owner else "",
        question=owner,
    )


def _checked(cell: Mapping[str, Any], errors: str, with_score: bool = False) -> tuple[Markup, ...]:
    """Outputs of a cell with tests; where some of them are hidden, of an error the name alone."""
    outputs = cell.get("outputs", ())
    if has_region(cell["source"], HIDDEN_TESTS):
        errors = "name"
    return tuple(outputs_html(_without_score(outputs) if with_score else outputs, errors))


def _without_score(outputs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Outputs of a grade cell without the two that we put first: the feedback and the score."""
    kinds = [o.get("output_type") for o in outputs[:2]]
    return list(outputs[2:] if kinds == ["display_data", "execute_result"] else outputs)


def late_lines(facts: Facts) -> list[str]:
    """What a student must know about being late: when, by how much, what it cost and by which rule."""
    lines = []
    if facts.extension:
        until = f", until {_time(facts.due)}" if facts.due else ""
        lines.append(f"You have an extension of {duration(facts.extension.total_seconds())}{until}.")
    if facts.seconds_late > 0:
        when = f" on {_time(facts.handed_in)}" if facts.handed_in else ""
        after = f" (it was due on {_time(facts.due)})" if facts.due else ""
        text = f"Handed in{when}, {duration(facts.seconds_late)} late{after}."
        cost = f" {number(facts.penalty)} points were taken off." if facts.penalty else " No points were taken off."
        rule = f" The rule: {facts.policy.rstrip('.')}." if facts.policy else ""
        lines.append(text + cost + rule)
    elif facts.penalty:
        lines.append(f"{number(facts.penalty)} points were taken off for being late.")
    return lines


def duration(seconds: float) -> str:
    """A span in its two largest units: "2 days 3 h", "5 min"."""
    whole = max(int(seconds), 0)
    parts = [
        (whole // 86400, "days" if whole // 86400 != 1 else "day"),
        (whole % 86400 // 3600, "h"),
        (whole % 3600 // 60, "min"),
        (whole % 60, "s"),
    ]
    first = next((i for i, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def _time(when: dt.datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d %H:%M} {when:%Z}".strip()
