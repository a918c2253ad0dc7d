"""The student's side of the conversation with a hidden test: does what the judge asks, by name."""

from __future__ import annotations

import builtins
import collections
import operator
import random
import socket
import sys
import traceback
import types
import warnings
from typing import Any

import msgpack
import numpy as np

from autograder.guest import state
from autograder.guest.forbid import Guard
from autograder.protocol import AnswerLimits, TooLarge, tensors
from autograder.protocol.frames import FrameChannel
from autograder.protocol.peer import Peer
from autograder.protocol.structs import Record
from autograder.protocol.values import YOURS, deeper_than

MAX_TYPE_NAME = 200
WRAPPED = ("lookup", "next")
"""Operations whose answer stands in a list."""

_NOTHING = object()
OPERATORS = {
    name: getattr(operator, name)
    for name in ("add sub mul truediv floordiv mod pow matmul neg pos abs and_ or_ xor invert lshift rshift".split())
}


class Callback:
    """A function of the judge: calling it asks the judge."""

    def __init__(self, peer: GuestPeer, number: int, name: str):
        self._peer, self._number, self.__name__ = peer, number, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._peer.request("call", self, list(args), kwargs)

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


class JudgeObject:
    """An object of the judge, of which only some methods can be called."""

    def __init__(self, peer: GuestPeer, number: int, name: str, methods: list[str]):
        self.__dict__.update(_peer=peer, _number=number, _name=name, _methods=frozenset(methods))

    def __getattr__(self, name: str) -> Any:
        if name not in self._methods:
            raise AttributeError(f"{self._name!r} object has no attribute {name!r}")
        return lambda *args, **kwargs: self._peer.request("method", self, name, list(args), kwargs)


class Kept:
    """A value that a test keeps inside, so that it can see what was done to it."""

    def __init__(self, value: Any):
        self.value = value


class GuestPeer(Peer):
    """Serves one fork of the finished notebook.

    Parameters
    ----------
    channel : FrameChannel
    namespace : dict
        The notebook's global names.
    """

    def __init__(self, channel: FrameChannel, namespace: dict[str, Any]):
        super().__init__(channel, "g")
        self.namespace = namespace
        self._strict_warnings: list[str] | None = None
        self._errstate: dict[str, str] = {}
        self._replaced: dict[str, Any] = {}
        self._guard = Guard(namespace)

    def serve_forever(self) -> None:
        try:
            while True:
                self.answer_one()
        finally:
            self._guard.lift()  # where the notebook cannot be forked, the next question is served in this process

    # ---- coding ---------------------------------------------------------------------------

    def _reference_hook(self, value: Any) -> msgpack.ExtType | None:
        if type(value) in (Callback, JudgeObject):
            return self._nested(YOURS, value._number)
        return None

    def _describe_hook(self, value: Any) -> list:
        return [type(value).__name__[:MAX_TYPE_NAME], callable(value)]

    def _theirs_hook(self, *body: Any) -> Any:
        number, name, methods = body
        return Callback(self, number, name) if methods is True else JudgeObject(self, number, name, methods)

    def _kept_hook(self, number: Any) -> Any:
        return self._ours_hook(number).value

    def _record_hook(self, type_name: str, names: tuple[str, ...], values: tuple[Any, ...], origin: Any) -> Any:
        """A record of the judge becomes the notebook's own type of that name, if it has the same fields."""
        own = self.namespace.get(type_name)
        fields = getattr(own, "_fields", None) or tuple(getattr(own, "__dataclass_fields__", ()))
        if isinstance(own, type) and fields == names:
            return own(*values)
        return collections.namedtuple(type_name, names)(*values)

    # ---- errors ---------------------------------------------------------------------------

    def _remote_error(self, body: Any) -> BaseException:
        """The judge's exception, as the builtin of the same name: a callback may raise ValueError on purpose."""
        names, text = body
        for name in names:
            kind = getattr(builtins, name, None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                try:
                    return kind(text)
                except TypeError:  # UnicodeDecodeError and its like want more arguments
                    break
        return RuntimeError(text)

    def _describe_error(self, error: BaseException) -> Any:
        if isinstance(error, TooLarge):
            return [["ReturnedTooMuch"], str(error), []]
        frames = [
            [frame.filename[len("<cell ") : -1], frame.lineno or 0, frame.name]
            for frame in traceback.extract_tb(error.__traceback__)[-40:]
            if frame.filename.startswith("<cell ")
        ]
        return [[kind.__name__ for kind in type(error).__mro__][:20], _safe_text(error), frames]

    # ---- what the judge may ask -----------------------------------------------------------

    def _serve(self, operation: str, arguments: list) -> Any:
        value = self._act(operation, arguments)
        if deeper_than(value, self.max_depth + (operation in WRAPPED)):
            raise TooLarge(f"a value is nested more than {self.max_depth} levels deep")
        return value

    def _act(self, operation: str, arguments: list) -> Any:
        action = getattr(self, f"do_{operation}")
        if not self._strict_warnings and not self._errstate:
            return action(*arguments)
        with np.errstate(**self._errstate), warnings.catch_warnings():
            for category in self._strict_warnings or ():
                warnings.simplefilter("error", getattr(builtins, category))
            return action(*arguments)

    def do_lookup(self, name: str) -> list:
        """["missing"], ["function"] for what can be called, or ["value", value]."""
        if name not in self.namespace:
            return ["missing"]
        value = self.namespace[name]
        return ["function"] if callable(value) else ["value", value]

    def do_call_name(self, name: str, args: list, kwargs: dict) -> Any:
        return self.namespace[name](*args, **kwargs)

    def do_fetch(self, name: str) -> Any:
        return self.namespace[name]

    def do_call(self, target: Any, args: list, kwargs: dict) -> Any:
        return target(*args, **kwargs)

    def do_method(self, target: Any, name: str, args: list, kwargs: dict) -> Any:
        return getattr(target, name)(*args, **kwargs)

    def do_get_attribute(self, target: Any, name: str) -> Any:
        return getattr(target, name)

    def do_set_attribute(self, target: Any, name: str, value: Any) -> None:
        setattr(target, name, value)

    def do_get_item(self, target: Any, index: Any) -> Any:
        return target[index]

    def do_set_item(self, target: Any, index: Any, value: Any) -> None:
        target[index] = value

    def do_length(self, target: Any) -> int:
        return len(target)

    def do_iterate(self, target: Any) -> Kept:
        return Kept(iter(target))

    def do_next(self, iterator: Kept) -> list:
        """[item], or [] at the end: one item a round trip, nothing is read ahead."""
        for item in iterator.value:
            return [item]
        return []

    def do_operator(self, name: str, operands: list) -> Any:
        return OPERATORS[name](*operands)

    def do_keep(self, value: Any) -> Kept:
        return Kept(value)

    def do_keep_result(self, name: str, args: list) -> Kept:
        """Call and keep the value: it is measured without the cost of sending it."""
        return Kept(self.namespace[name](*args))

    def do_kept_value(self, kept: Kept) -> Any:
        return kept.value

    def do_bind(self, name: str, value: Any) -> None:
        self._replaced.setdefault(name, self.namespace.get(name, _NOTHING))
        self.namespace[name] = value

    def do_restore(self) -> None:
        """Undo every do_bind."""
        for name, value in self._replaced.items():
            if value is _NOTHING:
                self.namespace.pop(name, None)
            else:
                self.namespace[name] = value
        self._replaced.clear()

    def do_seed(self, seed: int, fresh: bool, first: bool) -> bool:
        """Start a test from known global random states; whether tests before it have changed the notebook.

        ``first`` says that they were of another question.
        """
        random.seed(seed)
        np.random.seed(seed & 0xFFFFFFFF)
        if tensors.known():
            sys.modules["torch"].manual_seed(seed)
        return not fresh and state.changed(for_another_question=first)

    def do_speak_tensors(self) -> None:
        """The suite knows torch: tensors cross as values from now on, and are no longer handles."""
        self.tensors = tensors.known()

    def do_forbid(self, imports: list[str], calls: list[str], question: str) -> None:
        """Hold the rules of a question until the channel closes."""
        self._guard.hold(imports, calls, question)
        state.accept()  # the guard stands in the notebook where a forbidden module stood

    def do_strict_warnings(self, categories: list[str]) -> None:
        self._strict_warnings = categories

    def do_errstate(self, settings: dict[str, str]) -> None:
        self._errstate = settings

    def do_probe(self, source: str, name: str, args: list, kwargs: dict) -> Any:
        scope: dict[str, Any] = {"__name__": "probe"}
        exec(compile(source, "<probe>", "exec"), scope)
        return scope[name](types.SimpleNamespace(**_identifiers(self.namespace)), *args, **kwargs)


def serve_tests(sock: socket.socket, namespace: dict[str, Any], answers: AnswerLimits) -> None:
    """Serve the judge at the other end of ``sock`` until it is gone.

    Raises
    ------
    PeerGone
    """
    peer = GuestPeer(FrameChannel(sock, answers.array_bytes, answers.object_bytes), namespace)
    peer.max_depth = answers.depth
    peer.serve_forever()


def _identifiers(namespace: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in namespace.items() if isinstance(name, str)}


def _safe_text(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    # str() of a student's exception may raise anything at all
    except BaseException:  # noqa: BLE001
        return "<its message cannot be shown>"


def warm_up() -> None:
    """Touch the lazy parts of what every test uses."""
    random.seed(0)
    np.random.seed(0)
    np.random.default_rng(0).normal(size=3)
    np.linalg.norm(np.ones(3))
    np.ones((2, 2)) @ np.ones((2, 2))
    if sys.flags.no_site:  # pragma: no cover - the supervisor runs with site packages
        raise RuntimeError("the grading environment was started without its site-packages")
    Record("Warm", ("x",), (1,))
