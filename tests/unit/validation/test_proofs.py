"""A proof holds as long as nothing of what it was made from has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.errors import BadManifest
from autograder.guest.digest import PACKAGE
from autograder.validation import proofs
from autograder.validation.proofs import FILE, read_proof, write_proof

TOY = Path(__file__).parents[2] / "toycourse"
WEEK = "toy_week"


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A course that is proven, by a grader of its own."""
    package = tmp_path / "package"
    for name in ("judge", "validation"):
        shutil.copytree(PACKAGE / name, package / name)
    monkeypatch.setattr(proofs, "PACKAGE", package)
    root = Path(shutil.copytree(TOY, tmp_path / "course"))
    (root / "requirements.txt").write_text("numpy==2\n")
    release = root / "assignments" / WEEK
    release.mkdir(parents=True)
    (release / "toy.ipynb").write_text("{}")
    write_proof(root, load_course(root).assignment(WEEK), 12, "docker")
    return root


def proof(root: Path):
    return read_proof(root, load_course(root).assignment(WEEK))


def test_a_week_that_is_as_it_was_is_proven(root):
    found = proof(root)
    assert (found.submissions, found.engine) == (12, "docker")


def test_it_holds_wherever_the_checkout_lies(root):
    assert proof(Path(shutil.copytree(root, root.parent / "elsewhere" / "of another name"))) is not None


def changed_files(root: Path) -> dict[str, Path]:
    return {
        "suite": next((root / "tests" / "hidden" / WEEK).glob("test_*.py")),
        "reference": next((root / "solutions" / WEEK).glob("*.py")),
        "mutant": next((root / "solutions" / WEEK / "mutants").rglob("*.py")),
        "release": next((root / "assignments" / WEEK).rglob("*.ipynb")),
        "libraries": root / "requirements.txt",
        "judge": root.parent / "package" / "judge" / "scoring.py",
    }


@pytest.mark.parametrize("what", ["suite", "reference", "mutant", "release", "libraries", "judge"])
def test_a_change_of_what_decides_a_score_undoes_it(root, what):
    path = changed_files(root)[what]
    path.write_text(path.read_text() + "\n")
    assert proof(root) is None


def test_a_change_of_other_weeks_or_pages_does_not(root):
    (root / "README.md").write_text("new")
    (root / "solutions" / "another_week").mkdir()
    assert proof(root) is not None


def test_a_damaged_file_is_named(root):
    (root / FILE).write_text("{")
    with pytest.raises(BadManifest, match="proofs.json: is damaged"):
        proof(root)
