"""Torch tensors as values: what they are made of crosses, and nothing else of them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.protocol import ProtocolError, TooLarge
from autograder.protocol.tensors import DTYPES
from autograder.protocol.values import TENSOR, Codec

ARRAYS = hnp.arrays(
    dtype=st.sampled_from(sorted(DTYPES)), shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
)


def speaking():
    codec = Codec()
    codec.tensors = True
    return codec


def round_trip(value, codec=None):
    codec = codec or speaking()
    header, blobs = codec.encode(value)
    return codec.decode(header, [bytearray(blob) for blob in blobs])


@given(ARRAYS)
def test_tensors_keep_dtype_shape_and_bytes(array):
    tensor = torch.from_numpy(array.copy())
    got = round_trip(tensor)
    assert type(got) is torch.Tensor and got.dtype == tensor.dtype and got.shape == tensor.shape
    assert got.numpy().tobytes() == array.tobytes()


@given(ARRAYS)
def test_a_tensor_and_an_array_of_the_same_numbers_stay_different_things(array):
    tensor, same = round_trip([torch.from_numpy(array.copy()), array])
    assert (type(tensor), type(same)) == (torch.Tensor, np.ndarray)


def test_a_parameter_arrives_as_a_tensor_without_its_graph():
    parameter = torch.nn.Parameter(torch.ones(2, 3))
    for value in (parameter, (parameter * 2).sum(0)):
        got = round_trip(value)
        assert type(got) is torch.Tensor and not got.requires_grad and got.grad_fn is None


@pytest.mark.parametrize(
    "view", [torch.arange(6.0).reshape(2, 3).T, torch.arange(12)[::3], torch.tensor([1 + 2j]).conj(), torch.tensor(2.5)]
)
def test_views_arrive_as_their_numbers(view):
    assert torch.equal(round_trip(view), view)


def test_a_large_tensor_crosses_beside_the_header():
    header, blobs = speaking().encode(torch.zeros(1000))
    assert len(blobs) == 1 and len(header) < 200


def test_a_huge_expanded_tensor_is_refused_before_it_is_copied():
    with pytest.raises(TooLarge, match="the limit is"):
        speaking().encode(torch.zeros(1).expand(1 << 20, 1 << 14))


class Clever(torch.Tensor):
    pass


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(2).as_subclass(Clever),
        torch.zeros(2, dtype=torch.bfloat16),
        torch.eye(2).to_sparse(),
        torch.zeros(2, device="meta"),
        torch.nn.Linear(1, 1),
    ],
    ids=["subclass", "bfloat16", "sparse", "meta", "module"],
)
def test_everything_else_of_torch_is_no_value(value):
    with pytest.raises(TooLarge, match="cannot cross"):
        speaking().encode(value)


def test_without_a_suite_that_knows_torch_a_tensor_is_no_value():
    with pytest.raises(TooLarge, match="cannot cross"):
        Codec().encode(torch.zeros(2))


@pytest.mark.parametrize(
    "body", [[np.zeros(2)], [1], [np.array(["a"])], [np.zeros(2, ">f8")], [], [np.zeros(1), np.zeros(1)]]
)
def test_a_forged_tensor_is_a_protocol_error(body):
    codec = speaking()
    header = codec._pack(codec._nested(TENSOR, body))
    if len(body) == 1 and getattr(body[0], "dtype", None) == np.float64 and body[0].dtype.isnative:
        assert type(codec.decode(header, [])) is torch.Tensor
        codec.tensors = False
    with pytest.raises(ProtocolError):
        codec.decode(header, [])


def test_the_protocol_does_not_import_torch():
    code = "import sys, autograder.guest.serve, autograder.judge.bench; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
