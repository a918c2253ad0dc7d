"""``autograder replay``: one test of one submission once more, or a prompt in its finished notebook."""

from __future__ import annotations

import json
import sys

import click

from autograder.commands.options import NOT_IN_ORDER, course_of, engine_option, json_option


@click.command(short_help="Run a test of a submission once more, or open a prompt in its notebook.")
@click.argument("student")
@click.argument("week")
@click.argument("test", required=False)
@click.option("--shell", is_flag=True, help="An IPython prompt in the sandbox, where the notebook has just run.")
@engine_option
@json_option
@click.pass_context
def replay(
    context: click.Context, student: str, week: str, test: str | None, shell: bool, engine: str, as_json: bool
) -> int:
    """Run TEST (question::test) of STUDENT's submission of WEEK once more, in a sandbox, with the same draws.

    Shows inputs, what came back, what was expected and the traceback. For staff. Exits with 1 when the outcome is not
    the stored one.
    """
    from autograder.replay import replay as run_again

    if test is None and not shell:
        raise click.UsageError("Name a test (question::test), or use --shell.")
    course = course_of(context)
    code = 0
    if test is not None:
        found = run_again(course, student, week, test, engine)
        click.echo(json.dumps(found.to_dict()) if as_json else found.to_text())
        code = 0 if found.same or found.before is None else NOT_IN_ORDER
    if shell:
        _open_shell(course, student, week, engine)
    return code


def _open_shell(course, student: str, week: str, engine: str) -> None:
    from autograder.grading import Grader
    from autograder.replay import Shell, converse, read_submission_of

    assignment = course.assignment(week)
    submission = read_submission_of(course, assignment, student)
    with Grader(course, assignment, engine=engine) as grader, grader.finished_notebook(submission) as run:
        for note in run.notes:
            click.echo(note.text, err=True)
        click.echo(f"{student}, {week}, in {grader.engine.name}. End with exit or Ctrl-D.", err=True)
        converse(Shell(run, assignment.limits), _reader(), click.echo)


def _reader():
    """Lines of standard input: with history and editing on a terminal."""
    if not sys.stdin.isatty():

        def read(prompt: str) -> str:
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line.rstrip("\n")

        return read
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    return session.prompt
