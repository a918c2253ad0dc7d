"""The gates that a week must pass before a student meets it, and that CI runs.

Each gate is a function from graded specimens to problems; :func:`validate` grades the specimens
once and asks all gates, so that an instructor sees every problem at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Protocol

from autograder.records import QuestionResult, Result, Submission
from autograder.validation.catalogue import known_of_all
from autograder.validation.leaks import Leak, Secrets, search_feedback
from autograder.validation.matrix import KillMatrix, build_matrix, failed_functions, function_name
from autograder.validation.mutants import Mutant, Wheat
from autograder.validation.report import Gate, Problem, Report
from autograder.validation.specimens import with_solution

SCORE_SLACK = 1e-9
"""A score is a sum of floats: this far from full marks is full marks."""


class Grades(Protocol):
    """The part of a grader that validation needs; safe to call from several threads."""

    def grade(self, submission: Submission, questions: Sequence[str] | None = None) -> Result: ...


@dataclass(frozen=True)
class Week:
    """All that validation needs to know of an assignment, free of how a course is laid out.

    Where ``proven`` says since when its gates have held unchanged, mutants and wheats are not graded again.
    """

    assignment: str
    reference: Submission
    release: Submission
    questions: tuple[str, ...]
    mutants: Mapping[str, Sequence[Mutant]] = field(default_factory=dict)
    wheats: Mapping[str, Sequence[Wheat]] = field(default_factory=dict)
    secrets: Secrets = field(default_factory=lambda: Secrets(frozenset(), frozenset(), frozenset()))
    release_leaks: tuple[Leak, ...] = ()
    answered_in: Mapping[str, str] = field(default_factory=dict)
    seed_students: tuple[str, ...] = ("seed-1", "seed-2", "seed-3", "seed-4", "seed-5")
    proven: str = ""


@dataclass(frozen=True)
class Graded:
    """Results by what was graded. Mutants and wheats are keyed by (question, name)."""

    reference: Result
    release: Result
    seeds: Mapping[str, Result]
    mutants: Mapping[tuple[str, str], Result]
    wheats: Mapping[tuple[str, str], Result]

    def all(self) -> Iterator[Result]:
        yield self.reference
        yield self.release
        for group in (self.seeds, self.mutants, self.wheats):
            yield from group.values()


def validate(
    week: Week,
    grader: Grades,
    feedback: Callable[[QuestionResult], str] | None = None,
    workers: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Grade every specimen of a week and check every gate.

    Parameters
    ----------
    week : Week
    grader : Grades
    feedback : callable, optional
        HTML that a student receives for a question; without it the feedback gate is left out.
    workers : int
        Submissions graded at once.
    progress : callable
        Called with (done, total) after each submission.

    Returns
    -------
    Report
    """
    start = time.monotonic()
    graded = grade_specimens(week, grader, workers, progress)
    gates = [
        reference_gate(week, graded),
        seeds_gate(week, graded),
        release_score_gate(week, graded),
        release_leaks_gate(week),
    ]
    matrices = kill_matrices(week, graded)
    if not week.proven:
        gates += [
            wheats_gate(week, graded),
            mutants_gate(week, graded),
            hints_gate(week, graded),
            idle_tests_gate(week, matrices),
        ]
    if feedback is not None:
        gates.append(feedback_gate(week, graded, feedback))
    return Report(
        assignment=week.assignment,
        gates=tuple(gates),
        matrices=matrices,
        misconceptions=known_of_all(week.mutants, graded.mutants),
        submissions=sum(1 for _ in graded.all()),
        seconds=time.monotonic() - start,
        engine=graded.reference.engine,
        proven=week.proven,
    )


def specimens(week: Week) -> dict[tuple[str, ...], Submission]:
    """Every submission to grade, by a key that says what it is."""
    found: dict[tuple[str, ...], Submission] = {("reference",): week.reference, ("release",): week.release}
    for student in week.seed_students:
        found["seed", student] = Submission(
            assignment=week.reference.assignment,
            student=student,
            notebook=week.reference.notebook,
            cells=week.reference.cells,
            files=week.reference.files,
        )
    for kind, groups in () if week.proven else (("mutant", week.mutants), ("wheat", week.wheats)):
        for question, variants in groups.items():
            for variant in variants:
                found[kind, question, variant.name] = with_solution(
                    week.reference, variant, week.answered_in.get(question, "")
                )
    return found


def grade_specimens(
    week: Week, grader: Grades, workers: int, progress: Callable[[int, int], None] = lambda done, total: None
) -> Graded:
    """Grade them all, several at once; the machine's and the course's faults are raised."""
    work = specimens(week)
    results: dict[tuple[str, ...], Result] = {}
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = {
            # of a mutant or a wheat only its own question is looked at: the others hold the reference
            pool.submit(grader.grade, submission, key[1:2] if key[0] in ("mutant", "wheat") else None): key
            for key, submission in work.items()
        }
        try:
            for future in as_completed(futures):
                results[futures[future]] = future.result()
                progress(len(results), len(work))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return Graded(
        reference=results["reference",],
        release=results["release",],
        seeds={key[1]: results[key] for key in work if key[0] == "seed"},
        mutants={(key[1], key[2]): results[key] for key in work if key[0] == "mutant"},
        wheats={(key[1], key[2]): results[key] for key in work if key[0] == "wheat"},
    )


def lost_points(result: Result, questions: Sequence[str], who: str) -> list[Problem]:
    """A problem for each question that did not earn all its points, with the tests that failed."""
    problems = []
    for name in questions:
        question = result.question(name)
        if question is None:
            problems.append(Problem(who, f"has no result for {name}; the verdict is {result.verdict!r}"))
        elif abs(question.score - question.max_score) > SCORE_SLACK:
            failed = "; ".join(
                f"{test.test.rsplit('::', 1)[-1]} ({test.cause}: {test.detail.strip().splitlines()[-1][:160]})"
                if test.detail.strip()
                else f"{test.test.rsplit('::', 1)[-1]} ({test.cause}: {test.message[:160]})"
                for test in question.tests
                if not test.passed
            )
            problems.append(
                Problem(who, f"{name} earns {question.score:g} of {question.max_score:g}: {failed or result.verdict}")
            )
    return problems


def reference_gate(week: Week, graded: Graded) -> Gate:
    problems = lost_points(graded.reference, week.questions, "reference")
    for question in graded.reference.questions:
        if not question.tests:
            problems.append(Problem("reference", f"{question.question} has no hidden test"))
    return Gate("the reference earns all points", len(week.questions), tuple(problems))


def seeds_gate(week: Week, graded: Graded) -> Gate:
    problems = [
        problem
        for student, result in graded.seeds.items()
        for problem in lost_points(result, week.questions, f"reference as student {student}")
    ]
    return Gate(f"so it does with {len(graded.seeds)} other seeds", len(graded.seeds), tuple(problems))


def wheats_gate(week: Week, graded: Graded) -> Gate:
    problems = [
        problem
        for (question, name), result in graded.wheats.items()
        for problem in lost_points(result, (question,), f"wheat {question}/{name}")
    ]
    return Gate("right answers in other styles earn all points", len(graded.wheats), tuple(problems))


def release_score_gate(week: Week, graded: Graded) -> Gate:
    problems = [
        Problem("release", f"{question.question} earns {question.score:g} untouched: " + _passed_tests(question))
        for question in graded.release.questions
        if question.score > SCORE_SLACK
    ]
    return Gate("the untouched release earns nothing", len(week.questions), tuple(problems))


def _passed_tests(question: QuestionResult) -> str:
    return ", ".join(function_name(test.test) for test in question.tests if test.passed) + " pass"


def mutants_gate(week: Week, graded: Graded) -> Gate:
    """Each mutant loses points, and by each test that its header names."""
    problems = []
    for mutant, result in _mutant_results(week, graded):
        where = f"mutant {mutant.question}/{mutant.name}"
        question = result.question(mutant.question)
        if question is None:
            problems.append(Problem(where, f"has no result; the verdict is {result.verdict!r}"))
            continue
        if question.score > question.max_score - SCORE_SLACK:
            problems.append(Problem(where, "loses no points"))
            continue
        failed = failed_functions(question.tests)
        known = {function_name(test.test) for test in question.tests}
        for killer in mutant.killed_by:
            if killer not in known:
                problems.append(Problem(where, f"names the killer {killer}, and the suite has no such test"))
            elif killer not in failed:
                problems.append(Problem(where, f"passes {killer}; it fails {', '.join(sorted(failed)) or 'nothing'}"))
    return Gate("each mutant fails the tests that its header names", len(graded.mutants), tuple(problems))


def hints_gate(week: Week, graded: Graded) -> Gate:
    """A failing killer of the mutant shows the hint that the mutant's header names."""
    problems = []
    for mutant, result in _mutant_results(week, graded):
        question = result.question(mutant.question)
        failed = failed_functions(question.tests) if question else {}
        killers = [test for name in mutant.killed_by for test in failed.get(name, ())]
        if not killers:
            continue  # the gate of the mutants has said so
        if not any(test.hint == mutant.hint for test in killers):
            shown = ", ".join(sorted({test.hint or "none" for test in killers}))
            problems.append(
                Problem(f"mutant {mutant.question}/{mutant.name}", f"gets the hint {shown}, not {mutant.hint}")
            )
        elif not any(test.hint == mutant.hint and test.message.strip() for test in killers):
            problems.append(
                Problem(f"mutant {mutant.question}/{mutant.name}", f"the hint {mutant.hint} has no text to show")
            )
    return Gate("each mutant gets the hint that its header names", len(graded.mutants), tuple(problems))


def _mutant_results(week: Week, graded: Graded) -> Iterator[tuple[Mutant, Result]]:
    for question, mutants in week.mutants.items():
        for mutant in mutants:
            yield mutant, graded.mutants[question, mutant.name]


def kill_matrices(week: Week, graded: Graded) -> tuple[KillMatrix, ...]:
    matrices = []
    for name in week.questions:
        reference = graded.reference.question(name)
        if reference is None:
            continue
        results = {
            mutant: question
            for (of, mutant), result in graded.mutants.items()
            if of == name and (question := result.question(name)) is not None
        }
        matrices.append(build_matrix(name, reference, results))
    return tuple(matrices)


def idle_tests_gate(week: Week, matrices: Sequence[KillMatrix]) -> Gate:
    problems = [
        Problem(matrix.question, f"{test} notices no mutant: add one that it catches, or drop the test")
        for matrix in matrices
        for test in matrix.idle_tests()
    ]
    return Gate("each hidden test notices a mutant", sum(len(matrix.tests) for matrix in matrices), tuple(problems))


def release_leaks_gate(week: Week) -> Gate:
    problems = tuple(Problem(leak.where, f"{leak.what}: {leak.text.strip()[:100]}") for leak in week.release_leaks)
    checked = len(week.secrets.solution_lines) + len(week.secrets.suite_lines)
    return Gate("the release holds no solution and no hidden test", checked, problems)


def feedback_gate(week: Week, graded: Graded, feedback: Callable[[QuestionResult], str]) -> Gate:
    """No page that any specimen's student receives quotes a suite, or what is for staff alone."""
    problems = []
    checked = 0
    for result in graded.all():
        for question in result.questions:
            page = feedback(question)
            checked += 1
            where = f"feedback on {question.question}"
            problems += [
                Problem(leak.where, f"{leak.what}: {leak.text.strip()[:100]}")
                for leak in search_feedback(page, week.secrets, where)
            ]
    return Gate("feedback quotes no hidden test", checked, tuple(dict.fromkeys(problems)))
