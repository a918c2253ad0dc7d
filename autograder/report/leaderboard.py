"""The leaderboard as a page and as JSON: pseudonyms alone, and before the end nothing of the half that decides."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from autograder.leaderboard import RUNS_A_DAY, Place
from autograder.report.pages import render

Boards = Sequence[tuple[str, Sequence[Place]]]
"""Lists with their titles."""


def leaderboard_dict(week: str, boards: Boards, final: bool, made: dt.datetime) -> dict[str, Any]:
    """What is on the page, for programs."""
    return {
        "assignment": week,
        "final": final,
        "made": made.isoformat(timespec="minutes"),
        "boards": [{"title": title, "places": [dataclasses.asdict(p) for p in found]} for title, found in boards],
    }


def leaderboard_page(title: str, boards: Boards, final: bool, made: dt.datetime) -> str:
    """The page that students may see."""
    return render(
        "leaderboard.html.j2",
        title=title,
        boards=boards,
        final=final,
        made=made.strftime("%Y-%m-%d %H:%M UTC"),
        a_day=RUNS_A_DAY,
    )
