"""What an autograded notebook's metadata says of its grading, under the key ``autograder``.

A student's own metadata of that name never get here: notebooks are rebuilt (:mod:`.restore`).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from autograder.records import Note, Result, TestResult

KEY = "autograder"


def mark_restored(notebook: Any, notes: tuple[Note, ...]) -> None:
    """The notebook is in order and waits for its grade."""
    notebook.metadata[KEY] = {"state": "restored", "notes": [dataclasses.asdict(n) for n in notes]}


def notes_of(notebook: Any) -> tuple[Note, ...]:
    """Notes that were written by :func:`mark_restored`."""
    return tuple(Note(**n) for n in notebook.metadata.get(KEY, {}).get("notes", ()))


def describe(notebook: Any, result: Result, flagged: list[str]) -> None:
    """Write down what the result was made from, which questions staff must look at, and what each test said.

    The tests stand here without what is for staff alone: feedback is made from them.
    """
    notebook.metadata.setdefault(KEY, {}).update(
        verdict=result.verdict,
        notes=[dataclasses.asdict(n) for n in result.notes],
        flagged=flagged,
        engine=result.engine,
        digests=dataclasses.asdict(result.digests),
        tests={q.question: [_for_students(t) for t in q.tests] for q in result.questions},
    )


def _for_students(test: TestResult) -> dict[str, Any]:
    """Without what is for staff alone; a case's parameters may be hidden inputs, its number is in the title."""
    hidden = {"test": test.test.partition("[")[0], "detail": "", "calls": "", "measures": ()}
    if test.visibility == "staff":
        hidden |= dict.fromkeys(("test", "title", "hint", "message"), "")
    # Every field is plain: `asdict` would copy each value, for 65 tests each time.
    return dict(vars(dataclasses.replace(test, **hidden)))


def mark_graded(notebook: Any) -> None:
    """The grades are in the gradebook."""
    notebook.metadata.setdefault(KEY, {})["state"] = "graded"


def is_graded(path: Path) -> bool:
    """Whether an autograded notebook is finished. One that stock nbgrader made counts as finished."""
    try:
        metadata = json.loads(path.read_bytes()).get("metadata", {})
    except (OSError, ValueError, AttributeError):
        return False
    return KEY not in metadata or metadata[KEY].get("state") == "graded"
