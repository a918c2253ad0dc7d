"""The judge's end of the wire: asks one fork of the notebook, and serves its callbacks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgpack
from _pytest.outcomes import OutcomeException

from autograder.judge.handles import Exposed, Handle, KeptValue
from autograder.judge.student_errors import (
    BrokeProtocol,
    OutOfTime,
    ProcessGone,
    StudentError,
    TooManyCallbacks,
    from_description,
)
from autograder.protocol import DeadlinePassed, PeerGone, ProtocolError, TooLarge
from autograder.protocol.frames import FrameChannel
from autograder.protocol.peer import Peer
from autograder.protocol.structs import Record
from autograder.protocol.values import KEPT, MINE, YOURS, deeper_than
from autograder.records import Limits

WRAPPING = 2
"""Levels of lists that a message may put around a value."""


class JudgePeer(Peer):
    """Asks a fork; ``spoiled`` names why it can serve no further test, "" while it can.

    Attributes
    ----------
    limit : float
        Seconds for one outermost call, callbacks included.
    end : float
        ``time.monotonic()`` after which no call of this test goes on, whatever its limit.
    question_limit : float
        Seconds of the whole question, for the message when ``end`` comes first.
    functions : set of str
        Names that the notebook was found to bind to something that can be called: not asked again.
    """

    def __init__(self, channel: FrameChannel):
        super().__init__(channel, "j")
        self.limit = 5.0
        self.end = float("inf")
        self.question_limit = float("inf")
        self.max_callbacks = Limits().callbacks
        self.spoiled = ""
        self.functions: set[str] = set()
        self._depth_of_calls = 0
        self._callbacks_served = 0
        self._failure: BaseException | None = None
        self._exposed: dict[int, Exposed] = {}

    def start_test(self, limit: float, max_callbacks: int, seed: int, fresh: bool, first: bool = False) -> bool:
        """Make the fork ready for a test: fresh budgets, known global random states.

        Parameters
        ----------
        limit : float
            Seconds of a call.
        fresh : bool
            The fork has served no test yet, so that there is nothing to compare.
        first : bool
            The test is the first of its question in this fork.

        Returns
        -------
        bool
            Whether the notebook is as it was when it was finished. The student's process says so: a lie
            changes only which of its own tests share a fork.
        """
        self.limit, self.max_callbacks, self._callbacks_served = limit, max_callbacks, 0
        return self.ask("seed", seed, fresh, first) is False

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Ask the student's process.

        Raises
        ------
        StudentError
            The student's own exception, or OutOfTime, ProcessGone ...
        BaseException
            An assertion that failed inside a callback, whatever the student's code made of it.
        """
        outermost = self._depth_of_calls == 0
        if outermost:
            self.channel.deadline = min(time.monotonic() + self.limit, self.end)
        self._depth_of_calls += 1
        try:
            return self.request(operation, *arguments)
        except DeadlinePassed:
            self.spoiled = "time-limit"
            raise OutOfTime(self.limit if time.monotonic() < self.end else self.question_limit) from None
        except PeerGone:
            self.spoiled = "process-ended"
            raise ProcessGone("the process that ran your code ended") from None
        except ProtocolError as error:
            self.spoiled = "protocol"
            raise BrokeProtocol(f"the process that ran your code stopped speaking the protocol: {error}") from None
        finally:
            self._depth_of_calls -= 1
            if outermost:
                self.channel.deadline = None
                failure, self._failure = self._failure, None
                if failure is not None:
                    raise failure

    # ---- coding ---------------------------------------------------------------------------

    def _receive(self) -> tuple[int, Any]:
        kind, body = super()._receive()
        if deeper_than(body, self.max_depth + WRAPPING):  # the guest says so more kindly, if nobody changed it
            raise ProtocolError(f"what came is nested more than {self.max_depth} levels deep")
        return kind, body

    def _reference_hook(self, value: Any) -> msgpack.ExtType | None:
        if type(value) is Handle:
            return self._nested(YOURS, value._number)
        if type(value) is KeptValue:
            return self._nested(KEPT, value._handle._number)
        if type(value) is Exposed:
            self._exposed[id(value.target)] = value
            return None
        wrapper = self._exposed.get(id(value))
        if wrapper is not None:  # a spy that returns itself
            return self._nested(MINE, [self._keep(wrapper), *self._describe_hook(wrapper)])
        return None

    def _describe_hook(self, value: Any) -> list:
        if type(value) is Exposed:
            return [type(value.target).__name__, sorted(value.methods)]
        if callable(value):
            return [getattr(value, "__name__", type(value).__name__), True]
        raise TypeError(
            f"a {type(value).__name__} cannot be passed to the student's code; pass plain data or a function"
        )

    def _theirs_hook(self, *body: Any) -> Any:
        number, type_name, _callable = body
        if type(number) is not int or type(type_name) is not str:
            raise ProtocolError("a reference is malformed")
        return Handle(self, number, type_name)

    def _record_hook(self, type_name: str, names: tuple[str, ...], values: tuple[Any, ...], origin: Any) -> Any:
        if origin is not None and type(origin) is not int:
            raise ProtocolError("a record is malformed")
        return Record(type_name, names, values, Handle(self, origin, type_name) if origin is not None else None)

    # ---- callbacks ------------------------------------------------------------------------

    def _serve(self, operation: str, arguments: list) -> Any:
        self._callbacks_served += 1
        if self._callbacks_served > self.max_callbacks:
            raise TooManyCallbacks(self.max_callbacks)
        function, args, kwargs = self._target(operation, arguments)
        if type(args) is not list or type(kwargs) is not dict:
            raise ProtocolError("a callback's arguments are malformed")
        return function(*args, **kwargs)

    def _target(self, operation: str, arguments: list) -> tuple[Callable, Any, Any]:
        if operation == "call" and len(arguments) == 3:
            function, args, kwargs = arguments
            if callable(function) and not isinstance(function, (Handle, Exposed)):
                return function, args, kwargs
        if operation == "method" and len(arguments) == 4:
            exposed, name, args, kwargs = arguments
            if type(exposed) is Exposed and name in exposed.methods:
                return getattr(exposed.target, name), args, kwargs
        raise ProtocolError(f"a request {operation!r} that the judge does not serve")

    def _describe_error(self, error: BaseException) -> Any:
        """What the student's code sees of an error in a callback: its type alone.

        A message of the judge's may hold what is hidden.
        """
        # also what a student's object provokes in the test's own code (WrongKind ...), and the end of its time
        if isinstance(error, (AssertionError, OutcomeException, StudentError)) and self._failure is None:
            self._failure = error
        if isinstance(error, TooLarge):
            return [["ValueError"], "the value is too large to be passed"]
        return [[kind.__name__ for kind in type(error).__mro__], "raised by the function that was passed in"]

    def _remote_error(self, body: Any) -> StudentError:
        return from_description(body)
