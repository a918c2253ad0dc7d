"""nativeauthenticator's login for today's JupyterHub: its page asks the hub's handlers for what they have no more.

Version 1.3.0, the newest, measures each login with ``statsd``, which JupyterHub 6 dropped, and its page does not take
what JupyterHub says when a form is broken: without this module nobody can log in by it.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from nativeauthenticator import NativeAuthenticator
from nativeauthenticator import handlers as theirs
from nativeauthenticator.orm import UserInfo
from tornado.escape import url_escape
from tornado.httputil import url_concat
from tornado.web import HTTPError

_NO_CLOCK = SimpleNamespace(stop=lambda send: None)


class LoginHandler(theirs.LoginHandler):
    """The page /hub/login."""

    statsd = SimpleNamespace(timer=lambda name: SimpleNamespace(start=lambda: _NO_CLOCK))

    def _render(self, login_error: str | None = None, username: str | None = None, **more: Any) -> Any:
        where = self.get_argument("next", default="")
        return self.render_template(
            "native-login.html",
            **more
            | {
                "next": url_escape(where),
                "username": username,
                "login_error": login_error,
                "custom_html": self.authenticator.custom_html,
                "login_url": self.settings["login_url"],
                "enable_signup": self.authenticator.enable_signup,
                "two_factor_auth": self.authenticator.allow_2fa,
                "authenticator_login_url": url_concat(self.authenticator.login_url(self.hub.base_url), {"next": where}),
            },
        )


class _FromHereAlone:
    """Letting somebody in is a link: a page of somebody else's must not have an admin's browser follow it."""

    async def prepare(self) -> None:
        if self.request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise HTTPError(403)
        await super().prepare()


class LetInHandler(_FromHereAlone, theirs.ToggleAuthorizationHandler):
    """The address /hub/authorize/<name>."""


class DiscardHandler(_FromHereAlone, theirs.DiscardHandler):
    """The address /hub/discard/<name>."""


OURS = {
    theirs.LoginHandler: LoginHandler,
    theirs.ToggleAuthorizationHandler: LetInHandler,
    theirs.DiscardHandler: DiscardHandler,
}


class Native(NativeAuthenticator):
    """Names and passwords in the hub's own database.

    An admin lets in who has signed up. nativeauthenticator alone would let in at once whoever is the first to take a
    name that is on the list of people, which is no secret.
    """

    def get_authed_users(self) -> set[str]:
        let_in = {info.username for info in UserInfo.all_users(self.db) if info.is_authorized}
        return let_in | self.admin_users

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        return [(path, OURS.get(handler, handler)) for path, handler in super().get_handlers(app)]
