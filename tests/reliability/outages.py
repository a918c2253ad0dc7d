"""What else fails a run: a database that is locked or away, a disk that is full, a clock that jumps."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from autograder.database import open_database
from autograder.store import default_url
from tests.integration.postgresql import Server
from tests.reliability.outcome import Wrong

LOCK_SECONDS = AWAY_SECONDS = 10.0
Outage = Callable[[subprocess.Popen, int], None]
"""Given a process and how many there were before it; returns when the outage is over, or the process has ended."""


def when_begun(process: subprocess.Popen, url: str, chance: random.Random) -> bool:
    """Wait for the first stored result and a random while after it; False if the process has ended."""
    engine = open_database(url)
    while process.poll() is None:
        with contextlib.suppress(sa.exc.SQLAlchemyError), engine.connect() as connection:
            if connection.execute(sa.text("SELECT count(*) FROM results")).scalar():
                break
        time.sleep(0.05)
    engine.dispose()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(chance.uniform(0.0, 0.7))
    return process.poll() is None


def locked(root: Path, name: str, chance: random.Random) -> Outage:
    """Another process holds a SQLite database of the course for ten seconds in the middle of the first run."""

    def outage(process: subprocess.Popen, number: int) -> None:
        if number or not when_begun(process, default_url(root), chance):
            return
        connection = sqlite3.connect(root / "course" / name, isolation_level=None, timeout=60)
        with contextlib.closing(connection):
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(LOCK_SECONDS)
            connection.execute("ROLLBACK")

    return outage


def away(server: Server, chance: random.Random) -> Outage:
    """PostgreSQL is ended without a farewell in the middle of the first run, and comes back ten seconds later."""

    def outage(process: subprocess.Popen, number: int) -> None:
        if number or not when_begun(process, server.url, chance):
            return
        server.stop()
        time.sleep(AWAY_SECONDS)
        server.start()

    return outage


def full(folder: Path, url: str, chance: random.Random) -> Outage:
    """The disk is full in the middle of the first run, and until it has ended."""

    def outage(process: subprocess.Popen, number: int) -> None:
        if number or not when_begun(process, url, chance):
            return
        filler = folder / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        process.wait()
        filler.unlink()

    return outage


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of its own at ``folder``, with what was in it. Only root may mount one.

    Its content is back in the folder afterwards.
    """
    kept = folder.with_name(f"{folder.name}.kept")
    folder.rename(kept)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "small", str(folder)], check=True)
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield
        shutil.rmtree(kept)
        shutil.copytree(folder, kept)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()
    kept.rename(folder)


class Clock:
    """A wall clock of one command, to be set; the clock that only grows is left alone. Needs a C compiler.

    Parameters
    ----------
    folder : Path
        Where it is built.
    """

    def __init__(self, folder: Path):
        self._file, library = folder / "clock", folder / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source)], check=True)
        self.environment = {"LD_PRELOAD": str(library), "RELIABILITY_CLOCK": str(self._file)}
        self.set(0)

    def set(self, hours: int) -> None:
        """So many hours before or after the right time."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(hours * 3600))
        fresh.replace(self._file)


def jumping(clock: Clock, url: str, chance: random.Random) -> Outage:
    """In the middle of the first run the clock goes two hours ahead, a little later a day back, and stays there."""

    def outage(process: subprocess.Popen, number: int) -> None:
        if number or not when_begun(process, url, chance):
            return
        clock.set(2)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, 0.8))
        clock.set(-24)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, 0.8))
        process.kill()

    return outage


def must_have_jumped(url: str) -> None:
    """The jump is in the times of the results, else nothing was tried.

    Raises
    ------
    Wrong
    """
    engine = open_database(url)
    with engine.connect() as connection:
        texts = connection.execute(sa.text("SELECT result FROM results")).scalars().all()
    engine.dispose()
    judged = sorted(dt.datetime.fromisoformat(json.loads(text)["times"]["judged"]) for text in texts)
    if judged[-1] - judged[0] < dt.timedelta(hours=20):
        raise Wrong("the clock did not jump between the first and the last result")
