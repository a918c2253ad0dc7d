"""A real hub for tests: real proxy, real accounts where the tests run as root, the toy course."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from autograder.hub.layout import SERVICE, Layout
from autograder.hub.run import processes, start, stop
from autograder.hub.setup import COURSE_PARTS, course_id_of, lay_out, make
from autograder.intake import SHARED_ACCOUNT_VARIABLE

CHECKOUT = Path(__file__).parents[2]
TOY = CHECKOUT / "tests" / "toycourse"
SHOTS = CHECKOUT / "build" / "shots"
COURSE = "toy"
WEEK = "toy_week"
SECOND_WEEK = "toy_week_again"
BOARD = """

@pytest.fixture(autouse=True)
def for_a_leaderboard(measure, draw):
    numbers = {"public": abs(draw.vector()[0]) % 1, "private": 0.5, "parameters": 100, "seconds": 3, "on_card": 0}
    for name, value in numbers.items():
        measure(f"leaderboard.{name}", value)
"""
"""What the second week's first question has besides: its leaderboard is of nothing in particular."""
NOW = "2026-11-22 12:00:00.000000 UTC"
WRITE = """
import os, sys
folder, notebook, stamp = sys.argv[1:4]
os.mkdir(folder)
for name, data in (("toy.ipynb", open(notebook, "rb").read()), ("timestamp.txt", stamp.encode()),
                   ("submission_secret.txt", os.path.basename(folder).encode())):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
"""


@dataclass(frozen=True)
class Hub:
    """A hub that runs, and the passwords of its people."""

    layout: Layout
    passwords: dict[str, str]

    @property
    def shots(self) -> Path:
        """Where pictures of its pages are kept."""
        return SHOTS

    @property
    def url(self) -> str:
        return self.layout.url

    @property
    def service(self) -> str:
        return f"{self.url}/services/{SERVICE}/"

    @property
    def instructor(self) -> str:
        return self.layout.instructors[0]

    @property
    def students(self) -> tuple[str, ...]:
        return self.layout.students

    def log(self) -> str:
        return self.layout.log.read_text(encoding="utf-8", errors="replace")

    def as_user(self, name: str, *command: str, **kwargs: Any) -> subprocess.CompletedProcess:
        """Run a command with the rights of a person's account, where they have one of their own."""
        as_person = ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups", "--"]
        return subprocess.run(
            [*(as_person if self.layout.system_accounts else ()), *command],
            **{"capture_output": True, "text": True, "check": False, "cwd": "/", "timeout": 300} | kwargs,
        )

    def released(self, week: str) -> Path:
        """What students fetch."""
        return self.layout.exchange / COURSE / "outbound" / week / "toy.ipynb"

    def hand_in(self, who: str, name: str, notebook: Path, stamp: str = NOW) -> None:
        """Write an entry of any name into the exchange, with the rights of ``who``, who can read the notebook."""
        command = (sys.executable, "-c", WRITE, str(self.layout.inbound / name), str(notebook), stamp)
        done = self.as_user(who, *command)
        assert done.returncode == 0, done.stderr

    def nbgrader(self, *argv: str) -> str:
        """A command of the grader's, with the settings of the grader's server; returns what it said."""
        # it has no token to ask the hub who is in the course
        return self.as_grader("nbgrader", *argv, "--Authenticator.plugin_class=nbgrader.auth.NoAuthPlugin")

    def as_grader(self, module: str, *argv: str) -> str:
        """A module that the grader runs in the course; returns what it said."""
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(self.layout.home(self.layout.grader)),
            "JUPYTER_CONFIG_PATH": str(CHECKOUT / "hub_config" / "roles" / "grader"),
            "AUTOGRADER_EXCHANGE": str(self.layout.exchange),
            **({} if self.layout.system_accounts else {SHARED_ACCOUNT_VARIABLE: "1"}),
            **{name: os.environ[name] for name in ("AUTOGRADER_ENGINE",) if name in os.environ},
        }
        command = (sys.executable, "-m", module, *argv)
        done = self.as_user(self.layout.grader, *command, env=environment, cwd=self.layout.course)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stderr

    def session(self, name: str) -> requests.Session:
        """A browser's session of somebody who has logged in, without a browser."""
        inside, session = self.log_in(name)
        assert inside
        session.get(f"{self.url}/hub/home", timeout=30).raise_for_status()
        return session

    def log_in(self, name: str, **headers: str) -> tuple[bool, requests.Session]:
        """Try to log in, with more headers than a browser has; says whether it worked."""
        session = requests.Session()
        session.headers.update(headers)
        session.get(f"{self.url}/hub/login", timeout=30).raise_for_status()
        xsrf = session.cookies.get("_xsrf", path="/hub/")
        fields = {"username": name, "password": self.passwords[name], "_xsrf": xsrf}
        page = session.post(f"{self.url}/hub/login?next=/hub/home", data=fields, timeout=30, allow_redirects=False)
        assert page.status_code in (200, 302, 403), page.status_code
        return page.status_code == 302, session


def copy_checkout(source: Path, target: Path) -> None:
    """What a hub takes of a course; the toy course gets a second week, the same as its first and with a leaderboard."""
    for part in COURSE_PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part)
    shutil.copy(source / "nbgrader_config.py", target)
    for part in ("solutions", "tests/hidden") if source == TOY else ():
        shutil.copytree(target / part / WEEK, target / part / SECOND_WEEK)
    if source == TOY:
        suite = target / "tests" / "hidden" / SECOND_WEEK / "test_q1.py"
        suite.write_text(f"import pytest\n{suite.read_text(encoding='utf-8')}{BOARD}", encoding="utf-8")


@contextmanager
def running_hub(students: int = 2, source: Path = TOY, **environment: Any) -> Iterator[Hub]:
    """A hub with a copy of a course in a folder of its own, which is removed with all that ran in it.

    Parameters
    ----------
    source : Path
        The course, as :func:`copy_checkout` takes it.
    **environment
        Variables that the hub starts with.
    """
    root = Path(tempfile.mkdtemp(prefix="autograder-hub-"))
    root.chmod(0o755)  # people's servers pass through it
    try:
        course = root / "checkout"
        copy_checkout(source, course)
        hub_root = root / "hub"
        prefix = f"t{os.getpid() % 100000:x}-"  # accounts of two runs at once are told apart
        layout = lay_out(hub_root, course_id_of(course), prefix, students, port=0)
        try:
            hub = Hub(layout, make(layout, course))
            start(layout, {key: str(value) for key, value in environment.items()})
            yield hub
        finally:
            killed = stop(layout)
            SHOTS.mkdir(parents=True, exist_ok=True)
            shutil.copy(layout.log, SHOTS / "hub.log")
        assert processes(layout) == ()
        assert killed == (), killed
    finally:
        shutil.rmtree(root, ignore_errors=True)


def api_token(url: str, session: requests.Session, name: str) -> str:
    """An API token that somebody who has logged in makes for themselves in the hub, with all that they may do."""
    headers = {"X-XSRFToken": session.cookies.get("_xsrf", path="/hub/"), "Referer": url}
    answer = session.post(f"{url}/hub/api/users/{name}/tokens", json={}, headers=headers, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["token"]


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true value of a condition; fails after a time that no healthy run needs."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {condition}"
        time.sleep(0.05)
    return value

