"""Hidden suite of Q6.2: convolution in NumPy; PyTorch in float64 is the oracle."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.judge import close, fast_enough, hint

HINTS = {
    "shape": "The output should have shape (n, filters, height', width') and be float64, also for integer images.",
    "purity": "Your code changed an array that it was given.",
    "kernel": "The values are off for a kernel that is not symmetric. The kernel is not flipped, and its first axis "
    "goes with the image's height.",
    "channels": "With several input channels the values are off: a filter adds up what it finds in all of them.",
    "offset": "Each filter's offset should be added once to each of its outputs.",
    "padding": "With padding the values are off: zeros stand on all four sides, before anything slides.",
    "stride": "With a stride the values are off: both axes are gone through in steps.",
    "translation": "An image that is shifted should give an output that is shifted the same way.",
    "linear": "Without offsets the output should be linear in the image.",
    "loop": "This takes too long: let NumPy go over samples and pixels. A loop over the entries of a kernel is fine.",
}


def oracle(x, w, b, stride=1, padding=0):
    tensors = (torch.from_numpy(np.asarray(a, dtype=np.float64)) for a in (x, w, b))
    return torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding).numpy()


def case(draw, n=3, c=2, f=4, kernel=(3, 2), size=(9, 7)):
    rng = draw.rng
    return rng.normal(size=(n, c, *size)), rng.normal(size=(f, c, *kernel)), rng.normal(size=f)


@pytest.mark.weight(1)
def test_shape_and_type(student, draw):
    """Shape and type; arguments are not modified"""
    x, w, b = case(draw, n=2, c=3, f=5)
    kept = [student.put(a) for a in (x, w, b)]
    out = student.conv2d(*kept, stride=2, padding=1)
    expected = oracle(x, w, b, 2, 1)
    with hint("shape"):
        assert out.shape == expected.shape and out.dtype == np.float64
        ones = student.conv2d(draw.rng.integers(-3, 4, size=(2, 3, 6, 6)), w, b)
        assert ones.dtype == np.float64 and ones.shape == (2, 5, 4, 5)
    with hint("purity"):
        close([k.get() for k in kept], [x, w, b], rtol=0, atol=0)


@pytest.mark.weight(3)
def test_one_channel(student, draw):
    """One channel, a kernel without symmetry"""
    for kernel in ((3, 2), (2, 4), (1, 3), (3, 3)):
        x, w, _ = case(draw, c=1, f=1, kernel=kernel)
        with hint("kernel"):
            close(student.conv2d(x, w, np.zeros(1)), oracle(x, w, np.zeros(1)))


@pytest.mark.weight(2)
def test_channels_and_filters(student, draw):
    """Several channels and filters"""
    for _ in range(3):
        x, w, b = case(draw, c=draw.integer(2, 4), f=draw.integer(2, 5))
        with hint("channels"):
            close(student.conv2d(x, w, 0 * b), oracle(x, w, 0 * b))


@pytest.mark.weight(1)
def test_offsets(student, draw):
    """Offsets, with several channels"""
    x, w, b = case(draw, c=3, f=4)
    with hint("offset"):
        close(student.conv2d(0 * x, w, b), oracle(0 * x, w, b))
        close(student.conv2d(x, w, b), oracle(x, w, b))


@pytest.mark.weight(2)
def test_padding(student, draw):
    """Padding on all four sides"""
    for padding in (1, 2, 3):
        x, w, b = case(draw, kernel=(3, 3))
        with hint("padding"):
            close(student.conv2d(x, w, b, padding=padding), oracle(x, w, b, 1, padding))


@pytest.mark.weight(2)
def test_stride(student, draw):
    """Strides, where they divide the size and where they do not"""
    for stride, size in ((2, (9, 7)), (2, (8, 10)), (3, (10, 11))):
        x, w, b = case(draw, size=size)
        with hint("stride"):
            close(student.conv2d(x, w, b, stride), oracle(x, w, b, stride))


@pytest.mark.weight(1)
def test_translation_and_linearity(student, draw):
    """A shifted image gives a shifted output, and sums of images sums of outputs"""
    x, w, b = case(draw, n=1, size=(12, 12))
    y = draw.rng.normal(size=x.shape)
    moved = np.roll(x, (1, 2), axis=(2, 3))
    out, out_moved = student.conv2d(x, w, b), student.conv2d(moved, w, b)
    with hint("translation"):
        close(out_moved[:, :, 1:, 2:], out[:, :, :-1, :-2])
    with hint("linear"):
        close(student.conv2d(2 * x + y, w, 0 * b), 2 * oracle(x, w, 0 * b) + oracle(y, w, 0 * b))


@pytest.mark.weight(2)
@pytest.mark.limit(20)
def test_speed(student, draw, reference):
    """Fast: 64 images of 16 x 16 with 8 channels, 16 filters of 3 x 3"""
    x, w, b = draw.rng.normal(size=(64, 8, 16, 16)), draw.rng.normal(size=(16, 8, 3, 3)), draw.rng.normal(size=16)
    out, seconds = student.cpu_seconds("conv2d", x, w, b, 1, 1)
    with hint("loop"):
        close(out, oracle(x, w, b, 1, 1))
        assert fast_enough(seconds, reference.conv2d, x, w, b, 1, 1, floor=0.15)
