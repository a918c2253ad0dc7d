"""The service that grades on submit, killed and started again by whoever watches over it."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.integration.toy import WEEK
from tests.reliability.killer import Killer
from tests.reliability.outcome import Wrong
from tests.reliability.runs import HANGS, Run, started

COMMAND = ("autograder.service",)
STARTS = 40


def hand_in(root: Path, exchange: Path) -> int:
    """What students' own ``nbgrader submit`` leaves in the exchange; returns how many there are."""
    inbound = exchange / "toy" / "inbound"
    inbound.mkdir(parents=True)
    folders = sorted((root / "course" / "submitted").glob(f"*/{WEEK}"))
    for folder in folders:
        entry = inbound / f"{folder.parent.name}+{WEEK}+2026-01-01 12:00:00.000000 UTC+abcdef"
        shutil.copytree(folder, entry)
        (entry / "submission_secret.txt").write_text("secret")
    return len(folders)


def until_all_are_done(run: Run, root: Path, exchange: Path, count: int, killer: Killer | None = None) -> Run:
    """Start the service again and again until its book says that every submission is graded.

    Raises
    ------
    Wrong
        If that never comes, or an entry of the exchange has two lines in the book.
    """
    settings = _settings(root, exchange)
    for _ in range(STARTS):
        begin = time.monotonic()
        with started(root, COMMAND, **settings) as (process, said):
            if killer is not None:
                killer.haunt(process, begin + HANGS, idle=lambda: _book(root) == {"done": count})
                run.kills = killer.killed
            done = _await(process, root, count, begin + HANGS)
            if not done and process.poll() is None:
                raise Wrong(f"{run.fault}: nothing more is graded: {_book(root)}")
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
            run.said = said.read_text(errors="replace")[-3000:]
        run.commands += 1
        run.seconds += time.monotonic() - begin
        run.exits["done" if done else "ended"] += 1
        if done:
            return run
    raise Wrong(f"{run.fault}: not all are graded: {_book(root)}: {run.said}")


def _settings(root: Path, exchange: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        "AUTOGRADER_COURSE": str(root),
        "AUTOGRADER_EXCHANGE": str(exchange),
        "AUTOGRADER_STAFF_GROUP": "formgrade-toy",
        "AUTOGRADER_SHARED_ACCOUNT": "1",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/toy/",
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
        "JUPYTERHUB_API_TOKEN": "none",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api",
    }


def _await(process: subprocess.Popen, root: Path, count: int, deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        if _book(root) == {"done": count}:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    return _book(root) == {"done": count}


def _book(root: Path) -> Counter[str]:
    """Lines of the book by state.

    Raises
    ------
    Wrong
        If an entry has two.
    """
    rows = list(_rows(root / "course" / "hand_ins.db"))
    twice = [entry for entry, number in Counter(entry for entry, _ in rows).items() if number > 1]
    if twice:
        raise Wrong(f"the book has two lines of {', '.join(twice)}")
    return Counter(state for _, state in rows)


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    if path.exists():
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as book, contextlib.suppress(sqlite3.Error):
            yield from book.execute("SELECT entry, state FROM hand_ins").fetchall()
