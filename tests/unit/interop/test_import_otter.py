"""Otter assignments as weeks: whole, or refused with everything that is not supported; nothing is run on the way."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from autograder.course import load_course
from autograder.errors import BadArchive, CannotImport, GraderError
from autograder.interop.import_otter import read_otter
from autograder.interop.new_week import write_week

ACTS = "import pathlib; pathlib.Path(r'{path}').write_text('run')"


def ok_test(name="q1", **more):
    case = {"code": ">>> square(2)\n4", "hidden": False, "points": 2}
    hidden = {"code": ">>> square(-3)\n9", "points": 1}
    return f"OK_FORMAT = True\ntest = {({'name': name, 'suites': [{'cases': [case, hidden]}]} | more)!r}\n"


def code(source):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def notebook(*cells, **metadata):
    cells = cells or (code("import otter\ngrader = otter.Notebook()"), code(SOLUTION), code('grader.check("q1")'))
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": list(cells)})


SOLUTION = "def square(x):\n    return x * x"


def zipped(path, tests, config=None, **files):
    with zipfile.ZipFile(path, "w") as z:
        for name, text in tests.items():
            z.writestr(f"tests/{name}", text)
        z.writestr("otter_config.json", json.dumps(config or {"lang": "python"}))
        for name, text in files.items():
            z.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return path


def solved(tmp_path, *cells):
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook(*cells))
    return path


def refused(tmp_path, **tests):
    path = zipped(tmp_path / "a.zip", {f"{name}.py": text for name, text in tests.items()})
    with pytest.raises(CannotImport) as error:
        write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    assert not (tmp_path / "course" / "solutions").exists(), "nothing is written"
    return "\n".join(error.value.problems)


def test_a_zip_and_its_notebook_become_a_week_without_problems(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()}, files__numbers_dot_txt="1")
    done = write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    assert done.questions == ("q1",)
    course = load_course(tmp_path / "course")
    assert course.problems() == ()
    assignment = course.assignment("lab")
    assert [(q.name, q.points) for q in assignment.questions] == [("q1", 3)]
    (answer,) = assignment.solution_cells("q1")
    assert SOLUTION in answer.source
    assert "-3" not in assignment.source.read_text(), "a hidden case is not in the notebook"
    suite = (assignment.suite_dir / "test_q1.py").read_text()
    assert suite.index("weight(2.0)") < suite.index('visibility("public")') < suite.index("def test_case_1")
    assert suite.index("weight(1.0)") < suite.index('visibility("after_due")') < suite.index("def test_case_2")
    assert (assignment.folder / "files" / "numbers.txt").read_text() == "1"


def test_the_tests_in_a_notebooks_metadata_are_enough(tmp_path):
    spec = {"name": "q1", "suites": [{"cases": [{"code": ">>> square(2)\n4", "hidden": False}]}], "points": 2}
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook(otter={"OK_FORMAT": True, "tests": {"q1": spec}}))
    assert write_week(tmp_path / "course", read_otter(path)).questions == ("q1",)


def test_nothing_of_an_assignment_is_run(tmp_path):
    trace = tmp_path / "trace"
    acts = ACTS.format(path=trace)
    decorated = "@__import__('otter').test_files.test_case()\ndef a(): pass\n"
    tests = {"q1.py": f"OK_FORMAT = False\nname = 'q1'\n{acts}\n{decorated}"}
    path = zipped(tmp_path / "a.zip", tests, setup_dot_sh=f"touch {trace}", run_autograder=acts)
    write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path, code(acts), code('grader.check("q1")'))))
    assert not trace.exists()


def test_everything_that_is_not_supported_is_named_at_once(tmp_path):
    config = {"lang": "r", "grade_from_log": True, "plugins": ["x"], "token": "t", "seed": 4, "score_threshold": 0.5}
    tests = {"q1.py": ok_test(), "q2.py": "OK_FORMAT = True\nimport os\n", "q3.R": "test = list()"}
    path = zipped(tmp_path / "a.zip", tests, config)
    with pytest.raises(CannotImport) as error:
        write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    said = "\n".join(error.value.problems)
    for name in ("lang: 'r'", *config, "tests/q2.py:2: code outside", "tests/q3.R: is no Python file"):
        assert name in said, name


def test_what_is_left_out_on_request_is_written_down(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test(), "q2.py": "OK_FORMAT = True\nimport os\n"})
    done = write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)), partly=True)
    assert done.questions == ("q1",)
    assert "left out: " in (done.folder / "IMPORTED.md").read_text()


def test_two_tests_of_one_name_are_refused(tmp_path):
    assert "have the same name" in refused(tmp_path, q1=ok_test(), other=ok_test())


def test_names_that_differ_only_in_what_a_module_cannot_be_called_are_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q-1.py": ok_test("a"), "q_1.py": ok_test("b")})
    assert any("have the same name" in p for p in read_otter(path, "lab", solved(tmp_path)).problems)


def test_points_that_do_not_add_up_are_refused(tmp_path):
    assert "points do not add up" in refused(tmp_path, q1=ok_test(points=7))


def test_a_check_without_a_test_is_named_with_its_cell(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()})
    cells = (code(SOLUTION), code('grader.check("q1")'), code("x = 1"), code('grader.check("q2")'))
    assert "cell 4: checks 'q2', of which no test could be read." in read_otter(
        path, "lab", solved(tmp_path, *cells)
    ).problems


def test_a_week_that_is_there_is_not_written_over(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()})
    write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    with pytest.raises(CannotImport, match="is there already"):
        write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))


@pytest.mark.parametrize("name", ["../evil", "", "a/b", "x y"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path, name):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()})
    week = read_otter(path, "lab", solved(tmp_path))
    week.name = name
    with pytest.raises(CannotImport, match="cannot name a week"):
        write_week(tmp_path / "course", week)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"nbformat": 3, "cells": []}', b'{"nbformat": 4, "cells": [{"source": 3}]}', b"\xff"]
)
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, data):
    (tmp_path / "lab.ipynb").write_bytes(data)
    with pytest.raises(GraderError, match="no notebook in format 4"):
        read_otter(tmp_path / "lab.ipynb")


def test_a_path_that_is_not_there_is_said_so(tmp_path):
    for name in ("none.zip", "none.ipynb", "none"):
        with pytest.raises(GraderError):
            read_otter(tmp_path / name)


def test_an_export_of_ours_is_known_for_what_it_is(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test(), "_judge/week.json": "{}"})
    with pytest.raises(CannotImport, match="is an export of ours"):
        read_otter(path, "lab", solved(tmp_path))


def test_a_zip_within_a_dist_folder_is_read_under_the_same_limits(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("../evil.py", "x")
    folder = tmp_path / "dist" / "autograder"
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(inner.getvalue())
    (folder / "lab.ipynb").write_text(notebook())
    with pytest.raises(GraderError, match="leads out of the folder"):
        read_otter(tmp_path / "dist")


@pytest.mark.parametrize("character", ["\ud800", "\0", "\x0c", "\u2028", "\x85"])
def test_a_character_that_a_text_notebook_cannot_hold_is_named_with_its_cell(tmp_path, character):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()})
    cells = (code(SOLUTION), code(f"x = '{character}'"), code('grader.check("q1")'))
    with pytest.raises(BadArchive, match=rf"lab.ipynb: cell 2: holds the character U\+{ord(character):04X}"):
        read_otter(path, "lab", solved(tmp_path, *cells))


@pytest.mark.parametrize("escape", [r"\ud800", r"\0", r"\r# %% x\r", r"\u2028# %% x\u2028", r"\x0c# %%\x0c"])
def test_what_an_escape_in_a_tests_code_stands_for_begins_no_cell(tmp_path, escape):
    cases = f'[{{"code": ">>> square(\'{escape}\')\\n1", "hidden": False}}]'
    test = f'OK_FORMAT = True\ntest = {{"name": "q1", "suites": [{{"cases": {cases}}}]}}'
    path = zipped(tmp_path / "a.zip", {"q1.py": test})
    done = write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    text = (done.folder / "lab.py").read_text()
    assert text.count("# %%") == 2 and "run when the notebook is graded" in text


def test_what_a_test_is_called_is_never_code_of_the_suite(tmp_path):
    name = f"free\nimport pathlib; pathlib.Path(r'{tmp_path / 'trace'}').touch()\n#"
    cases = [{"code": ">>> square(2)\n4", "points": 1}, {"code": ">>> 1\n1", "points": 0, "name": name}]
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test(suites=[{"cases": cases}])})
    done = write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    suite = tmp_path / "course" / "tests" / "hidden" / done.name / "test_q1.py"
    assert "\nimport pathlib" not in suite.read_text()


def test_what_is_not_taken_along_is_noted_by_name(tmp_path):
    config = {"lang": "python", "show_hidden": True, "use_submission_pdf": True, "warn_missing_pdf": True, "mystery": 1,
              "force_public_test_summary": False, "seed": None, "plugins": []}  # fmt: skip
    extra = {"setup_dot_sh": "x", "data_dot_csv": "1", "helpers__util_dot_py": "x", "tests__more__a_dot_py": "x",
             "requirements_dot_txt": "x", "run_autograder": "x", "files__numbers_dot_txt": "1"}  # fmt: skip
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()}, config, **extra)
    done = write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    noted = [note for note in done.notes if "was not taken along" in note]
    lost = ["data.csv", "helpers/util.py", "requirements.txt", "run_autograder", "setup.sh", "tests/more/a.py"]
    assert [note.split()[0] for note in noted if "the setting" not in note] == lost
    settings = [note.split("the setting ")[1].split(",")[0] for note in noted if "the setting" in note]
    assert settings == [
        "'show_hidden'", "'use_submission_pdf'", "'warn_missing_pdf'", "'mystery'", "'force_public_test_summary'",
    ]  # fmt: skip
    text = (done.folder / "IMPORTED.md").read_text()
    assert all(note in text for note in noted)


def test_a_seed_of_zero_is_a_seed(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()}, {"seed": 0})
    assert any("seed: " in problem for problem in read_otter(path, "lab", solved(tmp_path)).problems)


def test_tags_of_a_cell_are_noted_and_those_of_otter_are_not(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()})
    cells = (code(SOLUTION) | {"metadata": {"tags": ["raises-exception", "otter_answer"]}}, code('grader.check("q1")'))
    notes = read_otter(path, "lab", solved(tmp_path, *cells)).notes
    assert "cell 1: its tags ('raises-exception') were not taken along" in notes


def test_a_notebook_in_the_zip_is_found_wherever_it_lies(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()}, sub__lab_dot_ipynb=notebook())
    assert write_week(tmp_path / "course", read_otter(path)).questions == ("q1",)


def test_which_notebook_and_which_tests_are_meant_is_asked_by_name(tmp_path):
    path = zipped(tmp_path / "a.zip", {"q1.py": ok_test()}, a__lab_dot_ipynb=notebook(), b_dot_ipynb=notebook())
    with pytest.raises(CannotImport, match="found: a/lab.ipynb, b.ipynb. Name the one with the solutions: --notebook"):
        read_otter(path)
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("lab/tests/q1.py", ok_test())
        z.writestr("lab/lab.ipynb", notebook())
    with pytest.raises(CannotImport, match=r"There are tests in a folder within \(lab\): name that one"):
        read_otter(path)


def test_a_body_that_cannot_stand_by_itself_is_named_in_its_place(tmp_path):
    body = "    x = \'\'\'\nhere\'\'\'\n    assert x\n"
    test = f"OK_FORMAT = False\nname = 'q1'\n@test_case(name='first')\ndef a(square):\n{body}"
    path = zipped(tmp_path / "a.zip", {"q1.py": test})
    done = write_week(tmp_path / "course", read_otter(path, "lab", solved(tmp_path)))
    assert "# first: is run when the notebook is graded" in (done.folder / "lab.py").read_text()
