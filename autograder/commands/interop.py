"""``autograder export-...`` and ``import-...``: other graders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands.options import course_of, json_option

if TYPE_CHECKING:
    from autograder.interop.new_week import Imported

_OUTPUT = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The zip (default: build/WEEK-otter.zip)."
)
_LEAVE_OUT = click.option("--leave-out", multiple=True, metavar="QUESTION", help="Export without this question.")


@click.command("export-otter", short_help="Write a zip that `otter run` grades.")
@click.argument("week")
@_OUTPUT
@_LEAVE_OUT
@json_option
@click.pass_context
def export_otter(
    context: click.Context, week: str, output: Path | None, leave_out: tuple[str, ...], as_json: bool
) -> int:
    """Write a zip that `otter run` grades WEEK with. Its README.md says which protection is lost."""
    return _export(context, week, output, leave_out, as_json, gradescope=False, leaderboard=False)


@click.command("export-gradescope", short_help="Write an autograder zip for Gradescope.")
@click.argument("week")
@_OUTPUT
@_LEAVE_OUT
@click.option("--leaderboard", is_flag=True, help="Show the totals on Gradescope's leaderboard.")
@json_option
@click.pass_context
def export_gradescope(
    context: click.Context,
    week: str,
    output: Path | None,
    leave_out: tuple[str, ...],
    leaderboard: bool,
    as_json: bool,
) -> int:
    """Write an autograder zip of WEEK for Gradescope. Its README.md says which protection is lost."""
    return _export(context, week, output, leave_out, as_json, gradescope=True, leaderboard=leaderboard)


_NAME = click.option("--name", help="Name of the week (default: from the path).")
_PARTLY = click.option("--partly", is_flag=True, help="Leave out what cannot be imported, and list it.")


@click.command("import-otter", short_help="Make a week of an otter assignment.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--notebook", type=click.Path(dir_okay=False, path_type=Path), help="The notebook with solutions, for a zip."
)
@_NAME
@_PARTLY
@json_option
@click.pass_context
def import_otter(
    context: click.Context, path: Path, notebook: Path | None, name: str | None, partly: bool, as_json: bool
) -> int:
    """Make a week of an otter assignment: PATH is an autograder.zip, a dist folder, or a notebook with its tests.

    Nothing of it is run. What is not supported is listed, with its line, and nothing is written.
    """
    from autograder.interop.import_otter import read_otter
    from autograder.interop.new_week import write_week

    done = write_week(context.obj.resolve(), read_otter(path, name, notebook), partly=partly)
    return _report([done], as_json)


@click.command("import-nbgrader", short_help="Make a week of an nbgrader source notebook.")
@click.argument("path", type=click.Path(path_type=Path))
@_NAME
@_PARTLY
@json_option
@click.pass_context
def import_nbgrader(context: click.Context, path: Path, name: str | None, partly: bool, as_json: bool) -> int:
    """Make a week of an nbgrader source notebook (or each of a folder): its hidden tests leave the notebook.

    Nothing of it is run. What is not supported is listed, with its line, and nothing is written.
    """
    from autograder.interop.import_nbgrader import read_nbgrader
    from autograder.interop.new_week import write_weeks

    return _report(write_weeks(context.obj.resolve(), read_nbgrader(path, name), partly=partly), as_json)


def _report(weeks: list[Imported], as_json: bool) -> int:
    if as_json:
        rows = [
            {"assignment": w.name, "folder": str(w.folder)}
            | {"questions": w.questions, "manual": w.manual, "notes": w.notes}
            for w in weeks
        ]
        click.echo(json.dumps({"weeks": rows}))
        return 0
    for week in weeks:
        click.echo(f"{week.folder}: {', '.join((*week.questions, *week.manual))}")
        for note in week.notes:
            click.echo(f"  {note}")
        click.echo(f"Next: autograder release {week.name}, then autograder validate {week.name}")
    return 0


def _export(
    context: click.Context,
    week: str,
    output: Path | None,
    leave_out: tuple[str, ...],
    as_json: bool,
    gradescope: bool,
    leaderboard: bool,
) -> int:
    from autograder.interop.export import archive_name, export_week

    course = course_of(context)
    path = output or course.root / "build" / archive_name(week, gradescope)
    done = export_week(course, week, path, gradescope=gradescope, leaderboard=leaderboard, leave_out=leave_out)
    if as_json:
        fields = {"questions": done.questions, "tests": done.tests, "manual": done.manual, "left_out": done.left_out}
        click.echo(json.dumps({"assignment": week, "path": str(done.path), **fields}))
        return 0
    click.echo(f"{done.path}: {done.tests} tests of {', '.join(done.questions)}.")
    for what, names in (("scored by a person", done.manual), ("left out", done.left_out)):
        if names:
            click.echo(f"Not in it ({what}): {', '.join(names)}.")
    click.echo("Its README.md says which protection is lost outside our sandbox.")
    return 0
