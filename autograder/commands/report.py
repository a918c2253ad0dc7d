"""``autograder report``: the class report, and a page of each student for staff."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.commands.options import course_of, json_option

FORMGRADER = "http://localhost:8888/formgrader"


@click.command(short_help="Write the class report, and a page of each student for staff.")
@click.argument("week")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Default: course/reports/WEEK.")
@click.option("--student", help="Write this student's page only, beside the class's.")
@click.option("--no-students", is_flag=True, help="Leave out the pages of students.")
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="items.json of an earlier run; default: course/history/WEEK/*.json.",
)
@click.option("--label", default="", help="What this run is called in later years; default: the year.")
@click.option("--formgrader", default=FORMGRADER, show_default=True, envvar="AUTOGRADER_FORMGRADER", show_envvar=True,
              help="Where formgrader is, for links.")  # fmt: skip
@json_option
@click.pass_context
def report(
    context: click.Context,
    week: str,
    folder: Path | None,
    student: str | None,
    no_students: bool,
    earlier: tuple[Path, ...],
    label: str,
    formgrader: str,
    as_json: bool,
) -> int:
    """Write the class report of WEEK, from stored results and the gradebook, as a folder of pages and tables.

    The pages are for staff: they show hidden tests.
    """
    from autograder.reporting import Options, report_course

    if student is not None and no_students:
        raise click.UsageError("--student asks for a page, --no-students for none.")
    options = Options(folder, not no_students, earlier, label, formgrader, student)
    where, found = report_course(course_of(context), week, options)
    click.echo(json.dumps(found) if as_json else f"{where / 'index.html'}")
    return 0
