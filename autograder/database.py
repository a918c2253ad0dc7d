"""Databases by URL: SQLite for one machine, PostgreSQL for several."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

BUSY_SECONDS = 30


def open_database(url: str) -> sa.Engine:
    """An engine for a SQLAlchemy URL; ``postgresql://`` means psycopg 3. Nothing is connected yet.

    Raises
    ------
    sqlalchemy.exc.ArgumentError, sqlalchemy.exc.NoSuchModuleError, ImportError
        If the URL is none, or its driver is not installed.
    """
    parsed = sa.make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        # a connection that a restart of the server has cut is replaced and not found out by a student's result
        return sa.create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        with contextlib.suppress(OSError):  # opening the database says it better
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # WAL: readers do not wait for the writer; NORMAL is safe with it, save for the last commits of a power cut
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()
