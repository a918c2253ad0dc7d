"""Mutant: repeats the edge.
Misconception: zeros would be an artificial edge.
Killed by: test_padding
Hint: padding
"""

def conv2d(x: F, w: F, b: F, stride: int = 1, padding: int = 0) -> F:
    x = np.pad(np.asarray(x, dtype=np.float64), ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(patches, w, axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(out, -1, 1) + np.asarray(b, dtype=np.float64)[:, None, None]
