"""Mutant: returns windows across first, then down.
Misconception: x before y, as in geometry, instead of row before column.
Killed by: test_windows, test_types_and_shapes
Hint: windows
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    view = np.lib.stride_tricks.sliding_window_view(image.astype(float), (size, size))[::stride, ::stride]
    return view.swapaxes(0, 1).copy()
