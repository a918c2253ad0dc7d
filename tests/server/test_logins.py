"""Each way to log in, with the package that it needs (hub_config/images/logins.txt)."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyterhub.app import JupyterHub
from jupyterhub.orm import new_session_factory
from traitlets.config import Config

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
