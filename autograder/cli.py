"""The command line: one group of verbs, and one boundary where errors become messages and exit codes.

Exit codes, the same for each verb::

    0    done, and all is well
    1    done, and something is not in order: a gate is broken
    2    the command line was not understood
    3    the student's fault stopped the command
    4    the course's fault: manifest, notebook or suite; all problems are listed
    5    the machine's fault left work undone: engine, image, disk; the same command may be run again
    130  interrupted; what was finished is kept

With ``--json`` a verb writes one JSON object to standard output and nothing else, errors too.
The verbs are in ``autograder.commands``. They import what they need where they use it, so that ``autograder --help``
answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from autograder import __version__
from autograder.commands import (
    certify,
    course,
    engines,
    export,
    extend,
    grade,
    hub,
    interop,
    leaderboard,
    misconceptions,
    receipt,
    regrade,
    replay,
    report,
    similarity,
    validate,
    worker,
)
from autograder.errors import INTERRUPTED, CourseError, GraderError

_EPILOG = (
    "Exit codes: 0 all is well, 1 something is not in order, 2 usage, 3 the student's fault, 4 the course's, "
    "5 the machine's, 130 interrupted. The course is the current folder, or --course."
)


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code; nothing but a bug leaves a traceback."""
    argv = sys.argv[1:] if argv is None else argv
    as_json = "--json" in argv
    try:
        return cli.main(args=argv, prog_name="autograder", standalone_mode=False) or 0
    except click.ClickException as error:
        _complain(as_json, "usage", error.format_message(), error.exit_code, error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as error:
        pressed = error.__cause__ if isinstance(error.__cause__, KeyboardInterrupt) else error  # click makes its own
        _complain(as_json, "interrupted", f"Interrupted. What was finished is kept. {pressed}".rstrip(), INTERRUPTED)
        return INTERRUPTED
    except GraderError as error:
        _complain(as_json, error.verdict, str(error), error.exit_code, error)
        return error.exit_code
    except BrokenPipeError:
        # The reader went away (`| head`): no fault. The interpreter would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(as_json: bool, verdict: str, message: str, code: int, error: Exception | None = None) -> None:
    if as_json:
        problems = list(error.problems) if isinstance(error, CourseError) else [message]
        click.echo(json.dumps({"error": {"verdict": verdict, "problems": problems, "exit_code": code}}))
        return
    if isinstance(error, click.UsageError):
        error.show()
        return
    if isinstance(error, CourseError) and len(error.problems) > 1:
        click.echo(f"The course has {len(error.problems)} problems:", err=True)
        message = "\n".join(f"  {problem}" for problem in error.problems)
    click.echo(message, err=True)


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="autograder")
@click.option(
    "--course",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    envvar="AUTOGRADER_COURSE",
    show_envvar=True,
    help="Folder of the course (default: the current one).",
)
@click.pass_context
def cli(context: click.Context, root: Path) -> None:
    """Grade Jupyter assignments with hidden pytest suites that student code never meets."""
    context.obj = root


for verb in (
    grade.grade,
    grade.results,
    regrade.regrade,
    report.report,
    replay.replay,
    misconceptions.misconceptions,
    export.export,
    extend.extend,
    similarity.similarity,
    leaderboard.leaderboard,
    validate.validate,
    certify.certify,
    course.check,
    course.release,
    engines.engines,
    worker.worker,
    hub.hub,
    receipt.receipt,
    interop.export_otter,
    interop.export_gradescope,
    interop.import_otter,
    interop.import_nbgrader,
):
    cli.add_command(verb)


if __name__ == "__main__":
    sys.exit(main())
