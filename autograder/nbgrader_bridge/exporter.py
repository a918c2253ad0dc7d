"""What ``nbgrader autograde`` reads submissions with: it survives every file, and a missing one."""

from __future__ import annotations

import glob
import json
import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4.nbjson import BytesEncoder
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde

from autograder.errors import GraderError
from autograder.nbgrader_bridge import state
from autograder.nbgrader_bridge.collect import odd_files
from autograder.nbgrader_bridge.database import share_engines
from autograder.nbgrader_bridge.generate import stop
from autograder.nbgrader_bridge.names import disarm_names
from autograder.nbgrader_bridge.restore import restore
from autograder.nbgrader_bridge.run import Run
from autograder.nbgrader_bridge.writable import check_writable

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


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
        if isinstance(converter.parent, AutogradeApp):  # else this runs in a server, or in someone's script
            run.interrupt.listen()

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Sanitising pass: read, restore and note what was odd. Second pass: as nbconvert does."""
        try:
            if self.run is not None:
                self.run.interrupt.check()
            return self._from_filename(filename, resources, **kw)
        except KeyboardInterrupt:
            if self.run is None:
                raise
            # nbgrader would end with a traceback
            self.run.close()
            self.run.discard(resources["nbgrader"]["student"])
            self.parent.log.error("Interrupted. What was finished is kept; run the same command again.")
            raise SystemExit(INTERRUPTED) from None

    def _from_filename(self, filename: str, resources: Any, **kw: Any) -> Any:
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


def _copy_plain_files(self: Autograde, assignment_id: str, student_id: str) -> None:
    """nbgrader copies what a link beside a notebook points to, and waits for ever at a pipe or copies /dev/zero.

    `nbgrader collect` leaves them out here; whoever fills submitted/ in another way has them. There is no hook
    either: names of what is no plain file are ignored while this student's folder is copied.
    """
    if not issubclass(self.exporter_class, SubmissionExporter):
        _stock_init_assignment(self, assignment_id, student_id)
        return
    usual = self.coursedir.ignore
    odd = odd_files(self._format_source(assignment_id, student_id))
    for path in odd:
        self.log.warning("%r: neither a file nor a folder, left out", path)
    try:
        self.coursedir.ignore = [*usual, *(glob.escape(os.path.basename(path)) for path in odd)]
        _stock_init_assignment(self, assignment_id, student_id)
    finally:
        self.coursedir.ignore = usual


Autograde.init_assignment = _copy_plain_files
