"""Mutant: sets the image's border to zero in place.
Misconception: padding can be had for nothing.
Killed by: test_shape_and_type
Hint: purity
"""

def conv2d(x: F, w: F, b: F, stride: int = 1, padding: int = 0) -> F:
    if padding:
        x[:, :, 0] += 1.0
    x = np.pad(np.asarray(x, dtype=np.float64), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(patches, w, axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(out, -1, 1) + np.asarray(b, dtype=np.float64)[:, None, None]
