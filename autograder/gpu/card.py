"""Which card there is, and how much of its memory is in use.

AUTOGRADER_GPU names it: an index or a UUID, as nvidia-smi lists them. "cpu" rehearses: the processor stands in for a
card, with the ci profile, and all else (queue, limits, verdicts) is as with one. Without the variable there is none.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import EngineUnavailable

CARD_VARIABLE = "AUTOGRADER_GPU"
QUEUE_VARIABLE = "AUTOGRADER_GPU_QUEUE"
STAND_IN = "cpu"
IDLE_MB = 512
"""What the driver itself may hold of a card that nobody uses, in MiB."""

FREE_SECONDS = 30.0
"""Within which a card's memory must be free after a job."""

LOOK_SECONDS = 0.5
_NAME = re.compile(r"\d{1,3}|GPU-[0-9a-fA-F-]{8,40}")


@dataclass(frozen=True)
class Card:
    """One card. ``profile`` and ``device`` are what a notebook's function is told."""

    name: str
    profile: str = "gpu"
    device: str = "cuda"

    @property
    def real(self) -> bool:
        return self.device != STAND_IN

    def used_mb(self) -> float:
        """Memory of the card that is in use, in MiB, by the driver's account; 0 of a stand-in.

        Raises
        ------
        EngineUnavailable
            If nvidia-smi does not tell.
        """
        if not self.real:
            return 0.0
        command = ["nvidia-smi", f"--id={self.name}", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
        try:
            said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
            return float(said.strip())
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise EngineUnavailable(
                f"nvidia-smi does not tell how much memory of card {self.name} is in use ({error}). Install the "
                f"driver, or unset {CARD_VARIABLE}."
            ) from error

    def is_free(self, seconds: float = FREE_SECONDS) -> bool:
        """Whether its memory is free, or becomes so within some seconds: a driver cleans up after a process."""
        end = time.monotonic() + seconds
        while self.used_mb() > IDLE_MB:
            if time.monotonic() >= end:
                return False
            time.sleep(LOOK_SECONDS)
        return True

    @property
    def queue(self) -> Path:
        """Folder of the queue: one for all courses that this user grades on this machine."""
        place = os.environ.get(QUEUE_VARIABLE) or Path(tempfile.gettempdir(), f"autograder-gpu-{os.getuid()}")
        return Path(place, self.name)


def find_card() -> Card | None:
    """The card that AUTOGRADER_GPU names, or None.

    Raises
    ------
    EngineUnavailable
        If it names none.
    """
    name = os.environ.get(CARD_VARIABLE, "").strip()
    if name in ("", "none"):
        return None
    if name == STAND_IN:
        return Card(STAND_IN, profile="ci", device="cpu")
    if not _NAME.fullmatch(name):
        raise EngineUnavailable(
            f"{CARD_VARIABLE}: {name!r} is no card. Write its index or UUID (nvidia-smi -L), or cpu to rehearse."
        )
    return Card(name)


def digest_with(image: str, card: Card | None, card_image: str = "") -> str:
    """What a result was made with: with a card, and the image of its jobs, it is another one than without."""
    if card is None:
        return image
    return "card:" + hashlib.sha256(f"{image}\0{card_image}\0{card.profile}\0{card.device}".encode()).hexdigest()


class Watch:
    """Looks at the card's memory while a job runs; calls ``stop`` once it uses more than it may.

    The limit does not rest on the student's process: it is the driver's account, read from outside.
    """

    def __init__(self, card: Card, most_mb: float, stop: Callable[[], None]):
        self._card, self._most, self._stop = card, most_mb, stop
        self._before = card.used_mb()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="card-watch", daemon=True)
        self.peak_mb = 0.0
        self.tripped = False

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            try:
                self.peak_mb = max(self.peak_mb, self._card.used_mb() - self._before)
            except EngineUnavailable:  # of a card that cannot be looked at the queue's next turn says so
                return
            if self.peak_mb > self._most and not self.tripped:
                self.tripped = True
                self._stop()
            if self._over.wait(LOOK_SECONDS):
                return
