"""Mutant: cuts the image into tiles: the next window starts where the last one ended.
Misconception: the default stride is thought to be the size.
Killed by: test_windows, test_mean_is_a_box_filter
Hint: windows
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1 or size > min(H, W):
        raise ValueError("the window does not fit")
    step = size if stride == 1 else stride
    view = np.lib.stride_tricks.sliding_window_view(image.astype(float), (size, size))
    return view[::step, ::step].copy()
