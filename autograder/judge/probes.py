"""Probes: pieces of test code that run beside the student's code.

A probe's source is sent into the sandbox, where the student could read it and could lie about its
answer: it holds no expected value, and what it returns is only data for the judge to check.
"""

from __future__ import annotations

import builtins
import dis
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator


def probe(function: Callable) -> Callable:
    """Declare a function of a suite as a probe.

    Raises
    ------
    TypeError
        If it uses a name from outside itself: that name would not exist in the sandbox.
    """
    outside = set(function.__code__.co_freevars)
    outside |= {name for name in _globals_of(function.__code__) if not hasattr(builtins, name)}
    if outside:
        raise TypeError(
            f"the probe {function.__name__} uses {', '.join(sorted(outside))} from outside; "
            "import or define them inside it, or pass them as arguments"
        )
    source = textwrap.dedent(inspect.getsource(function))
    function.probe_source = source[source.index("def ") :]
    return function


def _globals_of(code: types.CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _globals_of(constant)
