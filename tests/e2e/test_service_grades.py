"""An instructor's own server, in which nothing can run student code: the service grades for nbgrader's command."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import requests

from autograder.course import SERVICE_VARIABLE
from autograder.hub.accounts import own
from autograder.hub.run import processes
from autograder.service_client import TOKEN_VARIABLE
from autograder.store import Store
from tests.e2e.hub import WEEK, Hub, api_token, until
from tests.integration.toy import scores

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="accounts of their own need a hub that root starts"
)
NO_ENGINE = {"AUTOGRADER_ENGINE": "docker", "DOCKER_HOST": "tcp://127.0.0.1:9"}
ANSWERS = {"right": "def mean(x):\n    return float(np.sum(x) / len(x))", "wrong": "def mean(x):\n    return 0.0"}


def server_environment(hub: Hub, who: str) -> dict[str, str]:
    """What somebody's single-user server runs with, its token included; the server is started for it."""
    headers = {"Authorization": f"token {api_token(hub.url, hub.session(who), who)}"}
    started = requests.post(f"{hub.url}/hub/api/users/{who}/server", headers=headers, timeout=120)
    assert started.status_code in (201, 202), started.text
    uid = pwd.getpwnam(who).pw_uid

    def environment() -> dict[str, str]:
        for path in (Path(f"/proc/{pid}") for pid in processes(hub.layout)):
            try:
                text = (path / "environ").read_text() if path.stat().st_uid == uid else ""
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended since it was listed
            found = {name: value for name, _, value in (pair.partition("=") for pair in text.split("\0")) if name}
            if TOKEN_VARIABLE in found:
                return found
        return {}

    return until(environment, 120)


class Instructor:
    """Has a copy of the course without its hidden suites, and nbgrader."""

    def __init__(self, hub: Hub):
        self.hub, self.name = hub, hub.instructor
        self.environment = server_environment(hub, self.name) | NO_ENGINE
        self.root = hub.layout.home(self.name) / "own"
        shutil.copytree(hub.layout.root.parent / "checkout", self.root, ignore=shutil.ignore_patterns("tests"))
        self.own()

    def own(self) -> None:
        account = pwd.getpwnam(self.name)
        own(self.root, account.pw_uid, account.pw_gid)

    def nbgrader(self, *argv: str, **more: str) -> subprocess.CompletedProcess:
        environment = {k: v for k, v in (self.environment | more).items() if v}
        command = (sys.executable, "-m", "nbgrader", *argv)
        return self.hub.as_user(self.name, *command, env=environment, cwd=self.root)

    def collect(self) -> None:
        """As nbgrader's own leaves it, without waiting for an exchange."""
        for student, answer in ANSWERS.items():
            folder = self.root / "course" / "submitted" / student / WEEK
            folder.mkdir(parents=True)
            notebook = nbformat.read(self.root / "assignments" / WEEK / "toy.ipynb", 4)
            cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "q1_solution")
            cell.source = answer
            nbformat.write(notebook, folder / "toy.ipynb")
        self.own()


@pytest.fixture(scope="module")
def instructor(hub: Hub) -> Iterator[Instructor]:
    found = Instructor(hub)
    yield found
    shutil.rmtree(found.root)


@pytest.fixture(scope="module")
def autograded(instructor: Instructor) -> subprocess.CompletedProcess:
    done = instructor.nbgrader("generate_assignment", WEEK)
    assert done.returncode == 0, done.stderr[-3000:]
    instructor.collect()
    alone = instructor.nbgrader("autograde", WEEK, **{SERVICE_VARIABLE: ""})
    assert alone.returncode != 0 and not list(instructor.root.glob("course/autograded/*/*/*.ipynb"))
    return instructor.nbgrader("autograde", WEEK)


def test_autograde_without_engine_and_suites_records_what_the_services_workers_found(instructor, autograded):
    assert autograded.returncode == 0, autograded.stderr[-3000:]
    found = scores(instructor.root / "course" / "gradebook.db")
    assert found["right"]["q1"] == (4.0, False)
    assert found["wrong"]["q1"] == (0.0, False)
    assert not (instructor.root / "tests").exists()
    theirs = Store(f"sqlite:///{instructor.hub.layout.course / 'course' / 'results.db'}")
    ours = Store(f"sqlite:///{instructor.root / 'course' / 'results.db'}")
    for who in ANSWERS:
        (here,), (there,) = ours.results(WEEK, who), theirs.results(WEEK, who)
        assert here.digests == there.digests and here.questions == there.questions and here.engine == there.engine
    theirs.close()
    ours.close()


def test_the_services_answers_are_for_staff(instructor, autograded):
    hub = instructor.hub
    url = f"{hub.service}grade/{WEEK}"
    snoop = hub.students[0]
    theirs = server_environment(hub, snoop)
    assert SERVICE_VARIABLE not in theirs
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{'0' * 64}?notebook=toy&student=right")):
        for environment, status in ((theirs, 403), (instructor.environment, None)):
            headers = {"Authorization": f"token {environment[TOKEN_VARIABLE]}"}
            answer = requests.request(method, url + path, headers=headers, timeout=30, allow_redirects=False)
            assert (answer.status_code == 403) is (status == 403), (method, path, answer.status_code)
        nobody = requests.request(method, url + path, timeout=30, allow_redirects=False)
        assert nobody.status_code in (302, 403)
    refused = instructor.nbgrader("autograde", WEEK, "--force", **{TOKEN_VARIABLE: theirs[TOKEN_VARIABLE]})
    assert refused.returncode == 5 and "does not grade for this token" in refused.stderr
    assert scores(instructor.root / "course" / "gradebook.db")["right"]["q1"] == (4.0, False)
