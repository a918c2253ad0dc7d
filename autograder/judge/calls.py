"""The last calls of a test into the student's code, for staff: what went in, what came out.

Kept by reference while a test runs and described only when it fails. Describing asks the sandbox nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.judge.handles import Exposed, Handle, KeptValue
from autograder.protocol.structs import Record

LAST = 2
"""Calls of a test that are kept."""

MAX_TEXT = 4000
_MAX_VALUE = 1200
_NOTHING = object()


@dataclass
class Call:
    """One call of a function of the notebook; ``answer`` is unset where it raised."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    answer: Any = _NOTHING

    def describe(self) -> str:
        """The call on several lines: name, arguments, answer."""
        lines = [f"{self.name}("]
        lines += [f"    {describe(value)}," for value in self.args]
        lines += [f"    {key}={describe(value)}," for key, value in self.kwargs.items()]
        lines.append(")")
        lines.append("-> no answer" if self.answer is _NOTHING else f"-> {describe(self.answer)}")
        return "\n".join(lines)


def new_calls() -> deque[Call]:
    return deque(maxlen=LAST)


def describe_calls(student: Any) -> str:
    """The last calls of a test as text; "" where it made none.

    Parameters
    ----------
    student : Student or None
        The test's fixture, where it had one.
    """
    calls = getattr(student, "_calls", ())
    text = "\n".join(call.describe() for call in calls)
    return text[-MAX_TEXT:].encode("utf-8", "backslashreplace").decode()


def describe(value: Any, depth: int = 0) -> str:
    """A value with its kind, shape and first entries, whatever it is."""
    if isinstance(value, KeptValue):
        return f"kept inside: {describe(value.sent, depth + 1)}"
    if isinstance(value, (Handle, Exposed)):
        return f"<{type(value).__name__.lower()}>"
    if isinstance(value, np.ndarray):
        shown = np.array2string(value, threshold=40, edgeitems=4, precision=6, separator=", ", max_line_width=110)
        return f"array of {value.dtype}, shape {value.shape}: {_short(shown)}"
    if isinstance(value, np.generic):
        return f"{value.dtype} {value!r}"
    if isinstance(value, Record) and depth < 3:
        parts = ", ".join(f"{k}={describe(v, depth + 1)}" for k, v in value._asdict().items())
        return f"record({_short(parts)})"
    if isinstance(value, (list, tuple)) and depth < 3:
        parts = ", ".join(describe(v, depth + 1) for v in value[:8])
        more = f", ... ({len(value)} in all)" if len(value) > 8 else ""
        return f"{type(value).__name__}({_short(parts)}{more})"
    if isinstance(value, dict) and depth < 3:
        parts = ", ".join(f"{describe(k, 3)}: {describe(v, depth + 1)}" for k, v in list(value.items())[:8])
        return f"dict({_short(parts)})"
    if callable(value):
        return f"<function {getattr(value, '__name__', type(value).__name__)} of the test>"
    try:
        return _short(repr(value))
    except Exception:  # noqa: BLE001 - 10**5000 has no repr, and a test's own object may do anything
        return f"<{type(value).__name__}>"


def _short(text: str) -> str:
    return text if len(text) <= _MAX_VALUE else text[:_MAX_VALUE] + " ..."
