"""Where what was handed out of an assignment lies, and what was handed in."""

from __future__ import annotations

from pathlib import Path

from autograder.course import Assignment, Course

SUBMITTED = Path("course") / "submitted"


def submitted_students(course: Course, name: str) -> list[str]:
    """Who has handed in something for an assignment, in order of name."""
    return sorted(path.parent.name for path in (course.root / SUBMITTED).glob(f"*/{name}") if path.is_dir())


def submitted_folder(course: Course, assignment: Assignment, student: str) -> Path:
    """What a student has handed in."""
    return course.root / SUBMITTED / student / assignment.name


def release_folder(course: Course, assignment: Assignment) -> Path:
    """What was handed out, as it was committed."""
    return course.root / "assignments" / assignment.name


def released_path(course: Course, assignment: Assignment) -> Path:
    """The notebook that was handed out."""
    return release_folder(course, assignment) / f"{assignment.notebook}.ipynb"
