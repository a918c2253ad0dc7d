"""What values add to the matching of misconceptions: measured on mutants, known and held out, in three ways.

*Outcomes*: cause, hint and sentence of each failed test. *Values as a tie-break* is what
`autograder.report.misconceptions` does. *Values everywhere*: where the symptom is the same and the relation of the
recorded value to the expected one is not, the test counts 0.8 instead of 1.

    python -m tests.bench.symptoms week1_numpy week2_mle_bayes

What was graded is kept in build/symptoms/; a file that is there is not graded again.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.cluster import default_workers
from autograder.course import load_course
from autograder.grading import Grader
from autograder.records import TestResult
from autograder.report.misconceptions import THRESHOLD, TIE, relation, symptom
from autograder.validation.recognition import STUDENT, Score
from autograder.validation.run import read_week
from autograder.validation.specimens import STUDENT as CATALOGUE
from autograder.validation.specimens import with_solution

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "symptoms"

Answer = Mapping[str, tuple[str, str]]
"""Symptom and relation by test that failed."""


def answers(week: str, student: str) -> dict[tuple[str, str], Answer]:
    """Each mutant of a week as one student's answer, by question and name."""
    path = KEPT / f"{week}.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    if not any(row["student"] == student for row in rows):
        KEPT.mkdir(parents=True, exist_ok=True)
        fresh = grade(week, student)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in fresh)
        rows += fresh
    found = {}
    for row in rows:
        if row["student"] == student:
            tests = (TestResult(**t) for t in row["tests"])
            found[row["question"], row["name"]] = {
                t.test: (symptom(t), relation(t.detail)) for t in tests if t.outcome == "failed"
            }
    return found


def grade(name: str, student: str) -> list[dict[str, object]]:
    """Tests of every mutant, with the draws of that student."""
    course = load_course(ROOT)
    week = read_week(course, course.assignment(name), 0)
    reference = dataclasses.replace(week.reference, student=student)
    mutants = [m for group in week.mutants.values() for m in group]
    engine = os.environ.get("AUTOGRADER_ENGINE", "auto")
    with Grader(course, course.assignment(name), engine) as grader, ThreadPoolExecutor(default_workers()) as pool:
        work = ((with_solution(reference, m, week.answered_in.get(m.question, "")), (m.question,)) for m in mutants)
        results = list(pool.map(lambda one: grader.grade(*one), work))
    return [
        {"student": student, "question": m.question, "name": m.name,
         "tests": [dataclasses.asdict(t) for t in r.question(m.question).tests]}
        for m, r in zip(mutants, results, strict=True)
    ]  # fmt: skip


def similarity(one: Answer, other: Answer, unlike: float) -> float:
    """As `autograder.report.misconceptions.similarity`; the same symptom with another relation counts ``unlike``."""
    both = one.keys() & other.keys()
    alike = sum(0.5 if one[t][0] != other[t][0] else 1.0 if one[t] == other[t] else unlike for t in both)
    return alike / len(one.keys() | other.keys())


def values_differ(one: Answer, other: Answer) -> int:
    """Tests that both fail, and for which both recorded values that relate otherwise."""
    return sum(bool(one[t][1] and other[t][1]) and one[t][1] != other[t][1] for t in one.keys() & other.keys())


def named(answer: Answer, catalogue: Mapping[str, Answer], unlike: float, tie_break: bool) -> list[str]:
    """The mutants that an answer is taken for."""
    scores = {name: similarity(answer, pattern, unlike) for name, pattern in catalogue.items() if pattern}
    best = max(scores.values(), default=0.0)
    if best < THRESHOLD:
        return []
    tied = [name for name, score in scores.items() if score >= best - TIE]
    if tie_break and len(tied) > 1:
        unlike_values = {name: values_differ(answer, catalogue[name]) for name in tied}
        tied = [name for name in tied if unlike_values[name] == min(unlike_values.values())]
    return tied


def measure(week: str, unlike: float, tie_break: bool) -> Score:
    """One way of matching over all mutants of a week."""
    catalogue, others = answers(week, CATALOGUE), answers(week, STUDENT)
    counts = dict.fromkeys(("trials", "right", "alone", "wrong", "false"), 0)
    for (question, name), answer in others.items():
        same = {n: pattern for (q, n), pattern in catalogue.items() if q == question}
        if not answer or not same.get(name):
            continue
        known = named(answer, same, unlike, tie_break)
        held_out = named(answer, {n: p for n, p in same.items() if n != name}, unlike, tie_break)
        counts["trials"] += 1
        counts["right"] += name in known
        counts["alone"] += known == [name]
        counts["wrong"] += bool(known) and name not in known
        counts["false"] += bool(held_out)
    return Score(THRESHOLD, **counts)


WAYS: dict[str, Callable[[str], Score]] = {
    "outcomes": lambda week: measure(week, 1.0, False),
    "values everywhere": lambda week: measure(week, 0.8, False),
    "values as a tie-break (used)": lambda week: measure(week, 1.0, True),
}


def main(weeks: list[str]) -> int:
    print("| week | matched by | recall | alone | precision | unknown kept |\n| --- | --- | --: | --: | --: | --: |")
    for week in weeks:
        for way, score in WAYS.items():
            s = score(week)
            print(
                f"| {week} | {way} | {s.recall:.1%} | {s.alone / s.trials:.1%} | {s.precision:.1%} "
                f"| {s.unknown_kept:.1%} |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
