"""Coding of values: exact types survive, everything else is refused before it costs memory."""

from __future__ import annotations

import collections
import dataclasses

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.protocol import ProtocolError, TooLarge
from autograder.protocol.structs import Record
from autograder.protocol.values import ARRAY, BIG_INT, MAX_HASHED, NUMPY_SCALAR, TUPLE, Codec, deeper_than

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(2**300), max_value=2**300)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters())
    | st.binary(max_size=50)
    | st.just(Ellipsis)
)
HASHABLE = st.integers() | st.text(max_size=5) | st.tuples(st.integers(), st.booleans())
VALUES = st.recursive(
    SCALARS | st.sets(HASHABLE, max_size=4) | st.frozensets(HASHABLE, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=20,
)
ARRAYS = hnp.arrays(
    dtype=st.sampled_from(["f8", "f4", "f2", ">f8", "i8", "u1", "?", "c16", "U3", "S2", "M8[s]"]),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


def round_trip(value, codec=None):
    codec = codec or Codec()
    header, blobs = codec.encode(value)
    return codec.decode(header, [bytearray(blob) for blob in blobs])


def same(a, b):
    """Equal in value and exactly equal in type, all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(map(type, a)) == list(map(type, b)) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a == b


@given(VALUES)
def test_every_plain_value_arrives_as_itself(value):
    assert same(round_trip(value), value)


@given(ARRAYS)
def test_arrays_keep_dtype_shape_and_bytes(array):
    got = round_trip(array)
    assert (got.dtype, got.shape, got.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert got.flags.writeable


@given(st.sampled_from(["f8", "i4", "?", "c8", "U4"]), st.integers(0, 5))
def test_numpy_scalars_stay_numpy_scalars(dtype, number):
    scalar = np.array(number).astype(dtype)[()]
    got = round_trip(scalar)
    assert type(got) is type(scalar) and got == scalar


def test_memory_order_is_kept():
    assert round_trip(np.arange(6.0).reshape(2, 3).T).flags.f_contiguous


@pytest.mark.parametrize("value", [slice(1, None, 2), range(3, 9, 2)])
def test_slices_and_ranges_arrive(value):
    assert round_trip(value) == value


def test_a_huge_broadcast_view_is_refused_before_it_is_copied():
    with pytest.raises(TooLarge, match="the limit is"):
        Codec().encode(np.broadcast_to(1.0, (20_000, 20_000)))


def test_many_arrays_together_are_held_to_the_same_cap():
    codec = Codec()
    codec.max_bytes = 1000
    with pytest.raises(TooLarge):
        codec.encode([np.zeros(100), np.zeros(100)])


def test_a_cyclic_list_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(TooLarge):
        Codec().encode(loop)


def test_levels_are_counted_through_every_container():
    for value in ([[]], (1, [2]), {"a": {}}, {(1,): 2}, {frozenset()}, Record("R", ("a",), ([],)), [1, "x", [None]]):
        assert deeper_than(value, 1) and not deeper_than(value, 2), value
    for leaf in (0, "text", np.ones((2, 2)), slice(1, 2), None):
        assert not deeper_than(leaf, 0) and deeper_than([leaf], 0)


def test_lists_that_hold_each_other_are_counted_without_going_through_every_path():
    value = []
    for _ in range(60):
        value = [value, value]
    assert deeper_than(value, 60) and not deeper_than(value, 61)
    value.append(value)
    assert deeper_than(value, 10_000), "one that holds itself has no end"


def test_deep_tuples_are_refused():
    deep = ()
    for _ in range(200):
        deep = (deep,)
    with pytest.raises(TooLarge, match="deep"):
        Codec().encode(deep)


def test_an_enormous_integer_is_refused():
    with pytest.raises(TooLarge):
        Codec().encode(10**500_000)


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class FieldsLiar(tuple):
    _fields = ("a", "b", "c")


class Array(np.ndarray):
    pass


@pytest.mark.parametrize(
    "value", [Liar(1), np.ma.masked_array([1]), np.zeros(1).view(Array), FieldsLiar((1,)), object(), len]
)
def test_subclasses_and_other_objects_are_no_values(value):
    with pytest.raises(TooLarge, match="cannot cross"):
        Codec().encode(value)


class Keeping(Codec):
    def _keep(self, value):
        return 7

    def _record_hook(self, type_name, names, values, origin):
        return Record(type_name, names, values, origin)


Point = collections.namedtuple("Point", "x y")


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    y: np.ndarray


@pytest.mark.parametrize("value", [Point(1, 2), Frozen(1, 2)])
def test_named_tuples_and_frozen_dataclasses_arrive_as_records(value):
    got = round_trip(value, Keeping())
    assert type(got) is Record and (got.x, got.y) == (1, 2) and got[1] == 2 and tuple(got) == (1, 2)
    with pytest.raises(AttributeError, match="read-only"):
        got.x = 5


@settings(max_examples=500)
@given(st.binary(max_size=200), st.lists(st.binary(max_size=16), max_size=3))
def test_arbitrary_bytes_give_a_plain_value_or_a_protocol_error(header, blobs):
    plain = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, slice, range)
    try:
        value = Codec().decode(header, [bytearray(b) for b in blobs])
    except ProtocolError:
        return
    assert type(value) in (*plain, type(Ellipsis), np.ndarray, Record) or isinstance(value, np.generic)


def nested(code, body):
    return msgpack.packb(msgpack.ExtType(code, msgpack.packb(body)))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (nested(ARRAY, ["O", [1], False, 0]), "dtype"),
        (nested(ARRAY, ["f8", [2], False, 0]), "does not match"),
        (nested(ARRAY, ["f8", [-1], False, 0]), "whole numbers"),
        (nested(ARRAY, ["f8", [1], False, 5]), "did not come"),
        (nested(ARRAY, ["f8", [2**40, 2**40], False, 0]), "does not match"),
        (nested(NUMPY_SCALAR, ["O", b"12345678"]), "dtype"),
        (nested(99, [1]), "unknown type code"),
        (msgpack.packb(msgpack.ExtType(BIG_INT, b"1" * 200_000)), "too long"),
        (b"\xdd\xff\xff\xff\xff", "Error"),
        (b"", "Error"),
    ],
)
def test_malformed_values_are_protocol_errors(header, why):
    with pytest.raises(ProtocolError, match=why):
        Codec().decode(header, [bytearray(8)])


def test_nesting_10000_deep_is_a_protocol_error():
    for raw in (b"\x91" * 10_000 + b"\x01", _deep_extension(2000)):
        with pytest.raises(ProtocolError):
            Codec().decode(raw, [])


def _deep_extension(depth):
    raw = msgpack.packb([])
    for _ in range(depth):
        raw = msgpack.packb(msgpack.ExtType(TUPLE, b"\x91" + raw))
    return raw


def test_many_members_that_could_all_have_one_hash_are_refused():
    members = [(-1 if bit == "0" else -2) for bit in "01"]
    pairs = [tuple(members[int(bit)] for bit in f"{i:016b}") for i in range(MAX_HASHED + 1)]
    for value in (set(pairs), dict.fromkeys(pairs), [set(pairs[: MAX_HASHED // 2 + 1]), set(pairs[MAX_HASHED // 2 :])]):
        header, blobs = Codec().encode(value)
        with pytest.raises(ProtocolError, match="members"):
            Codec().decode(header, [bytearray(b) for b in blobs])


def test_thousands_of_small_arrays_arrive():
    arrays = [np.full(2, i) for i in range(10_000)]
    assert all(np.array_equal(a, b) for a, b in zip(round_trip(arrays), arrays, strict=True))


def test_the_empty_numpy_text_arrives():
    assert type(round_trip(np.array([""])[0])) is np.str_
