"""The flake certificate as a record, as text, and as the page docs/suites/<week>-certificate.md."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

CONFIDENCE = 0.95

MAX_SHOWN = 40
"""Failures that are listed as text: what fails for one student often fails for each."""


@dataclass(frozen=True)
class Failure:
    """A right answer that lost points: whose draws, and which test."""

    question: str
    answer: str
    student: str
    test: str
    why: str

    def __str__(self) -> str:
        return f"{self.question}, {self.answer}, as student {self.student}: {self.test} ({self.why})"


@dataclass(frozen=True)
class Certificate:
    """What was graded and what failed.

    Attributes
    ----------
    answers : tuple of (str, int)
        How many right answers each question has.
    seeds : int
        Students as whom each right answer was graded, each with draws of its own.
    graded : int
        Notebooks that were graded; one examines the questions that have an answer in it.
    failures : tuple of Failure
    suite : str
        Digest of the suite that this holds for.
    """

    assignment: str
    seeds: int
    answers: tuple[tuple[str, int], ...]
    graded: int
    failures: tuple[Failure, ...]
    suite: str
    engine: str
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.failures

    def to_dict(self) -> dict[str, object]:
        return {
            **dataclasses.asdict(self),
            "passed": self.passed,
            "bound": upper_bound(self.seeds) if self.passed else None,
        }

    def to_text(self) -> str:
        """One line, and below it what failed."""
        head = f"{self.assignment}: {self.graded} notebooks of right answers ({self.engine}, {self.seconds:.0f} s)"
        if self.passed:
            bound = f"at most {upper_bound(self.seeds):.2%} of whole notebooks do, at {CONFIDENCE:.0%} confidence"
            return f"{head}: none failed; {bound}."
        shown = [str(failure) for failure in self.failures[:MAX_SHOWN]]
        if len(self.failures) > MAX_SHOWN:
            shown.append(f"and {len(self.failures) - MAX_SHOWN} more; --json shows all of them")
        return "\n  ".join([f"{head}: {len(self.failures)} tests failed.", *shown])


def upper_bound(trials: int, confidence: float = CONFIDENCE) -> float:
    """Largest rate of failures that is compatible with ``trials`` of which none failed.

    The one-sided upper limit of Clopper and Pearson (1934); at 95 % close to 3 / trials.
    """
    return 1.0 - (1.0 - confidence) ** (1.0 / trials)


def to_markdown(certificate: Certificate, command: str, date: str, versions: str) -> str:
    """The page of a certificate without failures."""
    seeds = certificate.seeds
    graded = [(question, count, count * seeds) for question, count in certificate.answers]
    lines = [
        f"# Flake certificate of {certificate.assignment}\n",
        "How often does a right answer lose points to unlucky draws? Each right answer (the reference, and answers in",
        f"other styles) was graded as {seeds} students, each with draws of its own. No test failed. The bound is the",
        f"largest rate of false failures that is compatible with this, at {CONFIDENCE:.0%} confidence",
        "(Clopper-Pearson, one-sided).\n",
        "| question | right answers | graded | bound |",
        "| --- | --- | --- | --- |",
        *(f"| {question} | {count} | {times} | {upper_bound(times):.2%} |" for question, count, times in graded),
        f"| the whole week, as the reference answers it | | {seeds} | {upper_bound(seeds):.2%} |\n",
        f"Written by `{command}` on {date}; do not edit. Suite {certificate.suite}, engine {certificate.engine},",
        f"{certificate.seconds:.0f} s, {versions}.",
    ]
    return "\n".join(lines) + "\n"
