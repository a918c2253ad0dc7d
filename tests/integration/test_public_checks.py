"""``grader.check("q1")`` in released notebooks, asked of otter itself, in a kernel."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course import load_course
from autograder.grading import Grader
from autograder.nbgrader_bridge.generate import generate_release
from autograder.records import Submission
from autograder.release import write_source
from autograder.validation.specimens import code_cells
from tests.integration.toy import ENGINE, real_nbgrader

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "toycourse"
COURSE = load_course(ROOT)


def released(course, name, folder):
    """A week's release in a folder of its own, and its reference's solution cells by grade id."""
    assignment = course.assignment(name)
    write_source(assignment, folder / "source" / name)
    source = json.loads((folder / "source" / name / f"{assignment.notebook}.ipynb").read_text())
    where = generate_release(folder, name)
    return where / f"{assignment.notebook}.ipynb", {
        grade_id(c): c["source"] for c in source["cells"] if c["metadata"].get("nbgrader", {}).get("solution")
    }


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return released(load_course(TOY), "toy_week", tmp_path_factory.mktemp("toy"))


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def solved(path, solutions):
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = solutions.get(grade_id(cell), cell["source"])
    return notebook


def run(notebook, folder, first=""):
    """Save a notebook as its student would and run it; outputs by cell id."""
    path = folder / "toy.ipynb" if first != "renamed" else folder / "copy of toy.ipynb"
    path.write_text(json.dumps(notebook))
    node = nbformat.reads(json.dumps(notebook), as_version=4)
    if first and first != "renamed":
        node.cells.insert(0, nbformat.v4.new_code_cell(first))
    execute(node, folder)
    return {cell.id: [dict(o) for o in cell.get("outputs", [])] for cell in node.cells}


def execute(node, folder):
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(node, allow_errors=True, timeout=300, kernel_name="python3", resources=resources).execute()


def html(outputs):
    return "".join(o["data"].get("text/html", "") for o in outputs if "data" in o)


def printed(outputs):
    return "".join(o.get("text", "") for o in outputs)


def test_a_right_answer_is_told_that_its_public_checks_passed_and_a_wrong_one_which_failed(toy, tmp_path):
    path, solutions = toy
    notebook = solved(path, solutions | {"q2_solution": "def clip01(x):\n    return 0.5"})
    said = run(notebook, tmp_path)
    assert "q1: public checks</pre></strong> passed" in html(said["q1-public-checks"])
    wrong = html(said["q2-public-checks"])
    assert "q2 check 1" in wrong and "AttributeError" in wrong and "passed!" not in wrong
    assert not any(o["output_type"] == "error" for outputs in (said["public-checks"],) for o in outputs)


def test_a_notebook_under_another_name_answers_too(toy, tmp_path):
    path, solutions = toy
    said = run(solved(path, solutions), tmp_path, first="renamed")
    assert "public checks</pre></strong> passed" in html(said["q1-public-checks"])


def test_without_otter_a_sentence_says_what_to_do_and_nothing_fails(toy, tmp_path):
    path, solutions = toy
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.csv").write_text("1\n")
    said = run(solved(path, solutions), tmp_path, first="import sys\nsys.modules['otter'] = None")
    assert not any(o["output_type"] == "error" for outputs in said.values() for o in outputs)
    sentence = printed(said["q1-public-checks"])
    assert "otter cannot work here (ModuleNotFoundError" in sentence and "Run the cell of assertions above" in sentence


def test_where_no_notebook_file_can_be_found_a_sentence_says_so(toy, tmp_path):
    path, solutions = toy
    notebook = solved(path, solutions)
    said = run(notebook, tmp_path, first="import os, tempfile\nos.chdir(tempfile.mkdtemp())")
    assert "toy.ipynb is not in this folder" in printed(said["q1-public-checks"])


COLAB = """
import sys, types, json
colab = types.ModuleType("google.colab")
colab._message = types.SimpleNamespace(blocking_request=lambda what: {{"ipynb": json.load(open({path!r}))}})
sys.modules.update({{"google": types.ModuleType("google"), "google.colab": colab}})
type(get_ipython()).__str__ = lambda self: "<google.colab._shell.Shell object>"
import os, tempfile
os.chdir(tempfile.mkdtemp())
"""


def test_where_the_notebook_is_no_file_and_otter_reads_no_metadata_the_checks_answer_as_in_colab(toy, tmp_path):
    path, solutions = toy
    notebook = solved(path, solutions)
    said = run(notebook, tmp_path, first=COLAB.format(path=str(tmp_path / "toy.ipynb")))
    assert "public checks</pre></strong> passed" in html(said["q1-public-checks"])


@pytest.mark.parametrize("name", COURSE.assignments)
def test_the_reference_passes_every_public_check_of_its_week_by_otters_own_account(name, tmp_path):
    path, solutions = released(COURSE, name, tmp_path)
    notebook = solved(path, solutions)
    path.write_text(json.dumps(notebook))
    node = nbformat.reads(json.dumps(notebook), as_version=4)
    node.cells = [c for c in node.cells if not c.id.endswith("-public-checks")]
    node.cells.append(nbformat.v4.new_code_cell("grader.check_all()", id="all"))
    execute(node, path.parent)
    (said,) = [o for o in node.cells[-1].outputs if "data" in o]
    tests = notebook["metadata"]["otter"]["tests"]
    assert said["data"]["text/plain"].count("All test cases passed!") == len(tests), said["data"]["text/plain"]


def test_in_grading_a_stand_in_answers_and_shows_nothing(toy, tmp_path):
    path, solutions = toy
    notebook = solved(path, solutions)
    more = copy.deepcopy(notebook["cells"][0])
    asks = "grader.export(); grader.check_all(); import otter.test_files"
    more.update(cell_type="code", metadata={}, source=asks, id="x")
    cells = code_cells(
        (c["cell_type"], grade_id(c) or c["id"], "".join(c["source"])) for c in [*notebook["cells"], more]
    )
    course = load_course(shutil.copytree(TOY, tmp_path / "course"))
    submission = Submission("toy_week", "ann", "toy", cells, (("data/numbers.csv", b"6.5\n"),))
    with Grader(course, course.assignment("toy_week"), ENGINE) as grader:
        result = grader.grade(submission)
    shown = {cell.key: cell.outputs for cell in result.cells}
    assert [shown[k] for k in ("public-checks", "q1-public-checks", "x")] == [(), (), ()]
    assert result.score == result.max_score


def test_validate_finds_a_right_notebook_right_and_a_wrong_one_wrong(toy, tmp_path):
    path, solutions = toy
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.csv").write_text("1\n")
    right, wrong = solved(path, solutions), solved(path, solutions | {"q1_solution": "def mean(x):\n    return 0"})
    for notebook, sentence in ((right, "Success! Your notebook passes"), (wrong, "VALIDATION FAILED ON 1 CELL(S)")):
        (tmp_path / "toy.ipynb").write_text(json.dumps(notebook))
        done = real_nbgrader(tmp_path, "validate", "toy.ipynb")
        assert sentence in done.stdout + done.stderr
