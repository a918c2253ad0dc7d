"""``autograder check`` and ``autograder release``: the course itself."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from autograder.commands.options import course_of, json_option
from autograder.errors import CourseError


@click.command(short_help="List every problem of the course.")
@json_option
@click.pass_context
def check(context: click.Context, as_json: bool) -> int:
    """List every problem of the course: manifests, notebooks, suites, a release that is not fresh."""
    from autograder.judge.client import suite_problems
    from autograder.release import check_fresh

    course = course_of(context)
    problems = list(course.problems())
    if not course.plain:
        problems += suite_problems(course)
        problems += [problem for problem in check_fresh(course) if problem not in problems]
    if as_json:
        click.echo(json.dumps({"assignments": list(course.assignments), "problems": problems}))
    elif problems:
        click.echo("\n".join(problems), err=True)
    else:
        click.echo(f"No problems in {', '.join(course.assignments)}.")
    return CourseError.exit_code if problems else 0


@click.command(short_help="Write what students receive to assignments/.")
@click.argument("week")
@json_option
@click.pass_context
def release(context: click.Context, week: str, as_json: bool) -> int:
    """Write what students receive of WEEK to assignments/, with `nbgrader generate_assignment`."""
    from autograder.nbgrader_bridge.generate import release_assignment

    # nbgrader starts alembic by name: the interpreter's own folder comes first.
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    folder = release_assignment(course_of(context), week)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if as_json:
        click.echo(json.dumps({"assignment": week, "folder": str(folder), "files": files}))
    else:
        click.echo(f"{folder}: {', '.join(files)}")
    return 0
