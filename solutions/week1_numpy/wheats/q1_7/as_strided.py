"""Wheat: as_strided with the strides of the image, then a copy."""


def extract_patches(image, size, stride=1):
    image = np.asarray(image, dtype=float)
    H, W = image.shape
    if stride < 1 or size < 1 or size > H or size > W:
        raise ValueError("size or stride is not possible")
    shape = (1 + (H - size) // stride, 1 + (W - size) // stride, size, size)
    s, t = image.strides
    return np.lib.stride_tricks.as_strided(image, shape, (s * stride, t * stride, s, t)).copy()
