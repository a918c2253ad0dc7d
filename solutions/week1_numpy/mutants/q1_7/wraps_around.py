"""Mutant: shifts the columns of each window by one, wrapping around.
Misconception: np.roll is used where a slice is meant.
Killed by: test_mean_is_a_box_filter, test_windows, test_smallest_and_largest_window
Hint: mean
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    rolled = np.roll(image.astype(float), 1, axis=1)
    return np.lib.stride_tricks.sliding_window_view(rolled, (size, size))[::stride, ::stride].copy()
