"""What the gates found, as records, as a table and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from autograder.report.misconceptions import Known
from autograder.validation.matrix import KillMatrix


@dataclass(frozen=True)
class Problem:
    """One thing that an instructor has to mend."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


@dataclass(frozen=True)
class Gate:
    """One statement about a week, how many things it was checked on, and what broke it."""

    name: str
    checked: int
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Report:
    """Every gate of one assignment."""

    assignment: str
    gates: tuple[Gate, ...]
    matrices: tuple[KillMatrix, ...] = ()
    misconceptions: tuple[Known, ...] = ()
    submissions: int = 0
    seconds: float = 0.0
    engine: str = ""
    proven: str = ""

    @property
    def passed(self) -> bool:
        return all(gate.passed for gate in self.gates)

    def to_dict(self) -> dict[str, object]:
        return {
            "assignment": self.assignment,
            "passed": self.passed,
            "engine": self.engine,
            "proven": self.proven,
            "submissions": self.submissions,
            "seconds": round(self.seconds, 2),
            "gates": [
                {
                    "name": gate.name,
                    "passed": gate.passed,
                    "checked": gate.checked,
                    "problems": [asdict(problem) for problem in gate.problems],
                }
                for gate in self.gates
            ],
            "matrices": [matrix.to_dict() for matrix in self.matrices],
        }

    def to_text(self) -> str:
        """A line a gate, and below a broken one its problems."""
        width = max(len(gate.name) for gate in self.gates)
        lines = [f"{self.assignment} ({self.submissions} submissions, {self.engine}, {self.seconds:.0f} s)"]
        for gate in self.gates:
            lines.append(f"  {'ok    ' if gate.passed else 'BROKEN'}  {gate.name:{width}}  {gate.checked:>4} checked")
            lines += [f"            {problem}" for problem in gate.problems]
        if self.proven:
            lines.append(f"  proven  wrong answers, other right ones, idle tests: {self.proven}")
        return "\n".join(lines)
