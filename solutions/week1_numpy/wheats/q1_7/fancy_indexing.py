"""Wheat: index arrays that broadcast to four axes."""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    if stride <= 0 or not 0 < size <= min(H, W):
        raise ValueError("size or stride is not possible")
    inside = np.arange(size)
    rows = np.arange(0, H - size + 1, stride)[:, None, None, None] + inside[:, None]
    columns = np.arange(0, W - size + 1, stride)[:, None, None] + inside
    return image[rows, columns].astype(float)
