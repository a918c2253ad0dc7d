"""``autograder worker``: this machine's share of a cluster."""

from __future__ import annotations

import json

import click

from autograder.commands.options import engine_option, json_option, workers_option


@click.command(short_help="Grade for a cluster: take jobs from a dask scheduler.")
@click.argument("address")
@click.option("--gpu", is_flag=True, help="Only jobs that may use this machine's graphics card, one at a time.")
@engine_option
@workers_option
@json_option
def worker(address: str, gpu: bool, engine: str, workers: int | None, as_json: bool) -> int:
    """Take jobs from the dask scheduler at ADDRESS (tcp://host:8786, or tls://), in warm sandboxes of this machine.

    It needs no files of the course: jobs bring what they need. It ends when the scheduler goes away; let a service
    manager or a batch system start it again.
    """
    from autograder.cluster import default_workers, machines

    machines("worker").run_worker(address, engine, workers or default_workers(), gpu)
    if as_json:
        click.echo(json.dumps({"scheduler": address, "ended": True}))
    return 0
