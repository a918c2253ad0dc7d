"""Pay once, in the supervisor, for what every session would otherwise pay again."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import shutil
import sys
from pathlib import Path


def prepare(imports: list[str]) -> None:
    """Import the week's libraries, touch their lazy parts with tiny operations, and make the shell.

    Runs in the trusted supervisor before any student code exists; leaves it single-threaded.

    Raises
    ------
    ImportError
        If a library of the week's list is not in the grading environment.
    """
    # set before matplotlib is imported: figures arrive as PNG without any magic, as in Jupyter
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    # it would warn, on stderr, that it has to make its cache directory: nbgrader takes stderr for a failed cell
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from autograder.guest import otter_stub, serve, shell

    shell.make_shell()
    otter_stub.install()
    if "matplotlib.pyplot" in imports:
        _bring_list_of_fonts()
        from autograder.guest import figures

        figures.install()
    for name in imports:
        importlib.import_module(name)
    serve.warm_up()
    if "matplotlib.pyplot" in imports:
        shell.warm_figures()
    if "scipy.special" in imports:
        with contextlib.suppress(ImportError):
            from scipy.special import logsumexp

            logsumexp([0.0, 1.0])
    if "torch" in imports:
        _train_once()
    shell.warm_up()  # last: it looks at every module that is there


def _bring_list_of_fonts() -> None:
    """Put the image's list of fonts where matplotlib looks for it: to make one takes a tenth of a sandbox's start."""
    import matplotlib

    with contextlib.suppress(OSError):  # then it makes one
        for path in Path(sys.prefix, "share", "matplotlib").glob("fontlist-*.json"):
            shutil.copy(path, matplotlib.get_cachedir())


def _train_once() -> None:
    """One step of a tiny network: a process's first optimizer imports torch's compiler, which takes half as long as
    to import torch, and its first convolution writes machine code. Not beside a card: an optimizer's step starts CUDA
    there, and no fork of a process survives that."""
    import torch
    from torch import nn

    if torch.cuda.is_available():  # asks the driver alone, as `boot` has set it
        return
    state = torch.get_rng_state()
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 2)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    nn.functional.cross_entropy(model(torch.zeros(2, 1, 8, 8)), torch.zeros(2, dtype=torch.long)).backward()
    optimizer.step()
    torch.set_rng_state(state)
