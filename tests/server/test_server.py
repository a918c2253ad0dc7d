"""The composition for a server, with a real engine: hub, grading service, formgrader, people's containers.

`make server-check`: needs root, docker, and the images student, instructor and hub. Not part of `make test`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest
import requests

from autograder.hub import network
from tests.e2e.hub import TOY, WEEK, until
from tests.server.composition import FILE
from tests.server.running import GATEWAY, INSTRUCTOR, STUDENT, SUBNET, inside


def python(container: Any, code: str) -> tuple[int, str]:
    return inside(container, "python", "-c", code)


def test_a_person_has_their_uid_and_home_and_not_the_engines_socket(server, student, instructor):
    for container, name in ((student, STUDENT), (instructor, INSTRUCTOR)):
        code, said = python(container, "import os, pwd; print(os.getuid(), pwd.getpwuid(os.getuid()).pw_name)")
        uid = os.stat(server.layout.home(name)).st_uid
        assert (code, said.split()) == (0, [str(uid), name])
        assert uid >= 20000
        mounts = inside(container, "cat", "/proc/mounts")[1]
        assert "docker.sock" not in json.dumps(container.attrs["HostConfig"]) + mounts
        assert container.attrs["HostConfig"]["ReadonlyRootfs"] and container.attrs["HostConfig"]["CapDrop"] == ["ALL"]
        environment = "\n".join(container.attrs["Config"]["Env"])
        secrets = {v for k, v in server.values.items() if len(v) == 64}
        assert secrets and not [s for s in secrets if s in environment]


def test_one_persons_container_sees_nothing_of_anothers(server, student, instructor):
    code, said = python(student, f"import os; print(os.path.exists({str(server.layout.root)!r}), *os.listdir('/home'))")
    assert (code, set(said.split())) == (0, {"False", "person", STUDENT})


def test_the_network_leads_neither_out_nor_to_another_person(server, student, instructor):
    other = instructor.attrs["NetworkSettings"]["Networks"][network.NAME]["IPAddress"]
    reach = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)"
    for address, port, reachable in ((GATEWAY, 8081, True), (other, 8888, False), ("1.1.1.1", 443, False)):
        code, said = inside(student, "python", "-c", reach, address, str(port))
        assert (code == 0) is reachable, (address, said)


def test_a_student_fetches_and_hands_in_and_the_service_in_its_container_grades(server, student):
    for verb in ("generate_assignment", "release_assignment"):
        server.nbgrader(verb, WEEK)
    for verb in ("fetch_assignment", "submit"):
        code, said = inside(student, "sh", "-c", f"cd $HOME && nbgrader {verb} {WEEK} --course toy")
        assert code == 0, said
    session = server.session(STUDENT)

    def graded() -> Any:
        page = session.get(f"{server.service}?format=json", timeout=30).json()
        return next((x for x in page["submissions"] if x["state"] in ("done", "failed", "refused")), None)

    line = until(graded, 90)
    assert (line["state"], line["student"]) == ("done", STUDENT), server.log_of("grader")


def test_an_instructor_without_an_engine_autogrades_by_the_service(server, student, instructor):
    own = server.layout.home(INSTRUCTOR) / "course"
    shutil.copytree(TOY, own, ignore=shutil.ignore_patterns("tests"))
    handed_in = own / "course" / "submitted" / "zoe" / WEEK
    uid = os.stat(server.layout.home(INSTRUCTOR)).st_uid
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


def test_only_who_is_on_the_list_and_was_let_in_logs_in(server):
    stranger = requests.Session()
    stranger.get(f"{server.url}/hub/signup", timeout=30)
    xsrf = stranger.cookies.get("_xsrf", path="/hub/")
    fields = {"username": "eve", "signup_password": "e" * 16, "signup_password_confirmation": "e" * 16, "_xsrf": xsrf}
    stranger.post(f"{server.url}/hub/signup", data=fields, timeout=30).raise_for_status()
    tries = {"eve": "e" * 16, STUDENT: "not their password", "nobody": "n" * 16}
    for name, password in tries.items():
        fields = {"username": name, "password": password, "_xsrf": xsrf}
        answer = stranger.post(f"{server.url}/hub/login", data=fields, timeout=30)
        assert answer.status_code in (200, 403) and "/hub/login" in answer.url, (name, answer.status_code)
    assert stranger.get(f"{server.url}/hub/home", timeout=30).url.startswith(f"{server.url}/hub/login")


def test_behind_tls_cookies_are_for_tls_alone_and_the_hub_knows_who_asks(server):
    said = (FILE.parent / "Caddyfile").read_text(encoding="utf-8")
    headers = {"X-Scheme": "https", "X-Real-Ip": "203.0.113.9"}  # what Caddy adds to its own
    assert all(f"header_up {name} " in said for name in headers)
    more = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    inside, session = server.log_in(STUDENT, **headers, **more)
    assert inside and f"({STUDENT}@203.0.113.9)" in server.log()
    login = [cookie for cookie in session.cookies if cookie.name.startswith("jupyterhub-")]
    assert login and all(cookie.secure for cookie in login)


def test_a_network_that_leads_out_is_refused(server):
    from autograder.errors import InfrastructureError

    network.ensure_network(server.client, SUBNET)  # as the hub made it
    server.client.networks.create("server-check-open", driver="bridge")
    try:
        with pytest.raises(InfrastructureError, match="not as it must be"):
            network.ensure_network(server.client, SUBNET, name="server-check-open")
    finally:
        server.client.networks.list(names=["server-check-open"])[0].remove()
