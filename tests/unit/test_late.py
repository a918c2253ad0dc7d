"""What being late costs, and who has more time."""

from __future__ import annotations

import math

import pytest

from autograder.errors import BadManifest
from autograder.late import EXTENSIONS, LatePolicy, change_extensions, extension_of, read_extensions

DAY = 86400


@pytest.mark.parametrize(
    ("policy", "seconds", "points"),
    [
        (LatePolicy(percent_per_day=10), 0, 0),
        (LatePolicy(percent_per_day=10), 1, 5),
        (LatePolicy(percent_per_day=10), DAY, 5),
        (LatePolicy(percent_per_day=10), DAY + 1, 10),
        (LatePolicy(percent_per_day=10, grace_minutes=10), 600, 0),
        (LatePolicy(percent_per_day=10, grace_minutes=10), 601, 5),
        (LatePolicy(percent_per_day=10, max_percent=25), 9 * DAY, 12.5),
        (LatePolicy(percent_per_day=10, max_percent=25, last_day=2), 2 * DAY, 10),
        (LatePolicy(percent_per_day=10, max_percent=25, last_day=2), 2 * DAY + 1, 50),
        (LatePolicy(last_day=1), DAY, 0),
        (LatePolicy(percent_per_day=60), 3 * DAY, 50),
    ],
)
def test_the_penalty_is_a_share_of_what_the_notebook_can_earn(policy, seconds, points):
    assert policy.penalty(50, seconds) == points


def test_the_rule_is_a_sentence_that_a_student_understands():
    policy = LatePolicy(percent_per_day=10, grace_minutes=15, max_percent=50, last_day=7)
    assert str(policy) == (
        "10 % of the points for each day that has begun, at most 50 %; the first 15 minutes cost nothing; "
        "more than 7 days late earns nothing"
    )
    assert str(LatePolicy(last_day=1)) == "more than 1 day late earns nothing"


def test_the_last_extension_counts_and_others_stay(tmp_path):
    change_extensions(tmp_path, "week1", ["ada", "ben"], 48, "staff", "ill, with a \"comma\"")
    change_extensions(tmp_path, "week2", ["ada"], 2)
    every = change_extensions(tmp_path, "week1", ["ada"], 24)
    assert every == read_extensions(tmp_path)
    assert extension_of(every, "week1", "ada").hours == 24
    assert extension_of(every, "week2", "ada").hours == 2
    ben = extension_of(every, "week1", "ben")
    assert (ben.hours, ben.granted_by, ben.reason) == (48, "staff", 'ill, with a "comma"')
    every = change_extensions(tmp_path, "week1", ["ada"], None)
    assert extension_of(every, "week1", "ada") is None and extension_of(every, "week1", "ben") == ben


def test_a_course_without_the_file_has_no_extensions(tmp_path):
    assert read_extensions(tmp_path) == ()


@pytest.mark.parametrize(
    "line", ["week1,ada,two days,,,", "week1,ada,-3,,,", "week1,,24,,,", f"week1,ada,{math.inf},,,"]
)
def test_a_line_that_is_no_extension_is_named_and_the_file_stays(tmp_path, line):
    path = tmp_path / EXTENSIONS
    path.parent.mkdir()
    text = f"assignment,student,hours,granted_by,granted_at,reason\nweek1,ben,24,,,\n{line}\n"
    path.write_text(text)
    with pytest.raises(BadManifest, match=r"extensions\.csv:3: is no extension"):
        change_extensions(tmp_path, "week1", ["cy"], 24)
    assert path.read_text() == text
