"""Mutant: transposes every window.
Misconception: the order of the last two axes is thought not to matter.
Killed by: test_windows
Hint: windows
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    view = np.lib.stride_tricks.sliding_window_view(image.astype(float), (size, size))[::stride, ::stride]
    return view.swapaxes(2, 3).copy()
