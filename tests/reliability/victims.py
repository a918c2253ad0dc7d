"""Who is there to be killed: processes of one run, found by what the kernel says of them."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

import docker
import psutil

from autograder.sandbox.docker import HOST_LABEL, WORKER_LABEL

JUDGE = "autograder.judge.server"
SUPERVISOR = "autograder.guest.boot"
Kill = Callable[[], int]
"""Ends a victim by SIGKILL; returns its pid."""


def victims(kind: str, main: int, engine: str) -> list[Kill]:
    """Ways to kill one of a kind among ``main`` and its descendants; none where there is nobody of that kind now.

    Parameters
    ----------
    kind : {"main", "judge", "launcher", "supervisor", "guest", "container"}
        The launcher is bubblewrap's own process outside of the sandbox; a container is ended by its engine.
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        if kind == "container":
            return [lambda c=c: _kill_container(c) for c in _containers(main)]
        return [lambda p=p: _kill(p) for p in _processes(kind, psutil.Process(main), engine)]
    return []


def _processes(kind: str, main: psutil.Process, engine: str) -> list[psutil.Process]:
    if kind == "main":
        return [main] if alive(main) else []
    below = main.children(recursive=True)
    if kind == "judge":
        return [p for p in below if JUDGE in _words(p)]
    if kind == "launcher":
        return [p for p in below if _name(p) == "bwrap" and SUPERVISOR in _words(p)]
    if engine == "docker":
        supervisors = [psutil.Process(c.attrs["State"]["Pid"]) for c in _containers(main.pid)]
    else:
        supervisors = [p for p in below if SUPERVISOR in _words(p) and _name(p) != "bwrap" and not _in_guest(p)]
    if kind == "supervisor":
        return supervisors
    assert kind == "guest", kind
    return [p for s in supervisors for p in s.children(recursive=True) if alive(p)]


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _in_guest(process: psutil.Process) -> bool:
    """Sessions are forks of the supervisor and carry its command line."""
    parent = process.parent()
    return parent is not None and SUPERVISOR in _words(parent) and _name(parent) != "bwrap"


def _words(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _name(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return process.name()
    return ""


def _kill(process: psutil.Process) -> int:
    process.kill()  # never a process that got the same pid later: psutil compares the time of its start
    return process.pid


def _containers(main: int) -> list[docker.models.containers.Container]:
    with contextlib.suppress(docker.errors.DockerException):
        found = _client().containers.list(filters={"label": WORKER_LABEL}, ignore_removed=True)
        return [c for c in found if f":{main}:" in c.labels.get(HOST_LABEL, "") and c.attrs["State"]["Pid"]]
    return []


def _kill_container(container: docker.models.containers.Container) -> int:
    pid = container.attrs["State"]["Pid"]
    container.kill()
    return pid


@functools.cache
def _client() -> docker.DockerClient:
    return docker.from_env()
