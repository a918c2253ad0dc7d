"""Has a test changed what the finished notebook holds? Then the next one needs a fresh fork.

An honest answer may keep state: a counter, a cache, an array that it changes in place. Tests share a fork, and a
test must not fail because of the one before it. So the guest notes what the notebook's names reach, object by
object, and some settings of the process, and compares before each test. It is beside the student's code and can be
lied to; but all that a lie changes is whether the liar's own tests share a fork. What a comparison cannot see (other
state inside a library's C code) is the author's to avoid within a question. Questions share a fork only where the
names reach nothing but kinds of objects of which everything is compared: each must be worth the same alone.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import os
import random
import re
import sys
import sysconfig
import types
import typing
import warnings
from collections import deque, namedtuple
from collections.abc import Callable
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from autograder.guest import otter_stub

MAX_OBJECTS = 5_000
"""To compare more takes longer than a fork: then every test gets its own."""

WHOLE = 1 << 17
"""Elements up to which all of an array are compared."""

SAMPLE = 4096
"""Elements of a larger one that are compared: what changes one in place changes many."""

_LIBRARIES = frozenset("matplotlib mpl_toolkits IPython traitlets sklearn scipy numpy pandas torch PIL".split())
"""Their objects are looked at, and the arrays in them, but not what those lead to: a figure leads to ten thousand."""

_ATOMS = frozenset((int, float, complex, str, bytes, bool, type(None), range, slice, type(Ellipsis)))
_IPYTHON = frozenset("In Out _ __ ___ _ih _oh _dh _i _ii _iii get_ipython exit quit open".split())
_CLASS_STATEMENT = 1 << 9
"""Flag of a type that a class statement made (Py_TPFLAGS_HEAPTYPE): its objects may have attributes."""

Parts = tuple[Any, ...]
Look = Callable[[Any], Parts]
"""Gives what an object consists of and leads to. One of these parts is another when the object has changed."""


class Noted(NamedTuple):
    """How the finished notebook looked."""

    looks: tuple[tuple[Look, Any, Parts], ...]
    complete: bool
    """Whether all that the notebook's names reach is compared fully."""


_noted: list[Noted | None] = [None]


def note(namespace: dict[str, Any]) -> None:
    """Remember how the finished notebook looks; its forks inherit it."""
    try:
        _noted[0] = _walk(namespace)
    # a student's object may raise anything when it is looked at
    except Exception:  # noqa: BLE001
        _noted[0] = None


def accept() -> None:
    """What differs now is the grader's own doing."""
    noted = _noted[0]
    if noted is not None:
        try:
            _noted[0] = noted._replace(looks=tuple((look, value, look(value)) for look, value, _ in noted.looks))
        except Exception:  # noqa: BLE001 - as above
            _noted[0] = None


def changed(for_another_question: bool = False) -> bool:
    """Whether it looks otherwise now, or cannot be told; for another question nothing may be left to chance."""
    noted = _noted[0]
    if noted is None or (for_another_question and not noted.complete):
        return True
    try:
        return not all(_same(look(value), parts) for look, value, parts in noted.looks)
    except Exception:  # noqa: BLE001 - as above
        return True


def _same(now: Parts, before: Parts) -> bool:
    """The very same objects, or else numbers and texts that are equal."""
    if len(now) != len(before):
        return False
    if all(map(is_, now, before)):
        return True
    for a, b in zip(now, before, strict=True):  # a loop: twice as fast as all(...) over a generator, for each object
        if a is not b and (type(a) is not type(b) or type(a) not in _ATOMS or a != b):
            return False
    return True


def _walk(namespace: dict[str, Any]) -> Noted:
    """Visits each object once; looks at them by their types' own methods, never by a student's.

    Raises
    ------
    OverflowError
        If there are more than MAX_OBJECTS.
    """
    seen: set[int] = set()
    looks: list[tuple[Look, Any, Parts]] = []
    complete = True
    todo: deque[tuple[Look, Any]] = deque([(_process, None), (_names, namespace)])
    while todo:
        look, value = todo.popleft()
        parts = look(value)
        looks.append((look, value, parts))
        for part in parts:
            if type(part) not in _ATOMS and id(part) not in seen:
                seen.add(id(part))
                if len(seen) > MAX_OBJECTS:
                    raise OverflowError(f"more than {MAX_OBJECTS} objects")
                complete = complete and _is_covered(part, namespace)
                todo.extend((way, part) for way in _ways(part))
    return Noted(tuple(looks), complete)


def _ways(value: Any) -> list[Look]:
    """How to look at an object; none for what has no parts, or whose parts are not looked at."""
    kind = type(value)
    if kind in _SIGNS:
        return []
    base = next((base for base in _LOOKS if issubclass(kind, base)), None)
    if base is types.ModuleType or (base is type and not _is_of_notebook(value)):
        return []
    found = [] if base is None else [_LOOKS[base]]
    if base is None or (base is not type and kind.__flags__ & _CLASS_STATEMENT):
        found += _ways_to_attributes(value)
    if _is_of_notebook(kind):
        found.append(_kind)
    return found


def _is_covered(value: Any, namespace: dict[str, Any]) -> bool:
    """Whether everything that makes up such an object is compared. A picture that was shown is looked at by no test."""
    kind = type(value)
    if kind in _WITHOUT_STATE or kind in _SIGNS or issubclass(kind, np.generic):
        return True
    size = next((size(value) for base, size in _SIZES.items() if issubclass(kind, base)), 0)
    if size > WHOLE:
        return False
    if kind is types.FunctionType:
        named_tuples_own = value.__globals__.get("__name__", "").startswith("namedtuple_")
        return value.__globals__ is namespace or named_tuples_own or _is_of_library(value.__code__.co_filename)
    if issubclass(kind, types.ModuleType):
        return kind is types.ModuleType and _is_library(value)
    if issubclass(kind, type):
        return _is_of_notebook(value) or _is_class_of_library(value)
    if kind is types.GeneratorType:  # where its inner loops are, only its first and its last state tell
        return inspect.getgeneratorstate(value) in (inspect.GEN_CREATED, inspect.GEN_CLOSED)
    if kind in _LOOKS or kind is typing.ForwardRef or kind.__module__.partition(".")[0] in _PICTURES:
        return True
    return all(base is object or base in _LOOKS or _is_of_notebook(base) for base in kind.__mro__)


def _is_library(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return module.__name__ in sys.builtin_module_names if file is None else _is_of_library(file)


def _is_class_of_library(value: type) -> bool:
    """A class that nothing can be written into, or one that stands in a library under the name that it has."""
    if not value.__flags__ & _CLASS_STATEMENT:
        return True
    found: Any = sys.modules.get(value.__module__)
    if type(found) is not types.ModuleType or not _is_library(found):
        return False
    for name in value.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is value


def _is_of_library(file: str) -> bool:
    return file.startswith(_LIBRARY_FOLDERS)


def _ways_to_attributes(value: Any) -> list[Look]:
    """Attributes in slots and in the dictionary; a tensor counts its own changes."""
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    slots = [
        descriptor
        for place in kind.__mro__
        for descriptor in place.__dict__.values()
        if type(descriptor) is types.MemberDescriptorType and "__slots__" in place.__dict__
    ]
    found: list[Look] = [functools.partial(_slots, slots)] if slots else []
    if library == "torch" and isinstance(value, sys.modules["torch"].Tensor):
        return [lambda tensor: (tensor._version,)]
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return found
    of_library = library in _LIBRARIES and "_parameters" not in attributes  # but torch's modules are what was trained
    found.append(_plain_attributes if of_library else _attributes)
    return found


def _process(_nothing: None) -> Parts:
    """What code may set for the whole process, and forget to set back."""
    return (
        os.getcwd(), sys.getrecursionlimit(), *np.geterr().values(), *np.get_printoptions().values(),
        *warnings.filters, *os.environ.values(), *_settings_of_torch(),
    )  # fmt: skip


def _settings_of_torch() -> Parts:
    torch = sys.modules.get("torch")
    if torch is None:
        return ()
    return (
        str(torch.get_default_dtype()), torch.is_grad_enabled(), torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
    )  # fmt: skip


def _names(namespace: Any) -> Parts:
    shown = [(name, value) for name, value in dict.items(namespace) if name not in _IPYTHON]
    return tuple(itertools.chain.from_iterable(shown))


def _dict(value: Any) -> Parts:
    return *dict.keys(value), *dict.values(value)


def _array(value: Any) -> Parts:
    plain = value if type(value) is np.ndarray else np.ndarray.view(value, np.ndarray)
    dtype = plain.dtype
    kind = str(dtype) if dtype.names else dtype.str  # the names of fields are only in the first
    about = kind, plain.flags.writeable, *plain.shape, *plain.strides
    if plain.size <= WHOLE and not dtype.hasobject:
        return *about, plain.tobytes()
    flat = plain.reshape(-1)[:: 1 if plain.size <= WHOLE else plain.size // SAMPLE]
    return *about, *(flat.tolist() if dtype.hasobject else (flat.tobytes(),))


def _function(value: Any) -> Parts:
    return value.__code__, value.__defaults__, value.__kwdefaults__, value.__dict__, *(value.__closure__ or ())


def _cell(value: Any) -> Parts:
    try:
        return (value.cell_contents,)
    except ValueError:  # a cell without a value
        return ()


def _generator(value: Any) -> Parts:
    frame = value.gi_frame
    return () if frame is None else (frame.f_lasti, *frame.f_locals.values())


def _iterator(value: Any) -> Parts:
    """What it goes over and how far it is; nothing once it is at its end, where it stays."""
    _, over, *place = value.__reduce__()
    return (*over, *place) if place else ()


def _is_of_notebook(value: type) -> bool:
    """A class that the notebook made, or the stand-in for otter, which each released notebook has an object of."""
    return type.__getattribute__(value, "__module__") in ("__main__", otter_stub.__name__)


def _class(value: Any) -> Parts:
    return *type.__getattribute__(value, "__dict__").values(), *type.__getattribute__(value, "__bases__")


def _kind(value: Any) -> Parts:
    return (type(value),)


def _slots(descriptors: list[types.MemberDescriptorType], value: Any) -> Parts:
    found = []
    for descriptor in descriptors:
        try:
            found += (descriptor, descriptor.__get__(value))
        except AttributeError:  # a slot without a value
            pass
    return tuple(found)


def _attributes(value: Any) -> Parts:
    return (object.__getattribute__(value, "__dict__"),)


def _plain_attributes(value: Any) -> Parts:
    attributes = object.__getattribute__(value, "__dict__")
    return tuple(v for v in dict.values(attributes) if type(v) in _ATOMS or type(v) is np.ndarray)


_LOOKS: dict[type, Look] = {
    dict: _dict,
    **{base: lambda value, items=base.__iter__: tuple(items(value)) for base in (list, tuple, set, frozenset, deque)},
    np.ndarray: _array,
    np.generic: lambda value: (np.generic.tobytes(value),),  # bytes(np.int64(n)) is n zeros
    bytearray: lambda value: _array(np.frombuffer(value, np.uint8)),
    np.random.Generator: lambda value: (repr(value.bit_generator.state),),
    np.random.RandomState: lambda value: (repr(value.get_state()),),
    random.Random: lambda value: (repr(random.Random.getstate(value)),),
    types.FunctionType: _function,
    types.MethodType: lambda value: (value.__func__, value.__self__),
    types.CellType: _cell,
    staticmethod: lambda value: (value.__func__, value.__dict__),
    classmethod: lambda value: (value.__func__, value.__dict__),
    property: lambda value: (value.fget, value.fset, value.fdel),
    types.GeneratorType: _generator,
    **{type(iter(over)): _iterator for over in ([], ())},
    type: _class,
    types.ModuleType: lambda _module: (),  # the library's, like what is in it
}
_SIZES = {np.ndarray: np.ndarray.size.__get__, bytearray: bytearray.__len__}
_WITHOUT_STATE = frozenset((
    types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType,
    types.GetSetDescriptorType, types.MemberDescriptorType, types.ClassMethodDescriptorType, types.CodeType,
    types.GenericAlias, type(NotImplemented), re.Pattern, type(namedtuple("_", "x").x), np.ufunc,
    *(type(np.dtype(code)) for code in "?bBhHiIlLqQefdgFDGSUOMm"),
))  # fmt: skip
_SIGNS = frozenset(map(type, (typing.Optional, typing.Literal, annotations)))
"""Kinds of what annotations are written with: nothing can be put into them."""

_PICTURES = ("matplotlib", "mpl_toolkits")
_LIBRARY_FOLDERS = (
    "<frozen ", otter_stub.__file__,
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
)  # fmt: skip
