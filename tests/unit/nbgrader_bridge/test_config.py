"""What nbgrader_config.py sets, and what it says."""

from __future__ import annotations

from autograder.errors import BadManifest
from autograder.nbgrader_bridge import config


def test_problems_of_a_week_are_one_line_once_a_process(monkeypatch, capsys):
    def fail(_course, _name):
        raise BadManifest(["first", "second"])

    monkeypatch.setattr("autograder.release.prepare_source", fail)
    monkeypatch.setattr(config, "_said", set())
    for _ in range(3):
        config._prepare_source(None, "week9")
    assert capsys.readouterr().err == "autograder: week9 has 2 problems: run autograder check\n"
