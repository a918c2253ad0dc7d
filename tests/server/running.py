"""The composition for a server as it runs: hub, grading service and formgrader in containers, people's beside them."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import requests

from autograder.hub import network
from autograder.hub.containers import EXCHANGE
from autograder.hub.server import install_course, server_layout, write_secrets
from tests.e2e.hub import COURSE, NOW, SHOTS, TOY, WRITE, Hub, api_token, copy_checkout, until
from tests.server.composition import arguments

SUBNET = "172.30.98.0/24"
GATEWAY = network.gateway_of(SUBNET)
TAG = os.environ.get("TAG", "latest")
STUDENT, INSTRUCTOR, ADMIN = "stu.one@example.edu", "ada", "keeper"
STUDENTS = (STUDENT, *(f"stu{n}" for n in range(2, 8)))


@dataclass(frozen=True, kw_only=True)
class Server(Hub):
    """A composition that runs, but for the proxy with TLS, PostgreSQL and the warden."""

    client: docker.DockerClient
    values: dict[str, str]
    containers: dict[str, Any] = field(default_factory=dict)
    spawned: dict[str, Any] = field(default_factory=dict)

    @property
    def shots(self) -> Path:
        return SHOTS / "containers"

    def start(self, name: str, **environment: str) -> None:
        options = arguments(name, self.values, **environment)
        self.containers[name] = self.client.containers.run(detach=True, name=f"server-check-{name}", **options)

    def log_of(self, name: str) -> str:
        return self.containers[name].logs().decode(errors="replace")[-4000:]

    def log(self) -> str:
        return self.log_of("hub")

    def await_health(self, name: str, url: str) -> None:
        end = time.monotonic() + 120
        while True:
            self.containers[name].reload()
            assert self.containers[name].status == "running" and time.monotonic() < end, self.log_of(name)
            try:
                if requests.get(url, timeout=5, allow_redirects=False).status_code in (200, 302):
                    return
            except requests.RequestException:
                pass
            time.sleep(0.5)

    def sign_up(self) -> None:
        """By the way to log in that is set up by default: people sign up, and the admin lets them in."""
        for name, password in self.passwords.items():
            visitor = requests.Session()
            visitor.get(f"{self.url}/hub/signup", timeout=30)
            fields = {
                "username": name, "signup_password": password, "signup_password_confirmation": password,
                "_xsrf": visitor.cookies.get("_xsrf", path="/hub/"),
            }  # fmt: skip
            visitor.post(f"{self.url}/hub/signup", data=fields, timeout=30).raise_for_status()
        assert not self.log_in(INSTRUCTOR)[0], "who has signed up first is nobody yet"
        admin = self.session(ADMIN)
        for name in self.layout.people:
            admin.get(f"{self.url}/hub/authorize/{name}", timeout=30).raise_for_status()

    def spawn(self, name: str) -> Any:
        """The container of a person's server, once it answers."""
        if name in self.spawned:
            return self.spawned[name]
        address = f"{self.url}/hub/api/users/{name}"
        headers = {"Authorization": f"token {api_token(self.url, self.session(name), name)}"}
        started = requests.post(f"{address}/server", headers=headers, timeout=150)
        assert started.status_code in (201, 202), (started.text, self.log())

        def ready() -> bool:
            answer = requests.get(address, headers=headers, timeout=30).json()
            return answer["servers"].get("", {}).get("ready", False)

        until(ready, 150)
        home = f"{self.layout.home(name)}:"
        mine = [c for c in self.client.containers.list() if home in repr(c.attrs["HostConfig"])]
        assert len(mine) == 1
        self.spawned[name] = mine[0]
        return mine[0]

    def hand_in(self, who: str, name: str, notebook: Path, stamp: str = NOW) -> None:
        """As that of a hub without containers; from the person's own, which is started for it."""
        container = self.spawn(who)
        copied = self.layout.home(who) / "handed-in.ipynb"
        shutil.copy(notebook, copied)
        copied.chmod(0o644)
        entry = f"{EXCHANGE}/{COURSE}/inbound/{name}"
        code, said = inside(container, "python", "-c", WRITE, entry, f"/home/{who}/{copied.name}", stamp)
        assert code == 0, said

    def nbgrader(self, *argv: str) -> str:
        command = ("nbgrader", *argv, "--Authenticator.plugin_class=nbgrader.auth.NoAuthPlugin")
        return self._as_grader("formgrader", *command)

    def as_grader(self, module: str, *argv: str) -> str:
        return self._as_grader("grader", "python", "-m", module, *argv)

    def _as_grader(self, where: str, *command: str) -> str:
        code, said = inside(self.containers[where], *command)
        assert code == 0, said[-3000:]
        return said


def inside(container: Any, *command: str) -> tuple[int, str]:
    """Run a command in a container, with its own environment; returns its status and what it said."""
    code, said = container.exec_run(list(command), environment={"NO_COLOR": "1"})
    return code, said.decode(errors="replace")


@contextmanager
def running_server() -> Iterator[Server]:
    """The composition with a copy of the toy course in a folder of its own; all of it is removed in the end."""
    client = docker.from_env()
    data = Path(tempfile.mkdtemp(prefix="server-check-", dir="/srv"))
    env = data / "env"
    write_secrets(env, str(data), COURSE, "hub.example.edu", Path("/var/run/docker.sock"))
    values = dict(line.split("=", 1) for line in env.read_text().splitlines() if "=" in line and line[0] != "#")
    values |= {
        "AUTOGRADER_SUBNET": SUBNET, "AUTOGRADER_GATEWAY": GATEWAY, "AUTOGRADER_ADMINS": ADMIN,
        "AUTOGRADER_HUB_IMAGE": f"autograder-hub:{TAG}", "AUTOGRADER_STUDENT_IMAGE": f"autograder-student:{TAG}",
        "AUTOGRADER_INSTRUCTOR_IMAGE": f"autograder-instructor:{TAG}",
    }  # fmt: skip
    (data / "people.toml").write_text(f'instructors = ["{INSTRUCTOR}"]\nstudents = {list(STUDENTS)!r}\n')
    layout = server_layout(values)
    passwords = {name: secrets.token_hex(12) for name in (ADMIN, *layout.people)}
    found = Server(layout, passwords, client=client, values=values)
    try:
        copy_checkout(TOY, data / "checkout")
        install_course(data / "checkout", layout)
        databases = {
            name: f"sqlite:///{layout.home('grader')}/{name}.db" for name in ("AUTOGRADER_STORE", "AUTOGRADER_LEDGER")
        } | {"AUTOGRADER_GRADEBOOK": ""}
        if os.environ.get("AUTOGRADER_IMAGE"):
            databases["AUTOGRADER_IMAGE"] = os.environ["AUTOGRADER_IMAGE"]
        found.start("hub", AUTOGRADER_HUB_DB=f"sqlite:///{data}/hub.db")
        found.await_health("hub", f"http://{GATEWAY}:8081/hub/health")
        found.await_health("hub", f"{found.url}/hub/health")  # its proxy answers before there is anything behind it
        found.sign_up()
        found.start("grader", **databases)
        found.start("formgrader", **databases)
        found.await_health("grader", f"{found.service}health")
        found.await_health("formgrader", f"{found.url}/services/{COURSE}/api")
        yield found
    finally:
        for container in found.containers.values():
            container.stop(timeout=60)
            container.remove()
        for container in client.containers.list(all=True, filters={"network": network.NAME}):
            container.remove(force=True)
        for net in client.networks.list(names=[network.NAME]):
            net.remove()
        shutil.rmtree(data)
