"""Notices what arrives in the exchange: by file events, and by a look now and then where there are none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

SCAN_SECONDS = 5.0
"""Between looks without an event: network file systems tell of none."""

log = logging.getLogger("autograder.service")


class Watch:
    """Calls ``scan`` in a thread whenever something may have arrived.

    Parameters
    ----------
    folder : Path
        It need not exist yet.
    scan : callable
        Returns the seconds after which it wants to be called again at the latest, or None.
    """

    def __init__(self, folder: Path, scan: Callable[[], float | None], events: bool = True):
        self._folder = folder
        self._scan = scan
        self._events = events
        self._observer: Observer | None = None
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._woken.clear()
                self._observe(loop)
                wait = await asyncio.to_thread(self._scan)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), SCAN_SECONDS if wait is None else wait)
        finally:
            if self._observer is not None:
                self._observer.stop()

    def _observe(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen, once the folder is there."""
        if self._observer is not None or not self._events or not self._folder.is_dir():
            return
        observer = Observer()
        try:
            observer.schedule(_Wake(loop, self._woken), str(self._folder))
            observer.start()
        except OSError as e:
            self._events = False
            log.warning("%s: no file events (%s); it is looked at every %g s", self._folder, e, SCAN_SECONDS)
            return
        self._observer = observer


class _Wake(FileSystemEventHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop, woken: asyncio.Event):
        self._loop, self._woken = loop, woken

    def on_created(self, event: FileSystemEvent) -> None:
        self._wake()

    def on_moved(self, event: FileSystemEvent) -> None:
        self._wake()

    def on_modified(self, event: FileSystemEvent) -> None:
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the service ends
            self._loop.call_soon_threadsafe(self._woken.set)
