"""How well misconceptions are recognised: every mutant graded as another student, known and held out.

*Known*: all mutants are in the catalogue; the right one should be named. *Held out*: the mutant itself is taken out;
nothing should be named, because a class makes mistakes that nobody has written down. A match in the second case, or
of a wrong mutant in the first, is a false one.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autograder.records import Result
from autograder.report.misconceptions import THRESHOLD, Known, match
from autograder.validation.catalogue import known_of
from autograder.validation.gates import Grades, Week
from autograder.validation.specimens import with_solution

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
STUDENT = "another"


@dataclass(frozen=True)
class Trial:
    """A mutant as another student's answer: what was named with it in the catalogue, and without it."""

    question: str
    mutant: str
    known: tuple[str, ...]
    held_out: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Trials at one threshold.

    ``right`` counts trials in which the mutant was among those named, ``alone`` those in which it was the only one,
    ``wrong`` known trials with other names only, ``false`` held-out trials in which anything was named.
    """

    threshold: float
    trials: int
    right: int
    alone: int
    wrong: int
    false: int

    @property
    def recall(self) -> float:
        return self.right / self.trials if self.trials else float("nan")

    @property
    def precision(self) -> float:
        """Of all names given in known and held-out trials, the share that was right."""
        named = self.right + self.wrong + self.false
        return self.right / named if named else float("nan")

    @property
    def unknown_kept(self) -> float:
        """Share of held-out mutants that were called unknown."""
        return 1 - self.false / self.trials if self.trials else float("nan")


def answers_of_another(
    week: Week,
    grader: Grades,
    workers: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    student: str = STUDENT,
) -> list[Known]:
    """Every mutant graded as ``student``, whose draws are others, as entries of a catalogue."""
    reference = dataclasses.replace(week.reference, student=student)
    mutants = [m for group in week.mutants.values() for m in group]
    work = [(with_solution(reference, m, week.answered_in.get(m.question, "")), (m.question,)) for m in mutants]
    found = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        results: list[Result] = []
        for result in pool.map(lambda one: grader.grade(*one), work):
            results.append(result)
            progress(len(results), len(work))
    for mutant, result in zip(mutants, results, strict=True):
        entry = known_of(mutant, result)
        if entry is not None:
            found.append(entry)
    return found


def try_all(answers: Sequence[Known], catalogue: Sequence[Known], threshold: float = THRESHOLD) -> list[Trial]:
    """Match each answer against the catalogue, with and without its own mutant."""
    trials = []
    for answer in answers:
        same = [k for k in catalogue if k.question == answer.question]
        others = [k for k in same if k.name != answer.name]
        known, held_out = (match(answer.pattern, among, threshold, answer.values) for among in (same, others))
        trials.append(
            Trial(
                answer.question,
                answer.name,
                tuple(k.name for k in known.known) if known else (),
                tuple(k.name for k in held_out.known) if held_out else (),
            )
        )
    return trials


def score(trials: Sequence[Trial], threshold: float) -> Score:
    """Counts of one run of trials."""
    return Score(
        threshold=threshold,
        trials=len(trials),
        right=sum(t.mutant in t.known for t in trials),
        alone=sum(t.known == (t.mutant,) for t in trials),
        wrong=sum(bool(t.known) and t.mutant not in t.known for t in trials),
        false=sum(bool(t.held_out) for t in trials),
    )


def evaluate(answers: Sequence[Known], catalogue: Sequence[Known]) -> list[Score]:
    """Scores at every threshold."""
    return [score(try_all(answers, catalogue, t), t) for t in THRESHOLDS]


HEAD = """# Recognising misconceptions: how often it is right

Written by `autograder misconceptions --write`; do not edit.

`autograder report` matches each failed answer with the week's mutants (`docs/suites/<week>.json`). Here every mutant
was graded as another student, with other draws, and matched twice: against the whole catalogue (*known*), and against
the catalogue without it (*held out*), where the right answer is *unknown*.

* Recall: the mutant is among those named. Alone: it is the only one named; the others share their tests' outcomes with
  a second mutant, and the report names both.
* Precision: of all that was named in both kinds of trial, the share that was right. Half of the trials are mistakes
  that the catalogue does not know.
* Unknown kept: held-out mutants of which nothing was named. The others fail exactly the tests, with the hints, of a
  mutant that is still there: only another test could tell them apart.

What this does not show: students mix mistakes, and make them in other code than a mutant's. An answer with two mistakes
in one question is *unexplained*, unless it looks like a third one.
"""
_SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def merge(page: str, sections: Mapping[str, str]) -> str:
    """The page docs/misconceptions.md with new sections of some weeks; those of other weeks stay."""
    kept = {week: f"## {week}\n{text}" for week, text in _SECTION.findall(page)}
    return HEAD + "".join(f"\n{text.strip()}\n" for _, text in sorted((kept | dict(sections)).items()))


def section(week: str, scores: Sequence[Score], trials: Sequence[Trial], made: str, where: str) -> str:
    """What the page says of one week.

    Parameters
    ----------
    made : str
        The date.
    where : str
        Versions and machine, as a sentence.
    """
    lines = [
        f"## {week}",
        "",
        f"{made}, {where}",
        "",
        "| threshold | mutants | recall | alone | precision | unknown kept |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for s in scores:
        used = " (used)" if s.threshold == THRESHOLD else ""
        alone = s.alone / s.trials if s.trials else float("nan")
        lines.append(
            f"| {s.threshold:g}{used} | {s.trials} | {s.recall:.1%} | {alone:.1%} | {s.precision:.1%} "
            f"| {s.unknown_kept:.1%} |"
        )
    taken = [t for t in trials if t.held_out]
    if taken:
        lines += ["", f"Held out and taken for another at {THRESHOLD:g}:", ""]
        lines += [f"* {t.question}: `{t.mutant}` for {', '.join(f'`{n}`' for n in t.held_out)}" for t in taken]
    missed = [t for t in trials if t.mutant not in t.known]
    if missed:
        lines += ["", "Known and not named:", ""]
        lines += [f"* {t.question}: `{t.mutant}`" for t in missed]
    return "\n".join(lines) + "\n"
