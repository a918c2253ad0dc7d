"""One test of one submission once more, in a sandbox as it was graded in; or a prompt in the finished notebook.

A stored result has digests of all that it was made from, and the draws of a test follow from the course secret and
the test's name: with the same digests the same test meets the same inputs. What goes in and comes out of the
student's code is not looked up but asked for again.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.collected import read_submission
from autograder.course import Assignment, Course
from autograder.errors import MissingNotebook, UnknownQuestion
from autograder.grading import Grader
from autograder.judge.draws import seed_of
from autograder.records import Limits, Result, Submission, TestResult
from autograder.sandbox.notebook import CellLost, Conversation, NotebookRun
from autograder.store import Store, default_url

PROMPT_SECONDS = 60.0
"""How long one input at the prompt may run."""

SHELL_SECONDS = 8 * 3600.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Replayed:
    """What a test said now, and before where a result is stored.

    ``differs`` are sentences on what is not as it was when the stored result was made; ``seed`` is that of the
    test's draws.
    """

    question: str
    now: TestResult
    before: TestResult | None
    seed: int
    engine: str
    differs: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether outcome and cause are those that are stored."""
        return self.before is not None and (self.before.outcome, self.before.cause, self.before.hint) == (
            self.now.outcome,
            self.now.cause,
            self.now.hint,
        )

    def to_dict(self) -> dict[str, object]:
        return {
            "question": self.question,
            "seed": self.seed,
            "engine": self.engine,
            "same": self.same,
            "differs": list(self.differs),
            "now": dataclasses.asdict(self.now),
            "before": dataclasses.asdict(self.before) if self.before is not None else None,
        }

    def to_text(self) -> str:
        """For a terminal; what came from the student's process is freed of control characters."""
        t = self.now
        lines = [f"{self.question}::{t.test}: {t.outcome}{f' ({t.cause}, hint {t.hint})' if not t.passed else ''}"]
        lines.append(f"  {t.title}")
        if t.message:
            lines.append(f"  The student reads: {t.message}")
        if t.calls:
            lines += ["Last calls into the notebook, and what came back:", _indented(t.calls)]
        if t.detail:
            lines += ["The failure:", _indented(t.detail)]
        lines.append(f"Seed of the draws {self.seed}, engine {self.engine}.")
        lines += [f"Not as before: {sentence}" for sentence in self.differs]
        if self.before is None:
            lines.append("No result of this submission is stored: there is nothing to compare with.")
        elif self.same:
            lines.append("As in the stored result.")
        else:
            stored = f"{self.before.outcome} {self.before.cause} {self.before.hint}".rstrip()
            lines.append(f"The stored result says: {stored}")
        return "\n".join(lines)


def replay(course: Course, student: str, week: str, test: str, engine: str = "auto") -> Replayed:
    """Run a test of a collected submission once more.

    Parameters
    ----------
    test : str
        ``question::test``, as reports name it, or the test's name where one question alone has it.

    Raises
    ------
    UnknownQuestion
        If there is no such test; the message lists those that there are.
    SubmissionError, CourseError, InfrastructureError
    """
    assignment = course.assignment(week)
    submission = read_submission_of(course, assignment, student)
    stored = _stored(course, assignment, student)
    question, _, name = test.rpartition("::")
    candidates = [question] if question else _questions_with(assignment, name)
    with Grader(course, assignment, engine=engine) as grader:
        for candidate in candidates:
            tests = grader.grade(submission, (assignment.question(candidate).name,)).questions[0].tests
            found = next((t for t in tests if t.test == name), None)
            if found is None:
                known = ", ".join(t.test for t in tests) or "none: the notebook did not live to be examined"
                raise UnknownQuestion(f"{candidate} has no test {name!r}. Its tests: {known}.")
            result = stored.question(candidate) if stored is not None else None
            before = next((t for t in result.tests if t.test == name), None) if result is not None else None
            return Replayed(
                question=candidate,
                now=found,
                before=before,
                seed=seed_of(course.secret(), week, candidate, student, name),
                engine=grader.engine.name,
                differs=_differences(grader, submission, stored),
            )
    questions = ", ".join(q.name for q in assignment.questions)
    raise UnknownQuestion(f"{week} has no test {name!r}. Write question::test; its questions: {questions}.")


def read_submission_of(course: Course, assignment: Assignment, student: str) -> Submission:
    """A collected submission.

    Raises
    ------
    MissingNotebook
        If the student has handed in nothing.
    """
    folder = course.root / "course" / "submitted" / student / assignment.name
    # the name comes from a command line: it may not lead out of the folder
    if "/" in student or student in ("", ".", "..") or not folder.is_dir():
        raise MissingNotebook(f"{folder}: not there. Collect it first, or correct the name.")
    return read_submission(course, assignment, student)


def _questions_with(assignment: Assignment, name: str) -> list[str]:
    """Questions whose module defines a test function of that name."""
    function = name.split("[", 1)[0]
    return [
        q.name
        for q in assignment.questions
        if q.suite is not None
        and re.search(rf"^def {re.escape(function)}\(", q.suite.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def _stored(course: Course, assignment: Assignment, student: str) -> Result | None:
    with Store(default_url(course.root)) as store:
        newest = store.results(assignment.name, student, cells=False)
    found = [result for result in newest if result.notebook == assignment.notebook]
    return found[0] if found else None


def _differences(grader: Grader, submission: Submission, stored: Result | None) -> tuple[str, ...]:
    """What the stored result was made from and this run was not."""
    if stored is None:
        return ()
    words = {
        "submission": "the submission was handed in again since.",
        "suite": "the hidden tests, the reference or the limits have changed.",
        "image": "the sandbox has other software, or is another engine.",
        "seed": "the course secret has changed, and with it the inputs.",
    }
    now, before = grader.digests(submission), stored.digests
    return tuple(text for key, text in words.items() if getattr(now, key) != getattr(before, key))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in clean_text(text).splitlines())


def clean_text(text: str) -> str:
    """Text that cannot steer a terminal: control characters, escape sequences' first ones among them, are dropped."""
    return _CONTROL.sub("", text)


class Shell:
    """A prompt in a finished notebook: each input runs in the sandbox, as one more cell of the notebook.

    IPython runs it there, so that magics, ``obj?`` and tracebacks work; only text comes back.
    """

    def __init__(self, run: NotebookRun, limits: Limits):
        patient = dataclasses.replace(limits, notebook_seconds=SHELL_SECONDS, cell_seconds=PROMPT_SECONDS)
        self._conversation = Conversation(run.session, patient)
        self._bytes = limits.output_kb << 10
        self.alive = True

    def run(self, source: str) -> str:
        """What an input shows, as text. After the process has ended, ``alive`` is False."""
        try:
            answer, interrupted = self._conversation.run_cell("prompt", source, self._bytes)
        except CellLost as lost:
            self.alive = False
            return f"{lost.note.text} The notebook is gone."
        text = "\n".join(_output_text(output) for output in answer["outputs"])
        return clean_text(text) + (f"\nStopped after {PROMPT_SECONDS:g} s." if interrupted else "")


def _output_text(output: dict[str, object]) -> str:
    kind = output["output_type"]
    if kind == "stream":
        return str(output["text"]).rstrip("\n")
    if kind == "error":
        return "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
    return str(output["data"].get("text/plain", "<no text>"))


def _is_complete(transformer: Any, source: str) -> bool:
    # without the last line's end: with it, a block counts as finished after its first line
    return transformer.check_complete(source.rstrip("\n"))[0] != "incomplete"


def converse(shell: Shell, read: Callable[[str], str], write: Callable[[str], None]) -> None:
    """Read inputs and show what they give until ``read`` raises EOFError or the notebook is gone.

    An input goes on while IPython finds it incomplete.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    transformer = TransformerManager()
    count = 1
    while shell.alive:
        source = ""
        try:
            while True:
                prompt = f"In [{count}]: " if not source else "   ...: "
                line = read(prompt)
                source += line + "\n"
                if not line.strip() or _is_complete(transformer, source):
                    break
        except EOFError:
            return
        if source.strip() in ("exit", "quit", "exit()", "quit()"):
            return
        if source.strip():
            shown = shell.run(source)
            if shown:
                write(shown)
            count += 1
