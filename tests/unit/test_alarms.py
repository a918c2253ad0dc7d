"""Signs of an attack: each is reported with its evidence, an honest submission gives none."""

from __future__ import annotations

from pathlib import Path

from autograder.alarms import canaries_of, reports_on
from autograder.records import CellResult, CodeCell, Note, Submission, TestResult

CANARY = "CANARY-of-a-suite"


def submission(source: str = "x = 1", files: tuple = ()) -> Submission:
    return Submission("week", "ann", "notebook", (CodeCell("q1_solution", source),), files)


def failed(cause: str, detail: str = "") -> TestResult:
    return TestResult("test_a", "A", "failed", cause=cause, detail=detail)


def kinds(reports) -> list[str]:
    return [report.kind for report in reports]


def test_an_honest_submission_gives_no_report():
    tests = {"q1": [failed("assertion"), failed("time-limit")]}
    assert reports_on(submission(), [Note("time-limit", "x")], tests, [CellResult("q1")], [CANARY]) == ()


def test_a_canary_is_found_in_sources_outputs_and_files():
    shown = CellResult("q1", ({"output_type": "stream", "text": f"it says {CANARY}!"},))
    for case in (
        reports_on(submission(f"# {CANARY}"), (), {}, (), [CANARY]),
        reports_on(submission(), (), {}, [shown], [CANARY]),
        reports_on(submission(files=(("a.txt", CANARY.encode()),)), (), {}, (), [CANARY]),
    ):
        assert kinds(case) == ["canary"] and CANARY in case[0].evidence


def test_a_suite_declares_its_canary(tmp_path: Path):
    suite = tmp_path / "test_q1.py"
    suite.write_text(f'import os\nCANARY = "{CANARY}"\n')
    assert canaries_of([suite]) == (CANARY,)


def test_a_broken_protocol_comes_with_what_was_said_and_without_control_characters():
    (report,) = reports_on(submission(), (), {"q1": [failed("protocol", "a frame\x1b[31m")]}, ())
    assert report.kind == "protocol-abuse" and report.where == "q1" and "\x1b" not in report.evidence


def test_limits_are_a_sign_when_there_are_many():
    tests = {"q1": [failed("memory-limit")], "q2": [failed("process-limit"), failed("disk-limit")]}
    (report,) = reports_on(submission(), (), tests, ())
    assert report.kind == "limits" and "q2" in report.evidence


def test_edited_locked_cells_and_an_ended_notebook_are_signs():
    notes = [Note("changed-cell", "The locked cell q1 had been changed.", "q1"), Note("snapshot-lost", "x", "q2")]
    assert kinds(reports_on(submission(), notes, {}, ())) == ["notebook-ended", "locked-cells"]
