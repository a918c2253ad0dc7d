"""What a question forbids does not work while its tests run, where the notebook's own code asks for it.

Libraries go on using each other: only a caller outside of them is refused. This holds students to a rule of the
question; it is no wall, and nothing is hidden behind it.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import sys
import sysconfig
import types
from collections.abc import Callable
from typing import Any

_LIBRARIES = tuple({sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "<frozen "})
_OURS = "<probe>"


class Guard:
    """Holds the rules of one question at a time.

    Parameters
    ----------
    namespace : dict
        The notebook's global names.
    """

    def __init__(self, namespace: dict[str, Any]):
        self._namespace = namespace
        self._undo: list[Callable[[], Any]] = []

    def hold(self, imports: list[str], calls: list[str], question: str) -> None:
        """Refuse these modules and functions until :meth:`lift`; an earlier question's rules end."""
        self.lift()

        def refuse(name: str) -> ImportError:
            return ImportError(f"{question} does not allow {name}")

        self._guard_imports(imports, refuse)
        for name in imports:
            module, parent = sys.modules.get(name), sys.modules.get(name.rpartition(".")[0])
            stand_in = _ForbiddenModule(name, module, refuse) if module is not None else None
            if stand_in is not None and getattr(parent, name.rpartition(".")[2], None) is module:
                self._set(parent, name.rpartition(".")[2], stand_in)
            for key, value in list(self._namespace.items()):
                if value is module and stand_in is not None:
                    self._put(key, stand_in)
                elif _comes_from(value, name):
                    self._put(key, _refusing(value, name, refuse))
        for name in calls:
            owner, attribute = _owner(name)
            real = getattr(owner, attribute, None)
            if not callable(real):
                continue
            stand_in = _refusing(real, name, refuse)
            self._set(owner, attribute, stand_in)
            for key, value in list(self._namespace.items()):
                if value is real:
                    self._put(key, stand_in)

    def lift(self) -> None:
        """Everything is as it was."""
        while self._undo:
            self._undo.pop()()

    def _guard_imports(self, forbidden: list[str], refuse: Callable[[str], ImportError]) -> None:
        if not forbidden:
            return
        real_import, real_import_module = builtins.__import__, importlib.import_module

        def guarded_import(name, globals=None, locals=None, fromlist=(), level=0):
            wanted = [name, *(f"{name}.{part}" for part in fromlist or ())]
            rule = next((rule for rule in forbidden for each in wanted if _below(each, rule)), "")
            if rule and not level and _asked_by_the_notebook():
                raise refuse(rule)
            return real_import(name, globals, locals, fromlist, level)

        def guarded_import_module(name, package=None):
            rule = next((rule for rule in forbidden if _below(name, rule)), "")
            if rule and _asked_by_the_notebook():
                raise refuse(rule)
            return real_import_module(name, package)

        self._set(builtins, "__import__", guarded_import)
        self._set(importlib, "import_module", guarded_import_module)

    def _set(self, owner: Any, name: str, value: Any) -> None:
        before = getattr(owner, name)
        try:
            setattr(owner, name, value)
        except (TypeError, AttributeError):  # a type of C code cannot be changed
            return
        self._undo.append(lambda: setattr(owner, name, before))

    def _put(self, name: str, value: Any) -> None:
        before = self._namespace[name]
        self._namespace[name] = value
        self._undo.append(lambda: self._namespace.__setitem__(name, before))


class _ForbiddenModule(types.ModuleType):
    """Stands for a module that the notebook may not use; libraries reach through it."""

    def __init__(self, name: str, real: types.ModuleType, refuse: Callable[[str], ImportError]):
        super().__init__(name)
        self.__dict__.update(_real=real, _refuse=refuse)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__") and _asked_by_the_notebook():
            raise self._refuse(self.__name__)
        return getattr(self._real, name)


def _refusing(real: Callable, name: str, refuse: Callable[[str], ImportError]) -> Callable:
    @functools.wraps(real, updated=())
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        if _asked_by_the_notebook():
            raise refuse(name)
        return real(*args, **kwargs)

    return stand_in


def _asked_by_the_notebook() -> bool:
    """Whether the caller of the guarded thing is neither a library nor a probe."""
    file = sys._getframe(2).f_code.co_filename
    return file != _OURS and not file.startswith(_LIBRARIES)


def _below(name: str, rule: str) -> bool:
    return name == rule or name.startswith(f"{rule}.")


def _comes_from(value: Any, rule: str) -> bool:
    """Whether a name of the notebook is a class or a function of a forbidden module, or one in that module."""
    if issubclass(type(value), types.ModuleType) or not callable(value):
        return False
    try:
        home, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    # the notebook's own objects may raise anything when they are asked for an attribute
    except BaseException:  # noqa: BLE001
        return False
    return isinstance(home, str) and isinstance(name, str) and (_below(home, rule) or _below(f"{home}.{name}", rule))


def _owner(name: str) -> tuple[Any, str]:
    """The loaded module, or object in it, that has the attribute of that full name."""
    *path, attribute = name.split(".")
    if not path:
        return builtins, attribute
    for cut in range(len(path), 0, -1):
        owner = sys.modules.get(".".join(path[:cut]))
        if owner is not None:
            for part in path[cut:]:
                owner = getattr(owner, part, None)
            return owner, attribute
    return None, attribute
