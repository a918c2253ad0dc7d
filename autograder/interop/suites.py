"""What a week's hidden suites hold, asked of pytest in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import BrokenSuite
from autograder.judge import examine, verdicts
from autograder.judge.bench import question_of

SECONDS = 300


@dataclass(frozen=True)
class Test:
    """One hidden test: ``test`` is its name within the module, parameters included."""

    __test__ = False

    question: str
    test: str
    title: str
    weight: float
    visibility: str
    uses: tuple[str, ...]


def collect(root: Path, assignment: str) -> tuple[Test, ...]:
    """Every test of an assignment, in the order of collection.

    Raises
    ------
    BrokenSuite
        When pytest cannot collect them; ``autograder check`` says more.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-suites-") as folder:
        out = Path(folder) / "tests.json"
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "autograder.interop.suites", str(root), assignment, str(out)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if not out.is_file():
            raise BrokenSuite(f"{assignment}: its hidden suites cannot be collected. Run: autograder check")
        found = json.loads(out.read_text(encoding="utf-8"))
    if not found:
        raise BrokenSuite(f"{assignment}: no hidden test was found.\n{(done.stdout + done.stderr)[-2000:]}".strip())
    return tuple(Test(**{**test, "uses": tuple(test["uses"])}) for test in found)


class _Lister:
    def __init__(self, out: Path):
        self._out = out
        self._failed = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._failed = self._failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not self._failed:
            examine.number_cases(session.items)
            tests = [
                {**verdicts.describe(i), "question": question_of(i), "uses": sorted(getattr(i, "fixturenames", ()))}
                for i in session.items
            ]
            self._out.write_text(json.dumps(tests), encoding="utf-8")
        return True


def main(argv: list[str]) -> int:
    root, name, out = argv
    assignment = load_course(Path(root)).assignment(name)
    suites = [str(q.suite) for q in assignment.questions if q.suite is not None]
    options = ["-p", "no:cacheprovider", "-p", "autograder.judge.plugin", "-c", os.devnull, "--import-mode=importlib"]
    pytest.main([*options, f"--rootdir={assignment.suite_dir}", *suites], plugins=[_Lister(Path(out))])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
