"""Wheat: the standard library, one colour at a time."""


import colorsys


def _each(convert, colours):
    colours = np.asarray(colours, dtype=float)
    flat = [convert(*colour) for colour in colours.reshape(-1, 3).tolist()]
    return np.array(flat).reshape(colours.shape)


def rgb_to_hsv(rgb):
    return _each(colorsys.rgb_to_hsv, rgb)


def hsv_to_rgb(hsv):
    return _each(colorsys.hsv_to_rgb, hsv)
