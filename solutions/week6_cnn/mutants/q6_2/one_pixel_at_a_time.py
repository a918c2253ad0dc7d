"""Mutant: loops over samples, filters and pixels.
Misconception: a formula with indices is a loop.
Killed by: test_speed
Hint: loop
"""

def conv2d(x, w, b, stride=1, padding=0):
    x = np.pad(np.asarray(x, dtype=np.float64), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    height, width = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    out = np.empty((len(x), len(w), height, width))
    for n in range(len(x)):
        for f in range(len(w)):
            for i in range(height):
                for j in range(width):
                    patch = x[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
                    out[n, f, i, j] = np.sum(patch * w[f]) + b[f]
    return out
