"""Wheat: all points ahead first, then all points behind."""


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float, order="F")

    def moved(amount):
        values = np.zeros(x.shape)
        for k in range(x.size):
            point = x.copy()
            point.flat[k] += amount
            values.flat[k] = f(point)
        return values

    return (moved(+h) - moved(-h)) / (2.0 * h)
