"""Stands where nbgrader's Execute stood: runs the notebook in the sandbox, writes outputs and scores.

nbgrader's ``SaveAutoGrades`` reads the score out of the outputs of a grade cell: an error or a line on
stderr is a zero, the first ``execute_result`` a score, *nothing* full marks. So every autograded cell leaves
here with an output that says what it is worth, and a zero where there is no clean result.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import nbformat
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.cluster import is_machine_fault
from autograder.course import Assignment
from autograder.errors import CourseError, GraderError, Quarantined
from autograder.nbgrader_bridge import state
from autograder.nbgrader_bridge.restore import code_cells, submission_of
from autograder.nbgrader_bridge.run import OF_ALL
from autograder.records import Note, QuestionResult, Result
from autograder.report.feedback import question_html, visible_now
from autograder.report.sanitise import clean_outputs

NOTHING_READ = ("missing-notebook", "unreadable-notebook")
NO_RESULT = Note("no-result", "This question has no result; it counts as 0 points until someone has looked at it.")


class GradeInSandbox(NbGraderPreprocessor):
    """Preprocessor of nbgrader's second pass; its exporter holds the run."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        run = self.parent.run
        who = resources["nbgrader"]
        files, more = run.files(who["student"])
        notes = (*state.notes_of(nb), *more)
        submission = submission_of(nb, who["assignment"], who["student"], who["notebook"], files, notes)
        try:
            result = run.result(submission)
        except GraderError as e:
            if isinstance(e, OF_ALL) or run.pool is None:
                self._end_run(e, who)
            if not is_machine_fault(e):
                raise
            verdict = e.verdict
            self.log.error("%s: not graded (%s): %s", who["student"], verdict, e)
            # nbgrader names the student, goes on with the next one and ends with status 1
            advice = "It waits for staff." if isinstance(e, Quarantined) else "Run the same command again."
            text = f"{who['student']}: not graded ({verdict}). {advice}"
            raise NbGraderException(text) from None  # it prints the traceback, and said why above
        for report in result.reports:  # for staff, who run this; the pages for staff hold the evidence
            self.log.warning("%s: %s: %s", who["student"], report.kind, report.text)
        due = run.assignment.due_for(who["student"], run.extensions)
        write_result(nb, result, run.assignment, visible_now(due))
        return nb, resources

    def _end_run(self, error: GraderError, who: Any) -> None:
        """The course is at fault, or no engine or store is there: each submission would say the same."""
        for problem in error.problems if isinstance(error, CourseError) else (str(error),):
            self.log.error("%s: %s", error.verdict, problem)
        self.parent.run.discard(who["student"])  # else nbgrader would take the half-made folder for a finished one
        raise SystemExit(error.exit_code)


def write_result(nb: Any, result: Result, assignment: Assignment, shown: Collection[str]) -> None:
    """Put outputs and scores into a restored notebook; of other tests than those ``shown`` only the number is told."""
    # nothing was handed in: whatever the released cells print on their own earns no points
    nothing = any(n.kind in NOTHING_READ for n in result.notes)
    ran = {} if nothing else {cell.key: cell for cell in result.cells}
    with_suite = {q.name for q in assignment.questions if q.suite is not None}
    count = 0
    for i, cell in code_cells(nb):
        node = nb.cells[i]
        done = ran.get(cell.key)
        outputs = clean_outputs(done.outputs) if done is not None else []
        if done is not None:
            count += 1
            node.execution_count = count
        meta = node.metadata.get("nbgrader", {})
        if meta.get("grade") and not meta.get("solution"):
            if cell.key in with_suite:
                points = float(meta["points"])
                question = QuestionResult(cell.key, 0.0, points) if nothing else result.question(cell.key)
                outputs = _suite_outputs(outputs, result, question, cell.key, points, shown)
            else:
                outputs = _in_notebook_outputs(outputs, done is not None, float(meta["points"]), result)
        for output in outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        node.outputs = [nbformat.from_dict(o) for o in outputs]
    flagged = [] if nothing else [q.question for q in result.questions if q.flagged]
    state.describe(nb, result, flagged)


def _suite_outputs(
    visible: list[dict[str, Any]],
    result: Result,
    question: QuestionResult | None,
    key: str,
    points: float,
    visibilities: Collection[str],
) -> list[dict[str, Any]]:
    """Feedback, then the score, then what the cell's visible checks printed.

    nbgrader stops at the first ``execute_result``, so that an error of the visible checks changes no score.
    """
    notes = [n for n in result.notes if n.where in (key, f"{key}_solution")]
    if question is None:
        question, notes = QuestionResult(key, 0.0, points, flagged=True), [*notes, NO_RESULT]
    score = clean_score(question.score, points)
    if score is None:
        score, notes = 0.0, [*notes, NO_RESULT]
    shown = QuestionResult(key, score, points, question.tests, question.flagged)
    html = question_html(shown, visibilities, notes)
    text = f"{score:.6f}".rstrip("0").rstrip(".")
    return [
        {"output_type": "display_data", "data": {"text/html": html, "text/plain": f"{key}: {text}"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": None},
        *(o for o in visible if o["output_type"] != "execute_result"),
    ]


def _in_notebook_outputs(
    outputs: list[dict[str, Any]], ran: bool, points: float, result: Result
) -> list[dict[str, Any]]:
    """A grade cell whose tests are in the notebook: its outputs as they are, unless they are no clean result.

    nbgrader gives full marks to a cell without output, to ``nan`` and to a negative number, and stops the
    whole submission at a number above the points: none of these is a result.
    """
    if not ran:
        because = f" ({result.verdict})" if result.verdict != "graded" else ""
        return [_failure("NotRun", f"This cell was not run{because}.")]
    for output in outputs:
        if output["output_type"] == "error" or output.get("name") == "stderr":
            return outputs
        if output["output_type"] == "execute_result":
            value = _number(output["data"]["text/plain"])
            if value is not None and clean_score(value, points) != value:
                return [_failure("NoCleanScore", f"{value!r} is no score between 0 and {points:g}."), *outputs]
            return outputs
    return outputs


def clean_score(score: float, points: float) -> float | None:
    """The score within [0, points]; None if it is no finite number."""
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not math.isfinite(score):
        return None
    return min(max(float(score), 0.0), points)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _failure(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
