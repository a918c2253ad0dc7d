"""Mutant: returns a writable view of the image.
Misconception: as_strided is thought to copy.
Killed by: test_result_is_no_writable_view
Hint: view
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    image = np.asarray(image, dtype=float)
    down, across = image.strides
    shape = ((H - size) // stride + 1, (W - size) // stride + 1, size, size)
    return np.lib.stride_tricks.as_strided(image, shape, (down * stride, across * stride, down, across))
