"""nbgrader's source notebooks as weeks: whole, or refused with the cell and the line; nothing is run on the way."""

from __future__ import annotations

import errno
import json
import shutil

import pytest

from autograder.course import load_course
from autograder.errors import BadArchive, CannotImport, GraderError, Unwritable
from autograder.interop import new_week
from autograder.interop.import_nbgrader import read_nbgrader
from autograder.interop.new_week import write_week, write_weeks

HIDDEN = "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 2\n### END HIDDEN TESTS"


def cell(source, kind="code", **meta):
    flags = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    made = {"cell_type": kind, "metadata": {"nbgrader": {**flags, **meta}} if meta else {}, "source": source}
    return {**made, "outputs": [], "execution_count": None} if kind == "code" else made


def graded(source=HIDDEN, **meta):
    return cell(source, **{"grade_id": "t", "grade": True, "locked": True, "points": 2, **meta})


SOLUTION = cell(
    "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION", grade_id="a", solution=True
)


def notebook(path, *cells, **more):
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}))
    return path


def refused(tmp_path, *cells, **more):
    path = notebook(tmp_path / "lab.ipynb", *cells, **more)
    with pytest.raises((BadArchive, CannotImport)) as error:
        write_weeks(tmp_path / "course", read_nbgrader(path))
    assert not (tmp_path / "course" / "solutions").exists(), "nothing is written"
    return "\n".join(error.value.problems).replace(str(path), "lab.ipynb")


def imported(tmp_path, *cells):
    (week,) = read_nbgrader(notebook(tmp_path / "lab.ipynb", *cells))
    return write_week(tmp_path / "course", week)


def suite(done):
    return (done.folder.parents[1] / "tests" / "hidden" / done.name / "test_t.py").read_text()


def test_hidden_tests_leave_the_notebook(tmp_path):
    done = imported(tmp_path, SOLUTION, graded())
    assert load_course(tmp_path / "course").problems() == ()
    text = (done.folder / "lab.py").read_text()
    assert "assert f(1) == 1" in text and "f(2)" not in text and "HIDDEN" not in text
    assert "student.f(2) == 2" in suite(done)


@pytest.mark.parametrize("mark", ["# {}", "#{}", "## {}", "### {}", "# --- {} ---", 'mark = "{}"'])
def test_a_mark_is_its_words_anywhere_in_a_line_as_nbgrader_has_it(tmp_path, mark):
    source = "assert f(1) == 1\n{}\nassert f(2) == 2\n{}".format(
        mark.format("BEGIN HIDDEN TESTS"), mark.format("END HIDDEN TESTS")
    )
    solution = SOLUTION | {"source": SOLUTION["source"].replace("### BEGIN", "#BEGIN").replace("### END", "# x END")}
    done = imported(tmp_path, solution, graded(source))
    assert "f(2)" not in (done.folder / "lab.py").read_text()
    assert "f(2) == 2" in suite(done)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x = 1\n### AUTOTEST f(1)", "cell 2, line 2: AUTOTEST is not supported"),
        ("# HASHED AUTOTEST f(1)", "cell 2, line 1: AUTOTEST is not supported"),
        ("### BEGIN HIDDEN TESTS\nassert f(1)", "cell 2, line 1: BEGIN HIDDEN TESTS and END HIDDEN TESTS do not pair"),
        ("assert f(1)\n### END HIDDEN TESTS", "cell 2, line 2: BEGIN HIDDEN TESTS and END HIDDEN TESTS do not pair"),
        ("### END HIDDEN TESTS\nassert f(1)\n### BEGIN HIDDEN TESTS", "line 1: BEGIN HIDDEN TESTS and END"),
        (f"### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS", "line 3: BEGIN HIDDEN TESTS and END"),
        ("x = 0\nif f(1):\n    x = 1\nx", "cell 2, line 4: t: partial credit"),
        ("assert f(1)\n%timeit f(1)", "cell 2, line 2: t: is no plain Python"),
        ("assert f(1)\n### BEGIN HIDDEN TESTS\n!ls\n### END HIDDEN TESTS", "line 3: t: is no plain Python"),
        ("await f(1)", "cell 2, line 1: t: is no plain Python"),
        ("from numpy import *\nassert f(1)", "line 1: 'import *' works in a cell only"),
        ("if True:\n    ### BEGIN HIDDEN TESTS\n    assert f(1)\n    ### END HIDDEN TESTS", "grade cell t, line 1"),
        ("assert f(1) != " + "9" * 5000, "cell 2, line 1: t: is no plain Python"),
        ("assert " + "-" * 3000 + "1", "cell 2, line 1: t: is no plain Python"),
        ("assert f('\0')", "cell 2: holds the character U+0000"),
        ("assert f('\ud800')", "cell 2: holds the character U+D800"),
        ("assert f(1)\x0c", "cell 2: holds the character U+000C"),
    ],
)
def test_tests_that_cannot_be_taken_along_are_named_with_their_line(tmp_path, source, says):
    assert says in refused(tmp_path, SOLUTION, graded(source))


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ({"schema_version": 2}, "cell 2: nbgrader metadata of schema 2. Run: nbgrader update FILE"),
        ({"schema_version": 9}, "cell 2: nbgrader metadata of schema 9. It was made by a newer nbgrader"),
        ({"schema_version": "3"}, "nbgrader metadata of schema '3'"),
        ({"points": None}, "cell 2: t: points None are no number"),
        ({"points": "2"}, "points '2' are no number"),
        ({"points": True}, "points True are no number"),
        ({"points": -2}, "points -2 are no number"),
        ({"points": float("nan")}, "points nan are no number"),
        ({"points": float("inf")}, "points inf are no number"),
        ({"points": 10**400}, "cell 2: t: points 1000"),
        ({"points": 0}, "cell 2: t: has no points"),
        ({"grade_id": ["x"]}, "cell 2: the grade_id ['x'] is no text"),
        ({"grade_id": 5}, "cell 2: the grade_id 5 is no text"),
        ({"grade_id": "x" * 200}, "is longer than 100 letters. Shorten it"),
    ],
)
def test_odd_metadata_of_a_grade_cell_is_named(tmp_path, meta, says):
    assert says in refused(tmp_path, SOLUTION, graded(**meta))


@pytest.mark.parametrize("points", [10**400, float("nan"), -1, "x"])
def test_odd_points_of_what_a_person_scores_are_named(tmp_path, points):
    manual = cell("x", "markdown", grade_id="m", grade=True, solution=True, points=points)
    assert "cell 3: m: points " in refused(tmp_path, SOLUTION, graded(), manual)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"metadata": [1]}, "lab.ipynb: its metadata is [1] and no object"),
        ({"metadata": {"kernelspec": "python"}}, "lab.ipynb: its kernelspec is 'python' and no object"),
        ({"metadata": {"x": "\ud800"}}, "its metadata holds half a character"),
        ({"cells": {}}, "is no notebook in format 4"),
        ({"cells": [{"cell_type": "code", "source": [["a"]]}]}, "is no notebook in format 4"),
        ({"cells": [SOLUTION, graded() | {"metadata": [1]}]}, "cell 2: its metadata is [1] and no object"),
        ({"cells": [SOLUTION, graded() | {"metadata": "x"}]}, "cell 2: its metadata is 'x' and no object"),
        ({"cells": [SOLUTION, graded() | {"metadata": {"nbgrader": [1]}}]}, "cell 2: its nbgrader is [1] and no"),
        ({"metadata": {"kernelspec": {"language": "R"}}, "cells": [SOLUTION, graded()]}, "kernel's language is 'R'"),
    ],
)
def test_an_odd_notebook_is_refused_for_what_is_odd(tmp_path, more, says):
    assert says in refused(tmp_path, **more)


def test_a_solution_that_cannot_be_read_is_no_crash(tmp_path):
    for number, source in enumerate(("x = " + "-" * 3000 + "1", "%matplotlib inline\nx = 1")):
        path = notebook(tmp_path / f"lab{number}.ipynb", cell(source, grade_id="a", solution=True), graded("assert x"))
        assert write_weeks(tmp_path / "course", read_nbgrader(path))


def test_tests_too_deep_to_be_moved_stay_in_the_sandbox_or_are_named(tmp_path):
    path = notebook(tmp_path / "lab.ipynb", SOLUTION, graded("assert f(" + "1 + " * 700 + "1)"))
    try:
        (week,) = read_nbgrader(path)
    except GraderError:
        return
    assert week.suites or any("too deep" in p for p in week.problems)


def test_hidden_tests_in_a_cell_that_is_not_graded_are_refused_as_nbgrader_does(tmp_path):
    says = "cell 1: BEGIN HIDDEN TESTS in a cell that is not graded"
    assert says in refused(tmp_path, cell(HIDDEN), SOLUTION, graded())
    assert says in refused(tmp_path, cell(HIDDEN, grade_id="a", solution=True), graded())


def test_tags_are_noted(tmp_path):
    tagged = cell("x = 1") | {"metadata": {"tags": ["raises-exception"]}}
    notes = imported(tmp_path, tagged, SOLUTION, graded()).notes
    assert any("cell 1: its tags ('raises-exception')" in note for note in notes)


def folder_of(tmp_path, **notebooks):
    folder = tmp_path / "ps1"
    folder.mkdir()
    for name, cells in notebooks.items():
        notebook(folder / f"{name}.ipynb", *cells)
    return folder


def test_a_folder_is_imported_whole_or_not_at_all(tmp_path):
    folder = folder_of(
        tmp_path, a=(SOLUTION, graded()), b=(SOLUTION, graded("%x")), c=(cell("x"),), d=(SOLUTION, graded(points=0))
    )
    with pytest.raises(CannotImport) as error:
        write_weeks(tmp_path / "course", read_nbgrader(folder))
    said = "\n".join(error.value.problems)
    assert "b.ipynb: cell 2, line 1" in said and "c.ipynb: has no graded cell" in said and "d.ipynb: cell 2" in said
    assert not (tmp_path / "course").exists()


def test_a_week_that_is_there_already_keeps_the_others_of_its_folder_out(tmp_path):
    folder, course = folder_of(tmp_path, a=(SOLUTION, graded()), b=(SOLUTION, graded())), tmp_path / "course"
    (course / "solutions" / "ps1_b").mkdir(parents=True)
    with pytest.raises(CannotImport, match="ps1_b: is there already"):
        write_weeks(course, read_nbgrader(folder))
    assert [p.name for p in (course / "solutions").iterdir()] == ["ps1_b"]
    assert not (course / "tests").exists()


def test_notebooks_whose_names_become_one_are_refused(tmp_path):
    folder = tmp_path / "ps1"
    folder.mkdir()
    for name in ("a-b", "a_b"):
        notebook(folder / f"{name}.ipynb", SOLUTION, graded())
    with pytest.raises(CannotImport, match="'ps1_a_b' would be the name of 2 weeks"):
        write_weeks(tmp_path / "course", read_nbgrader(folder))


def test_a_disk_that_is_full_half_way_leaves_nothing_behind(tmp_path, monkeypatch):
    folder, course = folder_of(tmp_path, a=(SOLUTION, graded()), b=(SOLUTION, graded())), tmp_path / "course"
    move, moved = shutil.move, []

    def full(source, target):
        if len(moved) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        moved.append(move(source, target))

    monkeypatch.setattr(new_week.shutil, "move", full)
    with pytest.raises(Unwritable, match="No space left"):
        write_weeks(course, read_nbgrader(folder))
    assert len(moved) == 3 and not [p for p in course.rglob("*") if p.is_file()]


def test_settings_of_nbgrader_are_written_where_there_are_none_and_kept_where_there_are(tmp_path):
    done = imported(tmp_path, SOLUTION, graded())
    settings = tmp_path / "course" / "nbgrader_config.py"
    assert 'course_id = "course"' in settings.read_text() and any("and was written" in note for note in done.notes)
    settings.write_text("c = get_config()\n")
    path = notebook(tmp_path / "other.ipynb", SOLUTION, graded())
    (other,) = write_weeks(tmp_path / "course", read_nbgrader(path))
    assert settings.read_text() == "c = get_config()\n"
    assert any("does not call autograder.nbgrader_bridge.configure" in note for note in other.notes)


def test_a_text_keeps_the_spaces_at_the_ends_of_its_lines(tmp_path):
    """Two of them are a line break in Markdown."""
    text = "one  \ntwo\n\n  three"
    imported(tmp_path, cell(text, "markdown"), SOLUTION, graded())
    assert load_course(tmp_path / "course").assignment("lab").cells[0].source == text


def test_a_cell_of_hidden_tests_alone_leaves_an_empty_cell_behind(tmp_path):
    done = imported(tmp_path, SOLUTION, graded(HIDDEN.partition("\n")[2]))
    assert load_course(tmp_path / "course").assignment("lab").cells[1].source == ""
    assert "student.f(2) == 2" in suite(done)
