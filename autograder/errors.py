"""Every error that a user can meet, one class each.

::

    GraderError
    ├── SubmissionError        the student's
    │   ├── UnreadableNotebook     the file is no notebook (half a JSON file, too large)
    │   ├── MissingNotebook        the assignment's notebook was not handed in
    │   ├── TimeLimit              wall-clock time
    │   ├── CpuLimit               processor time
    │   ├── MemoryLimit
    │   ├── ProcessLimit
    │   ├── OutputLimit            bytes printed or displayed
    │   ├── ReturnedLimit          bytes that a function returned to a test
    │   ├── ProcessEnded           the student's process went away (os._exit, a crash in C)
    │   ├── OutOfCardMemory        a run on a graphics card used up its share of the card's memory
    │   ├── Crashed                a run on a graphics card ended with an error
    │   ├── InvalidArtefact        what a run left behind is missing, too large or unreadable
    │   ├── BadReceipt             a receipt is none, or its signature is not right
    │   └── Refused                what lies in the exchange is not taken: forged, too large, no submission
    ├── CourseError            the course's
    │   ├── BadManifest            assignment.toml, notebook metadata, or layout
    │   ├── BrokenSuite            a hidden suite does not import or collect
    │   ├── UnknownAssignment
    │   ├── UnknownQuestion
    │   ├── UnknownStudent
    │   ├── CannotExport           the week uses what the other grader cannot express
    │   ├── BadArchive             a zip to import is broken, too large, or leads out of its folder
    │   └── CannotImport           an assignment of another grader uses what is not supported
    └── InfrastructureError    the machine's: retried, never a zero
        ├── EngineUnavailable      no container engine answers, or bubblewrap refuses
        ├── ImageMissing           the grading image is not built
        ├── ImageStale             the image was built from another version of the guest
        ├── SandboxDied            the supervisor went silent
        ├── SandboxDirty           something survived a submission: the worker is thrown away
        ├── JudgeDied
        ├── Quarantined            a submission whose sandboxes died so often that it waits for staff
        ├── QueueTimeout           the graphics card was not free in time
        ├── CardNotFree            the card's memory is in use though no job runs
        ├── StoreUnavailable       the results cannot be read or written (also: full disk)
        └── Unwritable             a directory of the course cannot be written

A message says what happened, where, and what to do. ``exit_code`` is what the command line
returns, ``verdict`` what a result carries, and ``retry`` whether the same work is tried again.
"""

from __future__ import annotations

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""


class GraderError(Exception):
    """An expected failure: its message is meant for a person."""

    exit_code = 1
    verdict = "error"
    retry = False


class SubmissionError(GraderError):
    """The student's fault; the batch goes on."""

    exit_code = 3
    verdict = "submission-error"


class UnreadableNotebook(SubmissionError):
    verdict = "unreadable-notebook"


class MissingNotebook(SubmissionError):
    verdict = "missing-notebook"


class TimeLimit(SubmissionError):
    verdict = "time-limit"


class CpuLimit(SubmissionError):
    verdict = "cpu-limit"


class MemoryLimit(SubmissionError):
    verdict = "memory-limit"


class ProcessLimit(SubmissionError):
    verdict = "process-limit"


class OutputLimit(SubmissionError):
    verdict = "output-limit"


class ReturnedLimit(SubmissionError):
    verdict = "returned-limit"


class ProcessEnded(SubmissionError):
    verdict = "process-ended"


class OutOfCardMemory(SubmissionError):
    verdict = "out-of-memory"


class Crashed(SubmissionError):
    verdict = "crashed"


class InvalidArtefact(SubmissionError):
    verdict = "invalid-artefact"


class BadReceipt(SubmissionError):
    verdict = "bad-receipt"


class Refused(SubmissionError):
    """An entry of the exchange that is not taken; ``cause`` names why."""

    verdict = "refused"

    def __init__(self, message: str, cause: str = "refused"):
        super().__init__(message)
        self.cause = cause


class CourseError(GraderError):
    """The course's fault: an instructor has to mend it.

    Parameters
    ----------
    problems : str or sequence of str
        Every problem found, so that all of them are seen at once.
    """

    exit_code = 4
    verdict = "course-error"

    def __init__(self, problems: str | list[str] | tuple[str, ...]):
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class BadManifest(CourseError):
    verdict = "bad-manifest"


class BrokenSuite(CourseError):
    verdict = "broken-suite"


class UnknownAssignment(CourseError):
    verdict = "unknown-assignment"


class UnknownQuestion(CourseError):
    verdict = "unknown-question"


class UnknownStudent(CourseError):
    verdict = "unknown-student"


class CannotExport(CourseError):
    verdict = "cannot-export"


class BadArchive(CourseError):
    verdict = "bad-archive"


class CannotImport(CourseError):
    verdict = "cannot-import"


class InfrastructureError(GraderError):
    """The machine's fault: retried, never turned into a zero.

    Attributes
    ----------
    deaths : int
        How many sandboxes and judges ended with the submission in them, over all tries.
    """

    exit_code = 5
    verdict = "infrastructure"
    retry = True
    deaths = 0


class EngineUnavailable(InfrastructureError):
    verdict = "engine-unavailable"
    retry = False


class ImageMissing(InfrastructureError):
    verdict = "image-missing"
    retry = False


class ImageStale(InfrastructureError):
    verdict = "image-stale"
    retry = False


class SandboxDied(InfrastructureError):
    verdict = "sandbox-died"


class SandboxDirty(InfrastructureError):
    verdict = "sandbox-dirty"


class JudgeDied(InfrastructureError):
    verdict = "judge-died"


class Quarantined(InfrastructureError):
    verdict = "quarantined"
    retry = False


class QueueTimeout(InfrastructureError):
    verdict = "queue-timeout"
    retry = False


class CardNotFree(InfrastructureError):
    verdict = "card-not-free"


class StoreUnavailable(InfrastructureError):
    verdict = "store-unavailable"
    retry = False


class Unwritable(InfrastructureError):
    verdict = "unwritable"
    retry = False


__all__ = sorted(
    name for name, value in globals().items() if isinstance(value, type) and issubclass(value, GraderError)
)
