"""Mutant: adds kernels without their strides.
Misconception: a stride only saves time.
Killed by: test_receptive_field
Hint: field
"""

def conv_output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    out = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    if out < 1:
        raise ValueError(f"a kernel of {kernel} with dilation {dilation} does not fit into {size} pixels padded by {padding}")
    return out


def conv_parameter_count(c_in: int, c_out: int, kernel: int, bias: bool = True, groups: int = 1) -> int:
    return c_out * (c_in // groups) * kernel * kernel + (c_out if bias else 0)


def receptive_field(layers: list[tuple[int, int]]) -> int:
    seen, jump = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * jump
    return seen
