"""Finished results, kept so that the same work is never done twice.

A result is stored under what it was made from (the four digests) and whose it is. Writing is idempotent: the
first result of a key stays, so that a task run twice by two processes ends with one grade. Under the same key
stands how many sandboxes have died of a submission: no run after it should begin to count anew. What a notebook showed
lies beside its result, not in it: with its figures it is ten times as large, and few who ask for scores want it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from autograder.database import open_database
from autograder.errors import StoreUnavailable
from autograder.records import Digests, Result, now

STORE_VARIABLE = "AUTOGRADER_STORE"

T = TypeVar("T")

_METADATA = sa.MetaData()
_RESULTS = sa.Table(
    "results",
    _METADATA,
    sa.Column("assignment", sa.String(200), primary_key=True),
    sa.Column("notebook", sa.String(200), primary_key=True),
    sa.Column("student", sa.String(200), primary_key=True),
    sa.Column("submission", sa.String(64), primary_key=True),
    sa.Column("suite", sa.String(80), primary_key=True),
    sa.Column("image", sa.String(80), primary_key=True),
    sa.Column("seed", sa.String(64), primary_key=True),
    sa.Column("verdict", sa.String(40), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("max_score", sa.Float, nullable=False),
    sa.Column("stored_at", sa.String(40), nullable=False),
    sa.Column("result", sa.Text, nullable=False),
)


def _key_columns() -> Iterator[sa.Column]:
    return (sa.Column(column.name, column.type, primary_key=True) for column in _RESULTS.primary_key)


_OUTPUTS = sa.Table("outputs", _METADATA, *_key_columns(), sa.Column("shown", sa.Text, nullable=False))
_READINGS = sa.Table(
    "readings",
    _METADATA,
    sa.Column("assignment", sa.String(200), primary_key=True),
    sa.Column("student", sa.String(200), primary_key=True),
    sa.Column("read_from", sa.String(64), nullable=False),
    sa.Column("submission", sa.String(64), nullable=False),
)
_DEATHS = sa.Table(
    "deaths",
    _METADATA,
    *_key_columns(),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("last", sa.String(40), nullable=False),
)


def _of_key(column: sa.Column) -> sa.Select:
    """Made once: of a class that has not changed, this is asked for each submission."""
    return sa.select(column).where(*(c == sa.bindparam(c.name) for c in column.table.primary_key))


_RESULT_OF_KEY, _SHOWN_OF_KEY, _DEATHS_OF_KEY = map(_of_key, (_RESULTS.c.result, _OUTPUTS.c.shown, _DEATHS.c.count))

_DIALECTS = ("sqlite", "postgresql")
_KEY = ("notebook", "student", "submission", "suite", "image", "seed")


def default_url(root: Path) -> str:
    """URL of the store of the course at ``root``: AUTOGRADER_STORE, else an SQLite file beside its gradebook."""
    return os.environ.get(STORE_VARIABLE) or f"sqlite:///{Path(root) / 'course' / 'results.db'}"


@dataclass(frozen=True)
class Stored:
    """A result and when it was written: ``recorded`` is ISO 8601 with its offset."""

    result: Result
    recorded: str


class Reading(NamedTuple):
    """What a student's files were read as: digests of all that it was read from, and of the submission."""

    read_from: str
    submission: str


class Results(Protocol):
    """What grading needs of a store."""

    def get(
        self, assignment: str, notebook: str, student: str, digests: Digests, cells: bool = True
    ) -> Result | None: ...

    def put(self, result: Result) -> Result: ...

    def latest(self, assignment: str, notebook: str, student: str, digests: Digests) -> Result | None: ...

    def deaths(self, assignment: str, notebook: str, student: str, digests: Digests) -> int: ...

    def add_deaths(
        self, assignment: str, notebook: str, student: str, digests: Digests, count: int, said: str
    ) -> int: ...

    def readings(self, assignment: str) -> dict[str, Reading]: ...

    def keep_reading(self, assignment: str, student: str, reading: Reading) -> None: ...


class Store:
    """Results in a database; may be used from several threads and processes at once.

    Parameters
    ----------
    url : str
        A SQLAlchemy URL of SQLite or PostgreSQL.

    Raises
    ------
    StoreUnavailable
        If the database cannot be opened or written: a full disk, a folder without rights, a broken file.
    """

    def __init__(self, url: str):
        try:
            self._engine = open_database(url)
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as e:
            raise StoreUnavailable(f"{url.split('://')[0]}: no usable database URL ({e}). Use sqlite:///... .") from e
        self.name = self._engine.url.render_as_string(hide_password=True)
        if self._engine.dialect.name not in _DIALECTS:
            raise StoreUnavailable(f"{self.name}: results can be kept in SQLite or PostgreSQL. Use one of these.")
        # of its dialect alone: the other's costs a tenth of a second to import
        self._insert = importlib.import_module(f"sqlalchemy.dialects.{self._engine.dialect.name}").insert
        self._try(self._create_tables)

    def get(
        self, assignment: str, notebook: str, student: str, digests: Digests, cells: bool = True
    ) -> Result | None:
        """The stored result, or None; without what the notebook showed where ``cells`` does not ask for it.

        A result of another version of the schema counts as none.
        """
        key = self._key(assignment, notebook, student, digests)
        text = self._try(lambda: self._scalar(_RESULT_OF_KEY, key))
        result = None if text is None else _read(text)
        if result is None:
            return None
        shown = self._try(lambda: self._scalar(_SHOWN_OF_KEY, key)) if cells else None
        beside = None if shown is None else _read(shown)
        if beside is None:  # results of older versions hold it themselves
            return result if cells else dataclasses.replace(result, cells=())
        return dataclasses.replace(result, cells=beside.cells)

    def latest(self, assignment: str, notebook: str, student: str, digests: Digests) -> Result | None:
        """The newest result of the same submission, image and seed, whichever suite it was made with; or None.

        Without what the notebook showed: it runs again.
        """
        where = self._key(assignment, notebook, student, digests)
        del where["suite"]
        query = (
            sa.select(_RESULTS.c.result)
            .where(*(_RESULTS.c[k] == v for k, v in where.items()))
            .order_by(_RESULTS.c.stored_at.desc())
            .limit(1)
        )
        text = self._try(lambda: self._scalar(query))
        found = None if text is None else _read(text)
        return None if found is None else dataclasses.replace(found, cells=())

    def put(self, result: Result) -> Result:
        """Keep a result; returns the one that is stored, which is the first of its key."""
        key = self._key(result.assignment, result.notebook, result.student, result.digests)
        values = {
            **key,
            "verdict": result.verdict,
            "score": result.score,
            "max_score": result.max_score,
            "stored_at": self._moment(key),
            "result": dataclasses.replace(result, cells=()).to_json(),
        }
        shown = {"shown": dataclasses.replace(result, questions=(), notes=(), reports=()).to_json()}
        keep_shown = self._insert(_OUTPUTS).values({**key, **shown})
        keep_shown = keep_shown.on_conflict_do_update(index_elements=list(key), set_=shown)
        # asks for the row: drivers count the rows of an insert that did nothing in different ways
        insert = self._insert(_RESULTS).values(values).on_conflict_do_nothing().returning(_RESULTS.c.student)

        def run() -> bool:
            with self._engine.begin() as connection:
                if connection.execute(insert).first() is None:
                    return False
                connection.execute(keep_shown)
                return True

        if self._try(run):
            return result
        found = self.get(result.assignment, result.notebook, result.student, result.digests)
        if found is not None:
            return found
        self._try(lambda: self._replace(key, values, keep_shown))  # it was of another schema
        return result

    def renew(self, result: Result) -> None:
        """Keep a result as the newest of its student and notebook, whether or not it is there already."""
        self.put(result)
        key = self._key(result.assignment, result.notebook, result.student, result.digests)
        self._try(lambda: self._replace(key, {"stored_at": self._moment(key)}))

    def results(self, assignment: str, student: str | None = None, cells: bool = True) -> list[Result]:
        """The newest result of each student and notebook of an assignment, sorted by student."""
        return [stored.result for stored in self.newest(assignment, student, cells)]

    def newest(self, assignment: str, student: str | None = None, cells: bool = True) -> Iterator[Stored]:
        """The newest result of each student and notebook, sorted by student; one at a time in memory.

        With what the notebooks showed, unless ``cells`` says not to: the figures of a large class take gigabytes.
        """
        newest = {(row.student, row.notebook): row for row in self._rows(assignment, student)}
        return self._read_each(assignment, [newest[key] for key in sorted(newest)], cells)

    def every(self, assignment: str) -> Iterator[Stored]:
        """All results of an assignment in the order in which they were stored, without what the notebooks showed."""
        return self._read_each(assignment, self._rows(assignment), cells=False)

    def _rows(self, assignment: str, student: str | None = None) -> list[Any]:
        """Keys of the results of an assignment, in the order in which they were stored."""
        columns = [_RESULTS.c[key] for key in (*_KEY, "stored_at")]
        query = sa.select(*columns).where(_RESULTS.c.assignment == assignment).order_by(_RESULTS.c.stored_at)
        if student is not None:
            query = query.where(_RESULTS.c.student == student)

        def run() -> list[Any]:
            with self._engine.connect() as connection:
                return list(connection.execute(query))

        return self._try(run)

    def _read_each(self, assignment: str, rows: Sequence[Any], cells: bool) -> Iterator[Stored]:
        for row in rows:
            digests = Digests(row.submission, row.suite, row.image, row.seed)
            result = self.get(assignment, row.notebook, row.student, digests, cells)
            if result is not None:
                yield Stored(result, row.stored_at)

    # ---- what was read -----------------------------------------------------------------------

    def readings(self, assignment: str) -> dict[str, Reading]:
        """By student, what their files were read as the last time."""
        query = sa.select(_READINGS).where(_READINGS.c.assignment == assignment)

        def run() -> dict[str, Reading]:
            with self._engine.connect() as connection:
                return {row.student: Reading(row.read_from, row.submission) for row in connection.execute(query)}

        return self._try(run)

    def keep_reading(self, assignment: str, student: str, reading: Reading) -> None:
        key = {"assignment": assignment, "student": student}
        insert = self._insert(_READINGS).values(**key, **reading._asdict())
        upsert = insert.on_conflict_do_update(index_elements=list(key), set_=reading._asdict())

        def run() -> None:
            with self._engine.begin() as connection:
                connection.execute(upsert)

        self._try(run)

    # ---- sandboxes that died ----------------------------------------------------------------

    def deaths(self, assignment: str, notebook: str, student: str, digests: Digests) -> int:
        """How many sandboxes and judges have died with this submission in them."""
        key = self._key(assignment, notebook, student, digests)
        return self._try(lambda: self._scalar(_DEATHS_OF_KEY, key)) or 0

    def add_deaths(
        self, assignment: str, notebook: str, student: str, digests: Digests, count: int, said: str
    ) -> int:
        """Note that more have died, and what the last one's error said; returns how many these are now."""
        key = self._key(assignment, notebook, student, digests)
        fresh = {"count": count, "said": said[:2000], "last": now()}
        insert = self._insert(_DEATHS).values({**key, **fresh})
        more = {**fresh, "count": _DEATHS.c.count + count}
        upsert = insert.on_conflict_do_update(index_elements=list(key), set_=more)

        def run() -> int:
            with self._engine.begin() as connection:
                return connection.execute(upsert.returning(_DEATHS.c.count)).scalar_one()

        return self._try(run)

    def forget_deaths(self, assignment: str, student: str | None = None) -> int:
        """Let all submissions of an assignment, or one student's, be tried again; returns how many there were."""
        delete = sa.delete(_DEATHS).where(_DEATHS.c.assignment == assignment)
        if student is not None:
            delete = delete.where(_DEATHS.c.student == student)

        def run() -> int:
            with self._engine.begin() as connection:
                return connection.execute(delete).rowcount

        return self._try(run)

    def _create_tables(self) -> None:
        """Those that are missing. Where several processes do so at once, PostgreSQL may refuse all but one."""
        try:
            with self._engine.begin() as connection:
                for name in self._missing_tables():
                    connection.execute(sa.schema.CreateTable(_METADATA.tables[name], if_not_exists=True))
        except sa.exc.SQLAlchemyError:
            if self._missing_tables():
                raise

    def _missing_tables(self) -> list[str]:
        return sorted(set(_METADATA.tables) - set(sa.inspect(self._engine).get_table_names()))

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @staticmethod
    def _key(assignment: str, notebook: str, student: str, digests: Digests) -> dict[str, str]:
        return {
            "assignment": assignment,
            "notebook": notebook,
            "student": student,
            "submission": digests.submission,
            "suite": digests.suite,
            "image": digests.image,
            "seed": digests.seed,
        }

    def _moment(self, key: dict[str, str]) -> str:
        """Now, or just after the newest result of the same student and notebook where the clock was put back since."""
        same = [_RESULTS.c[name] == key[name] for name in ("assignment", "notebook", "student")]
        newest = self._try(lambda: self._scalar(sa.select(sa.func.max(_RESULTS.c.stored_at)).where(*same)))
        moment = now()
        if newest is None or newest < moment:
            return moment
        return (dt.datetime.fromisoformat(newest) + dt.timedelta(milliseconds=1)).isoformat(timespec="milliseconds")

    def _scalar(self, query: sa.Select, values: dict[str, str] | None = None) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(query, values).scalar()

    def _replace(self, key: dict[str, str], values: dict[str, Any], *others: sa.Insert) -> None:
        update = sa.update(_RESULTS).where(*(_RESULTS.c[k] == v for k, v in key.items())).values(values)
        with self._engine.begin() as connection:
            for statement in (update, *others):
                connection.execute(statement)

    def _try(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except sa.exc.SQLAlchemyError as e:
            reason = str(getattr(e, "orig", None) or e).splitlines()[0]
            raise StoreUnavailable(
                f"{self.name}: results cannot be read or written ({reason}). "
                "Free disk space, or make the file and its folder writable; then run the same command again."
            ) from e


def _read(text: str) -> Result | None:
    try:
        return Result.from_json(text)
    except (ValueError, KeyError, TypeError):
        return None
