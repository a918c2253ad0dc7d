"""Which engines a machine has, and what each one protects: what `autograder engines` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.errors import InfrastructureError
from autograder.sandbox.choice import get_engine


@dataclass(frozen=True)
class Surveyed:
    """One engine: ``says`` is what it protects, or why it cannot be used here."""

    name: str
    present: bool
    chosen: bool
    says: str


def survey(names: Iterable[str]) -> tuple[Surveyed, ...]:
    """Try each engine; nothing is started."""
    try:
        chosen = get_engine("auto").name
    except InfrastructureError:
        chosen = ""
    found: dict[str, Surveyed] = {}
    for name in names:
        try:
            engine = get_engine(name)
            # The image's absence is told here too: an engine that cannot grade is not present.
            engine.image_digest()
        except InfrastructureError as error:
            found[name] = Surveyed(name, False, False, f"not here: {error}")
        else:
            found[engine.name] = Surveyed(engine.name, True, engine.name == chosen, engine.protects)
    return tuple(found.values())
