"""Verbs of the command line that staff start from their pages, each in a process of its own, one at a time.

In a process of its own, because a class report keeps a processor busy for seconds while students wait for their pages,
and because nbgrader's commands change the working directory.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

VERBS = {
    "report": ("report",),
    "regrade": ("regrade",),
    "record": ("regrade", "--apply"),
    "undo": ("regrade", "--undo"),
}
"""What staff can start, by the name that pages use; the week follows the verb."""
LONGEST = 20_000
"""Characters of what a verb said that are kept: its end."""
PATIENCE_SECONDS = 10.0
"""So long a verb that is told to end may clean up."""

log = logging.getLogger("autograder.service")


@dataclass(frozen=True)
class Chore:
    """A verb that was started; ``code`` is None until it has ended, ``said`` what it wrote."""

    week: str
    verb: str
    by: str
    began: dt.datetime
    code: int | None = None
    said: str = ""

    @property
    def runs(self) -> bool:
        return self.code is None


class Chores:
    """May be asked from several threads; what was started is forgotten when the service ends.

    Parameters
    ----------
    root : Path
        The course.
    formgrader : str
        Its address, for links of the class report.
    ended : callable
        Called with a chore when it has ended, in a thread of this room.
    """

    def __init__(self, root: Path, formgrader: str = "", ended: Callable[[Chore], None] = lambda chore: None):
        self._root = root
        self._formgrader = formgrader
        self._ended = ended
        self._last: dict[str, Chore] = {}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="chore")

    def start(self, week: str, verb: str, by: str) -> bool:
        """Start one of VERBS for a week, or queue it; False while another one of that week is not done."""
        with self._lock:
            if self._closed or (week in self._last and self._last[week].runs):
                return False
            chore = self._last[week] = Chore(week, verb, by, dt.datetime.now(dt.UTC))
            log.info("%s starts %s of %s", by, verb, week)
            self._pool.submit(self._run, chore)
        return True

    def last(self, week: str) -> Chore | None:
        """What was started last for a week."""
        return self._last.get(week)

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            self._closed = True
            process = self._process
        self._pool.shutdown(wait=False, cancel_futures=True)
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # as by Ctrl-C: it ends its sandboxes
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    def _run(self, chore: Chore) -> None:
        verb, *options = VERBS[chore.verb]
        argv = [sys.executable, "-m", "autograder.cli", "--course", str(self._root), verb, *options]
        if verb == "report" and self._formgrader:
            argv += ["--formgrader", self._formgrader]
        # what is recorded says who did it; tokens of the service are nothing to a verb
        environment = {k: v for k, v in os.environ.items() if not k.endswith("_TOKEN")} | {"LOGNAME": chore.by}
        try:
            with self._lock:
                if self._closed:
                    return
                self._process = subprocess.Popen(
                    [*argv, "--", chore.week],
                    cwd=self._root,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                )
            said, _ = self._process.communicate()
            done = dataclasses.replace(chore, code=self._process.returncode, said=said[-LONGEST:])
        except OSError as e:
            done = dataclasses.replace(chore, code=5, said=f"It could not be started: {e.strerror}.")
        self._process = None
        log.info("%s of %s ended with %s", chore.verb, chore.week, done.code)
        try:
            self._ended(done)
        except Exception as e:
            log.exception("after %s of %s", chore.verb, chore.week)
            done = dataclasses.replace(done, said=f"{done.said}\nThe service could not follow: {e}")
        finally:
            self._last[chore.week] = done
