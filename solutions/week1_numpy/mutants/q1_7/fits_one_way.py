"""Mutant: raises only where the window is larger than height and width.
Misconception: max is written for min.
Killed by: test_windows_that_do_not_fit
Hint: too-large
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > max(H, W):
        raise ValueError("the window does not fit")
    result = np.zeros((max((H - size) // stride + 1, 0), max((W - size) // stride + 1, 0), size, size))
    for r in range(result.shape[0]):
        for c in range(result.shape[1]):
            result[r, c] = image[r * stride : r * stride + size, c * stride : c * stride + size]
    return result
