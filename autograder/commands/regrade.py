"""``autograder regrade``: what a changed suite changes; recorded, and taken back."""

from __future__ import annotations

import dataclasses
import getpass
import json
from typing import TYPE_CHECKING

import click

from autograder.commands.options import cluster_option, course_of, engine_option, json_option, workers_option
from autograder.errors import InfrastructureError

if TYPE_CHECKING:
    from autograder.regrade import Comparison

MOST_STUDENTS = 8
"""Names in one line; --json has all."""


@click.command(short_help="Show what a changed suite changes; --apply records it, --undo takes it back.")
@click.argument("week")
@click.argument("students", metavar="[STUDENT]...", nargs=-1)
@click.option("--apply", "apply", is_flag=True, help="Record the new results, and bring the gradebook up to date.")
@click.option("--undo", is_flag=True, help="Take back the last regrade of WEEK that was recorded.")
@click.option("--history", is_flag=True, help="List the regrades that were recorded.")
@engine_option
@workers_option
@cluster_option
@json_option
@click.pass_context
def regrade(
    context: click.Context,
    week: str,
    students: tuple[str, ...],
    apply: bool,
    undo: bool,
    history: bool,
    engine: str,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
) -> int:
    """Grade the submissions of WEEK again with its suite as it is now; show who gains, who loses, and by which test.

    Nothing is written to the gradebook, the store or autograded/ until --apply. It keeps what was there, who recorded
    it and when, in course/regrades/; scores that a person gave stay. Afterwards generate the feedback again.
    """
    from autograder import regrade as work

    if apply + undo + history > 1:
        raise click.UsageError("Choose one of --apply, --undo and --history.")
    course = course_of(context)
    if history:
        course.assignment(week)
        found = [r for _, r in work.records(course) if r.assignment == week]
        if as_json:
            click.echo(json.dumps({"assignment": week, "records": [dataclasses.asdict(r) for r in found]}))
            return 0
        for r in found:
            back = f", taken back {r.undone_at} by {r.undone_by}" if r.undone_at else ""
            click.echo(f"{r.at}  {r.by}  {len(r.changes)} students{back}")
        if not found:
            click.echo(f"{week}: no regrade was recorded.")
        return 0
    if undo:
        undone = work.undo(course, week, getpass.getuser())
        who = [c.student for c in undone.changes]
        if as_json:
            click.echo(json.dumps({"assignment": week, "undone": undone.at, "students": who}))
        else:
            click.echo(f"Taken back: the regrade of {undone.at} by {undone.by}, {len(who)} students.")
            click.echo("Generate the feedback again. nbgrader autograde --force would grade by the suite as it is now.")
        return 0
    comparison = work.try_again(course, week, students, engine, workers, cluster)
    folder = work.record(course, comparison, getpass.getuser()) if apply and comparison.changes else None
    if as_json:
        raw = dataclasses.asdict(comparison) | {"recorded": None if folder is None else str(folder)}
        click.echo(json.dumps(raw))
    else:
        click.echo(as_text(comparison))
        if folder is not None:
            click.echo(f"Recorded in {folder}. Take it back: autograder regrade {week} --undo")
        elif comparison.changes:
            click.echo(f"Nothing was recorded. To record it: autograder regrade {week} --apply")
    return InfrastructureError.exit_code if comparison.faults else 0


def as_text(comparison: Comparison) -> str:
    """Counts, then each changed student, then each changed test."""
    gain, lose = comparison.gain, comparison.lose
    same_score = len(comparison.changes) - len(gain) - len(lose)
    lines = [
        f"{comparison.assignment}: {len(gain)} gain, {len(lose)} lose, {same_score} keep their score with other tests, "
        f"{len(comparison.unchanged)} unchanged."
    ]
    if comparison.changes:
        width = max(len(c.student) for c in comparison.changes)
        lines.append("")
        for c in sorted(comparison.changes, key=lambda c: c.after - c.before):
            why = ", ".join(f"{name} {before:g} → {after:g}" for name, before, after in c.questions) or "no score"
            lines.append(f"{c.student:{width}}  {c.before:7g} → {c.after:<7g} {c.after - c.before:+7.2f}  {why}")
        lines.append("")
        for test, who in comparison.by_test().items():
            names = ", ".join(who[:MOST_STUDENTS]) + (", ..." if len(who) > MOST_STUDENTS else "")
            short = test.test.rsplit("::", 1)[-1]
            lines.append(f"{test.question} {short} ({test.title}): {test.before} → {test.after}: {len(who)} ({names})")
        lines.append("")
    lines += [f"Not compared: {student}: {reason}" for student, reason in (*comparison.left_out, *comparison.faults)]
    return "\n".join(lines).rstrip()
