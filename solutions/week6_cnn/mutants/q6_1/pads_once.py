"""Mutant: pads on one side.
Misconception: padding is the sum of both sides.
Killed by: test_output_size, test_kernel_that_does_not_fit
Hint: size
"""

def conv_output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    out = (size + padding - dilation * (kernel - 1) - 1) // stride + 1
    if out < 1:
        raise ValueError(f"a kernel of {kernel} with dilation {dilation} does not fit into {size} pixels padded by {padding}")
    return out


def conv_parameter_count(c_in: int, c_out: int, kernel: int, bias: bool = True, groups: int = 1) -> int:
    return c_out * (c_in // groups) * kernel * kernel + (c_out if bias else 0)


def receptive_field(layers: list[tuple[int, int]]) -> int:
    seen, jump = 1, 1
    for kernel, stride in layers:
        seen += (kernel - 1) * jump
        jump *= stride
    return seen
