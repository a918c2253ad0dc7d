"""The whole way of a submitted notebook: file, restore, sandbox, judge, result, what the student reads."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment
from autograder.grading import Grader
from autograder.nbgrader_bridge.grade import write_result
from autograder.nbgrader_bridge.restore import restore, submission_of
from autograder.nbgrader_bridge.submitted import files_beside, read_submitted
from autograder.records import Result
from autograder.report.facts import Facts, Graded
from autograder.report.student_page import student_page
from autograder.sandbox.engine import Engine
from autograder.sandbox.worker import Worker
from tests.security.attack import Attack, submitted_notebook
from tests.security.vault import MANIFEST, NOTEBOOK, SUITES, WEEK, released, write_vault

PATIENT_LIMITS = {
    "cell_seconds": 30,
    "notebook_seconds": 60,
    "test_seconds": 20,
    "question_seconds": 60,
    "total_seconds": 200,
}
"""Limits for who is not to meet one: the manifest's own are short, and a machine may be busy.

So a processor that an attack keeps busy after its end shows by what is left behind, not by the time of who comes next.
"""

# Where the sandbox has no namespaces of its own, /tmp, /dev/shm and the number of the user's processes are this
# machine's: they change by themselves.
WITNESS = '''
import builtins, gc, os, re, resource, signal, sys, threading, warnings
import numpy as np
def names(place):
    try:
        return sorted(os.listdir(place))
    except OSError as error:
        return type(error).__name__
def found():
    """Places in this process's own memory that hold something of an attack."""
    count = 0
    needle = re.compile(rb"LEFTOVER[-]9c1e")
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, kind = line.split()[:2]
            if kind.startswith("rw") and "[v" not in line:
                low, high = (int(part, 16) for part in span.split("-"))
                try:
                    memory.seek(low)
                    count += needle.search(memory.read(high - low)) is not None
                except (OSError, ValueError, OverflowError):
                    pass
    return count
OWN = OWN_NAMESPACES
print(names("."), [names(p) for p in ("/dev/shm", "/tmp") if OWN], len(names("/proc/self/fd")))
print(sorted(k for k in os.environ if k not in ("HOME", "TMPDIR")), sorted(vars(builtins)), len(sys.modules))
limits = {n: resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT")}
# on top of what the supervisor itself holds, which differs by some pages from one start to the next
limits["RLIMIT_DATA"] = [192 << 20 <= n <= 384 << 20 for n in limits["RLIMIT_DATA"]]
print([(n, limit) for n, limit in limits.items() if OWN or n != "RLIMIT_NPROC"])
print(os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0)), os.umask(0o77), threading.active_count())
print([signal.getsignal(s) for s in (signal.SIGINT, signal.SIGALRM, signal.SIGCHLD)], warnings.filters[:2])
print(np.random.random(), np.geterr(), np.allclose([1], [2]), sys.gettrace(), sys.getrecursionlimit())
print(get_ipython().ast_transformers, len(get_ipython().input_transformers_post), sorted(get_ipython().user_ns))
print("the attack in my memory:", found())
'''


@dataclass(frozen=True)
class Outcome:
    """A result, and all that its student can read: the notebook with outputs and feedback."""

    result: Result
    notebook: Any

    @property
    def page(self) -> str:
        """The page of feedback, after the due date: then it shows most."""
        grades = {q.question: Graded(q.score, q.max_score) for q in self.result.questions}
        facts = Facts(self.result.student, "Vault", grades, shown=("public", "after_due"))
        return student_page(self.notebook, facts)

    @property
    def readable(self) -> str:
        """The page of feedback, and the notebook it is made from."""
        return json.dumps(self.notebook, ensure_ascii=False) + self.page

    @property
    def shown(self) -> list[str]:
        """Texts of all outputs."""
        return [json.dumps(output) for cell in self.notebook.cells for output in cell.get("outputs", ())]

    @property
    def bites(self) -> set[str]:
        """Kinds of notes and causes of failed tests."""
        causes = {t.cause for q in self.result.questions for t in q.tests if not t.passed}
        return {note.kind for note in self.result.notes} | causes

    def cell(self, name: str) -> dict[str, Any]:
        return next(cell for cell in self.notebook.cells if cell.get("id") == name)

    def comparable(self) -> dict[str, Any]:
        """All of the result that must not depend on what was graded before."""
        body = json.loads(self.result.to_json())
        for key in ("usage", "wall_seconds", "digests", "times"):
            del body[key]
        for part in [*body["cells"], *(t for q in body["questions"] for t in q["tests"])]:
            del part["seconds"]
        return body


class Way:
    """One engine and one course; grades notebooks that lie in ``course/submitted``."""

    def __init__(self, root: Path, engine: Engine, suites: dict[str, str] = SUITES, manifest: str = MANIFEST):
        self.course = write_vault(root, suites, manifest)
        self.assignment: Assignment = self.course.assignment(WEEK)
        self.known, self.release = released(self.assignment)
        patient = dataclasses.replace(self.assignment.limits, **PATIENT_LIMITS)
        self._patient = dataclasses.replace(self.assignment, limits=patient)
        self.grader = Grader(self.course, self.assignment, engine)
        (root / "assignments" / WEEK).mkdir(parents=True)

    def grade(self, attack: Attack, student: str = "mallory") -> Outcome:
        folder = self.course.root / "course" / "submitted" / student / WEEK
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        notebook = submitted_notebook(self.release, attack)
        raw = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        (folder / f"{NOTEBOOK}.ipynb").write_bytes(raw)
        for name, data in attack.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        limits = self.assignment.limits
        read = read_submitted(folder / f"{NOTEBOOK}.ipynb", self.known, [NOTEBOOK], limits.notebook_mb)
        nb, notes = restore(read, self.known)
        files, more = files_beside(folder, self.course.root / "assignments" / WEEK, limits)
        submission = submission_of(nb, WEEK, student, NOTEBOOK, files, (*notes, *more))
        self.grader.assignment = self.assignment if attack.expect else self._patient
        result = self.grader.grade(submission)
        write_result(nb, result, self.assignment, ("public", "after_due"))
        shutil.rmtree(folder)
        return Outcome(result, nb)

    def witness(self) -> Outcome:
        """An honest submission that shows all it can see of the sandbox."""
        unwritten = "def answer(x):\n    raise NotImplementedError"  # fails the same in every fork: cheap
        first = WITNESS.replace("OWN_NAMESPACES", str(self.own_namespaces))
        return self.grade(Attack("witness", "", first=first, answer=unwritten), student="witness")

    @property
    def own_namespaces(self) -> bool:
        """Whether the sandbox shares neither processes nor directories with this machine."""
        return self.grader.engine.name != "local-plain"

    def start_anew(self) -> None:
        """Forget every worker."""
        self.grader.close()
        self.grader = Grader(self.course, self.assignment, self.grader.engine)

    @property
    def worker(self) -> Worker | None:
        """The warm worker that the next submission will get, if there is one."""
        return next(reversed(self.grader._workers.idle), None)


@contextlib.contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Fails if any file of the course changes meanwhile (what is handed in comes and goes)."""
    before = _state_of(folder)
    yield
    assert _state_of(folder) == before


def _state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if "/submitted/" not in path and "__pycache__" not in path:
                status = os.lstat(path)
                found[path] = (status.st_size, status.st_mtime_ns, status.st_mode)
    return found
