"""Torch tensors on the wire: the numbers as an array, with a tag that says that they were a tensor.

Neither the graph, nor hooks, nor the device cross. Nothing here imports torch: a side that has not imported it
itself has no tensors to send, and none may come to it.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograder.protocol import ProtocolError

DTYPES = frozenset(
    "bool uint8 int8 int16 int32 int64 float16 float32 float64 complex64 complex128".split()
)
"""Those that NumPy and torch both have, by their common names."""


def known() -> bool:
    """Whether this process has imported torch."""
    return "torch" in sys.modules


def array_of(value: Any) -> np.ndarray | None:
    """The numbers of a tensor or a parameter; None for everything else.

    A subclass, a sparse tensor, one on an accelerator or of a type that NumPy lacks is "everything else". What
    ``expand`` made is a view here too: its size is checked before anything is copied.
    """
    torch = sys.modules.get("torch")
    if torch is None or type(value) not in (torch.Tensor, torch.nn.Parameter):
        return None
    if value.layout is not torch.strided or value.device.type != "cpu" or value.is_quantized:
        return None
    if str(value.dtype).removeprefix("torch.") not in DTYPES:
        return None
    return value.detach().resolve_conj().resolve_neg().numpy()


def tensor_of(array: Any) -> Any:
    """The tensor that :func:`array_of` took apart, without a graph.

    Raises
    ------
    ProtocolError
        For what it would not have made.
    """
    torch = sys.modules.get("torch")
    if torch is None or type(array) is not np.ndarray or array.dtype.name not in DTYPES:
        raise ProtocolError("a tensor is malformed")
    if not array.dtype.isnative:
        raise ProtocolError("a tensor's numbers are in foreign byte order")
    return torch.from_numpy(array)
