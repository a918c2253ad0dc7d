"""Whatever a student hands in is read, or named."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.nbgrader_bridge.restore import restore
from autograder.nbgrader_bridge.submitted import files_beside, files_of, read_submitted
from autograder.records import Limits
from tests.unit.nbgrader_bridge.notebooks import RELEASED, save, submitted


def read(path, expected=("n",), max_mb=1.0):
    return read_submitted(path, RELEASED, expected, max_mb)


def test_a_good_notebook_is_read_without_a_note(tmp_path):
    raw = read(save(tmp_path, submitted(f_solution="def f():\n    return 1")))
    assert raw.notes == ()
    assert [c.grade_id for c in raw.cells] == [c.name for c in RELEASED.cells]
    assert raw.cells[1].source == "def f():\n    return 1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        json.dumps(submitted())[:300],
        "[1, 2]",
        "null",
        "3",
        '{"nbformat": 3, "worksheets": []}',
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": {"a": 1}}',
        '{"nbformat": "4", "cells": []}',
        "[" * 100_000,
        "9" * 5000,
        "x" * 1_100_000,
    ],
    ids=range(12),
)
def test_a_file_that_is_no_notebook_is_named(tmp_path, text):
    raw = read(save(tmp_path, text))
    assert raw.cells is None
    assert [n.kind for n in raw.notes] == ["unreadable-notebook"]
    assert "n.ipynb" in raw.notes[0].text


def test_a_folder_a_link_and_a_fifo_are_not_opened(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "n.ipynb").mkdir()
    secret = save(tmp_path, submitted(), "secret.ipynb")
    for name in "bc":
        (tmp_path / name).mkdir()
    (tmp_path / "b" / "n.ipynb").symlink_to(secret)
    os.mkfifo(tmp_path / "c" / "n.ipynb")
    for name in "abc":
        assert [n.kind for n in read(tmp_path / name / "n.ipynb").notes] == ["unreadable-notebook"]


def test_a_missing_notebook_is_named(tmp_path):
    assert [n.kind for n in read(tmp_path / "n.ipynb").notes] == ["missing-notebook"]
    assert [n.kind for n in read(tmp_path / "nowhere" / "n.ipynb").notes] == ["missing-notebook"]


def test_the_only_notebook_with_the_released_cells_is_taken_for_the_missing_one(tmp_path):
    save(tmp_path, submitted(f_solution="mine"), "n (1).ipynb")
    save(tmp_path, {"nbformat": 4, "cells": []}, "scratch.ipynb")
    save(tmp_path, "half a fi", "broken.ipynb")
    raw = read(tmp_path / "n.ipynb")
    assert [n.kind for n in raw.notes] == ["wrong-name"]
    assert "n (1).ipynb" in raw.notes[0].text
    assert raw.cells[1].source == "mine"


def test_of_two_candidates_none_is_taken(tmp_path):
    for name in ("a.ipynb", "b.ipynb"):
        save(tmp_path, submitted(), name)
    assert [n.kind for n in read(tmp_path / "n.ipynb").notes] == ["missing-notebook"]


def test_another_notebook_of_the_assignment_is_never_taken(tmp_path):
    save(tmp_path, submitted(), "m.ipynb")
    assert [n.kind for n in read(tmp_path / "n.ipynb", expected=("n", "m")).notes] == ["missing-notebook"]


def test_cells_of_odd_types_are_read_as_far_as_they_go(tmp_path):
    odd = [
        3,
        {},
        {"cell_type": "hologram", "source": 3},
        {"cell_type": "code", "source": ["a", 3], "metadata": []},
        {"cell_type": "code", "source": "\ud800", "metadata": {"nbgrader": {"grade_id": 7, "checksum": []}}},
    ]
    raw = read(save(tmp_path, {"nbformat": 4, "cells": odd}))
    assert [(c.kind, c.source, c.grade_id) for c in raw.cells] == [
        ("raw", "", ""),
        ("raw", "", ""),
        ("code", "a", ""),
        ("code", "?", ""),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | json_values,
        "id": st.text() | json_values,
        "source": st.text() | json_values,
        "metadata": st.fixed_dictionaries(
            {"nbgrader": st.fixed_dictionaries({"grade_id": st.sampled_from([c.name for c in RELEASED.cells])})}
        )
        | json_values,
        "attachments": json_values,
        "outputs": json_values,
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(cells | json_values, max_size=8), json_values)
def test_no_json_makes_reading_and_restoring_fail(tmp_path_factory, found, metadata):
    import nbformat

    folder = tmp_path_factory.mktemp("any")
    notebook, _notes = restore(
        read(save(folder, {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": found})), RELEASED
    )
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode("utf-8")


def test_files_are_read_in_order_without_those_of_nbgrader_and_without_links(tmp_path):
    for name in ("b.csv", "a.csv", "timestamp.txt", "submission_secret.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    files, notes = files_of({p.name: p for p in tmp_path.iterdir()}, 1000)
    assert files == (("a.csv", b"a.csv"), ("b.csv", b"b.csv"))
    assert notes == ()


def test_a_file_that_does_not_fit_is_left_out_with_a_note(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"x" * 600)
    (tmp_path / "b.bin").write_bytes(b"x" * 600)
    (tmp_path / "c.bin").write_bytes(b"x" * 100)
    files, notes = files_of({p.name: p for p in tmp_path.iterdir()}, 1000)
    assert [name for name, _ in files] == ["a.bin", "c.bin"]
    assert [n.kind for n in notes] == ["large-file"]
    assert "b.bin" in notes[0].text


def test_the_courses_files_win_over_a_students_unless_they_are_to_be_edited(tmp_path):
    for folder, text in (("submitted", "mine"), ("released", "theirs")):
        (tmp_path / folder / "data").mkdir(parents=True)
        for name in ("a.csv", "b.py", "nb.ipynb"):
            (tmp_path / folder / "data" / name).write_text(text)
    (tmp_path / "submitted" / "timestamp.txt").write_text("now")
    folders = tmp_path / "submitted", tmp_path / "released"
    files, _ = files_beside(*folders, Limits(), editable=["data/b.py"])
    assert files == (("data/a.csv", b"theirs"), ("data/b.py", b"mine"))


def test_files_may_take_half_of_the_scratch_space(tmp_path):
    (tmp_path / "big").write_bytes(bytes(600_000))
    files, notes = files_beside(tmp_path, tmp_path / "none", Limits(scratch_mb=1))
    assert files == () and notes[0].kind == "large-file"
