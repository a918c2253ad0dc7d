"""Mutant: goes through rows in steps and not through columns.
Misconception: a stride is for rows.
Killed by: test_stride
Hint: stride
"""

def conv2d(x: F, w: F, b: F, stride: int = 1, padding: int = 0) -> F:
    x = np.pad(np.asarray(x, dtype=np.float64), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride]
    out = np.tensordot(patches, w, axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(out, -1, 1) + np.asarray(b, dtype=np.float64)[:, None, None]
