"""What every engine offers, and how one is chosen."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.errors import EngineUnavailable
from autograder.records import Limits

if TYPE_CHECKING:
    from autograder.sandbox.worker import Worker

ENGINE_VARIABLE = "AUTOGRADER_ENGINE"
DEFAULT_SESSION = "autograder.guest.session:serve"
START_SECONDS = 90.0
"""Until a supervisor must be warm: a cold disk cache makes imports slow."""

SHARED_MEMORY_MB = 64
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

    ``-I`` leaves no other way to name one directory; ``-B`` because nothing there is writable.
    """
    start = f"import sys; sys.path.insert(0, {guest_root!r}); from autograder.guest.boot import main; main()"
    return [interpreter, "-I", "-B", "-c", start]


def get_engine(name: str = "auto") -> Engine:
    """The engine of that name; "auto" takes what the environment says, else the strongest that works.

    Parameters
    ----------
    name : {"auto", "docker", "podman", "local", "plain"}

    Raises
    ------
    EngineUnavailable
        If it does not work here; the message says what was tried.
    ImageMissing
        If a container engine answers but the grading image is not built. "auto" does not pass on to a
        weaker engine then: whoever has a container engine means to use it.
    """
    if name == "auto":
        name = os.environ.get(ENGINE_VARIABLE, "") or "auto"
    if name == "auto":
        return _first_that_works(("docker", "podman", "local"))
    makers = _makers()
    if name not in makers:
        raise EngineUnavailable(
            f"there is no engine {name!r}. Choose one of auto, {', '.join(makers)} "
            f"(the setting comes from --engine, the course, or {ENGINE_VARIABLE})."
        )
    return makers[name]()


def _makers() -> dict[str, Callable[[], Engine]]:
    # Imported here: the docker SDK takes a tenth of a second that a local run need not pay.
    def docker() -> Engine:
        from autograder.sandbox.docker import DockerEngine

        return DockerEngine.connect("docker")

    def podman() -> Engine:
        from autograder.sandbox.docker import DockerEngine

        return DockerEngine.connect("podman")

    def local() -> Engine:
        from autograder.sandbox.local import local_engine

        return local_engine()

    def plain() -> Engine:
        from autograder.sandbox.local import PlainEngine

        return PlainEngine()

    return {"docker": docker, "podman": podman, "local": local, "plain": plain}


def _first_that_works(names: tuple[str, ...]) -> Engine:
    reasons = []
    for name in names:
        try:
            return _makers()[name]()
        except EngineUnavailable as error:
            reasons.append(f"{name}: {error}")
    raise EngineUnavailable("no engine works here.\n" + "\n".join(reasons))
