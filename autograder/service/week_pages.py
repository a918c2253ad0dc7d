"""Pages of a week: class report and regrades for staff, the leaderboard for everybody."""

from __future__ import annotations

from tornado.escape import url_escape
from tornado.web import HTTPError, authenticated

from autograder.service.page import Page

REPORT_POLICY = "; ".join((
    "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "form-action 'none'", "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
"""A report needs nothing from outside, so its styles are in its pages; nothing is fetched, and no script runs."""
_TYPES = {".html": "text/html", ".csv": "text/csv", ".json": "application/json"}


class WeekPage(Page):
    """What staff can do with a week."""

    @authenticated
    async def get(self, name: str) -> None:
        self.require_staff()
        week = await self.ask(self.weeks.week, name)
        if week is None:
            raise HTTPError(404)
        await self.show("week.html.j2", week=week, refresh=week.runs)


class StartChore(Page):
    """Start what was chosen on the page of a week."""

    @authenticated
    async def post(self, name: str, verb: str) -> None:
        self.require_staff()
        week = await self.ask(self.weeks.week, name)
        if week is None:
            raise HTTPError(404)
        if (verb == "record" and not week.can_record) or (verb == "undo" and not week.can_undo):
            raise HTTPError(409, reason="There is nothing that this could be done with.")
        if not self.weeks.chores.start(name, verb, self.name):
            raise HTTPError(409, reason="Something else of this week is not done yet.")
        self.redirect(f"{self.prefix}staff/week/{url_escape(name, plus=False)}")


class ReportFile(Page):
    """A page or table of the class report as it was made last; for staff, for it shows hidden tests."""

    @authenticated
    async def get(self, name: str, file: str) -> None:
        self.require_staff()
        path = await self.ask(self.weeks.report_file, name, file)
        if path is None:
            raise HTTPError(404)
        self.set_header("Content-Security-Policy", REPORT_POLICY)
        self.set_header("Content-Type", f"{_TYPES[path.suffix]}; charset=utf-8")
        if path.suffix != ".html":
            self.set_header("Content-Disposition", f'attachment; filename="{path.name}"')
        self.finish(await self.ask(path.read_bytes))


class Leaderboard(Page):
    """Who reaches what, under pseudonyms."""

    @authenticated
    async def get(self, name: str) -> None:
        board = await self.ask(self.weeks.leaderboard, name, self.name)
        if board is None:
            raise HTTPError(404)
        await self.show("board.html.j2", refresh=False, lists=board)
