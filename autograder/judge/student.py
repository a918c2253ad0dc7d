"""The ``student`` fixture: the notebook's names, as a hidden test sees them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from autograder.judge.calls import Call, new_calls
from autograder.judge.conversation import JudgePeer
from autograder.judge.forks import Snapshot
from autograder.judge.handles import Exposed, Handle, KeptValue
from autograder.judge.student_errors import BrokeProtocol, MissingName

ASKED_BY_HYPOTHESIS = (
    "hypothesis_internal_is_this_a_mock_check",
    "execute_example",
    "setup_example",
    "teardown_example",
)
"""Names that hypothesis looks for in a test's first argument, which it takes for the test's class."""


class Function:
    """A name of the notebook that can be called; attributes of it are handles."""

    def __init__(self, student: Student, name: str):
        self._student, self._name = student, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = Call(self._name, args, kwargs)
        self._student._calls.append(call)
        call.answer = self._student._peer.ask("call_name", self._name, list(args), kwargs)
        return call.answer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._student._peer.ask("fetch", self._name), name)

    def __repr__(self) -> str:
        return f"<{self._name} of the notebook>"


class Student:
    """``student.f(x)`` calls the notebook's ``f`` in the sandbox; ``student.X`` is the value of ``X``.

    Arguments cross by value; a Python function as an argument is called back here. Plain data comes
    back; anything else is a :class:`~autograder.judge.handles.Handle`.
    """

    def __init__(self, peer: JudgePeer, snapshot: Snapshot):
        self._peer = peer
        self._snapshot = snapshot
        self._calls = new_calls()
        self._replaced = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ASKED_BY_HYPOTHESIS:
            raise AttributeError(name)
        if name in self._peer.functions:
            return Function(self, name)
        answer = self._peer.ask("lookup", name)
        if answer == ["missing"]:
            raise MissingName(name)
        if answer == ["function"]:
            if not self._replaced:  # else the name may be the judge's, for this test only
                self._peer.functions.add(name)
            return Function(self, name)
        if type(answer) is list and len(answer) == 2 and answer[0] == "value":
            return answer[1]
        self._peer.spoiled = "protocol"
        raise BrokeProtocol("a look-up was answered by something else")

    def put(self, value: Any) -> KeptValue:
        """Keep a value inside; pass the result like an ordinary argument; ``.get()`` fetches it back."""
        return KeptValue(self._handle("keep", value), value)

    def replace(self, name: str, function: Callable) -> None:
        """Bind a name of the notebook to a function of the judge, for this test (follow-through marking)."""
        self._replaced = True
        self._peer.ask("bind", name, function)

    def expose(self, target: object, *methods: str) -> Exposed:
        """An object of the judge to pass in, of which only the named methods can be called."""
        return Exposed(target, methods)

    def probe(self, function: Callable, *args: Any, **kwargs: Any) -> Any:
        """Run a function marked ``@probe`` inside, with the notebook's namespace as first argument."""
        return self._peer.ask("probe", function.probe_source, function.__name__, list(args), kwargs)

    @contextlib.contextmanager
    def warnings_are_errors(self, *categories: str) -> Iterator[None]:
        """While inside, warnings of the named builtin categories (default RuntimeWarning) are errors."""
        self._peer.ask("strict_warnings", list(categories or ("RuntimeWarning",)))
        yield
        self._peer.ask("strict_warnings", [])

    @contextlib.contextmanager
    def errstate(self, **settings: str) -> Iterator[None]:
        """While inside, ``np.errstate(**settings)`` holds around each call."""
        self._peer.ask("errstate", settings)
        yield
        self._peer.ask("errstate", {})

    def cpu_seconds(self, name: str, *args: Any) -> tuple[Any, float]:
        """Call ``name(*args)`` once; its value and the processor time of the call, in seconds.

        Measured by the kernel's accounting of the sandbox, never by a clock that the student's
        code could change; receiving the arguments counts, sending the value does not. One call alone:
        a second one with the same arguments could be answered out of a cache.
        """
        function = getattr(self, name)
        before = self._snapshot.status().cpu_seconds
        kept = [self.put(arg) for arg in args]
        result = self._handle("keep_result", function._name, kept)
        seconds = self._snapshot.status().cpu_seconds - before
        return KeptValue(result).get(), seconds

    def _restore(self) -> None:
        """After the test: the notebook's own functions are back."""
        if self._replaced:
            self._peer.ask("restore")

    def _handle(self, operation: str, *arguments: Any) -> Handle:
        handle = self._peer.ask(operation, *arguments)
        if type(handle) is not Handle:
            self._peer.spoiled = "protocol"
            raise BrokeProtocol("a kept value was answered by something else")
        return handle
