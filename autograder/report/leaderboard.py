"""The leaderboard as a page and as JSON: pseudonyms alone, and before the end nothing of the half that decides."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.leaderboard import RUNS_A_DAY, Place
from autograder.report.pages import render

Boards = Sequence[tuple[str, Sequence[Place]]]
"""Lists with their titles."""


@dataclass(frozen=True)
class Leaderboard:
    """A week's lists; ``names`` says who is who, and is on no page."""

    week: str
    title: str
    boards: Boards
    final: bool
    made: dt.datetime
    names: Mapping[str, str] = field(default_factory=dict)


def leaderboard_dict(board: Leaderboard) -> dict[str, Any]:
    """What is on the page, for programs."""
    return {
        "assignment": board.week,
        "final": board.final,
        "made": board.made.isoformat(timespec="minutes"),
        "boards": [{"title": title, "places": [dataclasses.asdict(p) for p in found]} for title, found in board.boards],
    }


def shown(board: Leaderboard) -> dict[str, Any]:
    """What the templates ask for."""
    return {
        "title": board.title,
        "boards": board.boards,
        "final": board.final,
        "made": board.made.strftime("%Y-%m-%d %H:%M UTC"),
        "a_day": RUNS_A_DAY,
    }


def leaderboard_page(board: Leaderboard) -> str:
    """The page that students may see."""
    return render("leaderboard.html.j2", **shown(board))
