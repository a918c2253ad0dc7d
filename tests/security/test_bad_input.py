"""A class of malformed submissions: each comes to a verdict, the batch ends, nothing else is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.integration.toy import WEEK, real_nbgrader, scores
from tests.security.bad_input import KINDS, make_class, new_course, verdicts_of

READABLE = {"odd names beside", "links beside", "pipes and devices beside", "ten thousand cells"}
"""Kinds whose notebook is right: what lies beside it must cost nothing."""


def state_of(folder: Path) -> dict[str, tuple]:
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            status = os.lstat(path)
            found[path] = (status.st_size, status.st_mtime_ns, status.st_mode)
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    place = tmp_path_factory.mktemp("bad")
    root = place / "course"
    new_course(root)
    made = make_class(root, 2 * len(KINDS))
    kept = [
        place / "bystander",
        root / "solutions",
        root / "tests",
        root / "course" / "submitted",
        root / "assignments",
    ]
    before = [state_of(folder) for folder in kept]
    with Gradebook(f"sqlite:///{root / 'course' / 'gradebook.db'}") as gradebook:
        gradebook.add_student("s0000", first_name="<script>run()</script>", last_name="O'Brien <img src=x>")
        gradebook.add_student("s0001", first_name="Ann", last_name="Müller & Söhne")
    # the judge's own caches beside the suite would be a change that no submission made
    done = real_nbgrader(root, "autograde", WEEK, PYTHONDONTWRITEBYTECODE="1")
    after = [state_of(folder) for folder in kept]
    return root, made, done, before, after


def test_the_batch_ends_well_and_every_submission_has_a_verdict_and_a_score(graded):
    root, made, done, _, _ = graded
    assert done.returncode == 0, done.stderr[-3000:]
    assert verdicts_of(root).keys() == made.keys() == scores(root / "course" / "gradebook.db").keys()


def test_a_name_in_the_gradebook_can_be_no_tag_of_formgraders_page(graded):
    root, _, done, *_ = graded
    with Gradebook(f"sqlite:///{root / 'course' / 'gradebook.db'}") as gradebook:
        names = {s.id: f"{s.first_name} {s.last_name}" for s in gradebook.students if s.first_name}
    assert names == {"s0000": "scriptrun()/script O'Brien img src=x", "s0001": "Ann Müller & Söhne"}
    assert "s0000" in done.stderr and "taken out" in done.stderr


def test_nothing_but_the_work_directory_is_touched(graded):
    *_, before, after = graded
    assert before == after


def test_what_is_no_notebook_earns_nothing_and_what_lies_beside_one_costs_nothing(graded):
    root, made, *_ = graded
    found, verdicts = scores(root / "course" / "gradebook.db"), verdicts_of(root)
    for student, kind in made.items():
        total = sum(score or 0 for score, _ in found[student].values())
        if verdicts[student] in ("unreadable-notebook", "missing-notebook"):
            assert total == 0, kind
        if kind in READABLE:
            assert total == 10, (kind, verdicts[student])


def test_a_link_out_of_the_folder_is_not_followed(graded):
    root, made, *_ = graded
    for student, kind in made.items():
        if "link" in kind:
            folder = root / "course" / "autograded" / student
            assert not any("root:" in p.read_text(errors="replace") for p in folder.rglob("*") if p.is_file()), kind
