"""Has a test changed what the finished notebook holds? Then the next one needs a fresh fork.

An honest answer may keep state: a counter, a cache, an array that it changes in place. Tests of a question share
a fork, and a test must not fail because of the one before it. So the guest compares a digest of what the
notebook's names reach. It is beside the student's code and can be lied to; but all that a lie changes is
whether the liar's own tests share a fork. What the digest cannot see (state inside a library's C code) is the
author's to avoid.
"""

from __future__ import annotations

import os
import random
import types
from collections import deque
from typing import Any

import numpy as np

MAX_OBJECTS = 20_000
SAMPLE = 4096
"""Elements of a large array that are compared: what changes one in place changes many."""

_LIBRARIES = frozenset("matplotlib mpl_toolkits IPython traitlets sklearn scipy numpy pandas torch PIL".split())
"""Their objects are looked at, and the arrays in them, but not what those lead to: a figure leads to ten thousand."""

_ATOMS = (int, float, complex, str, bytes, bool, type(None), range, slice, type(Ellipsis))
_IPYTHON = frozenset("In Out _ __ ___ _ih _oh _dh _i _ii _iii get_ipython exit quit open".split())
_noted: list[int | None] = [None]


def note(namespace: dict[str, Any]) -> None:
    """Remember how the finished notebook looks; its forks inherit it."""
    _noted[0] = digest(namespace)


def changed(namespace: dict[str, Any]) -> bool:
    """Whether it looks otherwise now, or cannot be told."""
    now = digest(namespace)
    return now is None or now != _noted[0]


def digest(namespace: dict[str, Any]) -> int | None:
    """A number that changes with what the names reach; None where that cannot be told."""
    try:
        return _Walk().over(namespace)
    # a student's object may raise anything when it is looked at
    except Exception:  # noqa: BLE001
        return None


class _Walk:
    """Visits each object once; looks at them by their types' own methods, never by a student's."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._todo: deque[Any] = deque()
        self._found: list[Any] = []

    def over(self, namespace: dict[str, Any]) -> int:
        self._found.append((os.getcwd(), tuple(np.geterr().values())))
        for name, value in dict.items(namespace):
            if name not in _IPYTHON:
                self._found.append(name)
                self._add(value)
        while self._todo and len(self._seen) < MAX_OBJECTS:
            self._look(self._todo.popleft())
        return hash(tuple(self._found))

    def _add(self, value: Any) -> None:
        if type(value) in _ATOMS:
            self._found.append(value if type(value) is not slice else repr(value))
        elif id(value) in self._seen:
            self._found.append(id(value))
        else:
            self._seen.add(id(value))
            self._todo.append(value)

    def _add_all(self, values: Any) -> None:
        for value in values:
            self._add(value)

    def _look(self, value: Any) -> None:
        kind = type(value)
        self._found.append(id(kind))
        if issubclass(kind, dict):
            self._found.append(dict.__len__(value))
            self._add_all(dict.keys(value))
            self._add_all(dict.values(value))
        elif issubclass(kind, (list, tuple, set, frozenset, deque)):
            base = next(b for b in (list, tuple, set, frozenset, deque) if issubclass(kind, b))
            self._found.append(base.__len__(value))
            self._add_all(base.__iter__(value))
        elif issubclass(kind, np.ndarray):
            self._look_at_array(value)
        elif issubclass(kind, np.generic):
            self._found.append(bytes(value))
        elif issubclass(kind, bytearray):
            self._look_at_array(np.frombuffer(value, np.uint8))
        elif kind is np.random.Generator:
            self._found.append(repr(value.bit_generator.state))
        elif kind is np.random.RandomState:
            self._found.append(repr(value.get_state()))
        elif kind is random.Random:
            self._found.append(value.getstate())
        elif kind is types.FunctionType:
            self._found.append(id(value.__code__))
            self._add_all((value.__defaults__, value.__kwdefaults__, value.__dict__, *(value.__closure__ or ())))
        elif kind is types.MethodType:
            self._add_all((value.__func__, value.__self__))
        elif kind is types.CellType:
            try:
                self._add(value.cell_contents)
            except ValueError:  # a cell without a value
                pass
        elif kind is types.GeneratorType and value.gi_frame is not None:
            self._found.append(value.gi_frame.f_lasti)
            self._add(value.gi_frame.f_locals)
        elif issubclass(kind, type):
            if type.__getattribute__(value, "__module__") == "__main__":
                self._add_all(dict(type.__getattribute__(value, "__dict__")).values())
        elif not issubclass(kind, types.ModuleType):
            self._look_at_instance(value)
        if issubclass(kind, (dict, list, tuple, set, deque)) and kind.__flags__ & 0x200:  # made by a class statement
            self._look_at_instance(value)

    def _look_at_array(self, array: np.ndarray) -> None:
        self._found.append((array.shape, array.dtype.str, array.strides))
        plain = np.ndarray.view(array, np.ndarray)
        flat = plain.reshape(-1)[:: max(1, plain.size // SAMPLE)]
        if array.dtype.hasobject:
            self._add_all(flat.tolist())
        else:
            self._found.append(flat.tobytes())

    def _look_at_instance(self, value: Any) -> None:
        """Attributes in the dictionary and in slots; a tensor counts its own changes."""
        for place in type(value).__mro__:
            slots = place.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                descriptor = place.__dict__.get(name)
                if isinstance(descriptor, types.MemberDescriptorType):
                    try:
                        self._add(descriptor.__get__(value))
                    except AttributeError:  # a slot without a value
                        pass
        try:
            attributes = object.__getattribute__(value, "__dict__")
            if type(value).__module__.partition(".")[0] in _LIBRARIES:
                self._add_all(v for v in dict.values(attributes) if type(v) in (*_ATOMS, np.ndarray))
            else:
                self._add(attributes)
        except AttributeError:
            if type(value).__module__.startswith("torch"):
                self._found.append(value._version)
