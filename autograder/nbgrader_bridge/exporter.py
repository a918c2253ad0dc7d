"""What ``nbgrader autograde`` reads submissions with: it survives every file, and a missing one."""

from __future__ import annotations

import contextlib
import glob
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4.nbjson import BytesEncoder
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

from autograder.errors import INTERRUPTED, GraderError
from autograder.nbgrader_bridge import state
from autograder.nbgrader_bridge.collect import odd_files
from autograder.nbgrader_bridge.database import share_engines
from autograder.nbgrader_bridge.generate import stop
from autograder.nbgrader_bridge.interrupt import Interrupt
from autograder.nbgrader_bridge.names import disarm_names
from autograder.nbgrader_bridge.restore import restore
from autograder.nbgrader_bridge.run import Run
from autograder.nbgrader_bridge.writable import check_writable


class SubmissionExporter(NotebookExporter):
    """Reads a submission as an instructor's notebook with a student's answers in it.

    nbgrader makes its exporter once, after it has listed the submissions and before it begins with the
    first: the moment to check the course, and to add the notebooks that are missing.
    """

    def __init__(self, config: Any = None, **kw: Any):
        super().__init__(config=config, **kw)
        self.run: Run | None = None
        if isinstance(self.parent, Autograde):
            self._begin(self.parent)

    def _begin(self, converter: Autograde) -> None:
        share_engines()
        c = converter.coursedir
        try:
            # the first pattern has no student in it: the folder that holds all of theirs
            check_writable([c.format_path(c.autograded_directory, ".", ".")], c.db_url)
            self.run = run = Run(converter)
            disarm_names(c.db_url, converter.log)
            run.complete(converter.assignments)
            run.discard_halves(list(converter.assignments))
            run.begin(converter.assignments, converter.force)
        except GraderError as e:
            raise stop(converter, e) from e

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Sanitising pass: read, restore and note what was odd. Second pass: as nbconvert does."""
        converter = self.parent
        if self.run is None or not converter._sanitizing:
            return super().from_filename(filename, resources=resources, **kw)
        name = resources["nbgrader"]["notebook"]
        notebook, notes = restore(self.run.read(Path(filename), name), self.run.released[name])
        for note in notes:
            converter.log.warning("%s: %s: %s", resources["nbgrader"]["student"], note.kind, note.text)
        state.mark_restored(notebook, notes)
        resources.setdefault("metadata", {})["name"] = name
        return self.from_notebook_node(notebook, resources=resources, **kw)

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        """Run the preprocessors of this pass, check the notebook once, and write it.

        nbconvert's own copies the notebook four times and checks it after every preprocessor: half of what a
        submission costs beside its grading. Nobody else holds this notebook, so none of that is needed.
        """
        if self.run is None:
            return super().from_notebook_node(nb, resources, **kw)
        resources = self._init_resources(resources)
        for preprocessor in self._preprocessors:
            nb, resources = preprocessor(nb, resources)
        nbformat.validate(nb, relax_add_props=True)
        resources["output_suffix"] = ".nbconvert"
        return (_compact(nb) if self.parent._sanitizing else nbformat.v4.writes_json(nb)) + "\n", resources


def _compact(nb: NotebookNode) -> str:
    """One line: nbgrader's second pass reads this file at once, and writes the one that people see."""
    return json.dumps(nb, cls=BytesEncoder, ensure_ascii=False)


_stock_start = Autograde.start


def _start(self: Autograde) -> None:
    """nbgrader's own answers Ctrl-C with a traceback, or does not hear it."""
    if not issubclass(self.exporter_class, SubmissionExporter):
        _stock_start(self)
        return
    self.interrupt = Interrupt()
    try:
        with self.interrupt.listening():
            _stock_start(self)
    except KeyboardInterrupt:  # nbgrader has removed what it had begun
        self.log.error("Interrupted. What was finished is kept; run the same command again.")
        raise SystemExit(INTERRUPTED) from None


Autograde.start = _start


_stock_init_notebooks = Autograde.init_notebooks


def _list_submissions(self: Autograde) -> None:
    """nbgrader's own passes over a folder without a notebook, and stops where there is no other student.

    It has no hook that could bring them back: a student who handed in nothing but data, alone in a run (as
    formgrader's button and a grading service do it), would stay without a grade. So this one method is
    replaced, for runs with our exporter only.
    """
    c = self.coursedir
    folders = [f for f in glob.glob(c.format_path(c.submitted_directory, c.student_id, c.assignment_id))
               if os.path.isdir(f)]
    if not folders or not issubclass(self.exporter_class, SubmissionExporter):
        _stock_init_notebooks(self)
        return
    self.notebooks = []
    self.assignments = {f: glob.glob(os.path.join(glob.escape(f), f"{c.notebook_id}.ipynb")) for f in folders}


Autograde.init_notebooks = _list_submissions


_stock_init_assignment = Autograde.init_assignment


def _prepare_student(self: Autograde, assignment_id: str, student_id: str) -> None:
    """Before a student's notebooks: nbgrader's own, without two things that it does and has no hook for."""
    if not issubclass(self.exporter_class, SubmissionExporter):
        _stock_init_assignment(self, assignment_id, student_id)
        return
    with _odd_files_left_out(self, assignment_id, student_id):
        _stock_init_assignment(self, assignment_id, student_id)
    _forget_zeros(self, assignment_id, student_id)


Autograde.init_assignment = _prepare_student


@contextlib.contextmanager
def _odd_files_left_out(converter: Autograde, assignment: str, student: str) -> Iterator[None]:
    """nbgrader copies what a link beside a notebook points to, and waits for ever at a pipe or copies /dev/zero.

    `nbgrader collect` leaves them out here; whoever fills submitted/ in another way has them. So names of what is
    no plain file are ignored while this student's folder is copied.
    """
    usual = converter.coursedir.ignore
    odd = odd_files(converter._format_source(assignment, student))
    for path in odd:
        converter.log.warning("%r: neither a file nor a folder, left out", path)
    try:
        converter.coursedir.ignore = [*usual, *(glob.escape(os.path.basename(path)) for path in odd)]
        yield
    finally:
        converter.coursedir.ignore = usual


def _forget_zeros(converter: Autograde, assignment: str, student: str) -> None:
    """nbgrader gives zeros where the expected file is missing; one with a wrong name is still to be graded."""
    run = converter.exporter.run
    folder = Path(converter._format_source(assignment, student))
    expected = {name: folder / f"{name}.ipynb" for name in run.wanted()}
    missing = {name: path for name, path in expected.items() if not os.path.lexists(path)}
    misnamed = [
        name for name, path in missing.items() if any(note.kind == "wrong-name" for note in run.read(path, name).notes)
    ]
    if not misnamed:
        return
    with Gradebook(converter.coursedir.db_url, converter.coursedir.course_id) as gradebook:
        for name in misnamed:
            for grade in gradebook.find_submission_notebook(name, assignment, student).grades:
                grade.auto_score = None
                grade.needs_manual_grade = True
        gradebook.db.commit()
