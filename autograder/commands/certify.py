"""``autograder certify``: how often a right answer can fail."""

from __future__ import annotations

import json

import click

from autograder.commands.options import NOT_IN_ORDER, course_of, engine_option, json_option, workers_option


@click.command(short_help="Bound how often a right answer fails, over many seeds.")
@click.argument("weeks", metavar="[WEEK]...", nargs=-1)
@click.option("--seeds", type=click.IntRange(min=1), default=200, show_default=True, help="Students for each answer.")
@engine_option
@workers_option
@json_option
@click.pass_context
def certify(
    context: click.Context, weeks: tuple[str, ...], seeds: int, engine: str, workers: int | None, as_json: bool
) -> int:
    """Grade every right answer of the weeks named, or of all, as many students.

    Writes docs/suites/<week>-certificate.md for each week in which no right answer lost a point, with a bound on how
    often one does. Takes minutes a week. Exits with 1 where a right answer lost a point.
    """
    from autograder.validation.certify import certify_course

    certificates = certify_course(course_of(context), weeks, seeds, engine, workers)
    if as_json:
        passed = all(c.passed for c in certificates)
        click.echo(json.dumps({"passed": passed, "weeks": [c.to_dict() for c in certificates]}))
    else:
        for certificate in certificates:
            click.echo(certificate.to_text())
    return 0 if all(c.passed for c in certificates) else NOT_IN_ORDER
