"""The week's misconceptions as data, beside the kill matrix that people read: ``docs/suites/<week>.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course import Assignment
from autograder.errors import BadManifest
from autograder.records import Result
from autograder.report.misconceptions import Known, catalogue_from_dict, catalogue_to_dict, pattern_of, values_of
from autograder.validation.mutants import Mutant

PAGES = Path("docs") / "suites"


def known_of(mutant: Mutant, result: Result) -> Known | None:
    """A mutant's entry; None where its question has no result or no test noticed it."""
    question = result.question(mutant.question)
    pattern = pattern_of(question.tests) if question is not None else {}
    if not pattern:
        return None
    about = (mutant.question, mutant.name, mutant.summary, mutant.misconception, mutant.hint)
    return Known(*about, pattern, values_of(question.tests))


def known_of_all(
    mutants: Mapping[str, Sequence[Mutant]], results: Mapping[tuple[str, str], Result]
) -> tuple[Known, ...]:
    """Entries of all mutants that a test noticed; ``results`` are by (question, name)."""
    pairs = ((mutant, results.get((question, mutant.name))) for question, group in mutants.items() for mutant in group)
    found = (known_of(mutant, result) for mutant, result in pairs if result is not None)
    return tuple(entry for entry in found if entry is not None)


def write_catalogue(root: Path, assignment: Assignment, known: Sequence[Known]) -> Path:
    """Write ``docs/suites/<week>.json``."""
    path = root / PAGES / f"{assignment.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    data = catalogue_to_dict(assignment.name, suite_digests(assignment), known)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_catalogue(root: Path, assignment: Assignment) -> tuple[list[Known], list[str]] | None:
    """The misconceptions, and the questions whose tests have changed since; None where there is no catalogue.

    Raises
    ------
    BadManifest
        If the file is no catalogue.
    """
    path = root / PAGES / f"{assignment.name}.json"
    if not path.is_file():
        return None
    try:
        digests, known = catalogue_from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as e:
        raise BadManifest(f"{path}: {e}. Write it anew: autograder validate {assignment.name} --matrix") from e
    now = suite_digests(assignment)
    return known, [question for question in now if digests.get(question) != now[question]]


def suite_digests(assignment: Assignment) -> dict[str, str]:
    """Digest of each question's test module."""
    return {
        q.name: hashlib.sha256(q.suite.read_bytes()).hexdigest()[:16]
        for q in assignment.questions
        if q.suite is not None and q.suite.is_file()
    }
