"""``python -m autograder.hub.server``: what a hub on a server needs before it starts. docs/server.md tells the steps.

::

    secrets            write hub_config/server/.env (mode 0600) with fresh passwords and tokens; what is there stays
    install            copy the course to the grader's home (on the server, as root)
    prepare            folders, exchange, network (in the hub's container, before the hub)
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.errors import CourseError, GraderError
from autograder.hub.accounts import own
from autograder.hub.containers import GRADER_UID, people_folder
from autograder.hub.layout import Layout, Ports
from autograder.hub.setup import copy_parts, make_exchange
from autograder.private_file import make_once

DATA_VARIABLE, COURSE_VARIABLE, SUBNET_VARIABLE = "AUTOGRADER_DATA", "AUTOGRADER_COURSE_ID", "AUTOGRADER_SUBNET"
GRADER = "grader"
PORTS = Ports(public=8000, proxy_api=8001, hub=8081, formgrader=10203, service=10202)
ENV_FILE = Path(__file__).resolve().parents[2] / "hub_config" / "server" / ".env"
SECRETS = (
    "JPY_COOKIE_SECRET", "CONFIGPROXY_AUTH_TOKEN", "JUPYTERHUB_CRYPT_KEY", "AUTOGRADER_SERVICE_TOKEN",
    "AUTOGRADER_FORMGRADER_TOKEN", "POSTGRES_PASSWORD",
)  # fmt: skip


def server_layout(environment: Mapping[str, str] = os.environ) -> Layout:
    """The hub that the environment names, with the people of ``people.toml`` in its folder.

    Raises
    ------
    CourseError
        If something is missing, or the file is broken.
    """
    missing = [name for name in (DATA_VARIABLE, COURSE_VARIABLE) if not environment.get(name)]
    if missing:
        raise CourseError(f"{', '.join(missing)}: not set. hub_config/server/.env sets them: see docs/server.md.")
    root = Path(environment[DATA_VARIABLE])
    instructors, students = read_people(root / "people.toml")
    return Layout(root, environment[COURSE_VARIABLE], PORTS, GRADER, instructors, students, system_accounts=True)


def read_people(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of instructors and of students, as they log in.

    Raises
    ------
    CourseError
    """
    form = 'It holds: instructors = ["ada"] and students = ["bob", "cyd"]'
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        found = [raw["instructors"], raw["students"]]
    except (OSError, ValueError, KeyError) as e:
        raise CourseError(f"{path}: cannot be read ({type(e).__name__}: {e}). {form}") from e
    if not all(isinstance(names, list) and all(isinstance(n, str) and n for n in names) for names in found):
        raise CourseError(f"{path}: not two lists of names. {form}")
    return tuple(found[0]), tuple(found[1])


def write_secrets(path: Path, data: str, course: str, domain: str, owner: Path) -> bool:
    """Write the file that compose and the hub read; False if there is one already.

    ``owner`` is the docker engine's socket: its group is needed by who starts containers.
    """
    lines = [
        "# Made by `python -m autograder.hub.server secrets`: passwords and tokens. Never give it to anybody.",
        "COMPOSE_PROJECT_NAME=autograder",
        f"{DATA_VARIABLE}={data}",
        f"{COURSE_VARIABLE}={course}",
        f"AUTOGRADER_DOMAIN={domain}",
        f"{SUBNET_VARIABLE}=172.30.99.0/24",
        "AUTOGRADER_GATEWAY=172.30.99.1",
        "AUTOGRADER_LOGIN=native",
        f"DOCKER_GROUP={owner.stat().st_gid if owner.exists() else 0}",
        *(f"{name}={secrets.token_hex(32)}" for name in SECRETS),
    ]
    if path.exists():
        return False
    make_once(path, ("\n".join(lines) + "\n").encode())
    return True


def install_course(source: Path, hub: Layout) -> None:
    """Bring the grader's copy of the course up to date; what was graded there stays. Runs as root on the server."""
    copy_parts(source, hub.course)
    (hub.root / "home").chmod(0o711)
    hub.home(GRADER).chmod(0o700)
    own(hub.home(GRADER), GRADER_UID, GRADER_UID)


def prepare(hub: Layout, subnet: str) -> None:
    """Folders of the hub, the exchange with its modes, and the network of people's containers.

    Raises
    ------
    InfrastructureError
    """
    import docker

    from autograder.hub.network import ensure_network

    if pwd.getpwnam(GRADER).pw_uid != GRADER_UID:
        raise CourseError(f"the account {GRADER} must have uid {GRADER_UID}: use the hub's image.")
    hub.root.chmod(0o711)
    for folder in (hub.root / "home", people_folder(hub)):
        folder.mkdir(mode=0o711, exist_ok=True)
    meet = hub.root / "meet"  # where sandboxes and the service meet: the same path on the server and in the container
    meet.mkdir(mode=0o700, exist_ok=True)
    os.chown(meet, GRADER_UID, GRADER_UID)
    make_exchange(hub)
    hub.save()
    (hub.root / "hub.json").chmod(0o644)
    ensure_network(docker.from_env(), subnet)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m autograder.hub.server", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("secrets")
    make.add_argument("--data", default="/srv/autograder", help="the hub's folder on the server")
    make.add_argument("--course-id", default="mlcourse")
    make.add_argument("--domain", required=True, help="the name under which people reach the hub")
    bring = verbs.add_parser("install")
    bring.add_argument("--course", type=Path, default=Path(), help="a checkout of the course")
    verbs.add_parser("prepare")
    chosen = parser.parse_args(argv)
    try:
        if chosen.verb == "secrets":
            socket = Path("/var/run/docker.sock")
            new = write_secrets(ENV_FILE, chosen.data, chosen.course_id, chosen.domain, socket)
            print(f"{ENV_FILE}: {'written' if new else 'there already, left as it is'}")
        elif chosen.verb == "install":
            install_course(chosen.course, server_layout())
        else:
            prepare(server_layout(), os.environ[SUBNET_VARIABLE])
    except GraderError as e:
        print(f"autograder: {e}", file=sys.stderr)
        return e.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
