"""``autograder leaderboard``: who reaches what, for fun."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.commands.options import course_of, json_option


@click.command(short_help="Write a week's leaderboard: pseudonyms, no points.")
@click.argument("week")
@click.option("--final", is_flag=True, help="The list that decides, by the half kept back; after the due date.")
@click.option("--names", is_flag=True, help="Print who is who, for staff; the page never says it.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Default: course/leaderboard.")
@json_option
@click.pass_context
def leaderboard(context: click.Context, week: str, final: bool, names: bool, to: Path | None, as_json: bool) -> int:
    """Write the leaderboard of WEEK as a page and as JSON, from what is stored.

    Students set LEADERBOARD = False in their notebook to be left out, or ask staff, who add them to
    course/leaderboard/left-out.txt. The list has nothing to do with grades.
    """
    from autograder.reporting import write_leaderboard

    page, content, who = write_leaderboard(course_of(context), week, final, to)
    if as_json:
        click.echo(json.dumps({**content, "page": str(page), **({"names": who} if names else {})}))
        return 0
    click.echo(f"{page}: {sum(len(board['places']) for board in content['boards'])} students")
    if names:
        for pseudonym, student in sorted(who.items()):
            click.echo(f"{pseudonym}  {student}")
    return 0
