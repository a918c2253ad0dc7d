"""``make demo``: one assignment from release to feedback pages, in a copy of the course under build/demo.

Everything goes through nbgrader's own commands and its exchange. A second run finds everything done, changes
no grade and says so; a changed assignment begins anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course import Assignment, Course, load_course
from autograder.demo_class import Student, make_class
from autograder.errors import GraderError, InfrastructureError

DEFAULT_WEEK = "week1_numpy"
WIDE = 130
"""Columns of a terminal in which the table has room for what each student handed in."""
Grades = dict[str, dict[str, float | None]]


class Demo:
    """The steps of the demonstration, and how long each took."""

    def __init__(self, source: Path, week: str, root: Path, console: Console):
        self.week, self.root, self.console = week, root, console
        self.times: list[tuple[str, float]] = []
        _copy_course(source, week, root)
        self.course: Course = load_course(root)
        self.assignment: Assignment = self.course.assignment(week)

    def nbgrader(self, *argv: str) -> None:
        """Run a command in this process, quietly.

        Raises
        ------
        InfrastructureError
            If it fails; its messages are shown.
        """
        from autograder.nbgrader_bridge.commands import run_nbgrader

        with self.step(f"nbgrader {argv[0]} {argv[1]}"):
            code = run_nbgrader(self.root, [*argv, "--log-level=ERROR"])
        if code:
            raise InfrastructureError(f"`nbgrader {' '.join(argv)}` in {self.root} ended with status {code}.")

    def hand_in(self, students: tuple[Student, ...]) -> int:
        """Each student's ``nbgrader submit``; returns how many had not handed in before."""
        from autograder.nbgrader_bridge.commands import has_submitted, load_settings, submit

        config = load_settings(self.root)
        config.Application.log_level = "ERROR"
        new = [s for s in students if not has_submitted(config, s.name, self.week)]
        with self.step(f"nbgrader submit {self.week}, by {len(new)} students"):
            for student in new:
                home = self.root / "students" / student.name / self.week
                student.write(self.root / "assignments" / self.week, home)
                submit(config, student.name, home)
        return len(new)

    def autograde(self) -> None:
        """The real command, in its own process, with its progress on this terminal."""
        command = [sys.executable, "-m", "nbgrader", "autograde", self.week, "--log-level=ERROR"]
        package = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "PYTHONPATH": path}
        with self.step(f"nbgrader autograde {self.week}"):
            code = subprocess.run(command, cwd=self.root, env=environment, check=False).returncode
        if code:
            raise InfrastructureError(f"`nbgrader autograde {self.week}` in {self.root} ended with status {code}.")

    def grades(self) -> Grades:
        """Automatic scores by student and question, out of nbgrader's gradebook."""
        from autograder.nbgrader_bridge.roster import automatic_scores

        return automatic_scores(f"sqlite:///{self.root / 'course' / 'gradebook.db'}", self.week)

    def verdict(self, student: str) -> str:
        path = self.root / "course" / "autograded" / student / self.week / f"{self.assignment.notebook}.ipynb"
        try:
            return json.loads(path.read_text(encoding="utf-8"))["metadata"]["autograder"]["verdict"]
        except (OSError, ValueError, KeyError):
            return "not graded"

    def show(self, students: tuple[Student, ...], grades: Grades) -> None:
        """Print students by questions; what each handed in stands below where the terminal is narrow."""
        wide = self.console.width >= WIDE
        self.console.print(self.table(students, grades, wide))
        if not wide:
            self.console.print("Handed in:")
            for student in students:
                self.console.print(f"  {student.name}: {student.story}", markup=False, highlight=False)

    def table(self, students: tuple[Student, ...], grades: Grades, wide: bool) -> Table:
        """Students by questions; eight questions fit in 80 columns if it is not ``wide``."""
        verdicts = {s.name: self.verdict(s.name) for s in students}
        shape = {} if wide else {"box": SIMPLE_HEAD, "padding": 0, "show_edge": False}
        table = Table(title=self.assignment.title, title_justify="left", **shape)
        # without a least width, columns that do not wrap are cut first
        table.add_column("student", no_wrap=True, min_width=max((len(s.name) for s in students), default=0))
        if wide:
            table.add_column("handed in", overflow="fold")
        for q in self.assignment.questions:
            table.add_column(f"{q.name}\n/{q.points:g}", justify="right", no_wrap=True, min_width=len(q.name))
        table.add_column(f"sum\n/{sum(q.points for q in self.assignment.questions):g}", justify="right", no_wrap=True)
        table.add_column("verdict", no_wrap=True, min_width=max(map(len, verdicts.values()), default=0))
        for student in students:
            found = grades.get(student.name, {})
            scores = [found.get(q.name) for q in self.assignment.questions]
            total = sum(s for s in scores if s is not None)
            cells = ["-" if s is None else f"{s:.4g}" if wide else f"{round(s, 1):g}" for s in (*scores, total)]
            story = [student.story] if wide else []
            table.add_row(student.name, *story, *cells, verdicts[student.name])
        return table

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        self.console.print(f"[bold]>[/bold] {what}", highlight=False)
        start = time.monotonic()
        try:
            yield
        finally:
            self.times.append((what, time.monotonic() - start))


def run(source: Path, week: str, root: Path, console: Console) -> None:
    """The whole demonstration.

    Raises
    ------
    GraderError
        At the first step that fails.
    """
    start = time.monotonic()
    _introduce_engine(console)
    demo = Demo(source, week, root, console)
    before = demo.grades() if (root / "course" / "gradebook.db").exists() else {}
    demo.nbgrader("generate_assignment", week)
    demo.nbgrader("release_assignment", week, "--force")
    students = make_class(demo.assignment, root / "assignments" / week)
    demo.hand_in(students)
    # every submission here belongs to whoever runs the demonstration
    demo.nbgrader("collect", week, "--ExchangeCollect.check_owner=False")
    demo.autograde()
    demo.nbgrader("generate_feedback", week)
    demo.nbgrader("release_feedback", week)
    grades = demo.grades()
    console.print()
    demo.show(students, grades)
    if before:
        changed = [s for s in before if before[s] != grades.get(s)]
        console.print(f"Grades changed since the last run: {', '.join(changed) if changed else 'none'}")
    feedback = root / "course" / "feedback" / "<student>" / week / f"{demo.assignment.notebook}.html"
    console.print(f"Feedback pages: {feedback}", highlight=False, soft_wrap=True)
    console.print(f"Course folder:  {root}  (nbgrader's commands work in it, formgrader too)", soft_wrap=True)
    console.print(f"Class report:   autograder --course {root} report {week}", highlight=False, soft_wrap=True)
    slow = ", ".join(f"{what.split(',')[0]} {seconds:.1f} s" for what, seconds in demo.times if seconds >= 0.1)
    console.print(f"Took {time.monotonic() - start:.1f} s: {slow}", highlight=False, soft_wrap=True)


def _introduce_engine(console: Console) -> None:
    from autograder.sandbox.choice import get_engine

    engine = get_engine()
    console.print(f"Student code runs in the engine [bold]{engine.name}[/bold]: {engine.protects}", soft_wrap=True)


def _copy_course(source: Path, week: str, root: Path) -> None:
    """Copy what an instructor wrote; what was graded from another version of it is removed."""
    folders = [Path("solutions") / week, Path("tests") / "hidden" / week]
    stamp = hashlib.sha256()
    for path in _files([source / f for f in folders] + [Path(__file__).parent / "demo_class.py"]):
        stamp.update(path.name.encode() + b"\0" + path.read_bytes())
    mark = root / ".made-from"
    if mark.exists() and mark.read_text(encoding="ascii") == stamp.hexdigest():
        return
    shutil.rmtree(root, ignore_errors=True)
    for folder in folders:
        if (source / folder).is_dir():
            shutil.copytree(source / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "nbgrader_config.py", root)
    mark.write_text(stamp.hexdigest(), encoding="ascii")


def _files(paths: list[Path]) -> list[Path]:
    found = [p for path in paths for p in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)


def main(argv: list[str] | None = None, exit_: Callable[[int], None] = sys.exit) -> None:
    """Command line of the demonstration."""
    parser = argparse.ArgumentParser(prog="autograder.demo", description=__doc__.split("\n\n")[0])
    parser.add_argument("week", nargs="?", default=DEFAULT_WEEK)
    parser.add_argument("--course", type=Path, default=Path(), help="folder of the course (default: the current one)")
    parser.add_argument("--root", type=Path, help="where the copy lies (default: build/demo in the course)")
    options = parser.parse_args(argv)
    source = options.course.resolve()
    console = Console(width=None if sys.stdout.isatty() else 200)
    try:
        run(source, options.week, (options.root or source / "build" / "demo").resolve(), console)
    except GraderError as e:
        Console(stderr=True).print(f"{e}", style="bold red", highlight=False, markup=False, soft_wrap=True)
        exit_(e.exit_code)
    except KeyboardInterrupt:
        print("Interrupted. What was finished is kept; run the same command again.", file=sys.stderr)
        exit_(130)


if __name__ == "__main__":
    main()
