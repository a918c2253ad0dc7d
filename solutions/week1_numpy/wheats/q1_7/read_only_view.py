"""Wheat: a read-only view without any copy."""


def extract_patches(image, size, stride=1):
    if min(size, stride) < 1 or size > min(image.shape):
        raise ValueError("size or stride is not possible")
    view = np.lib.stride_tricks.sliding_window_view(image.astype(np.float64, copy=False), (size, size))
    return view[::stride, ::stride]
