"""The service's pages, and all their addresses; those of a week are in :mod:`.week_pages`."""

from __future__ import annotations

import asyncio
import json
import logging
import time

from jupyterhub.services.auth import HubOAuthCallbackHandler
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from tornado.web import Application, HTTPError, RequestHandler, authenticated

from autograder.errors import GraderError
from autograder.service.chores import Chores
from autograder.service.desk import Desk
from autograder.service.grading import Graded, Grading
from autograder.service.ledger import STATES
from autograder.service.orders import Orders
from autograder.service.page import Page, Plain
from autograder.service.settings import Settings
from autograder.service.views import Views, style_sheet
from autograder.service.week_pages import Leaderboard, ReportFile, StartChore, WeekPage
from autograder.service.weeks import Weeks

STALE_SECONDS = 60.0
"""Without a look at the exchange for so long, the service is not well."""

log = logging.getLogger("autograder.service")


class Mine(Page):
    """What I handed in."""

    @authenticated
    async def get(self) -> None:
        found = await self.ask(self.desk.ledger.select, student=self.name)
        lines = await self.ask(self.views.lines, found, False)
        if self.get_argument("format", "") == "json":
            self.write({"submissions": [vars(line) for line in lines]})
            return
        # nothing yet: what was handed in a moment ago is still to be found in the exchange
        await self.show("mine.html.j2", lines=lines, refresh=not lines or any(line.waits for line in lines))


class One(Page):
    """One of them: receipt, place in the queue, result."""

    @authenticated
    async def get(self, number: str) -> None:
        hand_in = await self.ask(self.hand_in, number)
        detail = await self.ask(self.views.detail, hand_in, self.is_staff)
        again = self.is_staff and await self.ask(self.desk.counts, hand_in)
        await self.show("one.html.j2", detail=detail, line=detail.line, refresh=detail.line.waits, again=again)


class ReceiptFile(Page):
    """The signed receipt, to keep."""

    @authenticated
    async def get(self, number: str) -> None:
        hand_in = await self.ask(self.hand_in, number)
        if not hand_in.receipt:
            raise HTTPError(404)
        self.set_header("Content-Type", "application/json")
        self.set_header("Content-Disposition", f'attachment; filename="receipt-{hand_in.number}.json"')
        self.finish(hand_in.receipt)


class Staff(Page):
    """Everything that was handed in, by filters."""

    @authenticated
    async def get(self) -> None:
        self.require_staff()
        chosen = {key: self.get_argument(key, "").strip()[:200] for key in ("student", "assignment", "state")}
        found = await self.ask(self.desk.ledger.select, **chosen)
        lines = await self.ask(self.views.lines, found, True)
        if self.get_argument("format", "") == "json":
            self.write({"submissions": [vars(line) for line in lines]})
            return
        await self.show(
            "staff.html.j2",
            lines=lines,
            chosen=chosen,
            states=STATES,
            assignments=self.desk.course.assignments,
            counts=await self.ask(self.desk.ledger.counts),
            health=self.desk.health,
            workers=self.desk.workers,
            refresh=False,
        )


class Retry(Page):
    """Grade what failed once more."""

    @authenticated
    async def post(self, number: str) -> None:
        self.require_staff()
        if not await self.ask(self.desk.retry, int(number)):
            raise HTTPError(404)
        self.redirect(f"{self.prefix}submission/{number}")


class Regrade(Page):
    """Grade what has a result once more, with the suite as it is now."""

    @authenticated
    async def post(self, number: str) -> None:
        self.require_staff()
        try:
            found = await self.ask(self.desk.regrade, int(number))
        except GraderError as e:
            self.set_status(409)
            await self.show("error.html.j2", status="The week cannot be read", said=str(e))
            return
        if not found:
            raise HTTPError(404)
        log.info("%s regrades submission %s", self.name, number)
        self.redirect(f"{self.prefix}submission/{number}")


class Health(Plain):
    """For whoever watches the machine; names nobody."""

    async def get(self) -> None:
        counts = await asyncio.to_thread(self.desk.ledger.counts)
        health = self.desk.health
        age = time.time() - health.last_scan
        well = age < STALE_SECONDS
        self.set_status(200 if well else 503)
        self.set_header("Content-Type", "application/json")
        self.finish(
            json.dumps({
                "status": "ok" if well else "the exchange is not looked at",
                "queue": counts["queued"],
                "running": counts["running"],
                "failed": counts["failed"],
                "workers": self.desk.workers,
                "seconds_since_scan": round(age, 1),
            })
        )  # fmt: skip


class Metrics(Plain):
    """Numbers for Prometheus; names nobody."""

    async def get(self) -> None:
        counts = await asyncio.to_thread(self.desk.ledger.counts)
        registry = CollectorRegistry()
        hand_ins = Gauge("autograder_submissions", "Submissions by state", ["state"], registry=registry)
        for state, count in counts.items():
            hand_ins.labels(state).set(count)
        Gauge("autograder_workers", "Submissions graded at once", registry=registry).set(self.desk.workers)
        Gauge("autograder_last_scan_timestamp_seconds", "Last look at the exchange", registry=registry).set(
            self.desk.health.last_scan
        )
        seconds = self.desk.health.seconds
        Gauge("autograder_grading_seconds", "Seconds of the newest grading", registry=registry).set(
            seconds[-1] if seconds else 0.0
        )
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(registry))


class Style(Plain):
    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.set_header("Cache-Control", "max-age=3600")
        self.finish(style_sheet())


class Nothing(Plain):
    def prepare(self) -> None:
        raise HTTPError(404)


def routes(prefix: str) -> list[tuple[str, type[RequestHandler]]]:
    """Every address of the service, with the page behind it; ``tests/security/test_hub.py`` says who may open which."""
    p = prefix
    return [
        (p, Mine),
        (rf"{p}submission/(\d{{1,15}})", One),
        (rf"{p}submission/(\d{{1,15}})/receipt", ReceiptFile),
        (f"{p}staff", Staff),
        (rf"{p}staff/retry/(\d{{1,15}})", Retry),
        (rf"{p}staff/regrade/(\d{{1,15}})", Regrade),
        (rf"{p}staff/week/([^/]+)", WeekPage),
        (rf"{p}staff/week/([^/]+)/(report|regrade|record|undo)", StartChore),
        (rf"{p}staff/week/([^/]+)/report/(.+)", ReportFile),
        (rf"{p}leaderboard/([^/]+)", Leaderboard),
        (rf"{p}grade/([^/]+)", Grading),
        (rf"{p}grade/([^/]+)/([0-9a-f]{{64}})", Graded),
        (f"{p}health", Health),
        (f"{p}metrics", Metrics),
        (f"{p}style.css", Style),
        (f"{p}oauth_callback", HubOAuthCallbackHandler),
        (r".*", Nothing),
    ]


def make_app(desk: Desk, chores: Chores, service: Settings, cookie_secret: bytes) -> Application:
    """The web application, all of it below the service's prefix."""
    return Application(
        routes(service.prefix),
        desk=desk,
        views=Views(desk),
        weeks=Weeks(desk, chores),
        orders=Orders(desk),
        service=service,
        cookie_secret=cookie_secret,
        xsrf_cookies=True,
    )
