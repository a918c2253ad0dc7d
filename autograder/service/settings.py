"""What the hub tells the service, by environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from autograder.errors import CourseError
from autograder.intake import SHARED_ACCOUNT_VARIABLE


@dataclass(frozen=True)
class Settings:
    """Of one service.

    ``prefix`` is its path behind the proxy, with a slash at both ends; ``staff_group`` the hub's group of those who see
    everything.
    """

    root: Path
    exchange: Path
    course_id: str
    staff_group: str
    prefix: str
    host: str
    port: int
    shared_account: bool = False
    events: bool = True

    @property
    def inbound(self) -> Path:
        return self.exchange / self.course_id / "inbound"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read them.

    Raises
    ------
    CourseError
        With the names of those that are missing.
    """
    wanted = ("AUTOGRADER_COURSE", "AUTOGRADER_EXCHANGE", "AUTOGRADER_STAFF_GROUP", "JUPYTERHUB_SERVICE_PREFIX")
    missing = [name for name in (*wanted, "JUPYTERHUB_SERVICE_URL") if not environment.get(name)]
    if missing:
        raise CourseError(f"The service needs {', '.join(missing)}. The hub sets them: see hub_config/.")
    url = urlparse(environment["JUPYTERHUB_SERVICE_URL"])
    staff = environment["AUTOGRADER_STAFF_GROUP"]
    return Settings(
        root=Path(environment["AUTOGRADER_COURSE"]).resolve(),
        exchange=Path(environment["AUTOGRADER_EXCHANGE"]),
        course_id=environment.get("AUTOGRADER_COURSE_ID") or staff.removeprefix("formgrade-"),
        staff_group=staff,
        prefix=environment["JUPYTERHUB_SERVICE_PREFIX"],
        host=url.hostname or "127.0.0.1",
        port=url.port or 80,
        shared_account=bool(environment.get(SHARED_ACCOUNT_VARIABLE)),
        events=environment.get("AUTOGRADER_EVENTS", "1") != "0",
    )
