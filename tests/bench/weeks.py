"""Wall time of one submission of each week: ``python -m tests.bench.weeks``; writes a section of docs/benchmarks.md.

The submission is the reference, which reaches every test. Nothing is stored, so that each is graded anew.
"""

from __future__ import annotations

import argparse
import statistics
import time

from autograder.course import load_course
from autograder.grading import Grader
from autograder.sandbox.choice import get_engine
from autograder.validation.specimens import reference_submission
from tests.bench.courses import REPOSITORY
from tests.bench.machine import machine
from tests.sections import write_section


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--warm", type=int, default=3, help="submissions after the first")
    options = parser.parse_args()
    course = load_course(REPOSITORY)
    engine = get_engine(options.engine).name
    lines = [
        f"Seconds of wall time for the reference solution on {engine}, one submission at a time: the first one, which "
        f"starts the sandbox and the judge, and the median of {options.warm} that follow it.",
        "",
        "| week | the first | a following one | of it the student's cells | CPU-seconds in the sandbox |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in course.assignments:
        assignment = course.assignment(name)
        submission = reference_submission(assignment, REPOSITORY / "assignments" / name)
        seconds = []
        with Grader(course, assignment, engine=options.engine) as grader:
            for _ in range(1 + options.warm):
                begin = time.monotonic()
                result = grader.grade(submission)
                seconds.append(time.monotonic() - begin)
        most = sum(q.points for q in assignment.questions)
        if result.score != most:
            raise SystemExit(f"{name}: the reference earns {result.score} of {most} points; run: autograder validate")
        cells = sum(cell.seconds for cell in result.cells)
        lines.append(
            f"| {name} | {seconds[0]:.1f} | {statistics.median(seconds[1:]):.1f} | {cells:.1f} | "
            f"{result.usage.cpu_seconds:.1f} |"
        )
        print(lines[-1], flush=True)
    lines += ["", machine("numpy", "scikit-learn", "torch", "pytest") + "."]
    write_section(REPOSITORY / "docs" / "benchmarks.md", "submission", "\n".join(lines))


if __name__ == "__main__":
    main()
