"""What all pages have in common. Who asks is told by the hub; what they may see is decided once for each page."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

from jupyterhub.services.auth import HubOAuthenticated
from tornado.web import HTTPError, RequestHandler

from autograder.service.desk import Desk
from autograder.service.ledger import HandIn
from autograder.service.views import Views, render
from autograder.service.weeks import Weeks

POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip


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
    def weeks(self) -> Weeks:
        return self.settings["weeks"]

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
        common = {
            "prefix": self.prefix,
            "name": self.name,
            "staff": self.is_staff,
            "xsrf": self.xsrf_token.decode(),
            "boards": await self.ask(self.weeks.with_leaderboard),
        }
        self.finish(render(template, **common, **values))

    async def ask(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask the database in a thread: pages answer while it waits for a lock."""
        return await asyncio.to_thread(functools.partial(function, *args, **kwargs))
