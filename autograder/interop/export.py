"""A week as an autograder zip for otter or Gradescope."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from autograder.course import Assignment, Course
from autograder.errors import CannotExport, Unwritable
from autograder.grading import rules_of
from autograder.interop.closure import distributions, package_files, public_version
from autograder.interop.suites import Test, collect
from autograder.rules import TEST as RULES_TEST
from autograder.rules import Rules
from autograder.validation.specimens import released_files

TEMPLATES = Path(__file__).with_name("templates")
ENTRIES = ("autograder.interop.runtime", "autograder.judge", "autograder.judge.plugin")
BESIDE = ("otter-grader", "ipykernel", "msgpack", "pytest", "numpy")
"""What the export itself needs, besides what suites and notebook import."""

_STAMP = (1980, 1, 1, 0, 0, 0)
_TEST = '''\
"""Hidden tests of {question}; they are in _judge/suites, this only names them for otter."""

import os
import sys

from otter.test_files import test_case

OK_FORMAT = False
name = {question!r}
points = {points!r}

_folder = os.path.abspath(os.path.join("tests", "_judge"))
if _folder not in sys.path:
    sys.path.insert(0, _folder)

from pathlib import Path as _Path

from autograder.interop.runtime import Question as _Question, Suite as _Suite

_question = _Question(_Suite(_Path(_folder)), {question!r})
'''
_CASE = '''

@test_case(name={title!r}, points={points!r}, hidden={hidden!r})
def case_{number}(env):
    _question.case({test!r}, env)
'''


@dataclass(frozen=True)
class Export:
    """What was written: the zip, its questions, and what is not in it (scored by a person, or left out on request)."""

    path: Path
    questions: tuple[str, ...]
    tests: int
    manual: tuple[str, ...]
    left_out: tuple[str, ...]


def export_week(
    course: Course,
    name: str,
    path: Path,
    gradescope: bool = False,
    leaderboard: bool = False,
    leave_out: Collection[str] = (),
) -> Export:
    """Write the autograder zip of a week.

    Parameters
    ----------
    path : Path
        The zip; an existing one is replaced.
    gradescope : bool
        Add what Gradescope calls, and settings of its results.
    leave_out : collection of str
        Questions that are not exported.

    Raises
    ------
    CannotExport
        Naming every question that otter cannot express, and why.
    CourseError
        If the week has problems of its own.
    Unwritable
    """
    assignment = course.assignment(name)
    for question in leave_out:
        assignment.question(question)  # an unknown one is the caller's mistake
    kept = [q for q in assignment.questions if q.name not in leave_out]
    problems = list(_refused(course, assignment, kept))
    tests = [] if problems else [t for t in collect(course.root, name) if t.question not in leave_out]
    sources = {q.name: q.suite.read_text(encoding="utf-8") for q in kept if q.suite is not None and not problems}
    cells = [c.source for c in assignment.cells if c.kind == "code"]
    needed, missing = distributions([*sources.values(), *cells])
    for module in sorted(missing):
        problems.append(f"{name}: imports {module}, which no installed package provides. Install it where this runs.")
    if problems:
        raise CannotExport(problems)
    rules = dict(assignment.rules)
    uses_reference = any("reference" in test.uses for test in tests)
    files = {
        **_judge_files(course, assignment, tests, uses_reference),
        **{f"tests/{q.name}.py": _test_file(q.name, q.points, tests, rules.get(q.name)) for q in kept},
        **{f"files/{n}": data for n, data in released_files(course.root / "assignments" / name)},
        "otter_config.json": json.dumps({"show_hidden": False, "print_summary": True}, indent=2),
        "requirements.txt": _requirements(needed),
        "README.md": _render(
            "README.md.j2",
            title=assignment.title,
            assignment=name,
            target="Gradescope and otter" if gradescope else "otter",
            verb="gradescope" if gradescope else "otter",
            archive=archive_name(name, gradescope),
            leaderboard=leaderboard,
            tests=len(tests),
            points=f"{sum(q.points for q in kept):g}",
            questions=[
                {"name": q.name, "points": f"{q.points:g}", "tests": sum(t.question == q.name for t in tests)}
                for q in kept
            ],
            manual=[q.name for q in assignment.manual],
            left_out=sorted(leave_out),
            reference=uses_reference,
            rules=[q.name for q in kept if q.name in rules],
        ),
        "setup.sh": _render("setup.sh.j2"),
        "run_otter.py": _render("run_otter.py.j2", root="/autograder"),
        "run_autograder": _render("run_autograder.j2"),
        "finish_results.py": Path(__file__).with_name("finish_results.py").read_bytes(),
        "gradescope.json": json.dumps(_gradescope(kept, tests, leaderboard), indent=2),
    }
    if not gradescope:
        files["run_autograder"] = files["run_autograder"].replace(
            '"$root/venv/bin/python" "$root/source/finish_results.py" "$root" "$status"\n', 'exit "$status"\n'
        )
        del files["finish_results.py"], files["gradescope.json"]
    write_zip(path, files)
    questions = tuple(q.name for q in kept)
    return Export(path, questions, len(tests), tuple(q.name for q in assignment.manual), tuple(sorted(leave_out)))


def archive_name(week: str, gradescope: bool) -> str:
    """What a week's zip is called unless somebody says otherwise."""
    return f"{week}-{'gradescope' if gradescope else 'otter'}.zip"


def write_zip(path: Path, files: dict[str, str | bytes]) -> None:
    """The same files give the same bytes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                info = zipfile.ZipInfo(name, _STAMP)
                runs = name in ("run_autograder", "setup.sh")
                info.external_attr = (0o100755 if runs else 0o100644) << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, files[name])
    except OSError as e:
        raise Unwritable(f"{path}: cannot be written ({e.strerror or e}). Name another file with --output.") from e


def _refused(course: Course, assignment: Assignment, questions: Sequence[Any]) -> list[str]:
    """What otter cannot express, by name."""
    name = assignment.name
    if course.plain:
        return [f"{name}: its tests are inside the notebook; there is no hidden suite to export."]
    problems = []
    problems += [
        f"{name}: {q.name} may run on a worker with a GPU, which otter's containers do not have. "
        f"Export without it: --leave-out {q.name}"
        for q in questions
        if q.name in assignment.gpu
    ]
    if not questions:
        problems.append(f"{name}: no question is left to export.")
    release = course.root / "assignments" / name / f"{assignment.notebook}.ipynb"
    if not release.is_file():
        problems.append(f"{release}: not there. Run: autograder release {name}")
    return problems


def _judge_files(
    course: Course, assignment: Assignment, tests: Sequence[Test], reference: bool
) -> dict[str, str | bytes]:
    """Our judge, the suites and what lies beside them, and what is known of the week."""
    files: dict[str, str | bytes] = {}
    for key, path in package_files([*ENTRIES]).items():
        files[f"tests/_judge/{key}"] = path.read_bytes()
    wanted = {f"test_{test.question}.py" for test in tests}
    for path in sorted(p for p in assignment.suite_dir.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        key = path.relative_to(assignment.suite_dir).as_posix()
        if not (key.startswith("test_") and key.endswith(".py")) or key in wanted:
            files[f"tests/_judge/suites/{key}"] = path.read_bytes()
    # a key of its own: the course secret would give away everybody's draws
    text = f"otter export of {assignment.name}".encode()
    key = hmac.digest(course.secret(), text, hashlib.sha256).hex()
    cells = [[c.grade_id or f"line {c.line}", c.source, c.solution] for c in assignment.cells if c.kind == "code"]
    rules, named = rules_of(assignment)
    kept = {test.question for test in tests}
    week = {
        "assignment": assignment.name,
        "limits": dataclasses.asdict(assignment.limits),
        "key": key,
        "reference": cells if reference else [],
        "rules": {q: {"forbids": dataclasses.asdict(r), "cells": own} for q, (r, own) in rules.items() if q in kept},
        "named": sorted(named),
    }
    files["tests/_judge/week.json"] = json.dumps(week, indent=1)
    return files


def _test_file(question: str, points: float, tests: Sequence[Test], rules: Rules | None) -> str:
    own = [t for t in tests if t.question == question]
    if rules is not None and rules.weight is not None:  # without one, a broken rule fails every test
        own.insert(0, Test(question, RULES_TEST, "Keeps to the rules of the question", rules.weight, "public", ()))
    weights = sum(t.weight for t in own)
    text = _TEST.format(question=question, points=None)
    for number, test in enumerate(own, 1):
        text += _CASE.format(
            title=f"{question} {number}: {test.title}",
            points=points * test.weight / weights,
            hidden=test.visibility != "public",
            number=number,
            test=test.test,
        )
    return text


def _gradescope(questions: Sequence[Any], tests: Sequence[Test], leaderboard: bool) -> dict[str, Any]:
    visible = {
        q.name: all(t.visibility == "public" for t in tests if t.question == q.name) for q in questions
    }
    return {
        "leaderboard": leaderboard,
        "questions": {
            q.name: {"points": q.points, "visibility": "visible" if visible[q.name] else "after_due_date"}
            for q in questions
        },
    }


def _requirements(needed: dict[str, str]) -> str:
    import importlib.metadata

    versions = dict(needed)
    for name in BESIDE:
        try:
            versions[name] = public_version(name)
        except importlib.metadata.PackageNotFoundError:  # otter itself is an extra
            versions[name] = ""
    return "".join(f"{name}=={v}\n" if v else f"{name}\n" for name, v in sorted(versions.items()))


def _render(template: str, **values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.get_template(template).render(**values)
