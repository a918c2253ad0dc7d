"""The kill matrix of a question: which hidden test notices which known-wrong solution.

Rows are test functions (the cases of a parametrised test are one row), columns are mutants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.records import QuestionResult, TestResult
from autograder.rules import TEST as RULES_TEST
from autograder.validation.mutants import Mutant, Wheat


@dataclass(frozen=True)
class KillMatrix:
    """What each mutant of a question cost, and by whom.

    Attributes
    ----------
    tests : tuple of str
        Names of the test functions, in the order of the suite.
    mutants : tuple of str
    killed : frozenset of (str, str)
        Pairs (test, mutant).
    shares : tuple of float
        For each mutant, the share of the question's points that it keeps, in [0, 1].
    """

    question: str
    tests: tuple[str, ...]
    titles: tuple[str, ...]
    mutants: tuple[str, ...]
    killed: frozenset[tuple[str, str]]
    shares: tuple[float, ...]

    def idle_tests(self) -> tuple[str, ...]:
        """Tests that notice no mutant."""
        return tuple(test for test in self.tests if not any((test, mutant) in self.killed for mutant in self.mutants))

    def rows(self) -> list[list[str]]:
        """The table without its head: a test's name, then K (killed) or a dot (survives) a mutant."""
        return [
            [test, *("K" if (test, mutant) in self.killed else "." for mutant in self.mutants)] for test in self.tests
        ]

    def to_dict(self) -> dict[str, object]:
        return {
            "question": self.question,
            "tests": list(self.tests),
            "mutants": list(self.mutants),
            "killed": sorted([test, mutant] for test, mutant in self.killed),
            "shares": [round(share, 4) for share in self.shares],
        }


def function_name(test: str) -> str:
    """Name of the test function of a test's id: ``a/test_q.py::test_f[3-2]`` -> ``test_f``."""
    return test.split("[", 1)[0].rsplit("::", 1)[-1]


def failed_functions(tests: Iterable[TestResult]) -> dict[str, list[TestResult]]:
    """Failing cases by test function; a test that was not reached has not noticed anything."""
    failed: dict[str, list[TestResult]] = {}
    for test in tests:
        if test.outcome == "failed":
            failed.setdefault(function_name(test.test), []).append(test)
    return failed


def build_matrix(question: str, reference: QuestionResult, results: Mapping[str, QuestionResult]) -> KillMatrix:
    """Matrix from the reference's result (for the rows) and the mutants' results by name.

    The test of a question's rules is no part of its suite: it is a row only where a mutant breaks a rule.
    """
    titles: dict[str, str] = {}
    for test in reference.tests:
        titles.setdefault(function_name(test.test), test.title)
    killed = {
        (function, mutant) for mutant, result in results.items() for function in failed_functions(result.tests)
    }
    if not any(test == RULES_TEST for test, _ in killed):
        titles.pop(RULES_TEST, None)  # no mutant breaks a rule, so there is nothing to tell
    shares = tuple(result.score / result.max_score if result.max_score else 0.0 for result in results.values())
    return KillMatrix(question, tuple(titles), tuple(titles.values()), tuple(results), frozenset(killed), shares)


def to_text(matrix: KillMatrix) -> str:
    """The matrix for a terminal: numbered columns, their names below."""
    width = max([len(test) for test in matrix.tests], default=0)
    numbers = [str(i + 1) for i in range(len(matrix.mutants))]
    lines = [f"{matrix.question}", f"  {'':{width}}  " + " ".join(f"{n:>2}" for n in numbers)]
    lines += [f"  {row[0]:{width}}  " + " ".join(f"{mark:>2}" for mark in row[1:]) for row in matrix.rows()]
    lines += [
        f"  {number:>2} {mutant} (keeps {share:.0%})"
        for number, mutant, share in zip(numbers, matrix.mutants, matrix.shares, strict=True)
    ]
    return "\n".join(lines)


def to_markdown(
    assignment: str,
    matrices: Sequence[KillMatrix],
    mutants: Mapping[str, Sequence[Mutant]],
    wheats: Mapping[str, Sequence[Wheat]],
) -> str:
    """The page ``docs/suites/<week>.md``: for each question what is tested, and what each mutant shows."""
    parts = [
        f"# Hidden suite of {assignment}\n",
        "For staff: this page tells what the hidden tests look for. Written by `autograder validate --matrix`; do not",
        "edit. K: the test notices the wrong solution, a dot: it passes.\n",
    ]
    for matrix in matrices:
        known = {mutant.name: mutant for mutant in mutants.get(matrix.question, ())}
        numbers = [str(number) for number in range(1, len(matrix.mutants) + 1)]
        parts.append(f"## {matrix.question}\n")
        parts.append("| test | what it says | " + " | ".join(numbers) + " |")
        parts.append("| --- | --- |" + " :-: |" * len(numbers))
        for title, row in zip(matrix.titles, matrix.rows(), strict=True):
            parts.append(f"| `{row[0]}` | {_cell(title)} | " + " | ".join(row[1:]) + " |")
        parts.append("| **points kept** | | " + " | ".join(f"{share:.0%}" for share in matrix.shares) + " |\n")
        for number, name in zip(numbers, matrix.mutants, strict=True):
            parts.append(f"{number}. `{name}`" + (_explained(known[name]) if name in known else ""))
        parts.append("")
        parts += [f"* Right in another style, `{w.name}`: {w.summary}" for w in wheats.get(matrix.question, ())]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _explained(mutant: Mutant) -> str:
    return f": {mutant.summary} *{mutant.misconception}* Hint: `{mutant.hint}`."


def write_page(path: Path, text: str) -> bool:
    """Write the page if it differs from what is there; return whether it did."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
