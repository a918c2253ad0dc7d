"""Options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from autograder.course import Course

ENGINES = ("auto", "docker", "podman", "local", "plain")
NOT_IN_ORDER = 1
"""Exit code: done, and something is not in order."""


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``: one JSON object on standard output, and nothing else."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")(function)


def engine_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--engine``."""
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="auto",
        show_default=True,
        envvar="AUTOGRADER_ENGINE",
        show_envvar=True,
        help="What student code runs in.",
    )(function)


def workers_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--workers``."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        show_default="one a processor",
        help="Submissions graded at once.",
    )(function)


def cluster_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--cluster``."""
    return click.option(
        "--cluster",
        metavar="ADDRESS",
        envvar="AUTOGRADER_CLUSTER",
        show_envvar=True,
        help="A dask scheduler (tcp://host:8786) whose workers grade, instead of this machine.",
    )(function)


def course_of(context: click.Context) -> Course:
    """Return the course that ``autograder --course`` names; raises :class:`CourseError`."""
    from autograder.course import load_course

    return load_course(context.obj)
