"""Where a hub on one machine keeps its things, and who is who on it.

::

    <root>/hub.json        this layout, for the processes of the hub
    <root>/secrets/        0700: cookie secret, hashed passwords
    <root>/home/<name>/    0700: one for each person; the grader's holds the private copy of the course
    <root>/exchange/       nbgrader's exchange
    <root>/hub.log         what the hub and its services say
"""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

ROOT_VARIABLE = "AUTOGRADER_HUB"
"""Environment variable that names the folder of a hub; every process of it carries it."""

SERVICE = "autograder"


@dataclass(frozen=True)
class Ports:
    """TCP ports, all on 127.0.0.1; ``public`` is the one that people open."""

    public: int
    proxy_api: int
    hub: int
    formgrader: int
    service: int


@dataclass(frozen=True)
class Layout:
    """A hub: its folder, its course, its people.

    ``system_accounts`` says whether each person is an account of this machine (the hub runs as root), or all share
    the account that started it.
    """

    root: Path
    course_id: str
    ports: Ports
    grader: str
    instructors: tuple[str, ...]
    students: tuple[str, ...]
    system_accounts: bool

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    @property
    def inbound(self) -> Path:
        return self.exchange / self.course_id / "inbound"

    @property
    def course(self) -> Path:
        """The grader's copy of the course."""
        return self.home(self.grader) / self.course_id

    @property
    def log(self) -> Path:
        return self.root / "hub.log"

    @property
    def people(self) -> tuple[str, ...]:
        return (*self.instructors, *self.students)

    @property
    def student_group(self) -> str:
        return f"nbgrader-{self.course_id}"

    @property
    def staff_group(self) -> str:
        return f"formgrade-{self.course_id}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.public}"

    def home(self, name: str) -> Path:
        return self.root / "home" / name

    def save(self) -> None:
        """Write hub.json; it holds no secret."""
        raw = dataclasses.asdict(self) | {"root": str(self.root)}
        (self.root / "hub.json").write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def load_layout(root: Path | str | None = None) -> Layout:
    """The layout that was saved in a hub's folder.

    Parameters
    ----------
    root : path, optional
        Default: what AUTOGRADER_HUB names.

    Raises
    ------
    CourseError
        If there is no hub in that folder.
    """
    root = Path(root or os.environ.get(ROOT_VARIABLE, "build/hub")).resolve()
    try:
        raw = json.loads((root / "hub.json").read_text(encoding="utf-8"))
        ports = Ports(**raw.pop("ports"))
        lists = {key: tuple(raw.pop(key)) for key in ("instructors", "students")}
        return Layout(**(raw | lists | {"root": root, "ports": ports}))
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise CourseError(f"{root}: no hub was set up there ({e}). Run: make hub") from e
