"""What a student's code can do wrong, as exceptions that a hidden test may expect or let pass.

::

    StudentError             the student's code raised; also derives from the builtin of the same name
    ├── MissingName              the notebook defines no such name
    ├── WrongKind                an object came back where plain data was expected
    ├── OutOfTime                no answer within the test's time limit
    ├── OutOfMemory              a MemoryError
    ├── OutOfProcesses           a BlockingIOError: fork() was refused
    ├── ReturnedTooMuch          the value is larger than may be returned
    └── ProcessGone              the process ended, or stopped speaking the protocol

``cause`` is what a TestResult carries.
"""

from __future__ import annotations

import builtins
from typing import Any

from autograder.protocol import ProtocolError


class StudentError(Exception):
    """An exception that the student's code raised.

    Attributes
    ----------
    kind : str
        Name of the nearest builtin exception, never a name that the student chose.
    text : str
        Type and message as the student wrote them: for staff alone, it may hold hidden inputs.
    frames : list of [cell, line, function]
        Where in the notebook, outermost first.
    """

    cause = "exception"
    kind = "Exception"
    text = ""
    frames: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return self.text or super().__str__()


class MissingName(StudentError):
    cause = "missing-name"

    def __init__(self, name: str):
        super().__init__(f"the notebook defines no {name!r}")
        self.name = name


class WrongKind(StudentError):
    cause = "wrong-kind"


class OutOfTime(StudentError):
    cause = "time-limit"

    def __init__(self, seconds: float):
        super().__init__(f"no answer within {seconds:g} s")
        self.seconds = seconds  # the limit, never the time that was left: the student's code decides that


class OutOfMemory(StudentError, MemoryError):
    cause = "memory-limit"
    kind = "MemoryError"


class OutOfProcesses(StudentError, BlockingIOError):
    cause = "process-limit"
    kind = "BlockingIOError"


class ReturnedTooMuch(StudentError):
    cause = "returned-limit"


class ProcessGone(StudentError):
    cause = "process-ended"


_derived: dict[type, type] = {}


def from_description(body: Any) -> StudentError:
    """Build the exception from what the sandbox said about it.

    Raises
    ------
    ProtocolError
        If the description is not [[names of the type and its bases], text, frames].
    """
    if type(body) is not list or len(body) != 3:
        raise ProtocolError("an error is malformed")
    names, text, frames = body
    if type(names) is not list or not all(type(n) is str for n in names) or type(text) is not str:
        raise ProtocolError("an error is malformed")
    if names[:1] == ["ReturnedTooMuch"]:
        return ReturnedTooMuch(text)
    error = _blank(_builtin_base(names))
    error.kind = next((n for n in names if _is_builtin_exception(n)), "Exception")
    error.text = f"{names[0] if names else 'Exception'}: {text}"[:3000]
    error.frames = tuple(tuple(frame) for frame in frames if _is_frame(frame)) if type(frames) is list else ()
    return error


def _is_builtin_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _builtin_base(names: list[str]) -> type:
    """Nearest builtin that a test may expect with ``pytest.raises``.

    Not AssertionError or StopIteration: the student's would pass for the test's own; and nothing
    outside Exception: a SystemExit of the student's must not end the judge.
    """
    for name in names:
        if not _is_builtin_exception(name):
            continue
        found = getattr(builtins, name)
        if issubclass(found, (AssertionError, StopIteration, StopAsyncIteration)) or not issubclass(found, Exception):
            return Exception
        return found
    return Exception


def _blank(base: type) -> StudentError:
    if issubclass(base, MemoryError):
        return OutOfMemory("MemoryError")
    if issubclass(base, BlockingIOError):
        return OutOfProcesses("BlockingIOError")
    if base is Exception:
        return StudentError()
    if base not in _derived:
        _derived[base] = type(f"Student{base.__name__}", (StudentError, base), {})
    try:
        # __new__ alone: UnicodeDecodeError and its like would ask for arguments that nobody has
        return _derived[base].__new__(_derived[base])
    except TypeError:  # ExceptionGroup wants them even so
        return StudentError()


def _is_frame(frame: Any) -> bool:
    return (
        type(frame) is list
        and len(frame) == 3
        and type(frame[1]) is int
        and all(type(part) is str for part in (frame[0], frame[2]))
    )
