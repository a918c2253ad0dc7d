"""``autograder export``: grades for Canvas, Moodle, Gradescope and LTI."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from autograder.commands.options import NOT_IN_ORDER, course_of, json_option

TOKEN_VARIABLE = "AUTOGRADER_LTI_TOKEN"
FORMATS = ("canvas", "moodle", "gradescope", "gradescope-results", "lti")


@click.command(short_help="Write grades for Canvas, Moodle, Gradescope or LTI.")
@click.argument("week")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="For whom.")
@click.option("--to", type=click.Path(path_type=Path), help="File, or folder for gradescope-results.")
@click.option("--column", default="", help="Canvas: heading of the assignment's column, as in `Week 1 (1234)`.")
@click.option("--send", help="lti: the platform's lineitems URL; its token is in AUTOGRADER_LTI_TOKEN.")
@json_option
@click.pass_context
def export(
    context: click.Context, week: str, form: str, to: Path | None, column: str, send: str | None, as_json: bool
) -> int:
    """Write the grades of WEEK for another system; by default below course/exports.

    Scores are the gradebook's final ones, less the late penalty; without a gradebook, the tests'. Who was not graded
    has no score. gradescope-results writes a results.json a student, as a Gradescope autograder does. lti writes line
    item and scores for LTI 1.3 Assignment and Grade Services (docs/reports.md says how to send them).
    """
    from autograder.exporting import export_grades

    token = os.environ.get(TOKEN_VARIABLE, "")
    if send and (form != "lti" or not token):
        raise click.UsageError(f"--send needs --format lti, and a token in {TOKEN_VARIABLE}.")
    paths = export_grades(course_of(context), week, form, to, column)
    refused = _send(paths[0], send, token) if send else []
    if as_json:
        found = {"assignment": week, "format": form, "files": [str(p) for p in paths], "refused": refused}
        click.echo(json.dumps(found))
    else:
        click.echo("\n".join(str(p) for p in paths) or "No results yet: nothing was written.")
        for sentence in refused:
            click.echo(sentence, err=True)
    return NOT_IN_ORDER if refused else 0


def _send(path: Path, url: str, token: str) -> list[str]:
    from autograder.lti import send_scores

    data = json.loads(path.read_text(encoding="utf-8"))
    return send_scores(url, token, data["lineItem"], data["scores"])
