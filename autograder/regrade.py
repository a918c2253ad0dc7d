"""What a changed suite would change, shown before anything is recorded; then recorded, and taken back if need be.

The trial's results lie in a store of their own, ``course/regrade.db``: until they are recorded no report, no page and
no gradebook knows of them. What was recorded is kept below ``course/regrades/``, a folder for each time.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.batch import grade_all
from autograder.course import Course
from autograder.errors import CourseError
from autograder.folders import submitted_students
from autograder.records import Digests, Result, now
from autograder.store import Reading, Store, default_url

RECORDS = Path("course") / "regrades"
TRIAL = Path("course") / "regrade.db"
PRIORITY = -10
"""On a cluster whoever waits for a first result comes before a regrade."""

_SAME = 1e-9


@dataclass(frozen=True)
class ChangedTest:
    """A test that says something else now; "absent" where it was or is not there."""

    question: str
    test: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One student whose score or tests differ; ``questions`` are (name, before, after) where the score differs."""

    student: str
    before: float
    after: float
    questions: tuple[tuple[str, float, float], ...] = ()
    tests: tuple[ChangedTest, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Of one week: who changes, who does not, and who could not be compared, with the reason.

    ``left_out`` and ``faults`` are (student, reason); the faults are the machine's, and another try may do.
    ``digests`` say what each compared result was made from.
    """

    assignment: str
    changes: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    digests: dict[str, Digests] = field(default_factory=dict)

    @property
    def gain(self) -> list[Change]:
        return [c for c in self.changes if c.after > c.before + _SAME]

    @property
    def lose(self) -> list[Change]:
        return [c for c in self.changes if c.after < c.before - _SAME]

    def by_test(self) -> dict[ChangedTest, list[str]]:
        """Students by what a test says of them now, the most frequent first."""
        found: dict[ChangedTest, list[str]] = {}
        for change in self.changes:
            for test in change.tests:
                found.setdefault(test, []).append(change.student)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))


@dataclass(frozen=True)
class Record:
    """A regrade that was recorded: when, by whom, for whom, and when and by whom it was taken back."""

    assignment: str
    at: str
    by: str
    before: dict[str, Digests] = field(default_factory=dict)
    after: dict[str, Digests] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    undone_at: str = ""
    undone_by: str = ""


def compare(before: Result, after: Result) -> Change | None:
    """How two results of one submission differ; None where each question has its score and each test its outcome."""
    names = list(dict.fromkeys(q.question for q in (*before.questions, *after.questions)))
    questions, tests = [], []
    for name in names:
        old, new = before.question(name), after.question(name)
        scores = (0.0 if old is None else old.score, 0.0 if new is None else new.score)
        if abs(scores[0] - scores[1]) > _SAME:
            questions.append((name, *scores))
        was, is_now = ({} if q is None else {t.test: t for t in q.tests} for q in (old, new))
        for key in dict.fromkeys([*was, *is_now]):
            outcomes = tuple(side[key].outcome if key in side else "absent" for side in (was, is_now))
            if outcomes[0] != outcomes[1]:
                tests.append(ChangedTest(name, key, (is_now.get(key) or was[key]).title, *outcomes))
    if not questions and not tests:
        return None
    return Change(after.student, before.score, after.score, tuple(questions), tuple(tests))


def try_again(
    course: Course,
    name: str,
    students: Sequence[str] = (),
    engine: str = "auto",
    workers: int | None = None,
    cluster: str | None = None,
) -> Comparison:
    """Grade what was graded before with the suite as it is now, and compare; nothing is recorded.

    Parameters
    ----------
    students : sequence of str
        Only these; default all.

    Raises
    ------
    CourseError, InfrastructureError
        If nothing can be graded.
    """
    assignment = course.assignment(name)
    with _Trial(course) as trial:
        before = trial.newest(name)
        wanted = [s for s in submitted_students(course, name) if s in (students or before)]
        left_out = [(s, "has no result yet") for s in students if s not in before]
        again = [s for s in wanted if s in before]
        outcome = grade_all(course, assignment, again, trial, engine, workers, cluster, PRIORITY)
    changes, unchanged, digests = [], [], {}
    for result in outcome.results:
        old = before[result.student]
        if old.digests.submission != result.digests.submission:
            left_out.append((result.student, "has handed in another notebook since"))
            continue
        digests[result.student] = result.digests
        change = None if result is old else compare(old, result)
        if change is None:
            unchanged.append(result.student)
        else:
            changes.append(change)
    faults = tuple((student, str(fault)) for student, fault in outcome.faults)
    return Comparison(name, tuple(changes), tuple(unchanged), tuple(left_out), faults, digests)


def record(course: Course, comparison: Comparison, by: str) -> Path:
    """Make the trial's results those of the course, in the store and in the gradebook; returns the record's folder.

    Results of students who could not be compared stay as they are.

    Raises
    ------
    CourseError
        If there is nothing to record.
    """
    from autograder.nbgrader_bridge.regraded import grade_again, keep_graded

    name = comparison.assignment
    if not comparison.changes:
        raise CourseError(f"{name}: no score and no test differs, so there is nothing to record.")
    assignment = course.assignment(name)
    at = now()
    folder = course.root / RECORDS / f"{name}-{at.replace(':', '')}"
    changed = [c.student for c in comparison.changes]
    with _Trial(course) as trial:
        stored = (s.result for s in trial.kept.newest(name, cells=False))
        before = {r.student: r.digests for r in stored if r.student in comparison.digests}
        keep_graded(course, assignment, changed, folder)
        _write(folder, Record(name, at, by, before, comparison.digests, comparison.changes))
        for student, digests in comparison.digests.items():
            result = trial.get(name, assignment.notebook, student, digests)
            if result is not None:
                trial.kept.renew(result)
    grade_again(course, name, changed)
    return folder


def undo(course: Course, name: str, by: str) -> Record:
    """Take back the last regrade of a week that was recorded: scores, notebooks and results are as before it.

    Raises
    ------
    CourseError
        If none was recorded.
    """
    from autograder.nbgrader_bridge.regraded import restore_graded

    assignment = course.assignment(name)
    found = [(folder, r) for folder, r in records(course) if r.assignment == name and not r.undone_at]
    if not found:
        raise CourseError(f"{name}: no regrade was recorded that could be taken back.")
    folder, last = found[-1]
    with Store(default_url(course.root)) as store:
        for student, digests in last.before.items():
            result = store.get(name, assignment.notebook, student, digests)
            if result is not None:
                store.renew(result)
    restore_graded(course, assignment, [c.student for c in last.changes], folder)
    undone = dataclasses.replace(last, undone_at=now(), undone_by=by)
    _write(folder, undone)
    return undone


def records(course: Course) -> list[tuple[Path, Record]]:
    """Every regrade that was recorded, with its folder, the oldest first.

    Raises
    ------
    CourseError
        If a record is damaged.
    """
    found = []
    for path in (course.root / RECORDS).glob("*/regrade.json"):
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            for side in ("before", "after"):
                raw[side] = {student: Digests(**digests) for student, digests in raw[side].items()}
            raw["changes"] = tuple(_change(each) for each in raw["changes"])
            found.append((path.parent, Record(**raw)))
        except (ValueError, TypeError, KeyError) as e:
            raise CourseError(f"{path}: is damaged ({e}). Restore it, or move its folder away.") from e
    return sorted(found, key=lambda pair: pair[1].at)


def _change(raw: dict) -> Change:
    tests = tuple(ChangedTest(**test) for test in raw.pop("tests"))
    questions = tuple(tuple(question) for question in raw.pop("questions"))
    return Change(**raw, questions=questions, tests=tests)


def _write(folder: Path, record: Record) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "regrade.json").write_text(json.dumps(dataclasses.asdict(record), indent=1) + "\n", encoding="utf-8")


class _Trial:
    """Reads the course's results, and then the trial's; new ones are the trial's alone.

    A submission that sandboxes die of is the course's, whoever grades it; and so is what files were read as.
    """

    def __init__(self, course: Course):
        self.kept = Store(default_url(course.root))
        self._own = Store(f"sqlite:///{course.root / TRIAL}")
        self._newest: dict[str, Result] = {}

    def newest(self, assignment: str) -> dict[str, Result]:
        """By student the course's newest result, without what the notebook showed; it is not looked up once more."""
        self._newest = {s.result.student: s.result for s in self.kept.newest(assignment, cells=False)}
        return self._newest

    def get(
        self, assignment: str, notebook: str, student: str, digests: Digests, cells: bool = True
    ) -> Result | None:
        known = self._newest.get(student)
        if known is not None and not cells:
            if (known.assignment, known.notebook, known.digests) == (assignment, notebook, digests):
                return known
        key = (assignment, notebook, student, digests, cells)
        return self.kept.get(*key) or self._own.get(*key)

    def put(self, result: Result) -> Result:
        return self._own.put(result)

    def latest(self, assignment: str, notebook: str, student: str, digests: Digests) -> Result | None:
        key = (assignment, notebook, student, digests)
        return self._own.latest(*key) or self.kept.latest(*key)

    def readings(self, assignment: str) -> dict[str, Reading]:
        return self.kept.readings(assignment)

    def keep_reading(self, assignment: str, student: str, reading: Reading) -> None:
        self.kept.keep_reading(assignment, student, reading)

    def deaths(self, assignment: str, notebook: str, student: str, digests: Digests) -> int:
        return self.kept.deaths(assignment, notebook, student, digests)

    def add_deaths(
        self, assignment: str, notebook: str, student: str, digests: Digests, count: int, said: str
    ) -> int:
        return self.kept.add_deaths(assignment, notebook, student, digests, count, said)

    def __enter__(self) -> _Trial:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.kept.close()
        self._own.close()

