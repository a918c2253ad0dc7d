"""Mutant: computes the strides from the width of the image.
Misconception: every array is thought to be stored row after row.
Killed by: test_images_in_another_memory_order
Hint: memory-order
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    image = np.asarray(image, dtype=float)
    down, across = W * 8, 8
    shape = ((H - size) // stride + 1, (W - size) // stride + 1, size, size)
    view = np.lib.stride_tricks.as_strided(image, shape, (down * stride, across * stride, down, across))
    return view.copy()
