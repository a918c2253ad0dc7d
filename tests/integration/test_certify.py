"""``autograder certify`` on the toy course: a certificate, or the unlucky draws."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.cli import main

TOY = Path(__file__).parents[1] / "toycourse"
PAGE = Path("docs") / "suites" / "toy_week-certificate.md"


@pytest.fixture
def toy(tmp_path):
    root = Path(shutil.copytree(TOY, tmp_path / "toy"))
    release = root / "assignments" / "toy_week"
    shutil.copytree(root / "solutions" / "toy_week" / "data", release / "data")
    (release / "toy.ipynb").write_text(json.dumps({"cells": []}), encoding="utf-8")
    return root


def certify(root: Path, capsys) -> tuple[int, dict]:
    code = main(["--course", str(root), "certify", "--seeds", "30", "--engine", "plain", "--workers", "2", "--json"])
    return code, json.loads(capsys.readouterr().out)["weeks"][0]


def test_right_answers_are_certified_over_all_seeds(toy, capsys):
    code, week = certify(toy, capsys)
    assert (code, week["graded"], week["failures"]) == (0, 60, [])
    assert "| q1 | 2 | 60 | 4.87% |" in (toy / PAGE).read_text(encoding="utf-8")


def test_a_test_that_fails_for_some_draws_is_found_and_nothing_is_certified(toy, capsys):
    suite = toy / "tests" / "hidden" / "toy_week" / "test_q3.py"
    flaky = "\n\ndef test_unlucky(student, draw):\n    assert draw.integer(0, 10) > 0\n"
    suite.write_text(suite.read_text(encoding="utf-8") + flaky, encoding="utf-8")
    code, week = certify(toy, capsys)
    assert code == 1 and not (toy / PAGE).exists()
    assert {(f["question"], f["test"]) for f in week["failures"]} == {("q3", "test_unlucky")}
    assert 0 < len(week["failures"]) < 60, "each student has draws of its own"
