"""Signs of an attack in one submission, for staff alone.

A sign is no proof: locked cells are edited by accident, and limits are met by honest loops. So nothing of this
is shown to the student, no score depends on it, and each report carries what it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.records import CellResult, Note, Report, Submission, TestResult

MANY_LIMITS = 3
"""From so many different limits or places on, limits look like a purpose."""

EVIDENCE = 600
"""Characters of evidence that are kept: it quotes what a student's code chose to say."""

_CANARY = re.compile(r"^CANARY\s*=\s*[\"']([^\"'\n]{8,})[\"']", re.MULTILINE)
_EDITED = ("changed-cell", "retyped-cell", "duplicated-cell")


def canaries_of(suites: Iterable[Path]) -> tuple[str, ...]:
    """Texts that suites declare as ``CANARY = "..."``: nothing that a student hands in or shows should hold one."""
    return tuple(found for path in suites for found in _CANARY.findall(path.read_text(encoding="utf-8")))


def reports_on(
    submission: Submission,
    notes: Sequence[Note],
    tests: Mapping[str, Sequence[TestResult]],
    cells: Sequence[CellResult],
    canaries: Sequence[str] = (),
) -> tuple[Report, ...]:
    """What staff should look at.

    Parameters
    ----------
    notes : sequence of Note
        All notes of the result.
    tests : mapping
        Results by question.
    cells : sequence of CellResult
        What the notebook shows.
    canaries : sequence of str
        See :func:`canaries_of`.
    """
    reports = [*_canaries(submission, cells, canaries)]
    failed = [(question, test) for question, of_one in tests.items() for test in of_one if not test.passed]
    broken = [(question, test) for question, test in failed if test.cause == "protocol"]
    if broken or any(note.kind == "protocol" for note in notes):
        text = f"The process of the notebook spoke another protocol than the grader's ({len(broken)} tests)."
        where = broken[0][0] if broken else next(note.where for note in notes if note.kind == "protocol")
        reports.append(Report("protocol-abuse", text, where, _shown(broken[0][1].detail if broken else "")))
    for note in notes:
        if note.kind == "snapshot-lost":
            reports.append(Report("notebook-ended", "Code that a test called ended the finished notebook.", note.where))
    met = [f"{note.kind} in {note.where or 'the notebook'}" for note in notes if note.kind.endswith("-limit")]
    met += [f"{test.cause} in {question}, {test.test}" for question, test in failed if test.cause.endswith("-limit")]
    if len(met) >= MANY_LIMITS:
        reports.append(Report("limits", f"Limits were met {len(met)} times.", "", _shown("\n".join(met))))
    edited = [note for note in notes if note.kind in _EDITED]
    if edited:
        text = f"{len(edited)} cells of the release were edited, and put back."
        reports.append(Report("locked-cells", text, edited[0].where, _shown("\n".join(note.text for note in edited))))
    return tuple(reports)


def _canaries(submission: Submission, cells: Sequence[CellResult], canaries: Sequence[str]) -> Iterable[Report]:
    texts = [(cell.key, "the source of a cell", cell.source) for cell in submission.cells]
    texts += [(cell.key, "what a cell shows", str(cell.outputs)) for cell in cells]
    texts += [(name, "a file", data.decode("utf-8", "replace")) for name, data in submission.files]
    for canary in canaries:
        for where, what, text in texts:
            place = text.find(canary)
            if place >= 0:
                around = text[max(0, place - 200) : place + 200]
                yield Report("canary", f"The canary of a hidden suite is in {what}.", where, _shown(around))
                break


def _shown(text: str) -> str:
    """Evidence without control characters: terminals and logs show it too."""
    kept = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text[-EVIDENCE:])
    return kept.encode("utf-8", "backslashreplace").decode()
