"""What a student's page needs besides the notebook; and how a page carries it, so that another can show the same.

nbgrader's feedback page has it in its head. The hub's service reads it there: what was released is what that page says,
and not what the gradebook says by now.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

META = "autograder-feedback"
"""Name of the element in the head of a page."""

_FORM = 1


@dataclass(frozen=True)
class Graded:
    """What the gradebook says of one graded cell; ``comment`` is a person's or nbgrader's own."""

    score: float | None
    max_score: float
    auto_score: float | None = None
    manual_score: float | None = None
    needs_manual_grade: bool = False


@dataclass(frozen=True)
class Facts:
    """What a page needs besides the notebook.

    Attributes
    ----------
    grades : mapping
        By grade id.
    comments : mapping
        Markdown by grade id of the solution or task cell.
    handed_in, due : datetime or None
        With time zones; ``due`` is this student's, with an extension of ``extension`` if they have one.
    penalty : float
        Points that were taken off for being late.
    seconds_late : float
    shown : tuple of str
        Visibilities of tests that the student may see now.
    reading : mapping
        What to read again, by question, as the week's author wrote it.
    """

    student: str
    title: str
    grades: Mapping[str, Graded]
    comments: Mapping[str, str] = field(default_factory=dict)
    handed_in: dt.datetime | None = None
    due: dt.datetime | None = None
    extension: dt.timedelta | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    shown: tuple[str, ...] = ("public",)
    reading: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""
    assignment: str = ""


def facts_to_text(facts: Facts) -> str:
    """What the gradebook knew, as JSON in base64: of what people wrote, a browser sees the clean form alone.

    What depends on the course or on the moment of reading (``reading``, ``shown``) is not in it.
    """
    raw = json.dumps(
        {
            "form": _FORM,
            "assignment": facts.assignment,
            "student": facts.student,
            "title": facts.title,
            "grades": {name: dataclasses.asdict(grade) for name, grade in facts.grades.items()},
            "comments": dict(facts.comments),
            "handed_in": facts.handed_in and facts.handed_in.isoformat(),
            "due": facts.due and facts.due.isoformat(),
            "extension": facts.extension and facts.extension.total_seconds(),
            "seconds_late": facts.seconds_late,
            "penalty": facts.penalty,
            "policy": facts.policy,
        }
    )
    return base64.b64encode(raw.encode("utf-8")).decode("ascii")


def facts_in_page(page: str) -> Facts | None:
    """What :func:`facts_to_text` made, out of the head of a page; None where a page has nothing of that kind."""
    head = _Head()
    head.feed(page.partition("</head>")[0])
    try:
        raw = json.loads(base64.b64decode(head.found, validate=True))
        if raw.pop("form") != _FORM:
            return None
        raw["grades"] = {name: Graded(**grade) for name, grade in raw["grades"].items()}
        for name in ("handed_in", "due"):
            raw[name] = raw[name] and dt.datetime.fromisoformat(raw[name])
        raw["extension"] = None if raw["extension"] is None else dt.timedelta(seconds=raw["extension"])
        return Facts(**raw)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class _Head(HTMLParser):
    """Finds the first element of that name: what follows it may hold a student's text."""

    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and values.get("name") == META and not self.found:
            self.found = values.get("content") or ""
