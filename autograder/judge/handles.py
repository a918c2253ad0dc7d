"""Stand-ins, in the judge, for objects that stay in the sandbox (and the other way round)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.judge.student_errors import WrongKind

MAX_ITEMS = 1_000_000
"""Most items that iterating over a student's object gives."""


class Exposed:
    """An object of the judge, of which the student's code can call the named methods only."""

    def __init__(self, target: object, methods: tuple[str, ...]):
        self.target, self.methods = target, frozenset(methods)


class KeptValue:
    """A value that stays in the sandbox and is passed to the student's code like an ordinary argument.

    ``sent`` is what the test put inside, for reports.
    """

    def __init__(self, handle: Handle, sent: Any = None):
        self._handle = handle
        self.sent = sent

    def get(self) -> Any:
        """The value as it is now."""
        return self._handle._ask("kept_value", self._handle)


class Handle:
    """An object that is not plain data: attributes, calls, items and arithmetic on it are remote.

    Comparing it, asking for its truth or converting it raises WrongKind: it would be the student's
    object that answers.
    """

    __slots__ = ("__weakref__", "_number", "_peer", "_type_name")
    __array_ufunc__ = None
    __hash__ = object.__hash__

    def __init__(self, peer: Any, number: int, type_name: str):
        for name, value in (("_peer", peer), ("_number", number), ("_type_name", type_name)):
            object.__setattr__(self, name, value)

    def _ask(self, operation: str, *arguments: Any) -> Any:
        return self._peer.ask(operation, *arguments)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_pytest")):
            raise AttributeError(name)
        return self._ask("get_attribute", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask("set_attribute", self, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("call", self, list(args), kwargs)

    def __getitem__(self, index: Any) -> Any:
        return self._ask("get_item", self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._ask("set_item", self, index, value)

    def __len__(self) -> int:
        length = self._ask("length", self)
        if type(length) is not int or length < 0:
            raise WrongKind("len() of a returned object is no whole number")
        return length

    def __iter__(self) -> Iterator[Any]:
        iterator = self._ask("iterate", self)
        for _ in range(MAX_ITEMS):
            item = self._ask("next", iterator)
            if not item:
                return
            yield item[0]
        raise WrongKind(f"a {self._type_name} object gave more than {MAX_ITEMS} items")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Handle):
            return self._number == other._number
        raise WrongKind(f"a {self._type_name} object was returned where plain data was expected")

    def __bool__(self) -> bool:
        raise WrongKind(f"a {self._type_name} object was returned where plain data was expected")

    def __float__(self) -> float:
        raise WrongKind(f"a {self._type_name} object was returned where a number was expected")

    __int__ = __index__ = __complex__ = __float__

    def __lt__(self, other: object) -> bool:
        raise WrongKind(f"a {self._type_name} object was returned where a number was expected")

    __le__ = __gt__ = __ge__ = __lt__

    def __array__(self, *_args: Any, **_kwargs: Any) -> Any:
        raise WrongKind(f"a {self._type_name} object was returned where an array was expected")

    def __repr__(self) -> str:
        return f"<{self._type_name} in the sandbox>"

    def __del__(self) -> None:
        self._peer.drop(self._number)


def _add_operators() -> None:
    for name in "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split():
        remote = name + "_" if name in ("and", "or") else name
        setattr(Handle, f"__{name}__", lambda self, other, op=remote: self._ask("operator", op, [self, other]))
        setattr(Handle, f"__r{name}__", lambda self, other, op=remote: self._ask("operator", op, [other, self]))
    for name in ("neg", "pos", "abs", "invert"):
        setattr(Handle, f"__{name}__", lambda self, op=name: self._ask("operator", op, [self]))


_add_operators()
