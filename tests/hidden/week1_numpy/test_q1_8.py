"""Hidden suite of the bonus Q1.8: RGB and HSV."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from autograder.judge import close, hint

HINTS = {
    "shape": "Both functions return float64 in the shape of their input, for (3,), (n, 3) and (H, W, 3): the channels "
    "are the last axis, not the second.",
    "purity": "Your code changed the array that it was given.",
    "hue": "The hue is measured in turns: it lies in [0, 1]. Colours between red and blue need the modulo, and the "
    "result has to be divided by 6.",
    "saturation-value": "Value is the largest channel, and saturation is the spread divided by the value.",
    "back": "The colour of some hue, saturation and value is not right. Try the six pure hues 0, 1/6, ..., 5/6 one by "
    "one, then 1, which is red again.",
    "round-trip": "There and back again should give the same colour up to rounding: no information is lost.",
    "grey": "A grey (all three channels equal, black and white among them) has hue 0 and saturation 0. Division by "
    "zero gives NaN: divide only where there is something to divide by.",
}


def colours(draw, *shape):
    return draw.rng.uniform(0.02, 0.98, size=(*shape, 3))


def one_by_one(convert, colours):
    return np.array([convert(*colour) for colour in colours.reshape(-1, 3)]).reshape(colours.shape)


def same_hue(actual, expected):
    """Hues agree as angles: just below 1 and 0 are neighbours."""
    apart = np.abs(np.asarray(actual) - expected)
    return bool((np.minimum(apart, 1 - apart) < 1e-9).all() and (np.abs(np.asarray(actual) - 0.5) <= 0.5).all())


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """One colour, a list of colours and an image keep their shape; arguments are not modified"""
    for shape in ((), (4,), (3, 5), (3,)):
        given = colours(draw, *shape)
        kept = student.put(given)
        for name in ("rgb_to_hsv", "hsv_to_rgb"):
            with hint("shape"):
                converted = getattr(student, name)(kept)
                assert converted.shape == given.shape
                assert converted.dtype == np.float64
        assert np.array_equal(kept.get(), given), hint("purity")


@pytest.mark.weight(2)
def test_rgb_to_hsv(student, draw):
    """Hue, saturation and value of random colours"""
    for shape in ((30,), (4, 5), (12,)):
        rgb = colours(draw, *shape)
        hsv, right = student.rgb_to_hsv(rgb), one_by_one(colorsys.rgb_to_hsv, rgb)
        assert np.shape(hsv) == rgb.shape, hint("shape")
        with hint("saturation-value"):
            close(hsv[..., 1:], right[..., 1:])
        assert same_hue(hsv[..., 0], right[..., 0]), hint("hue")


@pytest.mark.weight(2)
def test_hsv_to_rgb(student, draw):
    """Colours of random hue, saturation and value, and of the pure hues"""
    for shape in ((30,), (4, 5), (12,)):
        hsv = colours(draw, *shape)
        with hint("back"):
            close(student.hsv_to_rgb(hsv), one_by_one(colorsys.hsv_to_rgb, hsv), atol=1e-9)
    pure = np.ones((7, 3))
    pure[:, 0] = np.arange(7) / 6
    with hint("back"):
        close(student.hsv_to_rgb(pure), np.rint(one_by_one(colorsys.hsv_to_rgb, pure)), atol=1e-9)


@pytest.mark.weight(1)
def test_round_trip(student, draw):
    """There and back again is the same colour"""
    rgb = np.vstack([colours(draw, 40), draw.rng.permutation(np.eye(3)), 1 - np.eye(3)])
    hsv = colours(draw, 40)
    with hint("round-trip"):
        close(student.hsv_to_rgb(student.rgb_to_hsv(rgb)), rgb, rtol=0, atol=1e-12)
        close(student.rgb_to_hsv(student.hsv_to_rgb(hsv)), hsv, rtol=0, atol=1e-10)


@pytest.mark.weight(1)
def test_greys(student, draw):
    """Greys, black and white have no hue and no saturation"""
    levels = np.concatenate([[0.0, 1.0], draw.rng.uniform(0.1, 0.9, size=4)])
    greys = np.repeat(levels[:, None], 3, axis=1)
    with hint("grey"):
        hsv = student.rgb_to_hsv(greys)
        close(hsv, np.stack([0 * levels, 0 * levels, levels], axis=1))
        close(student.hsv_to_rgb(hsv), greys)
