"""The week's late policy and the course's extensions, written where nbgrader and formgrader show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties

from autograder.course import Assignment, Course
from autograder.late import Extension, extension_of
from autograder.nbgrader_bridge.roster import gradebook_url, submissions_of


class CoursePenalties(AssignLatePenalties):
    """In the place of nbgrader's own, which it is where a week has no policy: its plugin does not know the week."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        run, who = self.parent.run, resources["nbgrader"]
        extension = extension_of(run.extensions, who["assignment"], who["student"])
        if extension is None and run.assignment.late is None:
            return super().preprocess(nb, resources)
        with Gradebook(who["db_url"]) as gb:
            submitted = gb.find_submission(who["assignment"], who["student"])
            if extension is not None:  # else one that was granted by nbgrader's own means stands
                submitted.extension = extension.time
            settle_penalties(submitted, run.assignment)
            gb.db.commit()
        return (nb, resources) if run.assignment.late is not None else super().preprocess(nb, resources)


def settle_penalties(submitted: Any, assignment: Assignment) -> None:
    """Set the penalty of each notebook of a gradebook's submission, where the week has a policy."""
    if assignment.late is None:
        return
    for notebook in submitted.notebooks:
        penalty = assignment.late.penalty(notebook.max_score, submitted.total_seconds_late)
        notebook.late_submission_penalty = penalty or None


def settle_extensions(
    course: Course, assignment: Assignment, students: Sequence[str], extensions: Sequence[Extension]
) -> list[str]:
    """Bring the gradebook up to date after extensions have changed; returns who has handed something in.

    Whoever has not is left out: their extension is written down when their submission is graded.
    """
    url = gradebook_url(course.root)
    if url is None:
        return []
    found = []
    with Gradebook(url) as gb:
        for submitted in submissions_of(gb, assignment.name, students):
            extension = extension_of(extensions, assignment.name, submitted.student_id)
            submitted.extension = None if extension is None else extension.time
            settle_penalties(submitted, assignment)
            found.append(submitted.student_id)
        gb.db.commit()
    return found
