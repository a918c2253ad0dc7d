"""Gradebooks of one URL share an engine, and still see what another one wrote."""

from __future__ import annotations

import pytest
from nbgrader.api import Course, Gradebook
from sqlalchemy import event

from autograder.database import BUSY_SECONDS
from autograder.nbgrader_bridge.database import share_engines

pytestmark = pytest.mark.usefixtures("stock_afterwards")


def test_gradebooks_of_one_url_share_an_engine_and_others_do_not(tmp_path):
    share_engines()
    share_engines()
    a, b = (f"sqlite:///{tmp_path}/{name}.db" for name in "ab")
    with Gradebook(a) as one, Gradebook(a) as two, Gradebook(b) as other:
        assert one.engine is two.engine is not other.engine


def test_what_one_gradebook_wrote_the_next_one_reads(tmp_path):
    share_engines()
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with Gradebook(url) as gradebook:
        gradebook.add_student("ann")
    with Gradebook(url) as gradebook:
        assert [s.id for s in gradebook.students] == ["ann"]


def test_the_tables_and_the_course_of_a_gradebook_are_looked_for_once(tmp_path):
    share_engines()
    url = f"sqlite:///{tmp_path}/gradebook.db"
    asked = []
    with Gradebook(url) as gradebook:
        event.listen(gradebook.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    with Gradebook(url) as gradebook:
        assert gradebook.students == []
    assert asked and not [statement for statement in asked if "table_info" in statement or "FROM course" in statement]


def test_every_course_of_a_gradebook_is_made(tmp_path):
    share_engines()
    url = f"sqlite:///{tmp_path}/gradebook.db"
    for name in ("spring", "autumn", "spring"):
        with Gradebook(url, name):
            pass
    with Gradebook(url, "autumn") as gradebook:
        assert {course.id for course in gradebook.db.query(Course)} == {"spring", "autumn"}


def test_a_gradebook_waits_for_another_writer_as_long_as_the_store_does(tmp_path):
    share_engines()
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook, gradebook.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_SECONDS * 1000
