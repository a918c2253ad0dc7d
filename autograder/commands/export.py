"""``autograder export``: grades for Canvas, Moodle, Gradescope and LTI."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.commands.options import course_of, json_option

FORMATS = ("canvas", "moodle", "gradescope", "gradescope-results", "lti")


@click.command(short_help="Write grades for Canvas, Moodle, Gradescope or LTI.")
@click.argument("week")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="For whom.")
@click.option("--to", type=click.Path(path_type=Path), help="File, or folder for gradescope-results.")
@click.option("--column", default="", help="Canvas: heading of the assignment's column, as in `Week 1 (1234)`.")
@json_option
@click.pass_context
def export(context: click.Context, week: str, form: str, to: Path | None, column: str, as_json: bool) -> int:
    """Write the grades of WEEK for another system; by default below course/exports.

    Scores are the gradebook's final ones, less the late penalty. Who was not graded has no score. gradescope-results
    writes a results.json a student, as a Gradescope autograder does. lti writes line item and scores for LTI 1.3
    Assignment and Grade Services (docs/reports.md says how to send them).
    """
    from autograder.exporting import export_grades

    paths = export_grades(course_of(context), week, form, to, column)
    if as_json:
        click.echo(json.dumps({"assignment": week, "format": form, "files": [str(p) for p in paths]}))
    else:
        click.echo("\n".join(str(p) for p in paths) or "No results yet: nothing was written.")
    return 0
