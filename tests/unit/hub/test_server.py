"""The settings of a hub on a server: JupyterHub takes them; what they give to whom. `make server-check` starts it."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from dockerspawner import DockerSpawner
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import Spawner
from traitlets.config import Config, PyFileConfigLoader

from autograder.course import SERVICE_VARIABLE
from autograder.errors import CourseError
from autograder.hub.layout import Layout
from autograder.hub.network import gateway_of
from autograder.hub.server import PORTS, SECRETS, read_people, server_layout, write_secrets

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "hub_config" / "server"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
LOGINS = sorted(path.stem for path in (FOLDER / "logins").glob("*.py"))
SUBNET = "172.30.97.0/24"


@pytest.fixture
def environment(tmp_path, monkeypatch) -> Path:
    """What .env sets; returns the hub's folder."""
    (tmp_path / "people.toml").write_text('instructors = ["ada"]\nstudents = ["bob"]\n')
    values = dict.fromkeys(SECRETS, "0" * 64) | {
        "AUTOGRADER_DATA": str(tmp_path), "AUTOGRADER_COURSE_ID": "course", "AUTOGRADER_SUBNET": SUBNET,
        "AUTOGRADER_DOMAIN": "hub.example.edu", "AUTOGRADER_HUB_DB": "sqlite://",
        "OAUTH_ISSUER": "https://login.example.edu", "OAUTH_CLIENT_ID": "hub", "OAUTH_CLIENT_SECRET": "s",
        "LTI_ISSUER": "https://lms.example.edu", "LTI_AUTHORIZE_URL": "https://lms.example.edu/auth",
        "LTI_JWKS_URL": "https://lms.example.edu/jwks", "LTI_CLIENT_ID": "a,b",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def load(login: str) -> Config:
    os.environ["AUTOGRADER_LOGIN"] = login
    # not by a hub of its own: that would need the package of each way to log in; tests/server has them
    return PyFileConfigLoader("jupyterhub_config.py", str(FOLDER)).load_config()


@pytest.fixture
def config(environment, monkeypatch) -> Config:
    monkeypatch.setenv("AUTOGRADER_LOGIN", "")
    return load("passwords")


def furnished(config: Config, name: str, number: int, *groups: str) -> SimpleNamespace:
    user = SimpleNamespace(name=name, id=number, groups=[SimpleNamespace(name=g) for g in groups])
    spawner = SimpleNamespace(user=user)
    config.Spawner.pre_spawn_hook(spawner)
    return spawner


@pytest.mark.parametrize("login", LOGINS)
def test_jupyterhub_takes_the_settings_with_each_way_to_log_in(environment, monkeypatch, login):
    monkeypatch.setenv("AUTOGRADER_LOGIN", "")  # put back at the end
    config = load(login)
    assert config.Authenticator.allowed_users == {"ada", "bob"}
    assert config.Authenticator.allow_all is False
    assert config.JupyterHub.authenticator_class
    for kind in (JupyterHub, DockerSpawner, Authenticator, Spawner, ConfigurableHTTPProxy):
        assert set(config[kind.__name__]) <= set(kind.class_trait_names()), kind  # a misspelt one would be passed over
    assert config.DockerSpawner.use_internal_ip and config.Spawner.env_keep == []


def test_the_hub_can_be_made_of_them(config):
    hub = JupyterHub(config=config)
    assert hub.hub_bind_url == f"http://{gateway_of(SUBNET)}:8081"
    assert hub.spawner_class is DockerSpawner


def test_an_unknown_way_to_log_in_starts_no_hub(environment, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_LOGIN", "")
    with pytest.raises(CourseError, match="AUTOGRADER_LOGIN"):
        load("anybody")


as_root = pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="only root gives files away")


@as_root
def test_neither_students_nor_instructors_are_given_the_engines_socket_or_a_secret(config):
    people = (("bob", ["nbgrader-course"]), ("ada", ["nbgrader-course", "formgrade-course"]))
    for number, (name, groups) in enumerate(people):
        spawner = furnished(config, name, number, *groups)
        given = repr((spawner.volumes, spawner.environment, spawner.extra_create_kwargs, config.DockerSpawner))
        assert "docker.sock" not in given and "/var/run" not in given
        assert "0" * 64 not in given
        assert re.fullmatch(r"2\d{4}:2\d{4}", spawner.extra_create_kwargs["user"])
        assert spawner.extra_create_kwargs["working_dir"] == f"/home/{name}"  # where fetched assignments go


@as_root
def test_only_instructors_get_their_tools_and_the_services_address(config):
    bob, ada = furnished(config, "bob", 1, "nbgrader-course"), furnished(config, "ada", 2, "formgrade-course")
    assert SERVICE_VARIABLE not in bob.environment and not hasattr(bob, "image")
    assert ada.image == "autograder-instructor:latest"
    assert ada.environment[SERVICE_VARIABLE] == f"http://{gateway_of(SUBNET)}:10202/services/autograder/"


def test_of_the_composition_only_the_hub_and_the_grader_have_the_engines_socket():
    with_socket = {name for name, service in SERVICES.items() if "docker.sock" in repr(service)}
    assert with_socket == {"hub", "grader"}


def test_the_composition_holds_no_secret_and_is_reached_through_the_proxy_alone():
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if re.search(r"TOKEN|PASSWORD|SECRET", line):
            assert re.search(r"\$\{[A-Z_]+(:\?)?\}", line), line
    assert [s["ports"] for s in SERVICES.values() if "ports" in s] == [["127.0.0.1:5432:5432"]]
    assert "privileged" not in text and "pid: host" not in text


def test_every_container_of_ours_is_without_rights_that_it_does_not_need():
    for name in ("proxy", "hub", "grader", "formgrader", "warden"):
        service = SERVICES[name]
        assert service["cap_drop"] == ["ALL"] and service["read_only"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert SERVICES["grader"]["user"] == SERVICES["formgrader"]["user"] == "1500:1500"


def test_ports_and_addresses_are_the_same_everywhere(config):
    urls = {s["name"]: s["url"] for s in config.JupyterHub.services if "url" in s}
    ours = {"grader": urls["autograder"], "formgrader": urls["course"]}
    for name, url in ours.items():
        said = SERVICES[name]["environment"]["JUPYTERHUB_SERVICE_URL"]
        assert said.replace("${AUTOGRADER_GATEWAY}", gateway_of(SUBNET)) == url
    rule = (FOLDER / "firewall.nft").read_text(encoding="utf-8")
    assert f"{{ {PORTS.hub}, {PORTS.service} }}" in rule
    assert f"127.0.0.1:{PORTS.public}" in (FOLDER / "Caddyfile").read_text(encoding="utf-8")


def test_secrets_are_made_once_differ_and_are_their_owners_alone(tmp_path):
    path = tmp_path / ".env"
    assert write_secrets(path, "/srv/x", "course", "hub.example.edu", tmp_path)
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = dict(line.split("=", 1) for line in first.splitlines() if not line.startswith("#"))
    assert len({values[name] for name in SECRETS}) == len(SECRETS) and all(len(values[n]) == 64 for n in SECRETS)
    assert not write_secrets(path, "/srv/y", "course", "hub.example.edu", tmp_path)
    assert path.read_text() == first


def test_what_the_composition_asks_for_is_in_the_file_of_secrets(tmp_path):
    path = tmp_path / ".env"
    write_secrets(path, "/srv/x", "course", "hub.example.edu", tmp_path)
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    asked = {name for name, rest in re.findall(r"\$\{([A-Z_]+)(:[-?][^}]*)?\}", text) if not rest.startswith(":-")}
    assert asked and all(re.search(rf"^{name}=", path.read_text(), re.MULTILINE) for name in asked)


def test_the_file_of_secrets_never_gets_into_the_repository_or_an_image():
    done = subprocess.run(["git", "check-ignore", "hub_config/server/.env"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode in (0, 128)  # 128: no repository here
    assert "--exclude='.env'" in (ROOT / "hub_config" / "images" / "build.sh").read_text(encoding="utf-8")


def test_people_are_two_lists(tmp_path):
    path = tmp_path / "people.toml"
    path.write_text('instructors = ["ada"]\nstudents = ["bob", "cyd"]\n')
    assert read_people(path) == (("ada",), ("bob", "cyd"))
    for broken in ("", 'instructors = "ada"\nstudents = []', "instructors = [1]\nstudents = []", "instructors = ["):
        path.write_text(broken)
        with pytest.raises(CourseError, match="It holds"):
            read_people(path)


def test_what_is_missing_in_the_environment_is_named():
    with pytest.raises(CourseError, match="AUTOGRADER_DATA, AUTOGRADER_COURSE_ID"):
        server_layout({})


def test_the_layout_is_that_of_a_hub_with_accounts(environment):
    hub = server_layout()
    assert isinstance(hub, Layout) and hub.system_accounts and hub.people == ("ada", "bob")
