"""How an autograded notebook is written down."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4

from autograder.nbgrader_bridge.exporter import as_text

CELLS = [
    v4.new_markdown_cell("Überschrift\nzwei"),
    v4.new_code_cell("x = 1", outputs=[v4.new_output("stream", text="a\nb\n")]),
    v4.new_code_cell(""),
]


@pytest.mark.parametrize("count", range(4))
def test_what_is_written_is_read_as_nbformats_own_would_be(count):
    notebook = v4.new_notebook(cells=CELLS[:count], metadata={"language_info": {"name": "python"}})
    read = nbformat.reads(as_text(notebook), 4)
    assert read == nbformat.reads(nbformat.writes(notebook), 4)
    nbformat.validate(read)


def test_each_cell_has_its_line():
    lines = as_text(v4.new_notebook(cells=CELLS)).splitlines()
    assert [line.count('"cell_type"') for line in lines] == [0, 1, 1, 1, 0, 0]
