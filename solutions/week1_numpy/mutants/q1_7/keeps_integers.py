"""Mutant: returns integers for an image of integers.
Misconception: the dtype of the image is thought to be float64 always.
Killed by: test_types_and_shapes
Hint: float64
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    return np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride].copy()
