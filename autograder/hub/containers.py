"""People's servers as containers: what each gets, and what none gets.

Each person has a uid of their own, by which the exchange tells them apart. nbgrader and Jupyter ask for the name of
their uid, so that each container gets a small /etc/passwd; whoever looks into the exchange from outside reads
``accounts``, which has the names of all.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import InfrastructureError, Unwritable
from autograder.hub.layout import Layout

FIRST_UID = 20_000
"""A person's uid is this and their number in the hub's database: it stays as long as the database does."""
GRADER_UID = 1500
"""The account of course and gradebook; the hub's image has it."""
EXCHANGE = "/srv/nbgrader/exchange"
"""Where a person's container finds the exchange."""
SERVER_MB, SERVER_PROCESSORS, SERVER_PROCESSES, SCRATCH_MB = 1024, 1.0, 256, 256

_TOGETHER = "Homes, accounts and the hub's database belong together: restore all of them."
_SYSTEM_LINES = (
    "root:x:0:0::/root:/usr/sbin/nologin\n" f"grader:x:{GRADER_UID}:{GRADER_UID}::/nonexistent:/usr/sbin/nologin\n"
)
# no "+", which separates the parts of a submission's name, no "/" and no leading dot: names become names of folders
PERSON_NAME = r"[a-z0-9][a-z0-9._@-]{0,60}"


@dataclass(frozen=True)
class Person:
    name: str
    uid: int


def person_of(name: str, number: int) -> Person:
    """A person by name and number in the hub's database.

    Raises
    ------
    InfrastructureError
        If the name cannot be that of a folder, or is that of an account of the image.
    """
    if not re.fullmatch(PERSON_NAME, name) or name in ("root", "grader", "nobody"):
        raise InfrastructureError(f"{name!r} is no name for a person here. Use a-z, 0-9 and '.', '_', '@', '-'.")
    return Person(name, FIRST_UID + number)


def people_folder(hub: Layout) -> Path:
    """Names and uids: ``accounts`` of all, ``passwd/<name>`` for each one's container. No secret is in it."""
    return hub.root / "people"


def prepare_person(hub: Layout, person: Person) -> None:
    """A home of mode 0700, a passwd file, and a line in ``accounts``. Runs as root; what exists stays.

    Raises
    ------
    Unwritable
    InfrastructureError
        If the home is another uid's, or the uid another's: the hub's database is not the one that they were made with.
    """
    try:
        for folder in (hub.root / "home", people_folder(hub) / "passwd"):
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        accounts = people_folder(hub) / "accounts"
        known = accounts.read_text(encoding="ascii") if accounts.exists() else ""
        lines = [line.split(":") for line in known.splitlines()]
        if any((name == person.name) != (uid == str(person.uid)) for name, _, uid, *_ in lines):
            raise InfrastructureError(
                f"{accounts}: {person.name} or uid {person.uid} is somebody else's there. {_TOGETHER}"
            )
        if _line(person) not in known.splitlines(keepends=True):
            _write(accounts, known + _line(person))
        _write(people_folder(hub) / "passwd" / person.name, _SYSTEM_LINES + _line(person))
        home = hub.home(person.name)
        if not home.exists():
            home.mkdir(mode=0o700)
            os.chown(home, person.uid, person.uid)
        owner = home.stat().st_uid
    except OSError as e:
        raise Unwritable(f"{e.filename or hub.root}: cannot be made ({e.strerror}). The hub must run as root.") from e
    if owner != person.uid:
        raise InfrastructureError(
            f"{home}: belongs to uid {owner}, and {person.name} is uid {person.uid} now. {_TOGETHER}"
        )


def _line(person: Person) -> str:
    return f"{person.name}:x:{person.uid}:{person.uid}::/home/{person.name}:/bin/bash\n"


def _write(path: Path, text: str) -> None:
    """Replace a file that everybody may read; no reader sees half of it."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="ascii")
    fresh.chmod(0o644)
    fresh.replace(path)


def volumes(hub: Layout, name: str) -> dict[str, dict[str, str]]:
    """All that a person's container sees of the server's disk: their home, and the exchange.

    What is released and given back is read-only a second time over; nothing else is there, and no engine's socket.
    """
    exchange = hub.exchange
    course = f"{EXCHANGE}/{hub.course_id}"
    return {
        str(hub.home(name)): {"bind": f"/home/{name}", "mode": "rw"},
        str(people_folder(hub) / "passwd" / name): {"bind": "/etc/passwd", "mode": "ro"},
        str(exchange): {"bind": EXCHANGE, "mode": "rw"},
        str(exchange / hub.course_id / "outbound"): {"bind": f"{course}/outbound", "mode": "ro"},
        str(exchange / hub.course_id / "feedback"): {"bind": f"{course}/feedback", "mode": "ro"},
    }


def host_config() -> dict[str, Any]:
    """The walls of a person's container, beside memory and processor, in the words of the docker SDK."""
    return {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": SERVER_PROCESSES,
        "read_only": True,
        "tmpfs": {"/tmp": f"size={SCRATCH_MB}m,mode=1777", "/run": "size=16m,mode=755"},
        "init": True,
    }


def environment(person: Person) -> dict[str, str]:
    return {
        "HOME": f"/home/{person.name}",
        "USER": person.name,
        "SHELL": "/bin/bash",
        "AUTOGRADER_EXCHANGE": EXCHANGE,
    }
