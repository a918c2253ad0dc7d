from __future__ import annotations

import json

import pytest

from autograder import errors
from autograder.cluster import make_grader
from autograder.course import SERVICE_VARIABLE, load_course
from autograder.errors import BadManifest, BrokenSuite, EngineUnavailable
from autograder.records import CodeCell, Note, Submission
from autograder.service_client import describe_error, pack, unpack
from tests.integration.tiny_course import WEEK, write_course

SENT = Submission(
    assignment="week",
    student="ann",
    notebook="nb",
    cells=(CodeCell("q1", "x = '\ud800 ü'"),),
    files=(("data/a.csv", b"\0\xff"),),
    notes=(Note("wrong-name", "é", "q1"),),
)


def test_a_submission_arrives_as_it_was_sent_with_the_same_digest():
    assert unpack(pack(SENT)) == SENT
    assert unpack(pack(SENT)).digest() == SENT.digest()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a\0b", 3])
def test_a_file_that_leads_elsewhere_is_no_submission(name):
    raw = json.loads(pack(SENT))
    raw["files"] = [[name, ""]]
    with pytest.raises(ValueError, match="no submission"):
        unpack(json.dumps(raw).encode())


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'"x"', b"[" * 100_000, pack(SENT).replace(b'"q1"', b"1"), pack(SENT)[:-2], b"\xff"]
)
def test_what_is_no_submission_is_refused(data):
    with pytest.raises(ValueError):
        unpack(data)


def test_an_error_of_the_service_tells_all_its_problems_and_a_bug_nothing_of_itself():
    assert describe_error(BrokenSuite(["a", "b"])) == {"error": "BrokenSuite", "problems": ["a", "b"]}
    assert describe_error(EngineUnavailable("none")) == {"error": "EngineUnavailable", "problems": ["none"]}
    assert "secret" not in json.dumps(describe_error(KeyError("secret")))


def test_every_error_can_be_made_from_what_is_told_of_it():
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert "why" in str(kind(["why"]) if issubclass(kind, errors.CourseError) else kind("why"))


def test_suites_may_be_elsewhere_only_where_a_service_grades(tmp_path, monkeypatch):
    course = write_course(tmp_path)
    (tmp_path / "tests").rename(tmp_path / "elsewhere")
    with pytest.raises(BadManifest, match="no hidden suite"):
        course.assignment(WEEK)
    monkeypatch.setenv(SERVICE_VARIABLE, "http://127.0.0.1:9/")
    assert len(load_course(tmp_path).assignment(WEEK).questions) == 3
    (tmp_path / "tests" / "hidden" / WEEK).mkdir(parents=True)
    with pytest.raises(BadManifest, match="no hidden suite"):  # a suite that is missing among others is a mistake
        course.assignment(WEEK)


@pytest.mark.parametrize(
    ("url", "token", "said"),
    [
        ("file:///x", "t", "is no address"),
        ("http://127.0.0.1:9/", "", "JUPYTERHUB_API_TOKEN is not"),
        ("http://127.0.0.1:9/", "t", "does not answer"),
    ],
)
def test_a_service_that_cannot_be_asked_is_told_before_anything_is_graded(tmp_path, monkeypatch, url, token, said):
    course = write_course(tmp_path)
    monkeypatch.setenv(SERVICE_VARIABLE, url)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", token)
    with pytest.raises(EngineUnavailable, match=said):
        make_grader(course, course.assignment(WEEK))
