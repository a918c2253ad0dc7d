"""A rule of a question through sandbox and judge: the student is told, and it costs what the course says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sandbox_engines import find_engines
from tiny_course import MANIFEST, WEEK, submission, write_course

from autograder.grading import Grader

RULES = """
[rules]
imports = ["colorsys"]

[rules.q2]
calls = ["np.sum"]
says = "Multiply."
weight = 3
"""
PRESENT, ABSENT = find_engines()


@pytest.fixture(scope="module", params=("docker", "bwrap", "plain"))
def grader(request, tmp_path_factory):
    if request.param not in PRESENT:
        if os.environ.get("CI") and request.param == "docker":
            pytest.fail(f"in CI the docker engine must be present: {ABSENT['docker']}")
        pytest.skip(ABSENT[request.param])
    # the notebook's own alias is what makes np.sum numpy.sum
    course = write_course(tmp_path_factory.mktemp("course"), manifest=MANIFEST + RULES.replace("np.", "numpy."))
    with Grader(course, course.assignment(WEEK), PRESENT[request.param]) as grader:
        yield grader


def rule_of(result, question: str):
    first = result.question(question).tests[0]
    assert first.title == "Keeps to the rules of the question"
    return first


def test_the_reference_keeps_to_the_rules(grader):
    result = grader.grade(submission())
    assert result.score == 12
    assert [rule_of(result, q).outcome for q in ("q1", "q2", "q3")] == ["passed"] * 3


def test_a_forbidden_import_costs_the_question_and_no_other(grader):
    result = grader.grade(submission(q1="import colorsys\ndef one(x):\n    return x + 1"))
    assert {q.question: q.score for q in result.questions} == {"q1": 0, "q2": 4, "q3": 4}
    assert rule_of(result, "q1").message == (
        "Line 1 of the cell q1_solution imports colorsys, which q1 does not allow. So the question gets no points."
    )


def test_a_rule_with_a_weight_costs_its_share(grader):
    answer = "import numpy as np\ndef two(x):\n    return x * 2 + 0 * np.sum(3)"
    result = grader.grade(submission(q2=answer))
    # the three tests of the suite fail in the sandbox, where np.sum is refused
    assert result.question("q2").score == 0
    assert all("numpy.sum" in t.message and "Multiply." in t.message for t in result.question("q2").tests)
    unused = "import numpy as np\ndef two(x):\n    return x * 2\ndef other():\n    return np.sum(3)"
    assert grader.grade(submission(q2=unused)).question("q2").score == 2


def test_what_the_text_hides_is_refused_in_the_sandbox_and_said(grader):
    hidden = "def one(x):\n    exec('import col' + 'orsys')\n    return x + 1"
    result = grader.grade(submission(q1=hidden))
    assert rule_of(result, "q1").outcome == "not-reached"
    failed = result.question("q1").tests[1:]
    assert {t.message for t in failed} == {"Your code asked for what this question does not allow (colorsys)."}


def test_a_helper_in_a_cell_of_ones_own_counts_where_the_answer_uses_it(grader):
    helper = "import colorsys\ndef helper(x):\n    return colorsys.hsv_to_rgb(x, 0, 0)"
    free = grader.grade(submission(first=helper))
    assert free.score == 12, "it may be used elsewhere"
    result = grader.grade(submission(first=helper, q1="def one(x):\n    return x + 1 if x else helper(x)"))
    assert result.question("q1").score == 0
    assert "Line 3 of code cell 1 uses colorsys" in rule_of(result, "q1").message


def test_other_rules_make_another_digest(tmp_path):
    made = set()
    for name, manifest in (("a", MANIFEST), ("b", MANIFEST + RULES), ("c", MANIFEST + RULES.replace("3", "2"))):
        course = write_course(tmp_path / name, manifest=manifest)
        with Grader(course, course.assignment(WEEK), "plain") as grader:
            made.add(grader.digests(submission()).suite)
    assert len(made) == 3
