"""What a student's code can do wrong, as exceptions that a hidden test may expect or let pass.

::

    StudentError             the student's code raised; also derives from the builtin of the same name
    ├── MissingName              the notebook defines no such name
    ├── WrongKind                an object came back where plain data was expected
    ├── OutOfTime                no answer within the test's time limit
    ├── OutOfProcessorTime       the whole submission used up its own
    ├── OutOfMemory              a MemoryError
    ├── OutOfProcesses           a BlockingIOError: fork() was refused, or a thread
    ├── OutOfFiles               no descriptor is left
    ├── OutOfDisk                no space is left, or a file is too large
    ├── TooManyCallbacks         it called what it was given more often than a test serves
    ├── ReturnedTooMuch          the value is larger than may be returned
    └── ProcessGone              the process ended
        └── BrokeProtocol            it says what the protocol does not allow

``cause`` is what a TestResult carries.
"""

from __future__ import annotations

import builtins
import errno
import re
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


class OutOfProcessorTime(StudentError):
    cause = "cpu-limit"


class OutOfMemory(StudentError, MemoryError):
    cause = "memory-limit"
    kind = "MemoryError"


class OutOfSharedMemory(StudentError, OSError):
    """More was asked for in one mapping than there is, or memory to share outside of /dev/shm."""

    cause = "memory-limit"
    kind = "OSError"


class OutOfProcesses(StudentError, BlockingIOError):
    cause = "process-limit"
    kind = "BlockingIOError"


class OutOfFiles(StudentError, OSError):
    cause = "descriptor-limit"
    kind = "OSError"


class OutOfDisk(StudentError, OSError):
    cause = "disk-limit"
    kind = "OSError"


class TooManyCallbacks(StudentError, RecursionError):
    cause = "message-limit"
    kind = "RecursionError"

    def __init__(self, limit: int):
        super().__init__(f"more than {limit} callbacks in one test")
        self.limit = limit


class ReturnedTooMuch(StudentError):
    cause = "returned-limit"


class ProcessGone(StudentError):
    cause = "process-ended"


class BrokeProtocol(ProcessGone):
    cause = "protocol"


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
    error = _blank(_builtin_base(names), text)
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


NO_THREAD = "can't start new thread"
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_LIMIT_OF_ERRNO = {
    errno.ENOMEM: OutOfSharedMemory,
    errno.EMFILE: OutOfFiles,
    errno.ENOSPC: OutOfDisk,
    errno.EFBIG: OutOfDisk,
    errno.EDQUOT: OutOfDisk,
}


def limit_of(base: type, text: str) -> type[StudentError] | None:
    """The limit that an exception of the student's code stands for, if it is one.

    A student may raise the same by hand: that only chooses which sentence is shown.
    """
    if issubclass(base, MemoryError):
        return OutOfMemory
    if issubclass(base, BlockingIOError) or (issubclass(base, RuntimeError) and text.startswith(NO_THREAD)):
        return OutOfProcesses
    number = _ERRNO.match(text) if issubclass(base, OSError) else None
    return _LIMIT_OF_ERRNO.get(int(number[1][:4])) if number else None


def _blank(base: type, text: str) -> StudentError:
    limit = limit_of(base, text)
    if limit is not None:
        return limit(base.__name__)
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
