"""Mutant: loses the last window down and across.
Misconception: range(H - size) is thought to reach H - size.
Killed by: test_stride_that_does_not_divide, test_types_and_shapes, test_smallest_and_largest_window
Hint: count
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    rows = [[image[i : i + size, j : j + size] for j in range(0, W - size, stride)] for i in range(0, H - size, stride)]
    return np.array(rows, dtype=float)
