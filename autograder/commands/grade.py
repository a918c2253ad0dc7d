"""``autograder grade`` and ``autograder results``: submissions without the gradebook."""

from __future__ import annotations

import json

import click

from autograder.commands.options import cluster_option, course_of, engine_option, json_option, workers_option
from autograder.errors import InfrastructureError


@click.command(short_help="Grade collected submissions, without the gradebook.")
@click.argument("week")
@click.option("--student", help="Only this student's submission.")
@click.option("--retry-quarantined", is_flag=True, help="Also try those again that sandboxes died of.")
@engine_option
@workers_option
@cluster_option
@json_option
@click.pass_context
def grade(
    context: click.Context,
    week: str,
    student: str | None,
    retry_quarantined: bool,
    engine: str,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
) -> int:
    """Grade the collected submissions of WEEK, without nbgrader's gradebook.

    What is stored is not graded again; where a suite has changed, the questions that it changes are. A submission that
    three sandboxes died of waits for --retry-quarantined. Exits with 5 when the machine's fault left a submission
    without a result: run the command again.
    """
    from autograder.batch import grade_submitted, results_table

    outcome = grade_submitted(course_of(context), week, student, engine, workers, retry_quarantined, cluster, as_json)
    if as_json:
        click.echo(json.dumps(outcome.to_dict(), sort_keys=True))
    else:
        click.echo(results_table(outcome.results))
        for fault, students in outcome.by_fault().items():
            click.echo(f"Not graded: {', '.join(students)}. {fault}", err=True)
    return InfrastructureError.exit_code if outcome.faults else 0


@click.command(short_help="Show stored results, students by questions.")
@click.argument("week")
@json_option
@click.pass_context
def results(context: click.Context, week: str, as_json: bool) -> int:
    """Show the stored results of WEEK, students by questions."""
    from autograder.batch import results_table, stored_results

    found = stored_results(course_of(context), week, cells=as_json)
    if as_json:
        click.echo(json.dumps({"assignment": week, "results": [json.loads(r.to_json()) for r in found]}))
    else:
        click.echo(results_table(found))
    return 0
