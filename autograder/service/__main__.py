"""``python -m autograder.service``: the hub starts it, and ends it by a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from tornado.httpserver import HTTPServer

from autograder.errors import GraderError
from autograder.service.chores import Chore, Chores
from autograder.service.desk import Desk
from autograder.service.handlers import make_app
from autograder.service.settings import settings_from
from autograder.service.watch import Watch


async def serve() -> None:
    """Until a signal comes."""
    service = settings_from()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    desk = Desk(service.root, service.inbound, service.course_id, service.shared_account)
    formgrader = os.environ.get("AUTOGRADER_FORMGRADER") or f"/services/{service.course_id}/formgrader"
    chores = Chores(service.root, formgrader, ended=lambda chore: follow(desk, chore))
    server = HTTPServer(make_app(desk, chores, service, cookie_secret=os.urandom(32)), xheaders=True)
    server.listen(service.port, service.host)
    desk.resume()
    watch = asyncio.create_task(Watch(service.inbound, desk.scan, service.events).run())
    stop = asyncio.create_task(ended.wait())
    await asyncio.wait({watch, stop}, return_when=asyncio.FIRST_COMPLETED)
    server.stop()
    if watch.done():
        watch.result()  # a bug: the hub starts the service again
    watch.cancel()
    chores.close()
    desk.close()


def follow(desk: Desk, chore: Chore) -> None:
    """After a regrade was recorded or taken back the book follows the store."""
    if chore.verb in ("record", "undo"):
        desk.follow(chore.week)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        asyncio.run(serve())
    except GraderError as e:
        sys.exit(f"autograder service: {e}")


if __name__ == "__main__":
    main()
