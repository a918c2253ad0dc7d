"""Wheat: two plain loops."""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if size < 1 or stride < 1:
        raise ValueError("size and stride must be positive")
    if size > H or size > W:
        raise ValueError("the window does not fit")
    down, across = (H - size) // stride + 1, (W - size) // stride + 1
    patches = np.empty((down, across, size, size))
    for r in range(down):
        for c in range(across):
            patches[r, c] = image[r * stride : r * stride + size, c * stride : c * stride + size]
    return patches
