"""The composition for a server, with a real engine: hub, grading service, formgrader, people's containers.

`make server-check`: needs root, docker, and the images student, instructor and hub. Not part of `make test`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import requests

from autograder.hub import network
from autograder.hub.passwords import make_passwords
from autograder.hub.server import install_course, server_layout, write_secrets
from tests.e2e.hub import TOY, WEEK, api_token, until
from tests.server.composition import arguments

SUBNET = "172.30.98.0/24"
GATEWAY = network.gateway_of(SUBNET)
TAG = os.environ.get("TAG", "latest")
PUBLIC = "http://127.0.0.1:8000"
STUDENT, OTHER, INSTRUCTOR = "stu.one@example.edu", "stu2", "ada"


class Server:
    """A composition that runs, but for the proxy with TLS, PostgreSQL and the warden."""

    def __init__(self, data: Path, client: docker.DockerClient, values: dict[str, str]):
        self.data, self.client, self.values = data, client, values
        self.passwords: dict[str, str] = {}
        self.containers: dict[str, Any] = {}

    def start(self, name: str, **environment: str) -> None:
        options = arguments(name, self.values, **environment)
        self.containers[name] = self.client.containers.run(detach=True, name=f"server-check-{name}", **options)

    def log(self, name: str) -> str:
        return self.containers[name].logs().decode(errors="replace")[-4000:]

    def session(self, name: str) -> requests.Session:
        session = requests.Session()
        session.get(f"{PUBLIC}/hub/login", timeout=30)
        fields = {
            "username": name, "password": self.passwords[name], "_xsrf": session.cookies.get("_xsrf", path="/hub/")
        }  # fmt: skip
        page = session.post(f"{PUBLIC}/hub/login?next=/hub/home", data=fields, timeout=30)
        assert page.status_code == 200 and "/hub/login" not in page.url, page.url
        return session

    def spawn(self, name: str) -> Any:
        """The container of a person's server, once it answers."""
        headers = {"Authorization": f"token {api_token(PUBLIC, self.session(name), name)}"}
        started = requests.post(f"{PUBLIC}/hub/api/users/{name}/server", headers=headers, timeout=150)
        assert started.status_code in (201, 202), (started.text, self.log("hub"))

        def ready() -> bool:
            answer = requests.get(f"{PUBLIC}/hub/api/users/{name}", headers=headers, timeout=30).json()
            return answer["servers"].get("", {}).get("ready", False)

        until(ready, 150)
        mine = [c for c in self.client.containers.list() if f"{self.home(name)}:" in repr(c.attrs["HostConfig"])]
        assert len(mine) == 1
        return mine[0]

    def home(self, name: str) -> str:
        return str(self.data / "home" / name)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    client = docker.from_env()
    data = Path(tempfile.mkdtemp(prefix="server-check-", dir="/srv"))
    env = data / "env"
    write_secrets(env, str(data), "toy", "hub.example.edu", Path("/var/run/docker.sock"))
    values = dict(line.split("=", 1) for line in env.read_text().splitlines() if "=" in line and line[0] != "#")
    values |= {
        "AUTOGRADER_SUBNET": SUBNET, "AUTOGRADER_GATEWAY": GATEWAY, "AUTOGRADER_LOGIN": "passwords",
        "AUTOGRADER_HUB_IMAGE": f"autograder-hub:{TAG}", "AUTOGRADER_STUDENT_IMAGE": f"autograder-student:{TAG}",
        "AUTOGRADER_INSTRUCTOR_IMAGE": f"autograder-instructor:{TAG}",
    }  # fmt: skip
    (data / "people.toml").write_text(f'instructors = ["{INSTRUCTOR}"]\nstudents = ["{STUDENT}", "{OTHER}"]\n')
    found = Server(data, client, values)
    try:
        layout = server_layout(values)
        layout.secrets.mkdir(mode=0o700)
        found.passwords = make_passwords(layout.secrets / "passwords.json", layout.people)
        install_course(TOY, layout)
        databases = {
            name: f"sqlite:///{layout.home('grader')}/{name}.db" for name in ("AUTOGRADER_STORE", "AUTOGRADER_LEDGER")
        } | {"AUTOGRADER_GRADEBOOK": ""}
        if os.environ.get("AUTOGRADER_IMAGE"):
            databases["AUTOGRADER_IMAGE"] = os.environ["AUTOGRADER_IMAGE"]
        found.start("hub", AUTOGRADER_HUB_DB=f"sqlite:///{data}/hub.db")
        health(found, "hub", f"http://{GATEWAY}:8081/hub/health")
        found.start("grader", **databases)
        found.start("formgrader", **databases)
        health(found, "grader", f"{PUBLIC}/services/autograder/health")
        health(found, "formgrader", f"{PUBLIC}/services/toy/api")
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


def health(server: Server, name: str, url: str) -> None:
    end = time.monotonic() + 120
    while True:
        server.containers[name].reload()
        assert server.containers[name].status == "running" and time.monotonic() < end, server.log(name)
        try:
            if requests.get(url, timeout=5, allow_redirects=False).status_code in (200, 302):
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)


@pytest.fixture(scope="module")
def student(server: Server) -> Any:
    return server.spawn(STUDENT)


@pytest.fixture(scope="module")
def instructor(server: Server) -> Any:
    return server.spawn(INSTRUCTOR)


def inside(container: Any, *command: str) -> tuple[int, str]:
    code, said = container.exec_run(list(command), environment={"NO_COLOR": "1"})
    return code, said.decode(errors="replace")


def python(container: Any, code: str) -> tuple[int, str]:
    return inside(container, "python", "-c", code)


def test_a_person_has_their_uid_and_home_and_not_the_engines_socket(server, student, instructor):
    for container, name in ((student, STUDENT), (instructor, INSTRUCTOR)):
        code, said = python(container, "import os, pwd; print(os.getuid(), pwd.getpwuid(os.getuid()).pw_name)")
        uid = os.stat(server.home(name)).st_uid
        assert (code, said.split()) == (0, [str(uid), name])
        assert uid >= 20000
        mounts = inside(container, "cat", "/proc/mounts")[1]
        assert "docker.sock" not in json.dumps(container.attrs["HostConfig"]) + mounts
        assert container.attrs["HostConfig"]["ReadonlyRootfs"] and container.attrs["HostConfig"]["CapDrop"] == ["ALL"]
        environment = "\n".join(container.attrs["Config"]["Env"])
        secrets = {v for k, v in server.values.items() if len(v) == 64}
        assert secrets and not [s for s in secrets if s in environment]


def test_one_persons_container_sees_nothing_of_anothers(server, student, instructor):
    code, said = python(student, f"import os; print(os.path.exists({str(server.data)!r}), *os.listdir('/home'))")
    assert (code, set(said.split())) == (0, {"False", "person", STUDENT})


def test_the_network_leads_neither_out_nor_to_another_person(server, student, instructor):
    other = instructor.attrs["NetworkSettings"]["Networks"][network.NAME]["IPAddress"]
    reach = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)"
    for address, port, reachable in ((GATEWAY, 8081, True), (other, 8888, False), ("1.1.1.1", 443, False)):
        code, said = inside(student, "python", "-c", reach, address, str(port))
        assert (code == 0) is reachable, (address, said)


def test_a_student_fetches_and_hands_in_and_the_service_in_its_container_grades(server, student):
    grader = server.containers["formgrader"]
    for verb in ("generate_assignment", "release_assignment"):
        code, said = inside(grader, "nbgrader", verb, WEEK, "--Authenticator.plugin_class=nbgrader.auth.NoAuthPlugin")
        assert code == 0, said
    for verb in ("fetch_assignment", "submit"):
        code, said = inside(student, "sh", "-c", f"cd $HOME && nbgrader {verb} {WEEK} --course toy")
        assert code == 0, said
    session = server.session(STUDENT)

    def graded() -> Any:
        page = session.get(f"{PUBLIC}/services/autograder/?format=json", timeout=30).json()
        return next((x for x in page["submissions"] if x["state"] in ("done", "failed", "refused")), None)

    line = until(graded, 90)
    assert (line["state"], line["student"]) == ("done", STUDENT), server.log("grader")


def test_an_instructor_without_an_engine_autogrades_by_the_service(server, student, instructor):
    own = Path(server.home(INSTRUCTOR)) / "course"
    shutil.copytree(TOY, own, ignore=shutil.ignore_patterns("tests"))
    handed_in = own / "course" / "submitted" / "zoe" / WEEK
    uid = os.stat(server.home(INSTRUCTOR)).st_uid
    subprocess.run(["chown", "-R", f"{uid}:{uid}", str(own)], check=True)
    assert inside(instructor, "sh", "-c", f"cd ~/course && nbgrader generate_assignment {WEEK}")[0] == 0
    shutil.copytree(own / "assignments" / WEEK, handed_in)
    subprocess.run(["chown", "-R", f"{uid}:{uid}", str(own)], check=True)
    code, said = inside(instructor, "sh", "-c", f"cd ~/course && nbgrader autograde {WEEK}")
    assert code == 0, said
    assert (own / "course" / "autograded" / "zoe" / WEEK / "toy.ipynb").is_file()
    code, said = inside(student, "sh", "-c", "echo $AUTOGRADER_SERVICE")
    assert said.strip() == ""


def test_the_extensions_of_each_role_are_on(student, instructor):
    for container, off in ((student, {"formgrader", "create-assignment", "course-list"}), (instructor, set())):
        said = inside(container, "jupyter", "labextension", "list")[1]
        assert "@jupyter/nbgrader v" in said
        disabled = said.partition("Disabled extensions")[2]
        for name in ("formgrader", "create-assignment", "course-list", "assignment-list", "validate-assignment"):
            assert (f"@jupyter/nbgrader:{name}" in disabled) is (name in off), (name, said)
    assert inside(student, "python", "-c", "import otter, numpy, sklearn, torch")[0] == 0
    assert inside(student, "python", "-c", "import autograder")[0] != 0


def test_a_network_that_leads_out_is_refused(server):
    from autograder.errors import InfrastructureError

    network.ensure_network(server.client, SUBNET)  # as the hub made it
    server.client.networks.create("server-check-open", driver="bridge")
    try:
        with pytest.raises(InfrastructureError, match="not as it must be"):
            network.ensure_network(server.client, SUBNET, name="server-check-open")
    finally:
        server.client.networks.list(names=["server-check-open"])[0].remove()
