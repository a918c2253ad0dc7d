"""A course that nbgrader itself made, tests in its notebooks: the sandbox gives the scores of stock nbgrader."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.toy import environment, grade_id, is_solution, nbgrader, scores

OURS = "\nfrom autograder.nbgrader_bridge import configure_grading\n\nconfigure_grading(c)\n"
NOTEBOOKS = ("problem1", "problem2")


def hand_in(root: Path, student: str, notebooks=NOTEBOOKS, right: bool = True, **over: str) -> None:
    folder = root / "submitted" / student / "ps1"
    shutil.copytree(root / "release" / "ps1", folder, ignore=shutil.ignore_patterns("*.ipynb"))
    for name in notebooks:
        source, notebook = (json.loads((root / d / "ps1" / f"{name}.ipynb").read_text()) for d in ("source", "release"))
        answers = {grade_id(c): c["source"] for c in source["cells"] if is_solution(c)} if right else {}
        for cell in notebook["cells"]:
            cell["source"] = over.get(grade_id(cell), answers.get(grade_id(cell), cell["source"]))
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The same submissions graded by stock nbgrader and by ours."""
    top = tmp_path_factory.mktemp("plain")
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "quickstart", "ps"],
        cwd=top,
        env=environment(),
        capture_output=True,
        timeout=300,
        check=True,
    )
    stock = top / "ps"
    codes, said = nbgrader(stock, ["generate_assignment", "ps1"])
    assert codes == [0], said
    hand_in(stock, "right")
    hand_in(stock, "no-check", squares="def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]")
    hand_in(stock, "wrong", squares="def squares(n):\n    return [i for i in range(1, n + 1)]")
    hand_in(stock, "untouched", right=False)
    hand_in(stock, "one-of-two", notebooks=["problem1"])
    ours = Path(shutil.copytree(stock, top / "ours"))
    with open(ours / "nbgrader_config.py", "a") as f:
        f.write(OURS)
    for root in (stock, ours):
        codes, said = nbgrader(root, ["generate_assignment", "ps1", "--force"], ["autograde", "ps1"])
        assert codes == [0, 0], said
    return stock, ours


def test_honest_submissions_get_the_scores_of_stock_nbgrader(graded):
    stock, ours = (scores(root / "gradebook.db", "ps1") for root in graded)
    assert len(stock) == 5
    assert stock["right"]["correct_squares"] == (1.0, False)
    assert ours == stock


def test_outputs_are_in_the_autograded_notebook(graded):
    stock, ours = (
        json.loads((root / "autograded" / "wrong" / "ps1" / "problem1.ipynb").read_text()) for root in graded
    )

    def kinds(notebook):
        return {grade_id(c): [o["output_type"] for o in c["outputs"]] for c in notebook["cells"] if "outputs" in c}

    assert kinds(ours) == kinds(stock)
