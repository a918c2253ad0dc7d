"""One connection pool a gradebook, and one look at its tables, where nbgrader does both seven times a submission.

Each ``Gradebook`` makes an SQLAlchemy engine of its own, and an engine keeps the statements that it has
compiled: a run spends a third of nbgrader's own time compiling the same ones again. ``Gradebook.close``
disposes of the pool, and an engine whose pool was disposed of simply opens another. Each ``Gradebook`` also
asks for every table whether it is there, creates what is not, and does the same for its course.
"""

from __future__ import annotations

import functools
from typing import Any

import nbgrader.api
import sqlalchemy as sa

from autograder.database import BUSY_SECONDS

MAX_GRADEBOOKS = 8


def share_engines() -> None:
    """Let all gradebooks of one URL in this process share an engine; a second call does nothing."""
    if hasattr(nbgrader.api.create_engine, "cache_info"):
        return
    stock = nbgrader.api.create_engine

    @functools.lru_cache(MAX_GRADEBOOKS)
    def create_engine(url: str, **settings: Any) -> sa.Engine:
        engine = stock(url, **settings)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _be_patient)
        return engine

    nbgrader.api.create_engine = create_engine
    metadata = nbgrader.api.Base.metadata
    metadata.create_all = functools.lru_cache(MAX_GRADEBOOKS)(metadata.create_all)
    check, checked = nbgrader.api.Gradebook.check_course, set()

    def check_course(self: nbgrader.api.Gradebook, course_id: str = "default_course", **about: Any) -> Any:
        """Once a course: its row stays."""
        key = self.engine.url, course_id
        found = None if key in checked else check(self, course_id, **about)
        checked.add(key)
        return found

    nbgrader.api.Gradebook.check_course = check_course


def _be_patient(connection: Any, _record: Any) -> None:
    """Wait for who else writes into the gradebook as long as for the store: by itself SQLite gives up after 5 s."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()
