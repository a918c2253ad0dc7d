"""Coding of values: what arrives is exactly one of the plain types below, or a reference.

None, bool, int (any size), float, complex, str, bytes, list, tuple, dict, set, frozenset, slice,
range, Ellipsis, NumPy arrays and scalars (no objects), :class:`~autograder.protocol.structs.Record`,
random generators (by state), and between two sides that speak of tensors also dense torch tensors
(:mod:`autograder.protocol.tensors`). Everything else crosses as a reference that means nothing but a
number to the other side. Subclasses are "everything else": an object with a clever ``__eq__``
never arrives as a value.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable
from typing import Any, ClassVar

import msgpack
import numpy as np

from autograder.protocol import ProtocolError, TooLarge, tensors
from autograder.protocol.structs import Record

MAX_DEPTH = 64
"""Levels of tuples and the like that the wire carries; how deep an answer may be is for :func:`deeper_than`."""

MAX_INT_BYTES = 1 << 17
MAX_HASHED = 20_000
"""Most members of sets and keys of dicts in one frame: chosen ones can all have the same hash."""

INLINE_BYTES = 256
"""Arrays up to this size travel in the header: thousands of small ones are cheap then."""

PLAIN_KINDS = "biufcSUMm?"
"""NumPy dtype kinds that may cross: numbers, booleans, text, times. Never objects ("O")."""

(
    TUPLE,
    SET,
    FROZENSET,
    COMPLEX,
    BIG_INT,
    SLICE,
    RANGE,
    ELLIPSIS,
    ARRAY,
    NUMPY_SCALAR,
    RECORD,
    GENERATOR,
    MINE,
    YOURS,
    KEPT,
    TENSOR,
) = range(1, 17)
"""Codes of msgpack extension types. MINE: a reference to the sender's object; YOURS: to the
receiver's; KEPT: to a value that the receiver keeps, meant as the value itself."""

_PACK = {"strict_types": True, "unicode_errors": "surrogatepass", "buf_size": 512}
# buf_size: msgpack's default buffer of 1 MB triples the cost of a short call


class Codec:
    """Encodes and decodes; a peer adds what references mean by overriding the ``_*_hook`` methods."""

    def __init__(self) -> None:
        self._blobs: list[memoryview] = []
        self._received: list[bytearray] = []
        self._blob_bytes = 0
        self._hashed = 0
        self._depth = 0
        self.max_bytes = 128 << 20
        self.tensors = False
        """Whether tensors may cross: only where both sides have imported torch."""

    # ---- encoding -------------------------------------------------------------------------

    def encode(self, value: Any) -> tuple[bytes, list[memoryview]]:
        """Code a value as the header and blobs of a frame.

        Raises
        ------
        TooLarge
            If it is nested deeper than 64 levels of tuples and the like, or its arrays hold more
            than ``max_bytes``; found before any of them is copied.
        """
        outer = self._blobs, self._blob_bytes, self._depth  # coding nests: a student's __new__ may call back meanwhile
        self._blobs, self._blob_bytes, self._depth = [], 0, 0
        try:
            return self._pack(value), self._blobs
        except (ValueError, RecursionError) as error:
            if "recursion limit" in str(error) or isinstance(error, RecursionError):
                raise TooLarge(f"a value is nested more than {MAX_DEPTH} levels deep") from None
            raise
        finally:
            self._blobs, self._blob_bytes, self._depth = outer

    def _pack(self, value: Any) -> bytes:
        return msgpack.packb(value, default=self._encode_special, **_PACK)

    def _nested(self, code: int, value: Any) -> msgpack.ExtType:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooLarge(f"a value is nested more than {MAX_DEPTH} levels deep")
        try:
            return msgpack.ExtType(code, self._pack(value))
        finally:
            self._depth -= 1

    def _encode_special(self, value: Any) -> Any:
        """Called by msgpack for whatever is not exactly one of its own types."""
        kind = type(value)
        if kind is tuple:
            return self._nested(TUPLE, list(value))
        if kind is np.ndarray and value.dtype.kind in PLAIN_KINDS:
            return self._encode_array(value)
        if kind.__module__ == "numpy" and isinstance(value, np.generic) and value.dtype.kind in PLAIN_KINDS:
            return self._nested(NUMPY_SCALAR, [value.dtype.str, value.tobytes()])
        if kind is int:  # beyond 64 bits
            size = value.bit_length() // 8 + 1
            if size > MAX_INT_BYTES:
                raise TooLarge(f"an integer of {size} bytes; the limit is {MAX_INT_BYTES}")
            return msgpack.ExtType(BIG_INT, value.to_bytes(size, "little", signed=True))
        if kind is complex:
            return msgpack.ExtType(COMPLEX, struct.pack("<dd", value.real, value.imag))
        if kind is set or kind is frozenset:
            return self._nested(SET if kind is set else FROZENSET, list(value))
        if kind is slice or kind is range:
            return self._nested(SLICE if kind is slice else RANGE, [value.start, value.stop, value.step])
        if value is Ellipsis:
            return msgpack.ExtType(ELLIPSIS, b"")
        if kind is np.random.Generator:
            return self._nested(GENERATOR, self._generator_hook(value))
        if kind is Record:
            if value._origin is not None:
                return self._encode_special(value._origin)
            return self._nested(RECORD, [value._type_name, list(value._names), list(value._values), None])
        special = self._reference_hook(value)
        if special is not None:
            return special
        array = tensors.array_of(value) if self.tensors else None
        if array is not None:
            return self._nested(TENSOR, [array])
        fields = _fields_of(value)
        if fields is not None:
            return self._nested(RECORD, [kind.__name__, list(fields), list(fields.values()), self._keep(value)])
        return self._nested(MINE, [self._keep(value), *self._describe_hook(value)])

    def _encode_array(self, array: np.ndarray) -> msgpack.ExtType:
        size = array.nbytes
        # before any copy: a broadcast view of 8 bytes may claim gigabytes
        if self._blob_bytes + size > self.max_bytes:
            raise TooLarge(f"arrays of {size / 2**20:.1f} MiB; the limit is {self.max_bytes >> 20} MiB")
        fortran = array.flags.f_contiguous and not array.flags.c_contiguous
        flat = np.ascontiguousarray(array.T if fortran else array).reshape(-1)
        if size <= INLINE_BYTES:
            return self._nested(ARRAY, [array.dtype.str, list(array.shape), fortran, flat.tobytes()])
        self._blob_bytes += size
        self._blobs.append(memoryview(flat.view(np.uint8)))
        return self._nested(ARRAY, [array.dtype.str, list(array.shape), fortran, len(self._blobs) - 1])

    # ---- decoding -------------------------------------------------------------------------

    def decode(self, header: bytes, blobs: list[bytearray]) -> Any:
        """Inverse of :meth:`encode`.

        Raises
        ------
        ProtocolError
            For anything that :meth:`encode` would not have written.
        """
        outer = self._received, self._depth, self._hashed
        self._received, self._depth, self._hashed = blobs, 0, 0
        try:
            return self._unpack(header)
        except ProtocolError:
            raise
        # whatever hostile bytes provoke in msgpack or NumPy is one thing here: not our protocol
        except Exception as error:  # noqa: BLE001
            raise ProtocolError(f"{type(error).__name__}: {error}") from None
        finally:
            self._received, self._depth, self._hashed = outer

    def _unpack(self, raw: bytes) -> Any:
        return msgpack.unpackb(
            raw,
            ext_hook=self._decode_special,
            object_pairs_hook=self._decode_dict,
            strict_map_key=False,
            unicode_errors="surrogatepass",
        )

    def _decode_dict(self, pairs: list) -> dict:
        self._count_hashed(len(pairs))
        return dict(pairs)

    def _decode_set(self, members: list) -> set:
        self._count_hashed(len(members))
        return set(members)

    def _count_hashed(self, count: int) -> None:
        self._hashed += count
        if self._hashed > MAX_HASHED:
            raise ProtocolError(f"more than {MAX_HASHED} members of sets and keys of dicts in one value")

    def _decode_special(self, code: int, raw: bytes) -> Any:
        if code == BIG_INT:
            if len(raw) > MAX_INT_BYTES:
                raise ProtocolError("an integer is too long")
            return int.from_bytes(raw, "little", signed=True)
        if code == COMPLEX:
            return complex(*struct.unpack("<dd", raw))
        if code == ELLIPSIS:
            return Ellipsis
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise ProtocolError("values are nested too deeply")
            decode = self._DECODERS.get(code)
            if decode is None:
                raise ProtocolError(f"unknown type code {code}")
            return decode(self, self._unpack(raw))
        finally:
            self._depth -= 1

    def _decode_array(self, body: list) -> np.ndarray:
        dtype_name, shape, fortran, blob = body
        dtype = _plain_dtype(dtype_name)
        count = 1
        for side in shape:
            if type(side) is not int or side < 0:
                raise ProtocolError("a shape is not made of whole numbers")
            count *= side
        if type(blob) is bytes:
            raw = bytearray(blob)
        elif type(blob) is int and 0 <= blob < len(self._received):
            raw = self._received[blob]
        else:
            raise ProtocolError("an array names bytes that did not come with it")
        if count * dtype.itemsize != len(raw):
            raise ProtocolError("an array's shape does not match its number of bytes")
        flat = np.frombuffer(raw, dtype) if raw else np.empty(0, dtype)
        return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)

    def _decode_tensor(self, body: list) -> Any:
        if not self.tensors:
            raise ProtocolError("no tensor may come here")
        return tensors.tensor_of(*body)

    def _decode_scalar(self, body: list) -> np.generic:
        dtype_name, raw = body
        dtype = _plain_dtype(dtype_name)
        if dtype.itemsize == 0:  # the empty text
            return dtype.type()
        return np.frombuffer(raw, dtype, count=1)[0]

    def _decode_record(self, body: list) -> Any:
        type_name, names, values, origin = body
        if type(type_name) is not str or not all(type(n) is str for n in names) or len(names) != len(values):
            raise ProtocolError("a record is malformed")
        return self._record_hook(type_name, tuple(names), tuple(values), origin)

    _DECODERS: ClassVar[dict[int, Callable]] = {
        TUPLE: lambda self, body: tuple(body),
        SET: _decode_set,
        FROZENSET: lambda self, body: frozenset(self._decode_set(body)),
        SLICE: lambda self, body: slice(*body),
        RANGE: lambda self, body: range(*body),
        ARRAY: _decode_array,
        NUMPY_SCALAR: _decode_scalar,
        RECORD: _decode_record,
        GENERATOR: lambda self, body: self._decode_generator_hook(*body),
        MINE: lambda self, body: self._theirs_hook(*body),
        YOURS: lambda self, body: self._ours_hook(body),
        KEPT: lambda self, body: self._kept_hook(body),
        TENSOR: _decode_tensor,
    }

    # ---- what a peer defines --------------------------------------------------------------

    def _reference_hook(self, value: Any) -> msgpack.ExtType | None:
        """Extension for a value that stands for an object of the other side, else None."""
        return None

    def _keep(self, value: Any) -> int:
        """Keep an object of ours alive and name it by a number."""
        raise TooLarge(f"a {type(value).__name__} cannot cross")

    def _describe_hook(self, value: Any) -> list:
        raise NotImplementedError

    def _generator_hook(self, value: np.random.Generator) -> list:
        raise NotImplementedError

    def _decode_generator_hook(self, *body: Any) -> np.random.Generator:
        raise ProtocolError("no generator may come here")

    def _record_hook(self, type_name: str, names: tuple[str, ...], values: tuple[Any, ...], origin: Any) -> Any:
        if origin is not None:
            raise ProtocolError("no reference may come here")
        return Record(type_name, names, values)

    def _theirs_hook(self, *body: Any) -> Any:
        raise ProtocolError("no reference may come here")

    def _ours_hook(self, number: Any) -> Any:
        raise ProtocolError("no reference may come here")

    def _kept_hook(self, number: Any) -> Any:
        raise ProtocolError("no reference may come here")


_LEAVES = frozenset((
    type(None), bool, int, float, complex, str, bytes, slice, range, type(...), np.ndarray,
))  # fmt: skip


def deeper_than(value: Any, levels: int) -> bool:
    """Whether containers stand in each other more than ``levels`` deep: 0 for a number, 1 for a list of them.

    Looks at each object of a level once, so that lists which hold each other cost no more than they are.
    """
    layer = [value] if _is_container(value) else []
    for _ in range(levels):
        if not layer:
            return False
        below: dict[int, Any] = {}
        for item in layer:
            parts = _parts_of(item)
            if not _LEAVES.issuperset(map(type, parts)):
                below.update((id(part), part) for part in parts if type(part) not in _LEAVES)
        layer = [part for part in below.values() if _is_container(part)]
    return bool(layer)


def _is_container(value: Any) -> bool:
    return type(value) in (list, tuple, dict, set, frozenset, Record) or _fields_of(value) is not None


def _parts_of(value: Any) -> Any:
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return value
    if kind is dict:
        return (*value, *value.values())
    if kind is Record:
        return value._values
    return tuple((_fields_of(value) or {}).values())


def _plain_dtype(name: Any) -> np.dtype:
    if type(name) is not str or len(name) > 64:
        raise ProtocolError("a dtype is no short text")
    dtype = np.dtype(name)
    if dtype.kind not in PLAIN_KINDS or dtype.hasobject:
        raise ProtocolError(f"arrays of dtype {name} may not cross")
    return dtype


def _fields_of(value: Any) -> dict[str, Any] | None:
    """Fields of a named tuple or a frozen dataclass, read without calling the object's own code."""
    kind = type(value)
    names = getattr(kind, "_fields", None)
    if isinstance(value, tuple) and type(names) is tuple and len(names) == tuple.__len__(value):
        if all(type(name) is str for name in names):
            return dict(zip(names, tuple.__iter__(value), strict=True))
    if dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen:
        return {f.name: object.__getattribute__(value, f.name) for f in dataclasses.fields(kind)}
    return None
