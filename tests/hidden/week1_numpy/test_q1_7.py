"""Hidden suite of Q1.7: sliding windows of an image."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import close, hint, probe

HINTS = {
    "shape": "The result has shape (H', W', size, size): windows down, windows across, then the window itself.",
    "float64": "The result is float64, also when the image holds integers.",
    "purity": "Your code changed the image that it was given.",
    "windows": "Window (r, c) should be image[r * stride : r * stride + size, c * stride : c * stride + size]. Try an "
    "image in which every pixel is different, and not a square one.",
    "count": "The number of windows is (H - size) // stride + 1 down and (W - size) // stride + 1 across: the last "
    "window that fits entirely is there, and none that does not.",
    "stride": "The stride counts in both directions: the next window across starts `stride` pixels to the right, the "
    "next one down starts `stride` pixels below.",
    "extremes": "Windows of size 1 are the pixels themselves; one window as large as the image is the image itself.",
    "mean": "The mean of each window should be the image seen through a box filter: every window has its own pixels, "
    "and each of them once.",
    "too-large": "A window that is larger than the height or the width of the image should raise ValueError, and so "
    "should a size or a stride smaller than 1.",
    "view": "Writing into your result changed the image: it is a writable view. Return a copy.",
    "memory-order": "On a transposed image your windows are wrong: as_strided needs the strides of the very array that "
    "it is given, image.strides; they need not be those of rows stored one after another.",
}


def image_of(draw, least):
    """An image with H != W, both at least ``least``."""
    height, width = draw.rng.choice(np.arange(least, least + 7), size=2, replace=False)
    return draw.matrix(int(height), int(width))


def by_loops(image, size, stride):
    height, width = image.shape
    return np.array([
        [image[i : i + size, j : j + size] for j in range(0, width - size + 1, stride)]
        for i in range(0, height - size + 1, stride)
    ])


@pytest.mark.weight(1)
def test_types_and_shapes(student, draw):
    """The result is float64 of shape (H', W', size, size), and the image is not modified"""
    image = image_of(draw, 5)
    kept = student.put(image)
    for given in (kept, draw.rng.integers(0, 17, size=image.shape)):
        patches = student.extract_patches(given, 3)
        assert patches.ndim == 4, hint("shape")
        assert patches.shape == (image.shape[0] - 2, image.shape[1] - 2, 3, 3), hint("count")
        assert patches.dtype == np.float64, hint("float64")
    assert np.array_equal(kept.get(), image), hint("purity")


@pytest.mark.weight(4)
def test_windows(student, draw):
    """Every window shows its own part of the image"""
    for _ in range(4):
        image, size = image_of(draw, 6), draw.integer(2, 5)
        with hint("windows"):
            close(student.extract_patches(image, size), by_loops(image, size, 1))


@pytest.mark.weight(2)
def test_stride(student, draw):
    """The stride counts down and across"""
    for stride in (2, 3, 4):
        image, size = image_of(draw, 8), draw.integer(2, 4)
        with hint("stride"):
            close(student.extract_patches(image, size, stride), by_loops(image, size, stride))


@pytest.mark.weight(2)
def test_stride_that_does_not_divide(student, draw):
    """The last window that fits is there, and none that does not"""
    for size, stride, rest in ((3, 2, 1), (2, 3, 2), (4, 3, 0)):
        down, across = draw.rng.permutation([2, 4])
        image = draw.matrix(int(size + down * stride + rest), int(size + across * stride))
        with hint("count"):
            patches = student.extract_patches(image, size, stride=stride)
            assert patches.shape == (down + 1, across + 1, size, size)
            last = image[down * stride : down * stride + size, across * stride : across * stride + size]
            close(patches[-1, -1], last)


@pytest.mark.weight(1)
def test_smallest_and_largest_window(student, draw):
    """Windows of one pixel, and one window as large as the image"""
    image = image_of(draw, 4)
    square = draw.matrix(5, 5)
    with hint("extremes"):
        close(student.extract_patches(image, 1), image[:, :, None, None])
        close(student.extract_patches(square, 5), square[None, None])


@pytest.mark.weight(1)
def test_mean_is_a_box_filter(student, draw):
    """The means of the windows are the image through a box filter"""
    for _ in range(3):
        image, size = image_of(draw, 6), draw.integer(2, 5)
        # sums of rectangles out of one table of cumulative sums: nothing here slides a window
        table = np.pad(image.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        sums = table[size:, size:] - table[:-size, size:] - table[size:, :-size] + table[:-size, :-size]
        patches = student.extract_patches(image, size)
        with hint("mean"):
            assert patches.ndim == 4
            close(patches.mean(axis=(2, 3)), sums / size**2, atol=1e-10)


@pytest.mark.weight(1)
def test_windows_that_do_not_fit(student, draw):
    """A window that does not fit, or has no size, raises ValueError"""
    image = image_of(draw, 4)
    short, long = sorted(image.shape)
    assert student.extract_patches(image, short).shape[2:] == (short, short), hint("shape")
    with hint("too-large"):
        for given in (image, image.T.copy()):
            for size in (short + 1, long + 1):
                with pytest.raises(ValueError):
                    student.extract_patches(given, size)
        for size, stride in ((0, 1), (2, 0)):
            with pytest.raises(ValueError):
                student.extract_patches(image, size, stride)


@probe
def write_into_the_result(notebook, image, size):
    """The image after somebody has tried to write into its windows."""
    for stride in (1, size):
        patches = notebook.extract_patches(image, size, stride)
        try:
            patches[...] = -1.0
        except ValueError:  # a read-only view is as good as a copy
            pass
    return image


@pytest.mark.weight(1)
def test_result_is_no_writable_view(student, draw):
    """Writing into the result does not change the image"""
    image = image_of(draw, 5)
    assert np.array_equal(student.probe(write_into_the_result, image, 2), image), hint("view")


@probe
def windows_of_views(notebook, image, size, stride):
    """Windows of a transposed image, and of every second row and column of an image."""
    return notebook.extract_patches(image.T, size, stride), notebook.extract_patches(image[::2, ::-2], size, stride)


@pytest.mark.weight(1)
def test_images_in_another_memory_order(student, draw):
    """Transposed and sliced images are images too"""
    image = image_of(draw, 9)
    with hint("memory-order"):
        transposed, sliced = student.probe(windows_of_views, image, 3, 2)
        close(transposed, by_loops(image.T, 3, 2))
        close(sliced, by_loops(image[::2, ::-2], 3, 2))
