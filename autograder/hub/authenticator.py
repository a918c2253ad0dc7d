"""The hub's login by :mod:`autograder.hub.passwords`: for one machine; a server takes OAuth or LTI instead."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Unicode

from autograder.hub.passwords import check_password


class PasswordFileAuthenticator(Authenticator):
    """Lets in who is in ``allowed_users`` and knows their password."""

    password_file = Unicode(help="File that make_passwords wrote.").tag(config=True)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """The person's name, or None; in a thread, because a hash takes tens of milliseconds on purpose."""
        name, password = data["username"], data["password"]
        right = await asyncio.to_thread(check_password, Path(self.password_file), name, password)
        return name if right else None
