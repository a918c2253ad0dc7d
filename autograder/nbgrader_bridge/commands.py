"""Standard nbgrader commands run in this process: starting one costs three seconds of processor time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_core.application import NoStart
from nbgrader.apps.nbgraderapp import NbGraderApp
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeSubmit

from autograder.errors import InfrastructureError


def run_nbgrader(root: Path, argv: list[str]) -> int:
    """Run ``nbgrader <argv>`` with the course at ``root``; returns its exit code.

    For use in a process of its own or in its main thread: nbgrader changes the working directory.
    """
    with _inside(root):
        app = NbGraderApp.instance()
        try:
            app.initialize(argv)
            with contextlib.suppress(NoStart):  # how jupyter says that a subcommand ran instead
                app.start()
        except SystemExit as e:
            return e.code if isinstance(e.code, int) else int(e.code is not None)
        finally:
            app.reset()
    return 0


def load_settings(root: Path) -> Any:
    """The settings of ``root/nbgrader_config.py``, as nbgrader's commands see them there."""
    from traitlets.config import PyFileConfigLoader

    with _inside(root):
        return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def submit(config: Any, student: str, folder: Path) -> None:
    """Hand in ``folder``, named after its assignment, as the student's own ``nbgrader submit`` does.

    Raises
    ------
    InfrastructureError
        If the exchange does not take it.
    """
    coursedir = CourseDirectory(config=config, assignment_id=folder.name, student_id=student)
    exchange = ExchangeSubmit(
        coursedir=coursedir,
        authenticator=Authenticator(config=config),
        config=config,
        assignment_dir=str(folder.parent),
    )
    try:
        exchange.start()
    except ExchangeError as e:
        raise InfrastructureError(f"{folder}: nbgrader submit failed for {student}: {e}. See its message above.") from e


def has_submitted(config: Any, student: str, assignment: str) -> bool:
    """Whether the exchange holds a submission of that student."""
    inbound = Path(config.Exchange.root) / config.CourseDirectory.course_id / "inbound"
    return any(inbound.glob(f"{student}+{assignment}+*"))


@contextlib.contextmanager
def _inside(root: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)
