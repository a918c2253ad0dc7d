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
Modules are imported where they are used, so that ``autograder --help`` answers at once.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder import __version__
from autograder.errors import CourseError, GraderError, InfrastructureError

if TYPE_CHECKING:
    from autograder.course import Course

NOT_IN_ORDER = 1
INTERRUPTED = 130
ENGINES = ("auto", "docker", "podman", "local", "plain")

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
    except (KeyboardInterrupt, click.Abort):
        _complain(as_json, "interrupted", "Interrupted. What was finished is kept.", INTERRUPTED)
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


def _json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")(function)


def _engine_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="auto",
        show_default=True,
        envvar="AUTOGRADER_ENGINE",
        show_envvar=True,
        help="What student code runs in.",
    )(function)


def _workers_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        show_default="one a processor",
        help="Submissions graded at once.",
    )(function)


def _course(context: click.Context) -> Course:
    from autograder.course import load_course

    return load_course(context.obj)


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="autograder")
@click.option(
    "--course",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    envvar="AUTOGRADER_COURSE",
    help="Folder of the course (default: the current one).",
)
@click.pass_context
def cli(context: click.Context, root: Path) -> None:
    """Grade Jupyter assignments with hidden pytest suites that student code never meets."""
    context.obj = root


@cli.command(short_help="Grade collected submissions, without the gradebook.")
@click.argument("week")
@click.option("--student", help="Only this student's submission.")
@_engine_option
@_workers_option
@_json_option
@click.pass_context
def grade(
    context: click.Context, week: str, student: str | None, engine: str, workers: int | None, as_json: bool
) -> int:
    """Grade the collected submissions of WEEK, without nbgrader's gradebook.

    What is stored is not graded again. Exits with 5 when the machine's fault left a submission without a result: run
    the command again.
    """
    from autograder.batch import grade_submitted, results_table

    outcome = grade_submitted(_course(context), week, student=student, engine=engine, workers=workers)
    if as_json:
        click.echo(json.dumps(outcome.to_dict(), sort_keys=True))
    else:
        click.echo(results_table(outcome.results))
        for fault, students in outcome.by_fault().items():
            click.echo(f"Not graded: {', '.join(students)}. {fault}", err=True)
    return InfrastructureError.exit_code if outcome.faults else 0


@cli.command(short_help="Show stored results, students by questions.")
@click.argument("week")
@_json_option
@click.pass_context
def results(context: click.Context, week: str, as_json: bool) -> int:
    """Show the stored results of WEEK, students by questions."""
    from autograder.batch import results_table, stored_results

    found = stored_results(_course(context), week)
    if as_json:
        click.echo(json.dumps({"assignment": week, "results": [json.loads(r.to_json()) for r in found]}))
    else:
        click.echo(results_table(found))
    return 0


@cli.command(short_help="Check every gate of the weeks named, or of all.")
@click.argument("weeks", metavar="[WEEK]...", nargs=-1)
@click.option("--matrix", is_flag=True, help="Print tests by mutants, and write docs/suites/<week>.md.")
@click.option("--seeds", type=click.IntRange(min=0), default=5, show_default=True, help="Students for the reference.")
@_engine_option
@_workers_option
@_json_option
@click.pass_context
def validate(
    context: click.Context,
    weeks: tuple[str, ...],
    matrix: bool,
    seeds: int,
    engine: str,
    workers: int | None,
    as_json: bool,
) -> int:
    """Check every gate of the weeks named, or of all.

    The reference and other right answers earn all points, the untouched release none; each known-wrong
    solution is noticed by the tests, and with the hint, that its header names; each hidden test notices one;
    nothing hidden is in the release or in the feedback. Exits with 1 when a gate is broken.
    """
    from autograder.validation_run import validate_course

    reports = validate_course(_course(context), weeks, seeds=seeds, engine=engine, workers=workers, write=matrix)
    if as_json:
        click.echo(json.dumps({"passed": all(r.passed for r in reports), "weeks": [r.to_dict() for r in reports]}))
    else:
        for report in reports:
            if matrix:
                from autograder.validation_matrix import to_text

                click.echo("\n\n".join(to_text(m) for m in report.matrices) + "\n")
            click.echo(report.to_text())
    return 0 if all(report.passed for report in reports) else NOT_IN_ORDER


@cli.command(short_help="List every problem of the course.")
@_json_option
@click.pass_context
def check(context: click.Context, as_json: bool) -> int:
    """List every problem of the course: manifests, notebooks, suites, a release that is not fresh."""
    from autograder.judge.client import suite_problems
    from autograder.release import check_fresh

    course = _course(context)
    problems = list(course.problems())
    if not course.plain:
        problems += suite_problems(course)
        problems += [problem for problem in check_fresh(course) if problem not in problems]
    if as_json:
        click.echo(json.dumps({"assignments": list(course.assignments), "problems": problems}))
    elif problems:
        click.echo("\n".join(problems), err=True)
    else:
        click.echo(f"No problems in {', '.join(course.assignments)}.")
    return CourseError.exit_code if problems else 0


@cli.command(short_help="Write what students receive to assignments/.")
@click.argument("week")
@_json_option
@click.pass_context
def release(context: click.Context, week: str, as_json: bool) -> int:
    """Write what students receive of WEEK to assignments/, with `nbgrader generate_assignment`."""
    from autograder.nbgrader_bridge.generate import release_assignment

    # nbgrader starts alembic by name: the interpreter's own folder comes first.
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    folder = release_assignment(_course(context), week)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if as_json:
        click.echo(json.dumps({"assignment": week, "folder": str(folder), "files": files}))
    else:
        click.echo(f"{folder}: {', '.join(files)}")
    return 0


@cli.command(short_help="Say which engines are here, and what each protects.")
@_json_option
def engines(as_json: bool) -> int:
    """Say which engines are present, what each protects, and which one `auto` chooses."""
    from autograder.engine_survey import survey

    found = survey(name for name in ENGINES if name != "auto")
    if as_json:
        click.echo(json.dumps({"engines": [dataclasses.asdict(engine) for engine in found]}))
        return 0
    for engine in found:
        click.echo(f"{'*' if engine.chosen else ' '} {engine.name:12} {engine.says}")
    ready = any(engine.chosen for engine in found)
    click.echo("* is what --engine auto takes." if ready else "No engine is ready: --engine auto would stop.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
