"""The service's book: everything that arrived, in order, and what became of it. It outlives the process.

States: ``queued``, ``running``, ``done`` (there is a result), ``failed`` (the machine's or the course's fault: staff
may retry), ``refused`` (not taken), ``kept`` (taken, and by the week's rule not graded on submit: staff may grade it).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from autograder.database import open_database
from autograder.records import Digests

STATES = ("queued", "running", "done", "failed", "refused", "kept")

_METADATA = sa.MetaData()
_HAND_INS = sa.Table(
    "hand_ins",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("entry", sa.String(400), nullable=False, unique=True),
    sa.Column("student", sa.String(200), nullable=False, index=True),
    sa.Column("assignment", sa.String(200), nullable=False, index=True),
    sa.Column("received", sa.String(40), nullable=False),
    sa.Column("taken", sa.String(40), nullable=False),
    sa.Column("folder", sa.String(400), nullable=False, default=""),
    sa.Column("receipt", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("cause", sa.String(60), nullable=False, default=""),
    sa.Column("said", sa.Text, nullable=False, default=""),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("graded", sa.String(40), nullable=False, default=""),
    sa.Column("verdict", sa.String(40), nullable=False, default=""),
    sa.Column("score", sa.Float),
    sa.Column("max_score", sa.Float),
    sa.Column("all_public", sa.Boolean, nullable=False, default=False),
    sa.Column("digests", sa.String(300), nullable=False, default=""),
)


@dataclass(frozen=True)
class HandIn:
    """One line of the book.

    ``received`` is the server's time of arrival, ``taken`` when the copy was made, ``graded`` when there was a result:
    ISO 8601 with offset, or "". ``said`` tells staff why something failed or was refused. ``score`` is for staff: what
    a student sees is decided where the page is made; ``all_public`` says that no test is kept back until the due date.
    """

    number: int
    entry: str
    student: str
    assignment: str
    received: str
    taken: str
    folder: str = ""
    receipt: str = ""
    state: str = "queued"
    cause: str = ""
    said: str = ""
    tries: int = 0
    graded: str = ""
    verdict: str = ""
    score: float | None = None
    max_score: float | None = None
    all_public: bool = False
    digests: str = ""

    @property
    def when(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.received)

    @property
    def made_from(self) -> Digests | None:
        """Where its result is in the store."""
        parts = self.digests.split(" ")
        return Digests(*parts) if len(parts) == 4 else None


class Ledger:
    """The book, in a database by SQLAlchemy's URL; may be used from several threads."""

    def __init__(self, url: str):
        self._engine = open_database(url)
        _METADATA.create_all(self._engine)

    def add(self, **values: Any) -> HandIn | None:
        """A new line; None if the entry has one already."""
        try:
            with self._engine.begin() as connection:
                number = connection.execute(sa.insert(_HAND_INS).values(values)).inserted_primary_key[0]
        except sa.exc.IntegrityError:
            return None
        return self.get(number)

    def update(self, number: int, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.update(_HAND_INS).where(_HAND_INS.c.number == number).values(values))

    def get(self, number: int) -> HandIn | None:
        found = self._all(_HAND_INS.c.number == number)
        return found[0] if found else None

    def entries(self) -> set[str]:
        """Names of all entries that have a line."""
        with self._engine.connect() as connection:
            return set(connection.execute(sa.select(_HAND_INS.c.entry)).scalars())

    def waiting(self) -> list[HandIn]:
        """What is not finished, in order of arrival in the book."""
        return self._all(_HAND_INS.c.state.in_(("queued", "running")))

    def select(
        self, student: str | None = None, assignment: str | None = None, state: str | None = None, limit: int = 500
    ) -> list[HandIn]:
        """Lines that match, the newest first."""
        wanted = {"student": student, "assignment": assignment, "state": state}
        where = [_HAND_INS.c[key] == value for key, value in wanted.items() if value]
        return self._all(*where, order=_HAND_INS.c.number.desc(), limit=limit)

    def counts(self) -> dict[str, int]:
        """Number of lines by state."""
        query = sa.select(_HAND_INS.c.state, sa.func.count()).group_by(_HAND_INS.c.state)
        with self._engine.connect() as connection:
            return dict.fromkeys(STATES, 0) | dict(connection.execute(query).all())

    def close(self) -> None:
        self._engine.dispose()

    def _all(self, *where: Any, order: Any = None, limit: int | None = None) -> list[HandIn]:
        query = sa.select(_HAND_INS).where(*where).order_by(_HAND_INS.c.number if order is None else order)
        with self._engine.connect() as connection:
            rows: Sequence[Any] = connection.execute(query.limit(limit) if limit else query).mappings().all()
        return [HandIn(**row) for row in rows]
