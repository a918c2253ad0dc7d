"""Wheat: counts places and walks the chain backwards."""

def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = dilation * (kernel - 1) + 1
    places = len(range(0, size + 2 * padding - span + 1, stride))
    if places == 0:
        raise ValueError("does not fit")
    return places


def conv_parameter_count(c_in, c_out, kernel, bias=True, groups=1):
    weights = c_in * c_out * kernel**2 // groups
    return weights + c_out * int(bias)


def receptive_field(layers):
    seen = 1
    for kernel, stride in reversed(layers):
        seen = (seen - 1) * stride + kernel
    return seen
