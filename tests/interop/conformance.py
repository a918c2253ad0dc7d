"""`make interop`: imports of material that nobody here wrote, beside the grader that it was written for.

What ships in the installed package of nbgrader: its quickstart course (with its submissions) and the notebooks of its
own tests. otter's package ships no assignment; `otter assign` makes two here, one in each format.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbgrader

from autograder.course import load_course
from autograder.errors import GraderError
from autograder.grading import Grader
from autograder.interop.import_nbgrader import read_nbgrader
from autograder.interop.new_week import identifier, write_week
from autograder.records import CodeCell, Submission
from autograder.validation.specimens import released_files
from tests.interop.labs import compare_lab
from tests.sections import write_section

ROOT = Path(__file__).parents[2]
PACKAGE = Path(nbgrader.__file__).parent
GUIDE = PACKAGE / "docs" / "source" / "user_guide"
PLACES = (
    GUIDE / "source" / "ps1",
    GUIDE / "source" / "ps1_autotest",
    *(PACKAGE / "tests" / where / "files" for where in ("apps", "preprocessors", "ui-tests")),
)
ENGINE = os.environ.get("AUTOGRADER_ENGINE", "auto")

_STOCK = """
import json, sys
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
config = Config()
config.CourseDirectory.root = sys.argv[1]
config.CourseDirectory.db_url = "sqlite:///" + sys.argv[1] + "/gradebook.db"
config.ExecutePreprocessor.timeout = config.Execute.timeout = 20
config.Application.log_level = "CRITICAL"
api = NbGraderAPI(config=config)
import logging
logging.disable(logging.CRITICAL)
name = sys.argv[2]
made = api.generate_assignment(name, create=True)
found = {"error": "" if made["success"] else str(made.get("error") or made.get("log", ""))[-300:], "scores": {}}
if made["success"]:
    import os, shutil
    where = os.path.join(sys.argv[1], "submitted", "release", name)
    shutil.copytree(os.path.join(sys.argv[1], "release", name), where)
    for student in sorted(os.listdir(os.path.join(sys.argv[1], "submitted"))):
        done = api.autograde(name, student, force=True, create=True)
        if not done["success"]:
            found["scores"][student] = None
            continue
        with api.gradebook as gb:
            submission = gb.find_submission(name, student)
            found["scores"][student] = {g.name: g.auto_score for nb in submission.notebooks for g in nb.grades}
print("FOUND", json.dumps(found))
"""


@dataclass(frozen=True)
class Row:
    """One thing that was tried, and how it went."""

    what: str
    outcome: str
    same: str


def sources() -> list[Path]:
    """Notebooks of instructors; what is called submitted, changed or unchanged is a student's copy of one of them."""
    found = [path for place in PLACES for path in sorted(place.glob("*.ipynb"))]
    return [p for p in found if not re.search(r"submitted|changed", p.name)]


def nbgrader_row(path: Path) -> Row:
    """Import one notebook; where that works, compare the scores of the submissions that there are."""
    what = path.relative_to(PACKAGE).as_posix()
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        course = Path(folder) / "ours"
        try:
            (week,) = read_nbgrader(path, "week")
            done = write_week(course, week)
        except GraderError as error:
            problems = getattr(error, "problems", (str(error),))
            return Row(what, f"refused: {_short(problems[0], path)}" + (" ..." if len(problems) > 1 else ""), "")
        inside = sum("stay in the sandbox" in note for note in week.notes)
        outcome = f"{len(done.questions)} questions ({len(done.questions) - inside} moved outside)"
        outcome += f", {len(done.manual)} for a person" if done.manual else ""
        if not done.questions:
            return Row(what, outcome, "nothing to compare")
        stock = stock_scores(path, Path(folder) / "stock")
        if stock["error"]:
            return Row(what, outcome, f"stock nbgrader makes no release of it: {_short(stock['error'], path)}")
        return Row(what, outcome, _compared(our_scores(course, week, path, stock["students"]), stock["scores"]))


def stock_scores(path: Path, root: Path) -> dict:
    """Scores by student and grade id, by stock nbgrader."""
    source = root / "source" / "week"
    source.mkdir(parents=True)
    for beside in path.parent.iterdir() if path.parent.name.startswith("ps1") else ():
        if beside.is_file() and beside.suffix != ".ipynb":
            (source / beside.name).write_bytes(beside.read_bytes())
    (source / path.name).write_bytes(path.read_bytes())
    students = {"reference": path, **_real_submissions(path)}
    for student, notebook in students.items():
        folder = root / "submitted" / student / "week"
        folder.mkdir(parents=True)
        (folder / path.name).write_bytes(notebook.read_bytes())
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(
        [sys.executable, "-c", _STOCK, str(root), "week"],
        capture_output=True, text=True, timeout=600, env=environment, check=False,
    )  # fmt: skip
    lines = [line.removeprefix("FOUND ") for line in done.stdout.splitlines() if line.startswith("FOUND ")]
    if not lines:
        return {"error": (done.stderr or done.stdout)[-200:], "scores": {}}
    released = root / "release" / "week" / path.name
    kept = {name: notebook.read_text(encoding="utf-8") for name, notebook in students.items()}
    kept |= {"release": released.read_text(encoding="utf-8")} if released.is_file() else {}
    return {**json.loads(lines[0]), "students": kept}


def _real_submissions(path: Path) -> dict[str, Path]:
    """What students of the quickstart course handed in."""
    if path.parent != GUIDE / "source" / "ps1":
        return {}
    return {p.parents[1].name: p for p in sorted((GUIDE / "submitted").glob(f"*/ps1/{path.name}"))}


def our_scores(course: Path, week, path: Path, students: dict[str, str]) -> dict[str, dict[str, float]]:
    """Scores by student and question, of the same answers."""
    assignment = load_course(course).assignment("week")
    answers = {c.grade_id for c in assignment.cells if c.solution}
    scores = {}
    with Grader(load_course(course), assignment, ENGINE) as grader:
        for student, text in students.items():
            theirs = {}
            for cell in json.loads(text)["cells"]:
                old = identifier(cell["metadata"].get("nbgrader", {}).get("grade_id", "") or "")
                theirs[week.renamed.get(old, old)] = "".join(cell["source"])
            theirs = {name: source for name, source in theirs.items() if name in answers}
            cells = tuple(
                CodeCell(c.grade_id or f"cell-{i}", theirs.get(c.grade_id, c.source))
                for i, c in enumerate(assignment.cells)
                if c.kind == "code"
            )
            files = released_files(assignment.folder / "files")
            result = grader.grade(Submission("week", student, assignment.notebook, cells, files))
            scores[student] = {q.question: q.score for q in result.questions}
    return scores


def _compared(ours: dict, stock: dict) -> str:
    same, different = 0, []
    for student, scores in ours.items():
        theirs = {identifier(name): score for name, score in (stock.get(student) or {}).items()}
        if stock.get(student) is None:
            different.append(f"{student}: stock nbgrader does not grade it")
            continue
        for question, score in scores.items():
            if theirs.get(question) is not None and abs(theirs[question] - score) < 0.01:
                same += 1
            else:
                different.append(f"{student}, {question}: ours {score:g}, stock {theirs.get(question)}")
    return f"{same} same" + (f"; {'; '.join(different)}" if different else "")


def _short(problem: str, path: Path) -> str:
    text = " ".join(problem.replace(f"{path}: ", "").replace(str(path), path.name).split())
    return (text if len(text) < 160 else text[:160] + " ...").replace("|", "/")


def main() -> int:
    rows: list[Row] = []
    for form in ("ok", "exception"):
        rows.append(Row(*compare_lab(form)))
        write(rows)
    for path in sources():
        rows.append(nbgrader_row(path))
        write(rows)
    return 0


def write(rows: list[Row]) -> None:
    """The table as far as it goes: an interrupted run keeps what it found."""
    lines = [
        f"`make interop` on {dt.date.today().isoformat()}: nbgrader {nbgrader.__version__}, otter-grader "
        f"{importlib.metadata.version('otter-grader')}. Scores are compared question by question: over the notebook",
        "itself, the release made of it, and, in the quickstart course, what its students handed in.",
        "",
        "| what | import | scores |",
        "| --- | --- | --- |",
        *(f"| {r.what} | {r.outcome} | {r.same} |" for r in rows),
    ]
    write_section(ROOT / "docs" / "interop.md", "conformance", "\n".join(lines))
    print(rows[-1], flush=True)


if __name__ == "__main__":
    sys.exit(main())
