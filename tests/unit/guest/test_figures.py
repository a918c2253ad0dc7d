"""Figures are printed with one drawing; the picture is the one that Jupyter shows."""

from __future__ import annotations

from io import BytesIO

import matplotlib
import numpy as np
import pytest
from IPython.core import pylabtools
from PIL import Image

matplotlib.use("agg")
import matplotlib.pyplot as plt

from autograder.guest import figures


def two_panels():
    fig, (left, right) = plt.subplots(1, 2, figsize=(7, 3), sharey=True)
    left.plot([0, 1], [1, 3], label="a")
    left.legend()
    left.set_title("left")
    right.scatter([1, 2, 3], [3, 2, 1], c=[1, 2, 3])
    fig.suptitle("both")
    return fig


def labels_beyond_the_canvas():
    fig, axes = plt.subplots(figsize=(4, 1.5))
    axes.plot([0, 1e6], [0, 1])
    axes.set_xlabel("time\nin seconds")
    axes.text(1.3, 0.5, "far to the right", transform=axes.transAxes)
    return fig


def image_with_scale():
    fig, axes = plt.subplots(figsize=(4, 3))
    fig.colorbar(axes.imshow(np.arange(12).reshape(3, 4)), label="value")
    axes.annotate("here", (1, 1), (3.5, 2.8), arrowprops={"arrowstyle": "->"})
    return fig


def two_scales():
    fig, axes = plt.subplots()
    axes.bar(["a", "b"], [1, 2])
    axes.twinx().plot([0, 1], [10, -10], "r--")
    axes.set_aspect("equal")
    return fig


def laid_out():
    fig, _ = plt.subplots(2, 2, layout="constrained")
    return fig


def on_a_circle():
    fig, _ = plt.subplots(subplot_kw={"projection": "polar"})
    return fig


def in_space():
    fig = plt.figure()
    fig.add_subplot(projection="3d").plot([0, 1], [0, 1], [0, 1])
    return fig


def figures_in_a_figure():
    fig = plt.figure()
    for part in fig.subfigures(1, 2):
        part.subplots().plot([0, 1])
    return fig


def picture(print_figure, fig, **settings) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(print_figure(fig, **settings))))


@pytest.fixture(autouse=True)
def closed_afterwards():
    yield
    plt.close("all")


EVERY = [
    two_panels, labels_beyond_the_canvas, image_with_scale, two_scales, laid_out, on_a_circle, in_space,
    figures_in_a_figure,
]  # fmt: skip


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_the_picture_is_the_same_to_the_last_pixel(make):
    theirs = picture(pylabtools.print_figure, make())
    ours = picture(figures.print_figure, make())
    assert theirs.shape == ours.shape and np.array_equal(theirs, ours)


def test_axes_in_a_plane_are_drawn_once_and_others_twice(monkeypatch):
    drawn = []
    draw = matplotlib.figure.Figure.draw
    noting = lambda fig, renderer: (drawn.append(fig), draw(fig, renderer))  # noqa: E731
    monkeypatch.setattr(matplotlib.figure.Figure, "draw", noting)
    figures.print_figure(plane := two_panels())
    figures.print_figure(space := in_space())
    assert (drawn.count(plane), drawn.count(space)) == (1, 2)


def test_an_empty_figure_is_no_picture():
    assert figures.print_figure(plt.figure()) is None


def test_what_a_notebook_asks_for_is_kept():
    fig = two_panels()
    whole = picture(figures.print_figure, fig, bbox_inches=None)
    assert whole.shape[:2] == (300, 700)
    assert figures.print_figure(fig, fmt="svg").startswith("<?xml")
    assert isinstance(figures.print_figure(fig, base64=True), str)
