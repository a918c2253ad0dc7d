"""Wheat: a loop over the entries of the kernel, einsum."""

def conv2d(x, w, b, stride=1, padding=0):
    n, c, height, width = x.shape
    f, _, kh, kw = w.shape
    padded = np.zeros((n, c, height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    rows, columns = (padded.shape[2] - kh) // stride + 1, (padded.shape[3] - kw) // stride + 1
    out = np.zeros((n, f, rows, columns))
    for p in range(kh):
        for q in range(kw):
            part = padded[:, :, p : p + (rows - 1) * stride + 1 : stride, q : q + (columns - 1) * stride + 1 : stride]
            out += np.einsum("nchw,fc->nfhw", part, w[:, :, p, q])
    return out + np.reshape(b, (1, f, 1, 1))
