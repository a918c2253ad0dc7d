"""The service's pages. Who asks is told by the hub; what they may see is decided here, at one place for each page."""

from __future__ import annotations

import asyncio
import functools
import json
import time
from typing import Any

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from tornado.web import Application, HTTPError, RequestHandler, authenticated

from autograder.service.desk import Desk
from autograder.service.ledger import STATES, HandIn
from autograder.service.settings import Settings
from autograder.service.views import Views, render, style_sheet

POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
STALE_SECONDS = 60.0
"""Without a look at the exchange for so long, the service is not well."""


class Plain(RequestHandler):
    """Headers of every answer."""

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        said = {403: "This page is not for you.", 404: "There is no such page, or it is not yours."}
        self.finish(
            render("error.html.j2", status=status_code, said=said.get(status_code, self._reason), prefix=self.prefix)
        )

    @property
    def desk(self) -> Desk:
        return self.settings["desk"]

    @property
    def prefix(self) -> str:
        return self.settings["service"].prefix


class Page(HubOAuthenticated, Plain):
    """A page behind the hub's login."""

    @property
    def views(self) -> Views:
        return self.settings["views"]

    @property
    def name(self) -> str:
        return self.current_user["name"]

    @property
    def is_staff(self) -> bool:
        """By the hub's group; a service's token is nobody's."""
        user = self.current_user
        return user["kind"] == "user" and self.settings["service"].staff_group in user.get("groups", ())

    def require_staff(self) -> None:
        if not self.is_staff:
            raise HTTPError(403)

    def hand_in(self, number: str) -> HandIn:
        """A line of the book that this reader may see; to anybody else there is none of that number."""
        found = self.desk.ledger.get(int(number))
        if found is None or not (self.is_staff or (self.current_user["kind"] == "user" and found.student == self.name)):
            raise HTTPError(404)
        return found

    async def show(self, template: str, **values: Any) -> None:
        common = {"prefix": self.prefix, "name": self.name, "staff": self.is_staff, "xsrf": self.xsrf_token.decode()}
        self.finish(render(template, **common, **values))

    async def ask(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask the database in a thread: pages answer while it waits for a lock."""
        return await asyncio.to_thread(functools.partial(function, *args, **kwargs))


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
        await self.show("one.html.j2", detail=detail, line=detail.line, refresh=detail.line.waits)


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


def make_app(desk: Desk, service: Settings, cookie_secret: bytes) -> Application:
    """The web application, all of it below the service's prefix."""
    p = service.prefix
    return Application(
        [
            (p, Mine),
            (rf"{p}submission/(\d{{1,15}})", One),
            (rf"{p}submission/(\d{{1,15}})/receipt", ReceiptFile),
            (f"{p}staff", Staff),
            (rf"{p}staff/retry/(\d{{1,15}})", Retry),
            (f"{p}health", Health),
            (f"{p}metrics", Metrics),
            (f"{p}style.css", Style),
            (f"{p}oauth_callback", HubOAuthCallbackHandler),
            (r".*", Nothing),
        ],
        desk=desk,
        views=Views(desk),
        service=service,
        cookie_secret=cookie_secret,
        xsrf_cookies=True,
    )
