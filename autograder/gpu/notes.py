"""What a result says about the card."""

from __future__ import annotations

from autograder.course import Assignment
from autograder.records import CardRun, Note

WITHOUT_CARD = (
    "No worker with a GPU is set up here: what may run on one ran its ci profile, on a processor. The points are those "
    "of that run; nothing is lost by it."
)
MACHINES = (
    "The graphics card could not be had ({verdict}): the ci profile counts, on a processor. Nothing is lost by it, and "
    "no attempt is used; the card is tried again when this is graded again."
)
DONE = (
    "Your run had the graphics card: {seconds:.0f} s, at most {peak:.0f} MiB of its memory. The thresholds for a card "
    "are not calibrated yet: its accuracy can win points and cannot cost any."
)
NOT_WRITTEN = (
    "The graphics card was not used: {function}, or a function of yours that it calls, is not written yet. The ci "
    "profile counts, on a processor."
)
REHEARSED = "A processor stood in for the graphics card, with the ci profile: {seconds:.0f} s."

CARD_NOTES = frozenset({"ci-profile", "gpu-run", "not-written", "queue-timeout", "infrastructure"})
"""Kinds of notes that say how it was, and that the student did nothing wrong."""


def notes_on(assignment: Assignment, questions: tuple[str, ...], run: CardRun | None) -> tuple[Note, ...]:
    """One sentence for the student; none where nothing may run on a card."""
    job = assignment.card
    if job is None or job.question not in questions:
        return ()
    if run is None:
        return (Note("ci-profile", WITHOUT_CARD),)
    if run.machines_fault:
        return (Note(run.verdict, MACHINES.format(verdict=run.verdict), job.question),)
    if run.done:
        text = DONE if run.device == "cuda" else REHEARSED
        return (Note("gpu-run", text.format(seconds=run.seconds, peak=run.peak_mb), job.question),)
    if run.verdict == "not-written":
        return (Note(run.verdict, NOT_WRITTEN.format(function=job.function), job.question),)
    return (Note(run.verdict, run.text, job.question),)
