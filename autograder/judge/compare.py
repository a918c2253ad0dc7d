"""Comparison of results: what differs is explained, type and shape first."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.judge.handles import Handle
from autograder.judge.student_errors import WrongKind
from autograder.protocol.structs import Record

_DTYPES = ("bool", "int64", "int32", "uint8", "float64", "float32", "complex128", "object")


class Difference(AssertionError):
    """Two results differ.

    ``for_student`` says how: without any expected number, and without anything that the student's code
    could choose freely (it would be a way to read the hidden input out of the feedback).
    """

    def __init__(self, for_student: str, for_staff: str):
        super().__init__(f"{for_student} ({for_staff})")
        self.for_student = for_student


def close(actual: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    """Fail unless ``actual`` agrees with ``expected``, in kind, shape and value.

    Numbers agree where ``|a - e| <= atol + rtol |e|``; NaN agrees with NaN. Lists, tuples, dicts
    and records are compared part by part. Python and NumPy floats are one kind.

    Parameters
    ----------
    actual : what the student's code returned
    expected : what the oracle says
    rtol, atol : float

    Raises
    ------
    Difference
        An AssertionError.
    """
    _compare(actual, expected, rtol, atol, "the result")


def _compare(actual: Any, expected: Any, rtol: float, atol: float, where: str) -> None:
    if isinstance(actual, Handle):
        raise WrongKind(f"{where} is a {actual._type_name} object where plain data was expected")
    if isinstance(expected, (Record, tuple, list)):
        _compare_parts(actual, expected, rtol, atol, where)
    elif isinstance(expected, dict):
        if not isinstance(actual, dict) or set(actual) != set(expected):
            raise Difference(f"{where} should be a dict with other keys", f"expected {sorted(map(repr, expected))}")
        for key, e in expected.items():
            _compare(actual[key], e, rtol, atol, f"an entry of {where}")
    elif isinstance(expected, (np.ndarray, np.generic, int, float, complex)):
        _compare_numbers(actual, expected, rtol, atol, where)
    elif not isinstance(actual, type(expected)) or actual != expected:  # a NumPy text is a text
        raise Difference(f"{where} differs", f"got {_short(actual)}, expected {_short(expected)}")


def _compare_parts(actual: Any, expected: Any, rtol: float, atol: float, where: str) -> None:
    if not isinstance(actual, (Record, tuple, list)):
        raise Difference(f"{where} should have {len(expected)} parts; yours is {_kind(actual)}", _short(actual))
    if len(actual) != len(expected):
        raise Difference(f"{where} should have {len(expected)} parts", f"got {len(actual)}")
    for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
        _compare(a, e, rtol, atol, f"part {i} of {where}")


def _compare_numbers(actual: Any, expected: Any, rtol: float, atol: float, where: str) -> None:
    if not isinstance(actual, (np.ndarray, np.generic, int, float, complex)):
        raise Difference(f"{where} is {_kind(actual)}; a number or an array was expected", _short(actual))
    a, e = np.asarray(actual), np.asarray(expected)
    if a.shape != e.shape:
        # sides that occur in the right shape explain the usual slips; any other number is the student's choice
        got = f"shape {a.shape}" if set(a.shape) <= {0, 1, *e.shape} and a.ndim <= e.ndim + 1 else "another shape"
        raise Difference(f"{where} has {got}; expected shape {e.shape}", f"got shape {a.shape}")
    if a.dtype.kind not in "biufc":
        got = a.dtype.name if a.dtype.name in _DTYPES else "another dtype"
        raise Difference(f"{where} has {got}; numbers were expected", f"got {a.dtype}")
    wrong = ~np.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0]) if a.ndim else ()
        values = (
            "the value differs" if wrong.size == 1 else "every value differs" if wrong.all() else "some values differ"
        )
        detail = f"{int(wrong.sum())} of {wrong.size}; first at {first}: got {a[first]!r}, expected {e[first]!r}"
        raise Difference(f"{where}: {values}", detail)


def _kind(value: Any) -> str:
    if isinstance(value, Record):
        return "a record"
    return "None" if value is None else f"a {type(value).__name__}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + " ..."
