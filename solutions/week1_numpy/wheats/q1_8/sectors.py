"""Wheat: the six sectors of the colour circle, chosen by number; masks instead of where."""


def rgb_to_hsv(rgb):
    rgb = np.array(rgb, dtype=float)
    hsv = np.zeros(rgb.shape)
    top = np.argmax(rgb, axis=-1)
    value = np.take_along_axis(rgb, top[..., None], axis=-1)[..., 0]
    chroma = value - np.min(rgb, axis=-1)
    for k in range(3):
        here = (top == k) & (chroma > 0)
        following, preceding = rgb[..., (k + 1) % 3][here], rgb[..., (k + 2) % 3][here]
        hsv[..., 0][here] = ((following - preceding) / chroma[here] + 2 * k) / 6 % 1.0
    lit = value > 0
    hsv[..., 1][lit] = chroma[lit] / value[lit]
    hsv[..., 2] = value
    return hsv


def hsv_to_rgb(hsv):
    hsv = np.asarray(hsv, dtype=float)
    h, s, v = hsv[..., 0] * 6, hsv[..., 1], hsv[..., 2]
    sector = np.floor(h).astype(int)
    f = h - sector
    low, falling, rising = v * (1 - s), v * (1 - s * f), v * (1 - s * (1 - f))
    choices = np.stack([v, falling, low, low, rising, v], axis=0)
    rgb = [np.take_along_axis(choices, ((sector + shift) % 6)[None], axis=0)[0] for shift in (0, 4, 2)]
    return np.stack(rgb, axis=-1)
