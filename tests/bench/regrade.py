"""A class graded again: nothing has changed, and then one question's suite: ``python -m tests.bench.regrade``.

One submission of the week is graded; its result is stored for every student of a class whose notebooks are all
different. So the store and the notebooks are as large as a real class's. Writes a section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.batch import grade_all
from autograder.cluster import grade_stored
from autograder.collected import read_submission
from autograder.course import Assignment, Course, load_course
from autograder.folders import submitted_students
from autograder.grading import Grader
from autograder.records import Result
from autograder.regrade import TRIAL
from autograder.store import Store, default_url
from tests.bench.bench import WEEK, environment
from tests.bench.courses import REPOSITORY, SECRET, build_ours, reference_answers
from tests.bench.machine import machine
from tests.bench.meter import Measured, measure
from tests.sections import write_section

NEW_TEST = '''

def test_that_is_new(student):
    """One more test"""
'''


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--week", default=WEEK)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--changed", type=int, default=10, help="students graded after a question's suite has changed")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "benchmarks.md")
    arguments = parser.parse_args(argv)
    os.environ["AUTOGRADER_COURSE_SECRET"] = SECRET
    env = environment(arguments.engine)
    original = load_course(REPOSITORY).assignment(arguments.week)
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        root = Path(folder) / "course"
        week = build_ours(root, original, all_different(original, arguments.submissions), env)
        course = load_course(root)
        fill(course, week, arguments.engine)
        looked_up = from_the_store(course, week, arguments.engine)
        commands = {
            "`autograder grade` for the first time: every notebook is read": run(root, env, "grade", week.name),
            "`autograder grade` again": run(root, env, "grade", week.name),
            "`autograder regrade`": run(root, env, "regrade", week.name),
        }
        check_that_nothing_was_graded(course, week, arguments.submissions)
        question = week.questions[len(week.questions) // 2].name
        kept, again = one_changed(course, week, question, arguments.changed, arguments.engine)
    text = render(arguments.submissions, looked_up, commands, question, kept, again, week)
    print(text)
    write_section(arguments.page, "regrade", text)
    return 0


def all_different(week: Assignment, count: int) -> dict[str, dict[str, str]]:
    """Every student's answer to the first question holds a comment of their own."""
    reference = reference_answers(week)
    first = next(iter(reference))
    return {f"student{n:05}": {**reference, first: f"{reference[first]}\n# student {n}"} for n in range(count)}


def fill(course: Course, week: Assignment, engine: str) -> None:
    """Store a result for every student."""
    students = submitted_students(course, week.name)
    with Grader(course, week, engine) as grader, Store(default_url(course.root)) as store:
        model = grader.grade(read_submission(course, week, students[0]))
        for student in students:
            digests = grader.digests(read_submission(course, week, student))
            store.put(dataclasses.replace(model, student=student, digests=digests))


def check_that_nothing_was_graded(course: Course, week: Assignment, count: int) -> None:
    stored = 0
    for url in (default_url(course.root), f"sqlite:///{course.root / TRIAL}"):
        with Store(url) as store:
            stored += sum(1 for _ in store.every(week.name))
    if stored != count:
        raise SystemExit(f"{stored} results are stored instead of {count}: some were graded again")


def from_the_store(course: Course, week: Assignment, engine: str) -> tuple[float, float]:
    """Wall and processor time of looking up the results alone: what they are made from is known, notebooks are read."""
    read = [read_submission(course, week, student) for student in submitted_students(course, week.name)]
    with Grader(course, week, engine) as grader, Store(default_url(course.root)) as store:
        start, used = time.monotonic(), time.process_time()
        found = [grade_stored(grader, store, submission)[1] for submission in read]
        seconds, used = time.monotonic() - start, time.process_time() - used
    if not all(found):
        raise SystemExit(f"{found.count(False)} results were not in the store")
    return seconds, used


def one_changed(
    course: Course, week: Assignment, question: str, count: int, engine: str
) -> tuple[list[str], list[str]]:
    """Questions whose verdicts stood, and those that were examined again, of all students that are graded."""
    students = submitted_students(course, week.name)[:count]
    with Store(default_url(course.root)) as store:
        before = {r.student: r for r in store.results(week.name)}
        suite = week.question(question).suite
        suite.write_text(suite.read_text(encoding="utf-8") + NEW_TEST, encoding="utf-8")
        changed = load_course(course.root)
        results = grade_all(changed, changed.assignment(week.name), students, store, engine).results
    kept, again = [], []
    for result in results:
        for one in result.questions:
            (kept if _stood(before[result.student], result, one.question) else again).append(one.question)
    return kept, again


def _stood(before: Result, after: Result, question: str) -> bool:
    """Every test took exactly as long as it did then: it was not run again."""
    one, other = before.question(question), after.question(question)
    return [(t.test, t.seconds) for t in one.tests] == [(t.test, t.seconds) for t in other.tests]


def run(root: Path, env: dict[str, str], *arguments: str) -> Measured:
    measured = measure([sys.executable, "-m", "autograder.cli", *arguments], root, env)
    if measured.status:
        raise SystemExit(f"autograder {' '.join(arguments)}: ended with {measured.status}:\n{measured.output[-2000:]}")
    return measured


def render(
    count: int, looked_up: tuple[float, float], commands: dict[str, Measured], question: str, kept: list[str],
    again: list[str], week: Assignment,
) -> str:  # fmt: skip
    lines = [
        f"{count} submissions of {week.name} with a stored result each, their notebooks all different.",
        "",
        "| | seconds | submissions a second | CPU-seconds | peak memory, MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    seconds, used = looked_up
    lines.append(f"| results looked up in the store | {seconds:.2f} | {count / seconds:.0f} | {used:.2f} | |")
    for name, measured in commands.items():
        memory = "" if measured.own_mb is None else f"{measured.own_mb:.0f}"
        lines.append(
            f"| {name} | {measured.seconds:.2f} | {count / measured.seconds:.0f} | {measured.cpu_seconds:.2f} "
            f"| {memory} |"
        )
    lines += [
        "",
        "The commands' figures hold their start.",
        f"Then {question} got one more test, and {len(again + kept) // len(week.questions)} students were graded: "
        f"{len(again)} questions were examined again ({', '.join(sorted(set(again)))}), the verdicts of {len(kept)} "
        "stood.",
        "",
        machine("sqlalchemy", "nbgrader") + ".",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
