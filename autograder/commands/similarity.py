"""``autograder similarity``: code of different students that is alike."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.commands.options import course_of, json_option


@click.command(short_help="Show code of different students that is alike (a week must opt in).")
@click.argument("week")
@click.option("--least", type=click.FloatRange(0.05, 1.0), default=0.5, show_default=True, help="Share of alike code.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Default: beside the class report.")
@json_option
@click.pass_context
def similarity(context: click.Context, week: str, least: float, to: Path | None, as_json: bool) -> int:
    """Compare the collected submissions of WEEK with each other, what was handed out subtracted.

    The week must say `similarity = true` in assignment.toml: tell the students first. What the page shows is alike
    code, not who copied. It needs the extra: pip install 'autograder[similarity]'.
    """
    from autograder.reporting import compare_submissions

    path, pairs = compare_submissions(course_of(context), week, least, to)
    if as_json:
        found = [{"students": [p.one, p.other], "shares": [p.share_one, p.share_other]} for p in pairs]
        click.echo(json.dumps({"assignment": week, "page": str(path), "pairs": found}))
    else:
        click.echo(f"{path}: {len(pairs)} pairs")
    return 0
