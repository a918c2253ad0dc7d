"""What is released: the same bytes each time, and nothing that students must not see."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import BadManifest
from autograder.release import check_fresh, differences, prepare_source, write_source

TOY = Path(__file__).parents[1] / "toycourse"
TEXT = Path("solutions") / "toy_week" / "toy.py"


@pytest.fixture
def toy(tmp_path):
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


def test_the_source_is_notebook_and_data_and_nothing_else(toy):
    folder = prepare_source(load_course(toy), "toy_week")
    assert folder == toy / "course" / "source" / "toy_week"
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        "data/numbers.csv",
        "toy.ipynb",
    ]


def test_two_writings_are_equal_byte_for_byte(toy, tmp_path):
    assignment = load_course(toy).assignment("toy_week")
    for name in ("one", "two"):
        write_source(assignment, tmp_path / name)
    assert differences(tmp_path / "one", tmp_path / "two") == []


def test_a_change_of_one_cell_changes_no_other_cells_id(toy, tmp_path):
    def ids(name):
        write_source(load_course(toy).assignment("toy_week"), tmp_path / name)
        cells = json.loads((tmp_path / name / "toy.ipynb").read_text())["cells"]
        return {"".join(c["source"]): c["id"] for c in cells}

    before = ids("before")
    path = toy / TEXT
    path.write_text(path.read_text().replace("# %% [markdown]\n# ## Clip", "# %%\n1 + 1\n\n# %% [markdown]\n# ## Clip"))
    after = ids("after")
    assert len(set(after.values())) == len(before) + 1
    assert {source: after[source] for source in before} == before


def test_metadata_that_nbgrader_demands_is_filled_in(toy):
    path = toy / TEXT
    path.write_text(
        path.read_text().replace(
            '{"grade": true, "grade_id": "q1", "locked": true, "points": 4, "schema_version": 3, "solution": false, '
            '"task": false}',
            '{"grade": true, "grade_id": "q1", "points": 4}',
        )
    )
    folder = prepare_source(load_course(toy), "toy_week")
    cells = json.loads((folder / "toy.ipynb").read_text())["cells"]
    (meta,) = [c["metadata"]["nbgrader"] for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "q1"]
    assert meta == {
        "grade": True,
        "grade_id": "q1",
        "locked": True,
        "points": 4,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }


def test_a_source_that_is_right_is_left_alone(toy):
    course = load_course(toy)
    stamp = (prepare_source(course, "toy_week") / "toy.ipynb").stat().st_mtime_ns
    assert (prepare_source(course, "toy_week") / "toy.ipynb").stat().st_mtime_ns == stamp


def test_a_file_that_was_removed_from_the_data_leaves_the_source(toy):
    course = load_course(toy)
    prepare_source(course, "toy_week")
    (toy / "solutions" / "toy_week" / "data" / "numbers.csv").unlink()
    assert not (prepare_source(course, "toy_week") / "data" / "numbers.csv").exists()


def test_a_course_with_problems_is_not_prepared(toy):
    path = toy / TEXT
    path.write_text(path.read_text().replace('"points": 4', '"points": 0'))
    with pytest.raises(BadManifest):
        prepare_source(load_course(toy), "toy_week")


def test_freshness_names_what_is_missing_changed_and_left_over(toy):
    from autograder.nbgrader_bridge.generate import generate_release

    course = load_course(toy)
    assert all("is missing" in p for p in check_fresh(course))
    scratch = toy / "scratch"
    write_source(course.assignment("toy_week"), scratch / "source" / "toy_week")
    shutil.copytree(generate_release(scratch, "toy_week"), toy / "assignments" / "toy_week")
    assert check_fresh(course) == []
    (toy / "assignments" / "toy_week" / "data" / "numbers.csv").write_text("4\n")
    (toy / "assignments" / "toy_week" / "left.txt").write_text("x")
    (toy / "assignments" / "gone_week").mkdir()
    problems = "\n".join(check_fresh(course))
    assert "numbers.csv: is not fresh" in problems
    assert "left.txt: should not be there" in problems
    assert "gone_week" in problems


def test_the_release_holds_stubs_and_no_solution(toy):
    from autograder.nbgrader_bridge.generate import generate_release

    scratch = toy / "scratch"
    write_source(load_course(toy).assignment("toy_week"), scratch / "source" / "toy_week")
    text = (generate_release(scratch, "toy_week") / "toy.ipynb").read_text()
    assert text.count("raise NotImplementedError") == 3
    for secret in ("SOLUTION", "np.clip", "loadtxt", "c/n"):
        assert secret not in text
