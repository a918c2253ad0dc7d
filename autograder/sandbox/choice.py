"""Which engine: the one that was named, else the strongest that works here."""

from __future__ import annotations

import os
from collections.abc import Callable

from autograder.errors import EngineUnavailable
from autograder.sandbox.engine import Engine

ENGINE_VARIABLE = "AUTOGRADER_ENGINE"


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
