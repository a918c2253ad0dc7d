"""A course on disk: which assignments it has, their questions, suites and limits, and all their problems.

Two kinds are read. A course of ours has ``solutions/<week>/`` with a text notebook and assignment.toml, and
hidden suites in ``tests/hidden/<week>/``. A plain nbgrader course has ``source/<assignment>/*.ipynb`` and its
tests inside the notebooks; it is read as it stands, with default limits.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.attempts import AttemptPolicy
from autograder.course_problems import problems_of_cells, problems_of_points, problems_of_suites
from autograder.errors import BadManifest, CourseError, UnknownAssignment, UnknownQuestion, Unwritable
from autograder.gpu.settings import CardJob
from autograder.late import Extension, LatePolicy, extension_of
from autograder.manifest import Manifest, read_manifest
from autograder.notebook_source import SourceCell, read_source
from autograder.private_file import make_once
from autograder.records import Limits
from autograder.rules import NotebookText, Rules

SECRET_VARIABLE = "AUTOGRADER_COURSE_SECRET"
SERVICE_VARIABLE = "AUTOGRADER_SERVICE"
"""Names the hub's service that grades; then hidden suites may be there alone."""


@dataclass(frozen=True)
class Question:
    """A question with points: ``name`` is its grade id, ``suite`` its hidden module (None: no module of its own)."""

    name: str
    points: float
    suite: Path | None = None


@dataclass(frozen=True)
class Assignment:
    """One assignment as its author wrote it.

    ``manual`` are the questions that a person scores. ``notebooks`` are the stems of all notebooks (a course
    of ours has one); ``plain`` says that the tests are inside them. ``rules`` are those of each question that
    has any, the week's own among them; ``card`` is what may run on a graphics card. ``answered_in`` names the
    question in whose cells another is answered.
    """

    name: str
    title: str
    notebook: str
    source: Path
    cells: tuple[SourceCell, ...]
    questions: tuple[Question, ...]
    suite_dir: Path
    due: datetime | None = None
    runner: str = "cpu"
    isolation: str = "session"
    limits: Limits = field(default_factory=Limits)
    imports: tuple[str, ...] = ()
    rules: tuple[tuple[str, Rules], ...] = ()
    answered_in: tuple[tuple[str, str], ...] = ()
    manual: tuple[Question, ...] = ()
    notebooks: tuple[str, ...] = ()
    plain: bool = False
    reading: Mapping[str, str] = field(default_factory=dict)
    graders: tuple[str, ...] = ()
    similarity: bool = False
    late: LatePolicy | None = None
    attempts: AttemptPolicy = field(default_factory=AttemptPolicy)
    card: CardJob | None = None

    @property
    def gpu(self) -> tuple[str, ...]:
        """Questions that may run on a worker with a GPU."""
        return () if self.card is None else (self.card.question,)

    @property
    def folder(self) -> Path:
        return self.source.parent

    def question(self, name: str) -> Question:
        """The question of that grade id.

        Raises
        ------
        UnknownQuestion
        """
        for q in self.questions:
            if q.name == name:
                return q
        names = ", ".join(q.name for q in self.questions) or "none"
        raise UnknownQuestion(f"{self.name} has no question {name!r}. Its questions: {names}.")

    def solution_cells(self, question: str) -> tuple[SourceCell, ...]:
        """Cells that a student fills in for a question: their grade ids start with ``<question>_solution``."""
        question = dict(self.answered_in).get(question, question)
        return tuple(c for c in self.cells if c.solution and c.grade_id.startswith(f"{question}_solution"))

    def due_for(self, student: str, extensions: Iterable[Extension]) -> datetime | None:
        """When it is due for one student: later for who has an extension; None where no date is set."""
        extension = extension_of(extensions, self.name, student)
        return self.due if self.due is None or extension is None else self.due + extension.time

    def mutants(self, question: str) -> tuple[Path, ...]:
        """Known-wrong solutions of a question, sorted by name."""
        return _modules(self.folder / "mutants" / question)

    def wheats(self, question: str) -> tuple[Path, ...]:
        """Right answers of a question in other styles, sorted by name."""
        return _modules(self.folder / "wheats" / question)


@dataclass(frozen=True)
class Course:
    """A course directory. Assignments are read when asked for: a broken week does not stop another one."""

    root: Path
    assignments: tuple[str, ...]
    plain: bool = False

    def assignment(self, name: str) -> Assignment:
        """Read one assignment.

        Raises
        ------
        UnknownAssignment
        BadManifest
            With every problem of that assignment.
        """
        if name not in self.assignments:
            known = ", ".join(self.assignments) or "none"
            raise UnknownAssignment(f"{self.root} has no assignment {name!r}. Its assignments: {known}.")
        assignment, problems = _read_plain(self.root, name) if self.plain else _read(self.root, name)
        if problems:
            raise BadManifest(problems)
        return assignment

    def problems(self) -> tuple[str, ...]:
        """Every problem of every assignment; empty when all is well."""
        found: list[str] = []
        for name in self.assignments:
            try:
                self.assignment(name)
            except CourseError as e:
                found.extend(e.problems)
        if not self.plain:
            hidden = self.root / "tests" / "hidden"
            for folder in sorted(p for p in hidden.glob("*") if p.is_dir() and not p.name.startswith(("_", "."))):
                if folder.name not in self.assignments:
                    found.append(f"{folder}: suites of an assignment that does not exist. Rename or remove it.")
        return tuple(found)

    def check(self) -> None:
        """Raise BadManifest with all problems of the course, if it has any."""
        problems = self.problems()
        if problems:
            raise BadManifest(problems)

    def secret(self) -> bytes:
        """The key that draws are seeded with.

        The environment variable AUTOGRADER_COURSE_SECRET wins; else ``course/secret``, made on first use and
        readable by its owner alone. Whoever has it can predict every draw.

        Raises
        ------
        Unwritable
            If the file cannot be made.
        BadManifest
            If it is empty, or others can read it.
        """
        value = os.environ.get(SECRET_VARIABLE)
        if value:
            return value.encode("utf-8")
        path = self.root / "course" / "secret"
        try:
            if not path.exists():
                make_once(path, f"{secrets.token_hex(32)}\n".encode("ascii"))
            data, mode = path.read_bytes().strip(), path.stat().st_mode
        except OSError as e:
            raise Unwritable(
                f"{path}: the course secret cannot be made or read ({e.strerror}). "
                f"Make the folder writable, or set {SECRET_VARIABLE}."
            ) from e
        if mode & 0o077:
            raise BadManifest(f"{path}: others can read the course secret. Run: chmod 600 {path}")
        if len(data) < 16:
            raise BadManifest(f"{path}: the course secret is too short. Remove the file; a new one is made.")
        return data


def load_course(root: Path | str) -> Course:
    """Find the assignments of the course at ``root``.

    Raises
    ------
    BadManifest
        If the folder is no course at all. Problems of assignments come with :meth:`Course.check`.
    """
    root = Path(root).resolve()
    if not root.is_dir():
        raise BadManifest(f"{root}: no such folder. Name the course's folder, or go there.")
    ours = _folders(root / "solutions")
    if ours:
        return Course(root, ours)
    plain = tuple(n for n in _folders(root / "source") if any((root / "source" / n).glob("*.ipynb")))
    if plain:
        return Course(root, plain, plain=True)
    raise BadManifest(
        f"{root}: no assignment found. A course has solutions/<assignment>/assignment.toml, or nbgrader's "
        "source/<assignment>/*.ipynb. Go to the course's folder."
    )


def _read(root: Path, name: str) -> tuple[Assignment, list[str]]:
    folder = root / "solutions" / name
    manifest, manifest_problems = read_manifest(folder / "assignment.toml")
    problems = list(manifest_problems)
    source = folder / f"{manifest.notebook or name}.py"
    cells: tuple[SourceCell, ...] = ()
    if source.is_file():
        cells, notebook_problems = read_source(source)
        problems += notebook_problems
        problems += problems_of_cells(source, cells)
    elif manifest.notebook:
        problems.append(f"{source}: the notebook is missing. Write it, or correct 'notebook' in assignment.toml.")
    suite_dir = root / "tests" / "hidden" / name
    questions = tuple(
        Question(c.grade_id, c.points or 0.0, suite_dir / f"test_{c.grade_id}.py") for c in cells if c.is_autograded
    )
    manual = tuple(Question(c.grade_id, c.points or 0.0) for c in cells if c.is_manual)
    assignment = Assignment(
        name=name,
        title=manifest.title,
        notebook=source.stem,
        source=source,
        cells=cells,
        questions=questions,
        suite_dir=suite_dir,
        due=manifest.due,
        runner=manifest.runner,
        isolation=manifest.isolation,
        limits=manifest.limits,
        imports=manifest.imports,
        rules=_rules_of_questions(manifest, questions, cells),
        answered_in=manifest.answered_in,
        manual=manual,
        notebooks=(source.stem,),
        reading=manifest.reading,
        graders=manifest.graders,
        similarity=manifest.similarity,
        late=manifest.late,
        attempts=manifest.attempts,
        card=manifest.card,
    )
    if cells:
        problems += problems_of_points(folder / "assignment.toml", manifest, assignment)
        elsewhere = bool(os.environ.get(SERVICE_VARIABLE)) and not suite_dir.is_dir()
        problems += problems_of_suites(assignment, elsewhere)
    return assignment, problems


def _rules_of_questions(
    manifest: Manifest, questions: tuple[Question, ...], cells: tuple[SourceCell, ...]
) -> tuple[tuple[str, Rules], ...]:
    """Rules of each question; a name may begin with what the notebook calls a library ("np.linalg.svd")."""
    if not manifest.rules:
        return ()
    text = NotebookText([(c.grade_id, c.source) for c in cells if c.kind == "code"])
    by_name = dict(manifest.rules)
    found = []
    for q in questions:
        rules = by_name.get("", Rules()) + by_name.get(q.name, Rules())
        if rules:
            calls = tuple(map(text.full_name, rules.calls))
            found.append((q.name, dataclasses.replace(rules, calls=calls)))
    return tuple(found)


def _read_plain(root: Path, name: str) -> tuple[Assignment, list[str]]:
    paths = sorted((root / "source" / name).glob("*.ipynb"))
    problems: list[str] = []
    cells: list[SourceCell] = []
    for path in paths:
        found, faults = read_source(path)
        problems += faults
        cells += found
    assignment = Assignment(
        name=name,
        title=name,
        notebook=paths[0].stem,
        source=paths[0],
        cells=tuple(cells),
        questions=tuple(Question(c.grade_id, c.points or 0.0) for c in cells if c.is_autograded),
        suite_dir=root / "tests" / "hidden" / name,
        manual=tuple(Question(c.grade_id, c.points or 0.0) for c in cells if c.is_manual),
        notebooks=tuple(p.stem for p in paths),
        plain=True,
    )
    return assignment, problems


def _folders(path: Path) -> tuple[str, ...]:
    if not path.is_dir():
        return ()
    return tuple(sorted(p.name for p in path.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))))


def _modules(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(p for p in folder.glob("*.py") if not p.name.startswith("_")))
