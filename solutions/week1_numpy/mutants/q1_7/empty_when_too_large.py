"""Mutant: returns no windows where none fits.
Misconception: an empty result is thought to be an answer; the error shows up far from its cause.
Killed by: test_windows_that_do_not_fit
Hint: too-large
"""


def extract_patches(image, size, stride=1):
    H, W = image.shape
    rows, columns = max((H - size) // stride + 1, 0), max((W - size) // stride + 1, 0)
    result = np.zeros((rows, columns, size, size))
    for r in range(rows):
        for c in range(columns):
            result[r, c] = image[r * stride : r * stride + size, c * stride : c * stride + size]
    return result
