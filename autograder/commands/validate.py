"""``autograder validate``: the gates."""

from __future__ import annotations

import json

import click

from autograder.commands.options import NOT_IN_ORDER, course_of, engine_option, json_option, workers_option


@click.command(short_help="Check every gate of the weeks named, or of all.")
@click.argument("weeks", metavar="[WEEK]...", nargs=-1)
@click.option("--matrix", is_flag=True, help="Print tests by mutants, and write docs/suites/<week>.md.")
@click.option("--changed", is_flag=True, help="Wrong answers only of weeks that differ from their proof.")
@click.option("--seeds", type=click.IntRange(min=0), default=5, show_default=True, help="Students for the reference.")
@engine_option
@workers_option
@json_option
@click.pass_context
def validate(
    context: click.Context,
    weeks: tuple[str, ...],
    matrix: bool,
    changed: bool,
    seeds: int,
    engine: str,
    workers: int | None,
    as_json: bool,
) -> int:
    """Check every gate of the weeks named, or of all.

    The reference and other right answers earn all points, the untouched release none; each known-wrong
    solution is noticed by the tests, and with the hint, that its header names; each hidden test notices one;
    nothing hidden is in the release or in the feedback. Exits with 1 when a gate is broken.

    With --matrix, a week whose gates all hold is proven: docs/suites/proofs.json keeps a digest of all that decides
    it. With --changed such a week is graded by its reference alone, as long as nothing of that has changed.
    """
    from autograder.validation.run import validate_course

    reports = validate_course(
        course_of(context), weeks, seeds=seeds, engine=engine, workers=workers, write=matrix, changed=changed
    )
    if as_json:
        click.echo(json.dumps({"passed": all(r.passed for r in reports), "weeks": [r.to_dict() for r in reports]}))
    else:
        for report in reports:
            if matrix:
                from autograder.validation.matrix import to_text

                click.echo("\n\n".join(to_text(m) for m in report.matrices) + "\n")
            click.echo(report.to_text())
    return 0 if all(report.passed for report in reports) else NOT_IN_ORDER
