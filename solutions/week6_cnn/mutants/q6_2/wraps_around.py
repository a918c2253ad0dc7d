"""Mutant: lets the image wrap around and cuts nothing off at the far side of the stride.
Misconception: an image is a torus.
Killed by: test_translation_and_linearity, test_padding
Hint: padding
"""

def conv2d(x: F, w: F, b: F, stride: int = 1, padding: int = 0) -> F:
    x = np.pad(np.asarray(x, dtype=np.float64), ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="wrap")
    x = x + 0.1 * np.arange(x.shape[3])
    patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(patches, w, axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(out, -1, 1) + np.asarray(b, dtype=np.float64)[:, None, None]
