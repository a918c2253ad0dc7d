"""Mutant: applies the stride to rows only.
Misconception: one slice is thought to stride over both axes.
Killed by: test_stride
Hint: stride
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    return np.lib.stride_tricks.sliding_window_view(image.astype(float), (size, size))[::stride].copy()
