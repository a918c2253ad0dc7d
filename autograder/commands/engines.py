"""``autograder engines``: what student code can run in here."""

from __future__ import annotations

import dataclasses
import json

import click

from autograder.commands.options import ENGINES, json_option


@click.command(short_help="Say which engines are here, and what each protects.")
@json_option
def engines(as_json: bool) -> int:
    """Say which engines are present, what each protects, and which one `auto` chooses."""
    from autograder.engine_survey import survey

    found = survey(name for name in ENGINES if name != "auto")
    if as_json:
        click.echo(json.dumps({"engines": [dataclasses.asdict(engine) for engine in found]}))
        return 0
    for engine in found:
        click.echo(f"{'*' if engine.chosen else ' '} {engine.name:12} {engine.says}")
    ready = any(engine.chosen for engine in found)
    click.echo("* is what --engine auto takes." if ready else "No engine is ready: --engine auto would stop.")
    return 0
