"""What a named tuple or a frozen dataclass of the other side arrives as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Record:
    """Read-only fields, by attribute, by position and in order.

    ``origin`` is a hidden reference to the sender's own object: a record that is passed back
    arrives there as that object itself, not as a copy.
    """

    __slots__ = ("_names", "_origin", "_type_name", "_values")

    def __init__(self, type_name: str, names: tuple[str, ...], values: tuple[Any, ...], origin: Any = None):
        object.__setattr__(self, "_type_name", type_name)
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_origin", origin)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[self._names.index(name)]
        except ValueError:
            fields = ", ".join(self._names)
            raise AttributeError(f"{self._type_name} has no field {name!r}; its fields are {fields}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self._type_name} is read-only here")

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int | slice) -> Any:
        return self._values[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Record):
            return self._names == other._names and self._values == other._values
        if isinstance(other, tuple):
            return self._values == other
        return NotImplemented

    __hash__ = None  # its values may be arrays

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._names, self._values, strict=True))

    def __repr__(self) -> str:
        return f"{self._type_name}({', '.join(f'{k}={v!r}' for k, v in self._asdict().items())})"
