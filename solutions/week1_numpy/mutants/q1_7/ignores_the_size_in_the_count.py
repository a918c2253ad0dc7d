"""Mutant: takes H // stride windows down and W // stride across.
Misconception: windows are thought to start at every stride-th pixel, fitting or not.
Killed by: test_stride_that_does_not_divide, test_windows
Hint: count
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    padded = np.pad(image.astype(float), (0, size))
    rows, columns = H // stride, W // stride
    result = np.zeros((rows, columns, size, size))
    for r in range(rows):
        for c in range(columns):
            result[r, c] = padded[r * stride : r * stride + size, c * stride : c * stride + size]
    return result
