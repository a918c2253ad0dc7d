"""What every engine offers, and how each starts its supervisor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.records import Limits

if TYPE_CHECKING:
    from autograder.sandbox.worker import Worker

DEFAULT_SESSION = "autograder.guest.session:serve"
START_SECONDS = 90.0
"""Until a supervisor must be warm: a cold disk cache makes imports slow."""

SHARED_MEMORY_MB = 64
START_ENVIRONMENT = {"PYTHONHASHSEED": "0"}
"""The order of a set must not decide a grade."""

WARM_SET_MB = 256
"""What the supervisor and its libraries may take of a container's memory, beside the submission's share."""


@dataclass(frozen=True)
class WorkerSpec:
    """What a warm sandbox is made for.

    ``imports`` are the libraries that sessions find imported already; ``limits`` size the sandbox
    itself (memory, processes, scratch space). ``session`` names the function that serves a session.
    """

    imports: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    session: str = DEFAULT_SESSION


class Engine(ABC):
    """One way to make a sandbox."""

    name: str
    protects: str
    """One sentence: what stands between student code and the machine."""

    @abstractmethod
    def start_worker(self, spec: WorkerSpec) -> Worker:
        """Start a sandbox and wait until it is warm.

        Raises
        ------
        EngineUnavailable, ImageMissing, ImageStale, SandboxDied
        """

    @abstractmethod
    def image_digest(self) -> str:
        """What student code runs in: changes whenever its interpreter, libraries or guest change."""


def supervisor_arguments(spec: WorkerSpec, *, socket: str, mode: str, box: str, shared_memory: str = "") -> list[str]:
    """The supervisor's command line after ``python``; students can read it, so it holds nothing secret."""
    arguments = ["--socket", socket, "--mode", mode, "--box", box, "--session", spec.session]
    if shared_memory:
        arguments += ["--shared-memory", shared_memory]
    for name in spec.imports:
        arguments += ["--import", name]
    return arguments


def python_command(interpreter: str, guest_root: str) -> list[str]:
    """Start the supervisor from `guest_root`, with nothing of the environment or the working directory on the path.

    ``-s -P`` is ``-I`` with START_ENVIRONMENT, all that its environment holds; ``-B`` because nothing there
    is writable.
    """
    start = f"import sys; sys.path.insert(0, {guest_root!r}); from autograder.guest.boot import main; main()"
    return [interpreter, "-s", "-P", "-B", "-c", start]
