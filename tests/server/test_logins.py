"""Each way to log in, with the package that it needs (hub_config/images/logins.txt)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from jupyterhub.app import JupyterHub
from jupyterhub.orm import new_session_factory
from traitlets.config import Config

from tests.e2e.hub import until

FOLDER = Path(__file__).parents[2] / "hub_config" / "server" / "logins"
SETTINGS = {
    "AUTOGRADER_DOMAIN": "hub.example.edu", "OAUTH_ISSUER": "https://login.example.edu", "OAUTH_CLIENT_ID": "hub",
    "OAUTH_CLIENT_SECRET": "s", "LTI_ISSUER": "https://lms.example.edu", "LTI_CLIENT_ID": "a,b",
    "LTI_AUTHORIZE_URL": "https://lms.example.edu/auth", "LTI_JWKS_URL": "https://lms.example.edu/jwks",
    "AUTOGRADER_DATA": "/tmp", "AUTOGRADER_COURSE_ID": "course",
}  # fmt: skip


@pytest.mark.parametrize("login", ["native", "oauth", "lti13"])
def test_the_authenticator_can_be_made_and_knows_every_setting(monkeypatch, login):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    app = JupyterHub()
    app.load_config_file(str(FOLDER / f"{login}.py"))
    kind = app.authenticator_class
    made = kind(config=Config(app.config), db=new_session_factory("sqlite:///:memory:")())
    for section in {k.__name__ for k in kind.mro()} & set(app.config):
        assert set(app.config[section]) <= set(kind.class_trait_names()), section
    assert not made.allow_all and made.allowed_users == set()


NATIVE = """
c.JupyterHub.authenticator_class = "autograder.hub.native.Native"
c.Authenticator.admin_users = {"keeper"}
c.Authenticator.allowed_users = {"bob"}
c.JupyterHub.bind_url = "http://127.0.0.1:18731"
c.JupyterHub.hub_port = 18732
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:18733"
c.ConfigurableHTTPProxy.command = [r"PROGRAM"]
"""
URL = "http://127.0.0.1:18731/hub"


@pytest.fixture
def native(tmp_path) -> Iterator[None]:
    """A hub without containers, for the way to log in that is set up by default."""
    program = Path(sys.executable).parent / "configurable-http-proxy"
    (tmp_path / "config.py").write_text(NATIVE.replace("PROGRAM", str(program)))
    with (tmp_path / "log").open("wb") as log:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "config.py"], cwd=tmp_path, stdout=log, stderr=log
        )
        try:
            until(lambda: answers(f"{URL}/login"), 90)
            yield
        finally:
            hub.terminate()
            hub.wait(120)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def visitor(name: str) -> requests.Session:
    """Somebody who has signed up."""
    session = requests.Session()
    session.get(f"{URL}/signup", timeout=30)
    fields = {"username": name, "signup_password": name * 5, "signup_password_confirmation": name * 5}
    xsrf = {"_xsrf": session.cookies.get("_xsrf", path="/hub/")}
    session.post(f"{URL}/signup", data=fields | xsrf, timeout=30).raise_for_status()
    return session


def logs_in(session: requests.Session, name: str) -> bool:
    fields = {"username": name, "password": name * 5, "_xsrf": session.cookies.get("_xsrf", path="/hub/")}
    answer = session.post(f"{URL}/login", data=fields, timeout=30, allow_redirects=False)
    assert answer.status_code in (200, 302, 403)
    return answer.status_code == 302


def test_an_admin_lets_in_who_has_signed_up_and_no_page_of_somebody_elses_does(native):
    keeper, bob = visitor("keeper"), visitor("bob")
    assert not logs_in(bob, "bob"), "being on the list of people is not enough"
    assert logs_in(keeper, "keeper")
    elsewhere = keeper.get(f"{URL}/authorize/bob", headers={"Sec-Fetch-Site": "cross-site"}, timeout=30)
    assert elsewhere.status_code == 403 and not logs_in(bob, "bob")
    keeper.get(f"{URL}/authorize/bob", headers={"Sec-Fetch-Site": "same-origin"}, timeout=30).raise_for_status()
    assert logs_in(bob, "bob")
