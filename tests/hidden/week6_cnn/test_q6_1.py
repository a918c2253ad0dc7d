"""Hidden suite of Q6.1: output sizes, parameter counts, receptive fields."""

from __future__ import annotations

import pytest
import torch

from autograder.judge import hint

HINTS = {
    "size": "The output size is off. Count the places at which the kernel fits, and round down.",
    "dilation": "With a dilation D the kernel's entries stand D pixels apart: it spans D (K - 1) + 1 pixels.",
    "error": "Where the output would have no pixel, ValueError should be raised; an output of one pixel is fine.",
    "type": "Sizes and counts should be Python ints.",
    "count": "The number of parameters is off. Each filter has kernel x kernel weights for each input channel that it "
    "sees.",
    "bias": "Offsets: one for each output channel if bias is True, none if it is False.",
    "groups": "With groups each filter sees c_in / groups channels. The number of filters stays c_out.",
    "field": "The receptive field is off. Start at 1; a layer adds (kernel - 1) times the product of the strides "
    "before it.",
}


def torch_size(size, kernel, stride, padding, dilation):
    layer = torch.nn.Conv1d(1, 1, kernel, stride, padding, dilation)
    try:
        return layer(torch.zeros(1, 1, size)).shape[-1]
    except RuntimeError:  # torch, too, says that it does not fit
        return 0


def seen_by_measuring(layers):
    """Pixels of the input that one output pixel depends on, found by a gradient."""
    x = torch.zeros(1, 1, 900, requires_grad=True)
    out = x
    for kernel, stride in layers:
        out = torch.nn.functional.conv1d(out, torch.ones(1, 1, kernel), stride=stride)
    out[0, 0, out.shape[-1] // 2].backward()
    return int((x.grad != 0).sum())


@pytest.mark.weight(3)
def test_output_size(student, draw):
    """Output sizes, as PyTorch finds them"""
    for _ in range(60):
        size, kernel, stride, padding = (draw.integer(a, b) for a, b in ((9, 41), (1, 8), (1, 5), (0, 4)))
        assert student.conv_output_size(size, kernel, stride, padding) == torch_size(
            size, kernel, stride, padding, 1
        ), hint("size")


@pytest.mark.weight(2)
def test_dilation(student, draw):
    """Dilated kernels"""
    for _ in range(40):
        size, kernel, stride, padding, dilation = (
            draw.integer(a, b) for a, b in ((25, 41), (2, 7), (1, 4), (0, 4), (2, 5))
        )
        assert student.conv_output_size(
            size, kernel, stride=stride, padding=padding, dilation=dilation
        ) == torch_size(size, kernel, stride, padding, dilation), hint("dilation")


@pytest.mark.weight(1)
def test_kernel_that_does_not_fit(student, draw):
    """A kernel that does not fit raises ValueError"""
    for size, kernel, stride, padding, dilation in ((4, 5, 1, 0, 1), (3, 9, 2, 2, 1), (6, 3, 1, 0, 3), (4, 7, 3, 1, 1)):
        with hint("error"), pytest.raises(ValueError):
            student.conv_output_size(size, kernel, stride, padding, dilation)
    for size, kernel, stride, padding, dilation in ((5, 5, 1, 0, 1), (3, 7, 2, 2, 1), (7, 3, 4, 0, 3)):
        with hint("error"):
            assert student.conv_output_size(size, kernel, stride, padding, dilation) == 1


@pytest.mark.weight(1)
def test_types(student):
    """Sizes and counts are ints"""
    for value in (
        student.conv_output_size(10, 3, 2), student.conv_parameter_count(4, 6, 3, True, 2),
        student.receptive_field([(3, 2), (2, 1)]),
    ):  # fmt: skip
        assert type(value) is int, hint("type")


@pytest.mark.weight(2)
def test_parameter_count(student, draw):
    """Parameter counts, as PyTorch finds them"""
    for _ in range(30):
        groups, kernel = draw.integer(1, 5), draw.integer(1, 6)
        c_in, c_out = groups * draw.integer(1, 6), groups * draw.integer(1, 6)
        for bias in (True, False):
            layer = torch.nn.Conv2d(c_in, c_out, kernel, bias=bias, groups=groups)
            expected = sum(p.numel() for p in layer.parameters())
            name = "groups" if groups > 1 else "count" if bias else "bias"
            assert student.conv_parameter_count(c_in, c_out, kernel, bias, groups) == expected, hint(name)


@pytest.mark.weight(3)
def test_receptive_field(student, draw):
    """Receptive fields of random chains of layers"""
    assert student.receptive_field([]) == 1, hint("field")
    for _ in range(25):
        layers = [(draw.integer(2, 6), draw.integer(1, 3)) for _ in range(draw.integer(1, 6))]
        assert student.receptive_field(layers) == seen_by_measuring(layers), hint("field")
    assert student.receptive_field([(1, 2), (1, 2), (3, 1)]) == 9, hint("field")
