"""Reports of a course on disk: gathers what the store, the gradebook and the suites know, and writes the folder."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import leaderboard
from autograder.collected import read_submission
from autograder.course import Assignment, Course
from autograder.digests import seed_digest
from autograder.errors import CourseError, GraderError, UnknownStudent
from autograder.folders import submitted_folder, submitted_students
from autograder.judge.draws import seed_of
from autograder.late import read_extensions
from autograder.report.class_data import ClassData, QuestionInfo, Student, class_data, student_of
from autograder.report.class_report import Extras, file_name, write_class_report
from autograder.report.files import make_folder, make_private, write_text
from autograder.report.history import history, read_runs
from autograder.report.leaderboard import Leaderboard, leaderboard_dict, leaderboard_page
from autograder.report.misconceptions import Diagnosis, diagnose, match, not_attempted, pattern_of, values_of
from autograder.report.misconceptions import Known as Misconception
from autograder.report.pages import percent
from autograder.report.roster import Roster
from autograder.report.similarity import Pair, similar_pairs, similarity_page
from autograder.report.staff_page import Known, staff_page, test_sources, times_of
from autograder.report.student_page import duration
from autograder.store import Store, Stored, default_url
from autograder.validation.catalogue import read_catalogue, suite_digests
from autograder.validation.specimens import release_submission

REPORTS = Path("course") / "reports"
HISTORY = Path("course") / "history"
SHOWN_STUDENTS = 20


@dataclass(frozen=True)
class Options:
    """What can be chosen about a report; ``earlier`` are items.json files of earlier runs."""

    folder: Path | None = None
    pages: bool = True
    earlier: tuple[Path, ...] = ()
    label: str = ""
    formgrader: str = ""
    student: str | None = None


def report_course(course: Course, name: str, options: Options) -> tuple[Path, dict[str, Any]]:
    """Write the report of an assignment; returns its folder and what is in its report.json.

    Raises
    ------
    CourseError, StoreUnavailable, Unwritable
        UnknownStudent if the one whose page is asked for has no result; nothing is written then.
    """
    assignment = course.assignment(name)
    folder = options.folder or course.root / REPORTS / name
    roster = roster_of(course, name)
    catalogue = read_catalogue(course.root, assignment)
    earlier = options.earlier or tuple(sorted((course.root / HISTORY / name).glob("*.json")))
    runs = read_runs(earlier, name)
    with Store(default_url(course.root)) as store:
        rows = []
        writer = StaffPages(course, assignment, roster, catalogue[0] if catalogue else [], folder / "students")
        for stored in store.newest(name, cells=options.pages):
            rows.append(student_of(stored))
            if options.pages and options.student in (None, stored.result.student):
                writer.write(stored)
    if options.student is not None:
        _check_student(name, options.student, list(dict.fromkeys(row.student for row in rows)))
    data = _class_data(course, assignment, rows, roster)
    extras = Extras(
        diagnosis=_diagnose(data, catalogue),
        history=history(runs, data, options.label),
        graders=assignment.graders,
        formgrader=options.formgrader,
        pages=options.pages,
        label=options.label,
    )
    return folder, write_class_report(data, extras, folder)


def _check_student(week: str, student: str, known: Sequence[str]) -> None:
    if student in known:
        return
    shown = ", ".join(known[:SHOWN_STUDENTS]) or "nobody"
    more = f" and {len(known) - SHOWN_STUDENTS} more" if len(known) > SHOWN_STUDENTS else ""
    raise UnknownStudent(
        f"{week} has no result of {student!r}. Who has one: {shown}{more}. Correct the name, or grade first."
    )


def gather(course: Course, name: str) -> ClassData:
    """The numbers of a class, without pages: what exports are made from.

    Raises
    ------
    CourseError, StoreUnavailable
    """
    assignment = course.assignment(name)
    with Store(default_url(course.root)) as store:
        rows = [student_of(stored) for stored in store.newest(name, cells=False)]
    return _class_data(course, assignment, rows, roster_of(course, name))


def roster_of(course: Course, name: str) -> Roster | None:
    """The gradebook's view of an assignment; None without a gradebook."""
    from autograder.nbgrader_bridge.roster import read_roster

    return read_roster(course.root, name)


def _class_data(course: Course, assignment: Assignment, rows: Sequence[Student], roster: Roster | None) -> ClassData:
    questions = [QuestionInfo(q.name, q.points) for q in assignment.questions]
    questions += [QuestionInfo(q.name, q.points, True) for q in assignment.manual if q.points > 0]
    return class_data(
        assignment.name,
        assignment.title,
        questions,
        rows,
        roster,
        submitted_students(course, assignment.name),
        assignment.due,
        suite_digests(assignment),
    )


def _diagnose(data: ClassData, catalogue: tuple[list[Misconception], list[str]] | None) -> Diagnosis | None:
    if catalogue is None:
        return None
    known, stale = catalogue
    return diagnose({s.student: s.tests for s in data.students if s.tests}, known, stale)


def compare_submissions(
    course: Course, name: str, least: float = 0.5, to: Path | None = None
) -> tuple[Path, list[Pair]]:
    """Write the page of alike code; returns its path and the pairs.

    Raises
    ------
    CourseError
        If the week has not opted in, or the library is missing.
    Unwritable
    """
    assignment = course.assignment(name)
    if not assignment.similarity:
        raise CourseError(
            f"{assignment.folder / 'assignment.toml'}: comparing submissions is off. Tell the students, then write: "
            "similarity = true"
        )
    release = course.root / "assignments" / name
    released = [cell.source for cell in release_submission(assignment, release).cells]
    given = {source.strip() for source in released}
    code = {}
    for student in submitted_students(course, name):
        cells = read_submission(course, assignment, student).cells
        own = "\n\n".join(cell.source for cell in cells if cell.source.strip() not in given)
        if own.strip():
            code[student] = own
    pairs = similar_pairs(code, released, least)
    path = to or course.root / REPORTS / name / "similarity.html"
    make_private(path.parent)
    write_text(path, similarity_page(assignment.title, pairs, len(code), least))
    return path, pairs


def read_leaderboard(course: Course, name: str, final: bool = False) -> Leaderboard:
    """The leaderboard of a week as it stands, from what is stored.

    Raises
    ------
    CourseError
        If the final list is asked for while somebody may still hand in.
    Unwritable
    """
    assignment = course.assignment(name)
    now = dt.datetime.now(dt.UTC)
    if final and (end := _end_of(course, assignment)) is not None and now < end:
        raise CourseError(
            f"{name} can be handed in until {end:%Y-%m-%d %H:%M}: the final list would tell of the half of the images "
            "that decides. Ask again after that."
        )
    with Store(default_url(course.root)) as store:
        left_out = leaderboard.read_left_out(course.root)
        entries = leaderboard.scored(leaderboard.read_entries(store.every(name), left_out))
    secret = course.secret()
    boards = [
        (title, leaderboard.places(chosen, secret, name, final))
        for title, on_card in (("Runs on the graphics card", True), ("Runs on a processor", False))
        if (chosen := [e for e in entries if e.on_card is on_card])
    ]
    names = {leaderboard.pseudonym(secret, name, e.student): e.student for e in entries}
    return Leaderboard(name, assignment.title, boards, final, now, names)


def _end_of(course: Course, assignment: Assignment) -> dt.datetime | None:
    """When the last of a class may hand in for points: with extensions, and with the last day that [late] names.

    Where [late] names none nobody knows when the last one comes: then it is the last due date. None without a date.
    """
    if assignment.due is None:
        return None
    more = [e.time for e in read_extensions(course.root) if e.assignment == assignment.name]
    last_day = assignment.late.last_day if assignment.late is not None else math.inf
    late = dt.timedelta(days=last_day) if last_day < math.inf else dt.timedelta()
    return assignment.due + max(more, default=dt.timedelta()) + late


def write_leaderboard(
    course: Course, name: str, final: bool = False, to: Path | None = None
) -> tuple[Path, dict[str, Any], dict[str, str]]:
    """Write the leaderboard as <week>.html and <week>.json; returns the page's path, the JSON, and who is who.

    Raises
    ------
    CourseError
        As :func:`read_leaderboard`.
    Unwritable
    """
    board = read_leaderboard(course, name, final)
    content = leaderboard_dict(board)
    folder = to or course.root / leaderboard.FOLDER
    make_folder(folder)
    page = folder / f"{name}.html"
    write_text(page, leaderboard_page(board))
    write_text(folder / f"{name}.json", json.dumps(content, indent=1) + "\n")
    return page, content, dict(board.names)


class StaffPages:
    """Writes the staff's page of one student after the other.

    Parameters
    ----------
    folder : Path
        Where the pages lie.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        roster: Roster | None,
        catalogue: Sequence[Misconception],
        folder: Path,
    ):
        self._course, self._assignment, self._roster, self._catalogue = course, assignment, roster, catalogue
        self._folder = folder
        self._secret = course.secret()
        self._seed = seed_digest(self._secret)
        self._sources = {
            q.name: test_sources(q.suite.read_text(encoding="utf-8"))
            for q in assignment.questions
            if q.suite is not None and q.suite.is_file()
        }

    def write(self, stored: Stored) -> Path:
        """Write one page.

        Raises
        ------
        Unwritable
        """
        make_private(self._folder.parent)
        make_private(self._folder)
        path = self._folder / file_name(stored.result.student)
        write_text(path, self.page(stored))
        return path

    def page(self, stored: Stored) -> str:
        """The page as HTML."""
        result = stored.result
        warnings = []
        cells = None
        try:
            submission = read_submission(self._course, self._assignment, result.student)
            cells = submission.cells
            if not submitted_folder(self._course, self._assignment, result.student).is_dir():
                cells = None
                warnings.append("The submission is not there any more: its code is not shown.")
            elif submission.digest() != result.digests.submission:
                warnings.append("What is collected now is not what this result was made from: it was handed in again.")
        except GraderError as e:
            warnings.append(f"The submission cannot be read: {e}")
        if result.digests.seed != self._seed:
            warnings.append("The course secret has changed since: a replay draws other inputs.")
        return staff_page(result, self._known(stored, cells, warnings))

    def _known(self, stored: Stored, cells: Any, warnings: list[str]) -> Known:
        result = stored.result
        entry = self._roster.entries.get(result.student) if self._roster is not None else None
        handed_in = f"{entry.handed_in:%Y-%m-%d %H:%M:%S %Z}" if entry and entry.handed_in else "not known"
        late = (f"Handed in {duration(entry.seconds_late)} late; {entry.penalty:g} points were taken off.",) if (
            entry and entry.seconds_late > 0
        ) else ()  # fmt: skip
        score = None
        if entry is not None and entry.scores:
            score = max(sum(entry.scores.values()) - entry.penalty, 0.0)

        def seed(question: str, case: str) -> int | None:
            if result.digests.seed != self._seed:
                return None
            return seed_of(self._secret, result.assignment, question, result.student, case)

        return Known(
            title=self._assignment.title,
            score=score,
            scores=entry.scores if entry is not None else {},
            sources=self._sources,
            seed=seed,
            cells=cells,
            times=(("handed in", handed_in), *times_of(result.times, stored.recorded)),
            warnings=tuple(warnings),
            late=late,
            findings=tuple(self._findings(result)),
        )

    def _findings(self, result: Any) -> list[str]:
        lines = []
        for q in result.questions:
            pattern = pattern_of(q.tests)
            if not pattern:
                continue
            if not_attempted(q.tests):
                lines.append(f"{q.question}: not attempted")
                continue
            of_question = [k for k in self._catalogue if k.question == q.question]
            found = match(pattern, of_question, values=values_of(q.tests))
            if found is None:
                lines.append(f"{q.question}: like no known misconception")
            else:
                named = " or ".join(f"{k.summary.rstrip('.')} ({k.name})" for k in found.known)
                lines.append(f"{q.question}: {named}; confidence {percent(found.confidence)}")
        return lines
