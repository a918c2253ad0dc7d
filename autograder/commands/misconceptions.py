"""``autograder misconceptions``: how often the report names the right one."""

from __future__ import annotations

import json

import click

from autograder.commands.options import course_of, engine_option, json_option, workers_option


@click.command(short_help="Measure how well misconceptions are recognised.")
@click.argument("weeks", metavar="[WEEK]...", nargs=-1)
@click.option("--write", is_flag=True, help="Write these weeks into docs/misconceptions.md.")
@engine_option
@workers_option
@json_option
@click.pass_context
def misconceptions(
    context: click.Context, weeks: tuple[str, ...], write: bool, engine: str, workers: int | None, as_json: bool
) -> int:
    """Grade every mutant of the weeks named (or of all) as another student, and match it: known, and held out.

    Needs the catalogue that `autograder validate --matrix` writes.
    """
    from autograder.report.files import make_folder, write_text
    from autograder.validation.recognition import merge, section
    from autograder.validation.recognition_run import measure, provenance

    course = course_of(context)
    scores, trials = measure(course, weeks, engine, workers)
    sections = {week: section(week, rows, trials[week], *provenance()) for week, rows in scores.items()}
    if write:
        page = course.root / "docs" / "misconceptions.md"
        make_folder(page.parent)
        before = page.read_text(encoding="utf-8") if page.is_file() else ""
        write_text(page, merge(before, sections))
    if as_json:
        found = {
            week: [{"threshold": s.threshold, "trials": s.trials, "recall": s.recall, "precision": s.precision,
                    "unknown_kept": s.unknown_kept} for s in rows]
            for week, rows in scores.items()
        }  # fmt: skip
        click.echo(json.dumps(found))
    else:
        click.echo("\n".join(sections.values()))
    return 0
