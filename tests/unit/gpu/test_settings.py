"""The section [gpu] of assignment.toml."""

from __future__ import annotations

import pytest

from autograder.gpu.settings import CardJob, read_card_job
from autograder.manifest import read_manifest

GOOD = {"question": "q6_7", "files": ["model.pt"], "seconds": 60}
WEEK = 'title = "W"\nnotebook = "w"\n'


def test_what_is_not_said_has_a_default():
    assert read_card_job(GOOD) == (CardJob(question="q6_7", files=("model.pt",), seconds=60.0), [])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"files": []}, "gpu.files"),
        ({"files": ["../model.pt"]}, "gpu.files"),
        ({"files": ["a/b"]}, "gpu.files"),
        ({"files": "model.pt"}, "gpu.files"),
        ({"seconds": 0}, "gpu.seconds"),
        ({"seconds": True}, "gpu.seconds"),
        ({"card_mb": 1.5e9}, "gpu.card_mb"),
        ({"memory_mb": 100.5}, "gpu.memory_mb"),
        ({"function": "os.system"}, "gpu.function"),
        ({"colour": 1}, "gpu.colour"),
    ],
)
def test_a_slip_is_named_with_its_key(change, where):
    _, problems = read_card_job(GOOD | change)
    assert [problem[0] for problem in problems] == [where]


@pytest.mark.parametrize("missing", ["question", "files"])
def test_what_must_be_said_is_asked_for(missing):
    _, problems = read_card_job({key: value for key, value in GOOD.items() if key != missing})
    assert [problem[:2] for problem in problems] == [(f"gpu.{missing}", "is missing")]


@pytest.mark.parametrize("text", ['runner = "gpu"\n', '[gpu]\nquestion = "q1"\nfiles = ["m"]\n'])
def test_runner_and_section_belong_together(tmp_path, text):
    path = tmp_path / "assignment.toml"
    path.write_text(WEEK + text)
    assert "belong together" in "\n".join(read_manifest(path)[1])


def test_both_together_are_read(tmp_path):
    path = tmp_path / "assignment.toml"
    path.write_text(f'{WEEK}runner = "gpu"\n[gpu]\nquestion = "q1"\nfiles = ["m"]\n')
    manifest, problems = read_manifest(path)
    assert problems == () and manifest.card == CardJob(question="q1", files=("m",))
