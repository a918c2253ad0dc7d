"""Names of students in the gradebook: formgrader prints them into its page as they stand (nbgrader 0.9.6)."""

from __future__ import annotations

import logging

from nbgrader.api import Gradebook, Student
from sqlalchemy import or_

FIELDS = ("first_name", "last_name")
_MARKS = str.maketrans("", "", "<>")


def disarm_names(url: str, log: logging.Logger) -> None:
    """Take the angle brackets out of every name in the gradebook: without them a name cannot become a tag.

    The grading itself goes on: a name in the roster is not the student's work. What was changed is logged.
    """
    columns = [getattr(Student, field) for field in FIELDS]
    armed = or_(*(column.contains(mark) for column in columns for mark in "<>"))
    with Gradebook(url) as gradebook:
        for student in gradebook.db.query(Student).filter(armed):
            for field in FIELDS:
                name = getattr(student, field)
                setattr(student, field, name and name.translate(_MARKS))
            log.warning("the name of the student %s held < or >, which formgrader would print: taken out", student.id)
        gradebook.db.commit()
