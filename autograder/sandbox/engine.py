"""What every engine offers, and how each starts its supervisor."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.errors import BadManifest, EngineUnavailable, GraderError
from autograder.records import Limits

if TYPE_CHECKING:
    from autograder.sandbox.worker import Worker

DEFAULT_SESSION = "autograder.guest.session:serve"
START_SECONDS = 90.0
"""Until a supervisor must be warm: a cold disk cache makes imports slow."""

START_ENVIRONMENT = {"PYTHONHASHSEED": "0"}
"""The order of a set must not decide a grade."""

WARM_SET_MB = 256
"""What the supervisor and its libraries may take of a container's memory, beside the submission's share."""


SHARED_FILES = 1024
"""How many files and folders may lie in /dev/shm; those of the scratch directory are a limit of the assignment."""


@dataclass(frozen=True)
class WorkerSpec:
    """What a warm sandbox is made for.

    ``imports`` are the libraries that sessions find imported already; ``limits`` size the sandbox
    itself (memory, processes, scratch space). ``session`` names the function that serves a session. ``card`` is the
    graphics card that the sandbox carries, as nvidia-smi names it; "" for none.
    """

    imports: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    session: str = DEFAULT_SESSION
    card: str = ""


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
        BadManifest
            If a library that the assignment imports is not there.
        """

    @abstractmethod
    def image_digest(self) -> str:
        """What student code runs in: changes whenever its interpreter, libraries or guest change."""

    def card_image_digest(self) -> str:
        """The same of what carries a graphics card; "" where there is no other image for that."""
        return ""


def refused(spec: WorkerSpec, refusal: Exception, otherwise: str) -> GraderError:
    """The error for a supervisor that cannot serve: the course's, if it names a library that is not there.

    Parameters
    ----------
    spec : WorkerSpec
    refusal : Exception
        What the supervisor said, as the last line of a traceback.
    otherwise : str
        The message for every other reason; then it is the machine's fault.
    """
    # a library that is there and lacks one of its own is the machine's, and so is a guest that lacks msgpack
    missing = re.search(r"No module named '([^']+)'", str(refusal))
    if missing and any(f"{name}.".startswith(f"{missing[1]}.") for name in spec.imports):
        return BadManifest(
            f"assignment.toml, [sandbox] imports: {refusal}. Correct the name, or install it in the grading "
            "environment (grading_env/requirements.in, then make images)."
        )
    return EngineUnavailable(otherwise)


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
