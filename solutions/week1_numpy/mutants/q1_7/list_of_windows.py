"""Mutant: returns shape (H' * W', size, size).
Misconception: where a window was is thought to be of no interest.
Killed by: test_types_and_shapes, test_mean_is_a_box_filter
Hint: shape
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    starts = [(i, j) for i in range(0, H - size + 1, stride) for j in range(0, W - size + 1, stride)]
    return np.array([image[i : i + size, j : j + size] for i, j in starts], dtype=float)
