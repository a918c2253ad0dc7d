"""Ctrl-C during ``nbgrader autograde``: it ends the run in the wait for a result, so between two notebooks.

Left alone, Python raises KeyboardInterrupt wherever the main thread happens to be. In a finalizer, and SQLAlchemy
has one for each row that nbgrader lets go of, it is printed and lost: the run would go on to its end.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

TOLD = b"Interrupted: ends with the next result. Press Ctrl-C again to end at once.\n"


class Interrupt:
    """Whether Ctrl-C was pressed. Whoever presses it a second time is obeyed at once, as without this."""

    def __init__(self) -> None:
        self._pressed = False
        self._waiting = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, Ctrl-C is remembered; it is raised at the end if nobody waited.

        Only in place of Python's own handler: a server has its own, and a shell's background job ignores it.
        """
        ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if not ours or threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.signal(signal.SIGINT, self._on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._check()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While this lasts, it is raised at once, also if it was pressed before."""
        self._waiting = True
        try:
            self._check()  # not before the line above: what is pressed between the two would wait as well
            yield
        finally:
            self._waiting = False

    def _check(self) -> None:
        if self._pressed:
            raise KeyboardInterrupt

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        again, self._pressed = self._pressed, True
        if again or self._waiting:
            raise KeyboardInterrupt
        with suppress(OSError):  # not through a file object, in the middle of whose own work this may come
            os.write(2, TOLD)
