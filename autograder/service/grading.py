"""Where ``nbgrader autograde`` of an instructor's own server has its submissions graded, and formgrader's button."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from typing import Any

from tornado.web import HTTPError, authenticated

from autograder.errors import GraderError
from autograder.service.orders import Key, Orders
from autograder.service.page import Page
from autograder.service_client import describe_error, unpack

POLL_SECONDS = 10.0
"""So long one question waits for a result: no proxy gives up before."""

log = logging.getLogger("autograder.service")


class ForStaffServers(Page):
    """JSON, by token."""

    def check_xsrf_cookie(self) -> None:
        """With this header a token tells who asks; a page of somebody else's cannot make a browser send it."""
        if "Authorization" not in self.request.headers:
            super().check_xsrf_cookie()

    def require_staff(self) -> None:
        """Staff, and formgrader: a service of the hub's, which staff alone can open."""
        user = self.current_user
        if user["kind"] != "service" or user["name"] != self.settings["service"].course_id:
            super().require_staff()

    @property
    def orders(self) -> Orders:
        return self.settings["orders"]

    async def try_to(self, function: Any, *args: Any) -> Any:
        """What a function returns; an expected error is the answer, and None is returned."""
        try:
            return await self.ask(function, *args)
        except GraderError as e:
            self.refuse(e)
            return None

    def refuse(self, error: Exception) -> None:
        self.set_status(409)
        self.finish(describe_error(error))


class Grading(ForStaffServers):
    """What an assignment is graded with; takes a submission of it."""

    @authenticated
    async def get(self, assignment: str) -> None:
        self.require_staff()
        about = await self.try_to(self.orders.about, assignment)
        if about is not None:
            self.finish(about)

    @authenticated
    async def post(self, assignment: str) -> None:
        self.require_staff()
        try:
            submission = await self.ask(unpack, self.request.body)
        except ValueError as e:
            raise HTTPError(400, str(e)) from e
        if submission.assignment != assignment:
            raise HTTPError(400)
        placed = await self.try_to(self.orders.place, submission)
        if placed is not None:
            log.info("%s sends %s of %s", self.name, assignment, submission.student)
            self.set_status(202 if placed else 503)
            self.finish()


class Graded(ForStaffServers):
    """The result of what was sent, by its digest; "not yet" (202) after some seconds, so that no proxy gives up."""

    @authenticated
    async def get(self, assignment: str, digest: str) -> None:
        self.require_staff()
        key = Key(assignment, self.get_argument("notebook"), self.get_argument("student"), digest)
        found = await self.try_to(self.orders.find, key)
        if self._finished:
            return
        if found is None:
            raise HTTPError(404)
        if isinstance(found, Future):
            try:
                found = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(found)), POLL_SECONDS)
            except TimeoutError:
                self.set_status(202)
                self.finish()
                return
            except (Exception, asyncio.CancelledError) as e:
                self.orders.fetched(key)
                if not isinstance(e, GraderError):
                    log.exception("%s of %s", assignment, key.student)
                self.refuse(e)
                return
            self.orders.fetched(key)
        self.set_header("Content-Type", "application/json")
        self.finish(found.to_json())
