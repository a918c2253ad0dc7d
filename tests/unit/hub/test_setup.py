from __future__ import annotations

import stat
from pathlib import Path

import pytest

from autograder.errors import CourseError, InfrastructureError
from autograder.hub.accounts import make_account
from autograder.hub.layout import Layout, load_layout
from autograder.hub.run import processes
from autograder.hub.setup import close_to_others, copy_course, lay_out, make_exchange


@pytest.fixture
def layout(tmp_path) -> Layout:
    found = lay_out(tmp_path / "hub", "toy", "x-", students=2, port=0)
    plain = Layout(**{**vars(found), "system_accounts": False})
    plain.root.mkdir()
    return plain


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_layout_survives_its_file(layout):
    layout.save()
    assert load_layout(layout.root) == layout


def test_a_folder_without_a_hub_is_told_what_to_do(tmp_path):
    with pytest.raises(CourseError, match="make hub"):
        load_layout(tmp_path)


def test_people_and_ports_are_told_apart(layout):
    assert layout.people == ("x-instructor", "x-student1", "x-student2")
    assert len(set(vars(layout.ports).values())) == 5


def test_the_exchange_takes_what_is_handed_in_and_shows_nothing(layout):
    make_exchange(layout)
    make_exchange(layout)  # a second start changes nothing
    assert mode(layout.exchange) == 0o1777
    assert mode(layout.exchange / "toy") == 0o755
    assert mode(layout.inbound) == 0o1733


def test_private_parts_of_a_checkout_are_closed_and_the_rest_is_not(tmp_path):
    for name in ("solutions", "tests", "autograder", ".git"):
        (tmp_path / name).mkdir(mode=0o755)
    close_to_others(tmp_path)
    assert [mode(tmp_path / n) for n in ("solutions", "tests", ".git", "autograder")] == [0o700, 0o700, 0o700, 0o755]


def test_a_new_start_brings_the_course_up_to_date_and_keeps_what_was_graded(layout, tmp_path):
    source = tmp_path / "source"
    (source / "solutions" / "week1").mkdir(parents=True)
    (source / "nbgrader_config.py").write_text("")
    copy_course(source, layout)
    graded = layout.course / "course" / "gradebook.db"
    graded.parent.mkdir()
    graded.write_text("grades")
    (source / "solutions" / "week1").rename(source / "solutions" / "week2")
    copy_course(source, layout)
    assert [p.name for p in (layout.course / "solutions").iterdir()] == ["week2"]
    assert graded.read_text() == "grades"


def test_an_account_that_is_not_ours_is_never_taken(tmp_path):
    with pytest.raises(InfrastructureError, match="not ours"):
        make_account("root", tmp_path)
    with pytest.raises(InfrastructureError, match="no name"):
        make_account("-rf", tmp_path)


def test_a_hub_that_never_ran_has_no_processes(layout):
    assert processes(layout) == ()
