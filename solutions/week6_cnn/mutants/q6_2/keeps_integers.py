"""Mutant: keeps the type of the image.
Misconception: numbers are numbers.
Killed by: test_shape_and_type
Hint: shape
"""

def conv2d(x: F, w: F, b: F, stride: int = 1, padding: int = 0) -> F:
    x = np.pad(np.asarray(x), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(patches, w, axes=((1, 4, 5), (1, 2, 3)))
    return (np.moveaxis(out, -1, 1) + np.asarray(b)[:, None, None]).astype(x.dtype)
