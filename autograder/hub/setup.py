"""Makes the folder of a hub: people, homes, the grader's copy of the course, the exchange, secrets."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from autograder.errors import InfrastructureError, Unwritable
from autograder.hub.accounts import own, prepare_homes
from autograder.hub.layout import Layout, Ports
from autograder.hub.passwords import make_passwords

PACKAGE = Path(__file__).resolve().parents[1]
COURSE_PARTS = ("solutions", "assignments", "tests/hidden", "nbgrader_config.py")
PRIVATE = (".git", "solutions", "tests", "course", "docs")
"""Parts of a checkout that no student's process may read; the history holds the solutions too."""


def lay_out(root: Path, course_id: str, prefix: str, students: int, port: int) -> Layout:
    """A layout for a hub with one instructor and some students; nothing is made yet."""
    with ExitStack() as held:
        ports = Ports(port or _free(held), *(_free(held) for _ in range(4)))
    return Layout(
        root=root,
        course_id=course_id,
        ports=ports,
        grader=f"{prefix}grader",
        instructors=(f"{prefix}instructor",),
        students=tuple(f"{prefix}student{n}" for n in range(1, students + 1)),
        system_accounts=os.geteuid() == 0,
    )


def _free(held: ExitStack) -> int:
    """A free port of 127.0.0.1; kept busy until all are chosen, so that no two are the same."""
    listener = held.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    return listener.getsockname()[1]


def make(layout: Layout, source: Path) -> dict[str, str]:
    """Make or complete everything; returns the new passwords by name, which are kept nowhere.

    Parameters
    ----------
    source : Path
        The course that is copied: a checkout. Its private parts are closed to other accounts.
    """
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        layout.root.chmod(0o755 if layout.system_accounts else 0o700)
        layout.secrets.mkdir(exist_ok=True)
        layout.secrets.chmod(0o700)
        database = layout.root / "jupyterhub.sqlite"
        database.touch(mode=0o600)  # it holds hashes of tokens; the hub would make it readable for all
        database.chmod(0o600)
        prepare_homes(layout)
        copy_course(source, layout)
        make_exchange(layout)
        layout.save()
    except OSError as e:
        raise Unwritable(f"{e.filename or layout.root}: cannot be made ({e.strerror}). Make it writable.") from e
    if layout.system_accounts:
        close_to_others(source)
        unreadable = next(_closed_to_others([layout.root, PACKAGE, Path(sys.executable).parent]), None)
        if unreadable:
            raise InfrastructureError(
                f"{unreadable}: closed to other accounts, so that students' servers cannot start from below it. "
                "Put the checkout where others may pass (/srv, /opt), or run as an ordinary user."
            )
    return make_passwords(layout.secrets / "passwords.json", layout.people)


def copy_course(source: Path, layout: Layout) -> None:
    """Bring the grader's copy of the course up to date; what was graded there stays."""
    copy_parts(source, layout.course)
    if layout.system_accounts:
        grader = pwd.getpwnam(layout.grader)
        own(layout.course, grader.pw_uid, grader.pw_gid)


def copy_parts(source: Path, course: Path) -> None:
    """Put what an author changes in the place of its earlier copy; nothing else in the folder is touched."""
    course.mkdir(parents=True, exist_ok=True)
    for part in COURSE_PARTS:
        origin, target = source / part, course / part
        if origin.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif origin.is_file():
            shutil.copy(origin, target)


def make_exchange(layout: Layout) -> None:
    """The exchange with its modes: nobody can remove or rename what is another's.

    nbgrader wants its top folder writable for all; the sticky bit takes the harm out of it. Folders of the course
    belong to the grader before any student can make them.
    """
    course = layout.exchange / layout.course_id
    for folder, mode in (
        (layout.exchange, 0o1777),
        (course, 0o755),
        (course / "outbound", 0o755),
        (course / "feedback", 0o711),
        (course / "inbound", 0o1733),  # students can hand in and not look
    ):
        folder.mkdir(exist_ok=True)
        if layout.system_accounts and folder != layout.exchange:
            grader = pwd.getpwnam(layout.grader)
            os.chown(folder, grader.pw_uid, grader.pw_gid)
        folder.chmod(mode)


def close_to_others(source: Path) -> None:
    """Take the rights of other accounts from the private parts of a checkout."""
    for name in PRIVATE:
        path = source / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)


def _closed_to_others(paths: list[Path]) -> Iterator[Path]:
    """Folders that other accounts cannot pass, on the way to these."""
    for path in paths:
        for folder in (*reversed(path.parents), path):
            if not folder.stat().st_mode & stat.S_IXOTH:
                yield folder


def course_id_of(source: Path) -> str:
    """The course's id, as its nbgrader_config.py says."""
    from autograder.nbgrader_bridge.commands import load_settings

    return str(load_settings(source).CourseDirectory.course_id)
