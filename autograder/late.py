"""What it costs to hand in late: the rule of a week, and the extensions that were granted."""

from __future__ import annotations

import csv
import datetime as dt
import math
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from autograder.errors import BadManifest, Unwritable

EXTENSIONS = Path("course") / "extensions.csv"
_DAY = 86400.0


@dataclass(frozen=True)
class LatePolicy:
    """The section [late] of assignment.toml. All shares are of the points that the notebook can earn.

    Of what can be earned, and not of what was: the penalty is then the same before and after a person has
    graded the written answers.

    Parameters
    ----------
    percent_per_day : float
        For each day that has begun, in [0, 100].
    grace_minutes : float
        So much later costs nothing; who needs more is late from the due date on.
    max_percent : float
        The penalty stays at this; in (0, 100].
    last_day : float
        In days; what comes later earns nothing. Infinite: everything is accepted.
    """

    percent_per_day: float = 0.0
    grace_minutes: float = 0.0
    max_percent: float = 100.0
    last_day: float = math.inf

    def penalty(self, max_score: float, seconds_late: float) -> float:
        """Points to take off a notebook of ``max_score`` points; between 0 and ``max_score``."""
        if seconds_late <= self.grace_minutes * 60:
            return 0.0
        if seconds_late > self.last_day * _DAY:
            return max_score
        percent = min(self.percent_per_day * math.ceil(seconds_late / _DAY), self.max_percent)
        return round(max_score * percent / 100, 2)

    def __str__(self) -> str:
        parts = []
        if self.percent_per_day:
            most = f", at most {self.max_percent:g} %" if self.max_percent < 100 else ""
            parts.append(f"{self.percent_per_day:g} % of the points for each day that has begun{most}")
        if self.grace_minutes:
            parts.append(f"the first {self.grace_minutes:g} minutes cost nothing")
        if self.last_day < math.inf:
            parts.append(f"more than {self.last_day:g} day{'s' if self.last_day != 1 else ''} late earns nothing")
        return "; ".join(parts)


@dataclass(frozen=True)
class Extension:
    """More time for one student's assignment; who granted it, when and why is kept for the record."""

    assignment: str
    student: str
    hours: float
    granted_by: str = ""
    granted_at: str = ""
    reason: str = ""

    @property
    def time(self) -> dt.timedelta:
        return dt.timedelta(hours=self.hours)


def read_extensions(root: Path) -> tuple[Extension, ...]:
    """The extensions of a course, in the order of the file; none where there is no file.

    Raises
    ------
    BadManifest
        With every line that is not understood: nobody shall lose an extension to a slip of the pen.
    """
    path = root / EXTENSIONS
    names = [f.name for f in fields(Extension)]
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise BadManifest(f"{path}: cannot be read ({e}). Restore it, as UTF-8 text.") from None
    found, problems = [], []
    for number, row in enumerate(rows, start=2):
        try:
            values = {name: (row.get(name) or "").strip() for name in names}
            hours = float(values.pop("hours"))
            if not (math.isfinite(hours) and hours > 0 and values["assignment"] and values["student"]):
                raise ValueError
            found.append(Extension(hours=hours, **values))
        except ValueError:
            problems.append(
                f"{path}:{number}: is no extension. Write assignment, student and a number of hours above 0; "
                f"the columns are {', '.join(names)}."
            )
    if problems:
        raise BadManifest(problems)
    return tuple(found)


def extension_of(extensions: Iterable[Extension], assignment: str, student: str) -> Extension | None:
    """The one that counts: extensions do not add up, and the last one granted wins."""
    return next((e for e in reversed(tuple(extensions)) if (e.assignment, e.student) == (assignment, student)), None)


def change_extensions(
    root: Path, assignment: str, students: Sequence[str], hours: float | None, granted_by: str = "", reason: str = ""
) -> tuple[Extension, ...]:
    """Grant the students ``hours`` more, or take their extensions back (None); returns what the file now holds.

    Raises
    ------
    BadManifest
        If the file holds lines that are not understood; then it stays as it is.
    Unwritable
    """
    path = root / EXTENSIONS
    kept = [e for e in read_extensions(root) if e.assignment != assignment or e.student not in students]
    if hours is not None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        kept += [Extension(assignment, student, hours, granted_by, now, reason) for student in students]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=".extensions.", newline="", encoding="utf-8", delete=False
        ) as file:
            writer = csv.DictWriter(file, [f.name for f in fields(Extension)])
            writer.writeheader()
            writer.writerows(map(asdict, kept))
        os.replace(file.name, path)
    except OSError as e:
        raise Unwritable(f"{path}: cannot be written ({e.strerror or e}). Make the folder writable.") from e
    return tuple(kept)
