"""Grades and comments as nbgrader's own ``SaveAutoGrades`` saves them, with fewer looks into the gradebook."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Grade, Gradebook, MissingEntry, TaskCell
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import compute_checksum
from sqlalchemy import event

from autograder.nbgrader_bridge.database import share_engines
from autograder.nbgrader_bridge.save_grades import SaveGrades

pytestmark = [
    pytest.mark.usefixtures("stock_afterwards"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # nbgrader's own, harmless
]

KINDS = {
    "right": {"grade": True},
    "wrong": {"grade": True},
    "part": {"grade": True},
    "answer": {"solution": True},
    "text": {"grade": True, "solution": True},
    "untouched": {"grade": True, "solution": True},
    "task": {"task": True},
}


@pytest.fixture
def gradebook(tmp_path):
    """Makes a gradebook with one week, of which ann's submission is to be graded and ben's is not; its URL."""

    def make(name: str) -> str:
        url = f"sqlite:///{tmp_path}/{name}.db"
        with Gradebook(url) as gb:
            gb.add_assignment("week")
            gb.add_notebook("nb", "week")
            for cell, kind in KINDS.items():
                if kind.get("task"):
                    gb.add_task_cell(cell, "nb", "week", max_score=3, cell_type="markdown")
                if kind.get("grade"):
                    gb.add_grade_cell(cell, "nb", "week", max_score=4, cell_type="code")
                if kind.get("solution"):
                    gb.add_solution_cell(cell, "nb", "week")
            for student in ("ann", "ben"):
                gb.add_student(student)
                gb.add_submission("week", student)
            gb.find_grade("wrong", "nb", "week", "ann").manual_score = 2.5
            for comment in gb.find_submission_notebook("nb", "week", "ann").comments:
                comment.auto_comment = "of an earlier run"
            gb.db.commit()
        return url

    return make


def a_notebook():
    cells = []
    for name, kind in KINDS.items():
        make = new_markdown_cell if name in ("text", "untouched", "task") else new_code_cell
        cell = make("x = 1")
        about = {"grade_id": name, "points": 4, "schema_version": 3, "locked": False}
        cell.metadata["nbgrader"] = {**about, "grade": False, "solution": False, "task": False, **kind}
        cells.append(cell)
    named = dict(zip(KINDS, cells, strict=True))
    named["wrong"].outputs = [new_output("error", ename="E", evalue="", traceback=[])]
    named["part"].outputs = [new_output("execute_result", {"text/plain": "1.5"})]
    named["untouched"].metadata["nbgrader"]["checksum"] = compute_checksum(named["untouched"])
    return new_notebook(cells=cells)


def save(preprocessor, url, notebook):
    who = {"notebook": "nb", "assignment": "week", "student": "ann", "db_url": url}
    preprocessor.preprocess(notebook, {"nbgrader": who})


def saved(url):
    """Of ann and ben: every grade and every comment, as they stand in the gradebook."""
    grades, comments = [], []
    with Gradebook(url) as gb:
        for who in ("ann", "ben"):
            notebook = gb.find_submission_notebook("nb", "week", who)
            grades += [(who, g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades]
            comments += [(who, str(c.name), str(c.auto_comment)) for c in notebook.comments]
    return sorted(grades, key=str), sorted(comments)


def test_it_saves_what_nbgraders_own_saves(gradebook):
    ours, theirs = gradebook("ours"), gradebook("theirs")
    before = saved(ours)
    save(SaveGrades(), ours, a_notebook())
    save(SaveAutoGrades(), theirs, a_notebook())
    assert saved(ours) == saved(theirs) != before
    grades, comments = saved(ours)
    assert ("ann", "part", 1.5, None, False) in grades and ("ann", "wrong", 0.0, 2.5, True) in grades
    assert ("ann", "untouched", "No response.") in comments and ("ann", "text", "None") in comments


def test_a_row_whose_cell_was_taken_out_by_hand_is_passed_over_as_nbgrader_does(gradebook):
    ours, theirs = gradebook("ours"), gradebook("theirs")
    for url in (ours, theirs):
        with Gradebook(url) as gb:
            for notebook in gb.find_notebook("nb", "week").submissions:
                gone = next(comment for comment in notebook.comments if comment.name == "answer")
                gone.cell = None
            gb.db.commit()
    notebook = a_notebook()
    notebook.cells = [cell for cell in notebook.cells if cell.metadata["nbgrader"]["grade_id"] != "answer"]
    save(SaveGrades(), ours, notebook)
    save(SaveAutoGrades(), theirs, notebook)
    assert saved(ours) == saved(theirs)


def test_of_two_cells_with_one_name_it_takes_the_one_that_nbgrader_takes(gradebook):
    ours, theirs = gradebook("ours"), gradebook("theirs")
    for url in (ours, theirs):
        with Gradebook(url) as gb:
            notebook = gb.find_notebook("nb", "week")
            task = TaskCell(name="right", max_score=9, cell_type="markdown", notebook=notebook)
            gb.db.add(task)
            for submitted in notebook.submissions:
                gb.db.add(Grade(cell=task, notebook=submitted, manual_score=7.0))
            gb.db.commit()
    save(SaveGrades(), ours, a_notebook())
    save(SaveAutoGrades(), theirs, a_notebook())
    assert saved(ours) == saved(theirs)
    assert ("ann", "right", 4.0, None, False) in saved(ours)[0]


def test_nothing_is_saved_of_a_notebook_that_fails_half_way(gradebook):
    url, notebook = gradebook("ours"), a_notebook()
    before = saved(url)
    notebook.cells[2].metadata["nbgrader"]["grade_id"] = "unheard-of"
    with pytest.raises(MissingEntry):
        save(SaveGrades(), url, notebook)
    assert saved(url) == before


def test_it_looks_into_the_gradebook_as_often_for_many_questions_as_for_one(gradebook):
    share_engines()
    url, asked = gradebook("ours"), []
    with Gradebook(url) as gb:
        event.listen(gb.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    notebook = a_notebook()
    counts = []
    for cells in (notebook.cells[:1], notebook.cells):
        asked.clear()
        save(SaveGrades(), url, new_notebook(cells=cells))
        counts.append(sum(statement.startswith("SELECT") for statement in asked))
    assert 0 < counts[0] == counts[1] < len(KINDS)


def test_a_cell_that_the_gradebook_does_not_know_is_complained_of_as_ever(gradebook):
    notebook = a_notebook()
    notebook.cells[0].metadata["nbgrader"]["grade_id"] = "unheard-of"
    with pytest.raises(MissingEntry, match="unheard-of"):
        save(SaveGrades(), gradebook("ours"), notebook)
