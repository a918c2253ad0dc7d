"""``autograder hub``: a JupyterHub on this machine, for trying and for a small class."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.commands.options import NOT_IN_ORDER, json_option

_root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/hub"),
    envvar="AUTOGRADER_HUB",
    show_default=True,
    show_envvar=True,
    help="Folder of the hub.",
)


@click.group(short_help="A JupyterHub on this machine: start, stop.")
def hub() -> None:
    """Run a JupyterHub on 127.0.0.1 with this course, an instructor and students."""


@hub.command(short_help="Set the hub up and start it.")
@_root_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--students", type=click.IntRange(1, 200), default=2, show_default=True)
@click.option("--prefix", default="ag-", show_default=True, help="Of the names of people, which become accounts.")
@json_option
@click.pass_context
def start(context: click.Context, root: Path, port: int, students: int, prefix: str, as_json: bool) -> int:
    """Set the hub up where it is not, start it, and print where it is and the new passwords."""
    from autograder.errors import InfrastructureError
    from autograder.hub.passwords import forget_passwords
    from autograder.hub.run import start as start_hub
    from autograder.hub.setup import course_id_of, lay_out, make

    source = Path(context.obj).resolve()
    layout = lay_out(root.resolve(), course_id_of(source), prefix, students, port)
    new = make(layout, source)
    try:
        start_hub(layout)
    except InfrastructureError:
        forget_passwords(layout.secrets / "passwords.json", new)  # nobody has seen them
        raise
    if as_json:
        click.echo(json.dumps({"url": layout.url, "course": layout.course_id, "people": layout.people, "new": new}))
        return 0
    click.echo(f"JupyterHub: {layout.url}")
    click.echo(f"Formgrader: {layout.url}/services/{layout.course_id}/formgrader")
    click.echo(f"Grading:    {layout.url}/services/autograder/")
    for name in layout.people:
        role = "instructor" if name in layout.instructors else "student"
        click.echo(f"  {name:<20} {role:<11} {new.get(name, '(password as printed at the first start)')}")
    if not layout.system_accounts:
        click.echo(
            "Everybody's server runs under your own account: it protects no student's files from another's, nor the "
            "course from students. For a class, start it as root."
        )
    click.echo("Stop it with: make hub-stop")
    return 0


@hub.command(short_help="End the hub and all that it started.")
@_root_option
@json_option
def stop(root: Path, as_json: bool) -> int:
    """End the hub, its proxy, its services and all servers of people; their files stay."""
    from autograder.hub.layout import load_layout
    from autograder.hub.run import processes
    from autograder.hub.run import stop as stop_hub

    layout = load_layout(root)
    killed = stop_hub(layout)
    left = processes(layout)
    if as_json:
        click.echo(json.dumps({"killed": killed, "running": left}))
        return NOT_IN_ORDER if left else 0
    if killed:
        click.echo(f"{len(killed)} processes had to be killed.", err=True)
    click.echo("Nothing is running." if not left else f"Still running: {left}")
    return NOT_IN_ORDER if left else 0
