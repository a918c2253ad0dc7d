"""``autograder extend``: more time for some students."""

from __future__ import annotations

import dataclasses
import getpass
import json
from pathlib import Path

import click

from autograder.commands.options import course_of, json_option


@click.command(short_help="Give students more time for a week, or take it back.")
@click.argument("week")
@click.argument("students", metavar="[STUDENT]...", nargs=-1)
@click.option(
    "--group",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a student a line: all of them.",
)
@click.option("--days", type=click.FloatRange(min=0), default=0.0, help="After the due date.")
@click.option("--hours", type=click.FloatRange(min=0), default=0.0, help="As well as the days.")
@click.option("--remove", is_flag=True, help="Take the extension back.")
@click.option("--reason", default="", help="For the record; students do not see it.")
@json_option
@click.pass_context
def extend(
    context: click.Context,
    week: str,
    students: tuple[str, ...],
    group: Path | None,
    days: float,
    hours: float,
    remove: bool,
    reason: str,
    as_json: bool,
) -> int:
    """Give students more time for WEEK; without students, list who has more.

    Extensions do not add up: the last one counts. They are kept in course/extensions.csv. What was graded already
    gets its new penalty in the gradebook at once; feedback pages show it when they are generated again.
    """
    from autograder.late import change_extensions, read_extensions
    from autograder.nbgrader_bridge.late_penalties import settle_extensions

    course = course_of(context)
    assignment = course.assignment(week)
    who = list(dict.fromkeys([*students, *_members(group)]))
    more = days * 24 + hours
    if who and remove == bool(more):
        raise click.UsageError("Say how much more time: --days or --hours; or --remove.")
    if not who and (more or remove):
        raise click.UsageError("Say for whom: student ids, or --group FILE.")
    settled: list[str] = []
    if who:
        every = change_extensions(course.root, week, who, None if remove else more, getpass.getuser(), reason)
        settled = settle_extensions(course, assignment, who, every)
    else:
        every = read_extensions(course.root)
    current = [e for e in every if e.assignment == week]
    if as_json:
        found = [dataclasses.asdict(e) for e in current]
        click.echo(json.dumps({"assignment": week, "extensions": found, "settled": settled}))
        return 0
    for e in current:
        click.echo(f"{e.student}  {e.hours:g} h more  {e.granted_at}  {e.granted_by}  {e.reason}".rstrip())
    if not current:
        click.echo(f"{week}: nobody has more time.")
    if settled:
        click.echo(f"The gradebook has the new due date and penalty of: {', '.join(settled)}.")
    return 0


def _members(group: Path | None) -> list[str]:
    if group is None:
        return []
    return [line.strip() for line in group.read_text(encoding="utf-8").splitlines() if line.strip()]
