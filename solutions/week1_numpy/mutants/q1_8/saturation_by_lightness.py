"""Mutant: divides the spread by max + min, as HSL does for dark colours.
Misconception: HSV and HSL are mixed.
Killed by: test_rgb_to_hsv, test_round_trip
Hint: saturation-value
"""


def rgb_to_hsv(rgb):
    rgb = np.asarray(rgb, dtype=float)
    r, g, b = np.moveaxis(rgb, -1, 0)
    v, c = rgb.max(-1), np.ptp(rgb, axis=-1)
    d = np.where(c > 0, c, 1)
    h = np.select([v == r, v == g], [(g - b) / d % 6, (b - r) / d + 2], (r - g) / d + 4) / 6
    return np.stack([np.where(c > 0, h, 0), c / np.where(v > 0, 2 * v - c, 1), v], axis=-1)


def hsv_to_rgb(hsv):
    h, s, v = np.moveaxis(np.asarray(hsv, dtype=float), -1, 0)
    channels = []
    for n in (5, 3, 1):
        q = (n + 6 * h) % 6
        channels.append(v - v * s * np.clip(np.minimum(q, 4 - q), 0, 1))
    return np.stack(channels, axis=-1)
