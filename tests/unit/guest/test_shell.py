"""What a cell is to IPython, it is to the grader's shell, which looks for magics in fewer places."""

from __future__ import annotations

import inspect

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

from autograder.guest import shell

CELLS = {
    "plain": "x = 1\nfor i in range(3):\n    x += i\n",
    "a magic": "%matplotlib inline\nx = 1",
    "an assigned magic": "place = %pwd\n",
    "a cell magic": "%%time\nx = 1\n",
    "a shell command": "!ls\n",
    "an assigned shell command": "files = !ls\n",
    "a question": "x?\n",
    "a comment that asks": "x = 1  # really?\n",
    "a magic's look in a text": "text = '''\n%matplotlib inline\n!ls\nx?\n'''\n",
    "a remainder on a line of its own": "x = (7\n% 3)\n",
    "indented as a whole": "    x = 1\n    y = 2\n",
    "with prompts": ">>> x = 1\n>>> y = 2\n",
    "with a prompt of IPython's": "In [1]: x = 1\n",
    "waiting": "await something()\n",
    "a line that escapes": "x = '\\d'\n",
    "empty": "",
    "broken": "def f(:\n",
    "broken, with a magic": "%pwd\ndef f(:\n",
    "a null byte": "x = 1\0",
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_transformed_as_ipython_does_it(name):
    assert shell.CellTransformer().transform_cell(CELLS[name]) == TransformerManager().transform_cell(CELLS[name])


@pytest.mark.parametrize("source", ["await x()", "async with x: pass", "x = [i async for i in y]", "x = 1", "def f(:"])
def test_a_cell_waits_where_ipython_would_wait(source):
    ours, stock = (
        kind.__new__(kind).should_run_async(source, transformed_cell=source)  # not made up: it would take sys.stdout
        for kind in (shell.GradingShell, InteractiveShell)
    )
    assert ours is stock


def test_a_cells_frame_is_of_the_notebooks_own_module():
    try:
        exec(compile("1 / 0", "<cell q1>", "exec"), {"__name__": "__main__"})
    except ZeroDivisionError as error:
        trace = error.__traceback__.tb_next
    shell._say_whose_cells_are(trace)
    assert inspect.getmodule(trace.tb_frame).__name__ == "__main__"
