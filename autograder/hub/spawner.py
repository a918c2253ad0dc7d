"""Single-user servers as processes of this machine."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner

FILE_MB = 64
"""The largest file that a student's processes may write, MiB: nobody fills the disk with one."""
PROCESSES = 256


def limit_process() -> None:
    """What holds for a server and all that it starts; runs in the child, before the server does."""
    os.umask(0o022)  # what is handed in must be readable by the grader; homes are 0700
    size = FILE_MB << 20
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class AccountSpawner(LocalProcessSpawner):
    """A server under the account of its user."""

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        become = super().make_preexec_fn(name)

        def prepare() -> None:
            limit_process()
            resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))  # counted by uid: each has their own
            become()

        return prepare


class SharedAccountSpawner(SimpleLocalProcessSpawner):
    """A server under the account that started the hub: for trying things alone, it protects nobody from anybody."""

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        enter = super().make_preexec_fn(name)

        def prepare() -> None:
            limit_process()
            enter()

        return prepare

    def user_env(self, env: dict[str, Any]) -> dict[str, Any]:
        return super().user_env(env) | {"HOME": str(Path(self.home_dir))}
