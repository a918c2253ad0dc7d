"""Starts a hub and ends it, with all that it started."""

from __future__ import annotations

import os
import pwd
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from autograder.errors import InfrastructureError
from autograder.hub.accounts import remove_accounts
from autograder.hub.layout import ROOT_VARIABLE, SERVICE, Layout

START_SECONDS = 120
STOP_SECONDS = 120
"""A hub ends its services one after another, and waits for each."""
CONFIG = Path(__file__).resolve().parents[2] / "hub_config" / "jupyterhub_config.py"


def start(layout: Layout, more: Mapping[str, str] | None = None) -> None:
    """Start the hub in the background and wait until it, its service and formgrader answer.

    Parameters
    ----------
    more : mapping, optional
        Environment variables besides those of this process.

    Raises
    ------
    InfrastructureError
        If it does not; the message quotes the end of its log.
    """
    running = processes(layout)
    if running:
        raise InfrastructureError(f"{layout.root}: a hub is running ({_pids(running)}). Stop it first: make hub-stop")
    programs = str(Path(sys.executable).parent)
    environment = dict(os.environ) | dict(more or {}) | {
        ROOT_VARIABLE: str(layout.root),
        "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(32),
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
    }
    with layout.log.open("ab") as log:
        layout.log.chmod(0o600)
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
            cwd=layout.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    # first the hub itself: the proxy answers long before there is anything behind it
    itself = f"http://127.0.0.1:{layout.ports.hub}/hub/health"
    services = [f"{layout.url}/services/{name}" for name in (f"{SERVICE}/health", f"{layout.course_id}/api")]
    for url in (itself, f"{layout.url}/hub/health", *services):
        if not _wait(START_SECONDS, lambda url=url: hub.poll() is not None or _answers(url)):
            break
    if hub.poll() is None and _answers(layout.url + "/hub/health"):
        return
    said = layout.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    stop(layout)
    raise InfrastructureError("\n".join([f"The hub did not start; the end of {layout.log}:", *said]))


def stop(layout: Layout) -> tuple[int, ...]:
    """End the hub and everything that it started; returns what had to be killed."""
    try:
        hub = int((layout.root / "hub.pid").read_text())
    except (OSError, ValueError):
        hub = 0
    if hub in processes(layout):
        os.kill(hub, signal.SIGTERM)
        _wait(STOP_SECONDS, lambda: hub not in processes(layout))
    _signal(processes(layout), signal.SIGTERM)
    _wait(10, lambda: not processes(layout))
    left = processes(layout)
    _signal(left, signal.SIGKILL)
    _wait(10, lambda: not processes(layout))
    for name in ("hub.pid", "proxy.pid"):
        (layout.root / name).unlink(missing_ok=True)
    remove_accounts(layout)
    return left


def processes(layout: Layout) -> tuple[int, ...]:
    """Living processes of a hub: those that carry its folder in their environment, or run as one of its people."""
    mark = f"{ROOT_VARIABLE}={layout.root}".encode()
    uids = set()
    for name in (layout.grader, *layout.people) if layout.system_accounts else ():
        try:
            uids.add(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    found = []
    ours = {os.getpid(), os.getppid()}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in ours:
            continue
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            belongs = entry.stat().st_uid in uids or mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended, or is somebody else's
        if belongs and state != "Z":
            found.append(int(entry.name))
    return tuple(sorted(found))


def _signal(pids: tuple[int, ...], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as e:
        return e.code in (302, 401, 403)  # it is there, and wants to know who asks
    except OSError:
        return False


def _wait(seconds: float, done: Callable[[], bool]) -> bool:
    """Whether something came true within a time."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def _pids(found: tuple[int, ...]) -> str:
    return "process " + ", ".join(map(str, found[:5])) + ("..." if len(found) > 5 else "")
