"""Hints: what a student reads about a failed test, and how a suite names them.

A suite keeps its texts in ``HINTS = {"name": "text"}`` and names one by
``assert condition, hint("name")``, ``with hint("name"):`` or ``@pytest.mark.hint("name")``.
A failed test without a hint of its own gets the standard one for its cause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograder.judge.student_errors import MissingName, OutOfSharedMemory, OutOfTime, StudentError, TooManyCallbacks
from autograder.protocol.frames import MAX_BLOBS
from autograder.protocol.values import MAX_INT_BYTES
from autograder.records import Limits

_MARK = re.compile(r"\A\[hint:([\w.-]+)\]")

STANDARD = {
    "assertion": "The result is not what the question asks for.",
    "unusable": "The test could not work with what your code returned. Check its type and its shape.",
    "wrong-kind": "Your code returned an object of another kind than the question asks for (a number, an array, ...).",
    "time-limit": "Your code did not answer in time.",
    "cpu-limit": "Your notebook and its tests used more processor time than there is.",
    "memory-limit": "Your code needs more memory than there is.",
    "process-limit": "Your code started more processes than there may be.",
    "descriptor-limit": "Your code holds more files open than there may be.",
    "disk-limit": "Your code writes more than there is room for.",
    "message-limit": "Your code called the function that it was given too often.",
    "returned-limit": "Your code returned more data than may be returned.",
    "process-ended": "Your code ended the process that runs it (os._exit, exit, or a crash).",
    "protocol": "The process that runs your code stopped answering as it should.",
    "missing-name": "Your notebook does not define what this test calls.",
    "not-implemented": "Not solved yet: the function still raises NotImplementedError.",
    "not-reached": "Not run: the tests before it used up the time.",
    "suite-error": "This test is broken. It is not your fault; your instructor has been told.",
}


class hint(str):
    """Name the hint of an assertion, or of all that fails inside a ``with`` block."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str):
        # A marked text, not an attribute: pytest's assertion rewriting keeps only str(message).
        self = super().__new__(cls, f"[hint:{name}]")
        self.name = name
        return self

    def __enter__(self) -> hint:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        if error is not None and not hasattr(error, "hint_name"):
            error.hint_name = self.name


NAMED = (
    "AttributeError",
    "IndexError",
    "KeyError",
    "NameError",
    "TypeError",
    "ValueError",
    "ZeroDivisionError",
)
"""Exceptions that are named to students. With all 70 a student's code could choose one by a hidden input."""


def hint_of(error: BaseException) -> str:
    """Name of the hint that a failure carries, or ""."""
    marked = _MARK.match(str(error.args[0])) if isinstance(error, AssertionError) and error.args else None
    return marked.group(1) if marked else getattr(error, "hint_name", "")


def standard_hint(cause: str, error: BaseException | None, limits: Limits) -> tuple[str, str]:
    """Name and text of the standard hint for a cause.

    The text never quotes what the student's process said: it may hold the hidden input that was passed in.
    """
    shared = f" (of what processes share, {limits.shared_memory_mb} MiB in /dev/shm)"
    values = {
        "cpu-limit": f"{limits.cpu_seconds:g} s",
        "memory-limit": f"{limits.memory_mb} MiB of memory" + shared * isinstance(error, OutOfSharedMemory),
        "process-limit": f"{limits.processes} processes",
        "descriptor-limit": f"{limits.open_files} open files",
        "disk-limit": f"{limits.scratch_mb} MiB of files ({limits.files} of them at the most), and "
        f"{limits.shared_memory_mb} MiB in shared memory",
        "returned-limit": _returned_limit(error, limits),
    }
    if isinstance(error, TooManyCallbacks):
        return cause, f"{STANDARD[cause]} The limit is {error.limit} calls in one test."
    if cause in values:
        return cause, f"{STANDARD[cause]} The limit is {values[cause]}."
    if cause == "not-reached" and isinstance(error, OutOfTime):
        whose = "a question" if error.seconds == limits.question_seconds else "the notebook and all its tests"
        return cause, f"{STANDARD[cause]} The limit is {error.seconds:g} s for {whose}."
    if isinstance(error, MissingName):
        return cause, (
            f"Your notebook does not define `{error.name}`: is its cell still there, with the name that was given, "
            "and does it run without an error?"
        )
    if isinstance(error, OutOfTime):
        return cause, f"Your code did not answer within {error.seconds:g} s. Is there a loop that never ends?"
    if cause == "exception" and isinstance(error, StudentError):
        if error.kind == "NotImplementedError":
            return "not-implemented", STANDARD["not-implemented"]
        kind = error.kind if error.kind in NAMED else "an exception"
        return "exception", f"Your code raised {kind} where it should return a value."
    return cause, STANDARD[cause]


def _returned_limit(error: BaseException | None, limits: Limits) -> str:
    """Which of the wire's caps an answer met: chosen by the guest's words, never quoted from them."""
    said = str(error)
    if " levels deep" in said:
        return f"{limits.returned_depth} levels of lists, tuples and the like inside each other"
    if " of small objects" in said:
        return f"{limits.returned_objects_kb} KiB of numbers and texts outside of arrays"
    if " arrays in one value" in said:
        return f"{MAX_BLOBS} arrays in one answer"
    if said.startswith("an integer of "):
        return f"{MAX_INT_BYTES >> 10} KiB for one whole number"
    return f"{limits.returned_mb} MiB in one answer"


def missing_hints(source: str, hints: Mapping[str, str]) -> list[str]:
    """Names that a suite's source uses as hints and its HINTS do not explain."""
    used = re.findall(r"\bhint\(\s*[\"']([\w.-]+)[\"']", source)
    return sorted(set(used) - set(hints))
