"""assignment.toml: everything that is wrong is told at once, with where and what to do."""

from __future__ import annotations

import dataclasses

import pytest

from autograder.attempts import AttemptPolicy
from autograder.late import LatePolicy
from autograder.manifest import _RANGES, read_manifest
from autograder.records import Limits
from autograder.rules import Rules

GOOD = 'title = "T"\nnotebook = "n"\n'
DUE = "due = 2026-03-01T12:00:00Z\n"


def read(tmp_path, text):
    path = tmp_path / "assignment.toml"
    path.write_text(text, encoding="utf-8")
    return read_manifest(path)


def test_a_minimal_manifest_has_no_problem(tmp_path):
    manifest, problems = read(tmp_path, GOOD)
    assert problems == ()
    assert (manifest.title, manifest.notebook, manifest.limits) == ("T", "n", Limits())


def test_a_policy_of_attempts_is_read(tmp_path):
    manifest, problems = read(tmp_path, GOOD + "[attempts]\nlimit = 5\ncooldown_minutes = 10")
    assert problems == () and manifest.attempts == AttemptPolicy(limit=5, cooldown_minutes=10)
    assert read(tmp_path, GOOD)[0].attempts == AttemptPolicy()


def test_a_submission_can_have_a_container_of_its_own(tmp_path):
    manifest, problems = read(tmp_path, GOOD + 'isolation = "container"')
    assert problems == () and manifest.isolation == "container"
    assert read(tmp_path, GOOD)[0].isolation == "session"


def test_a_late_policy_is_read(tmp_path):
    manifest, problems = read(tmp_path, GOOD + DUE + "[late]\npercent_per_day = 10\ngrace_minutes = 15\nlast_day = 7")
    assert problems == ()
    assert manifest.late == LatePolicy(percent_per_day=10, grace_minutes=15, last_day=7)


def test_every_limit_has_a_range():
    assert set(_RANGES) == {f.name for f in dataclasses.fields(Limits)}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (GOOD + "colour = 3", "colour"),
        ('notebook = "n"', "title"),
        ('title = ""\nnotebook = "n"', "title"),
        ('title = 3\nnotebook = "n"', "title"),
        ('title = "T"\nnotebook = "a/n.py"', "notebook"),
        (GOOD + "due = 2026-03-01", "due"),
        (GOOD + "due = 2026-03-01T10:00:00", "due"),
        (GOOD + 'runner = "tpu"', "runner"),
        (GOOD + 'isolation = "box"', "isolation"),
        (GOOD + "isolation = true", "isolation"),
        (GOOD + 'isolation = ["container"]', "isolation"),
        (GOOD + 'gpu = ["q1"]', "gpu"),
        (GOOD + 'runner = "gpu"\ngpu = "q1"', "gpu"),
        (GOOD + "points = -3", "points"),
        (GOOD + "points = true", "points"),
        (GOOD + 'bonus = "q1"', "bonus"),
        (GOOD + '[sandbox]\nimports = "numpy"', "sandbox.imports"),
        (GOOD + '[sandbox]\nimports = ["import os"]', "sandbox.imports"),
        (GOOD + "[sandbox]\nnetwork = true", "sandbox.network"),
        (GOOD + "sandbox = 3", "sandbox"),
        (GOOD + "limits = 3", "limits"),
        (GOOD + "[limits]\nmemory_gb = 3", "limits.memory_gb"),
        (GOOD + "[limits]\nmemory_mb = 0", "limits.memory_mb"),
        (GOOD + "[limits]\nmemory_mb = 1.5", "limits.memory_mb"),
        (GOOD + "[limits]\ncell_seconds = 15000", "limits.cell_seconds"),
        (GOOD + "[limits]\ncell_seconds = nan", "limits.cell_seconds"),
        (GOOD + "[limits]\ntotal_seconds = 5", "limits.total_seconds"),
        (GOOD + "late = 3", "late"),
        (GOOD + "attempts = 3", "attempts"),
        (GOOD + "[attempts]\nlimit = 2.5", "attempts.limit"),
        (GOOD + "[attempts]\nlimit = 0", "attempts.limit"),
        (GOOD + "[attempts]\ncooldown = 10", "attempts.cooldown"),
        (GOOD + "[late]\npercent_per_day = 10", "late"),
        (GOOD + DUE + "[late]\nmax_percent = 50", "late"),
        (GOOD + DUE + "[late]\npercent_per_day = 110", "late.percent_per_day"),
        (GOOD + DUE + '[late]\nlast_day = "two"', "late.last_day"),
        (GOOD + DUE + "[late]\npercent = 10\nlast_day = 2", "late.percent"),
        (GOOD + "rules = 3", "rules"),
        (GOOD + '[rules]\nimport = ["os"]\ncalls = ["eval"]', "rules.import"),
        (GOOD + '[rules]\nimports = "torch"', "rules.imports"),
        (GOOD + '[rules.q1]\nimports = ["import os"]', "rules.q1.imports"),
        (GOOD + '[rules.q1]\ncalls = ["np.f()"]', "rules.q1.calls"),
        (GOOD + '[rules.q1]\ncalls = ["eval"]\nsays = 3', "rules.q1.says"),
        (GOOD + '[rules.q1]\ncalls = ["eval"]\nweight = 0', "rules.q1.weight"),
        (GOOD + '[rules.q1]\nsays = "no"', "rules.q1"),
        (GOOD + "[rules.q1]", "rules.q1"),
    ],
)
def test_a_fault_is_named_with_file_and_key(tmp_path, text, where):
    _, problems = read(tmp_path, text)
    assert len(problems) == 1
    assert problems[0].startswith(f"{tmp_path / 'assignment.toml'}: {where}: ")


def test_all_faults_come_at_once(tmp_path):
    _, problems = read(tmp_path, 'runner = "x"\ncolour = 1\n[limits]\nmemory_mb = 1\n')
    assert len(problems) == 5  # title and notebook are missing too


def test_a_file_that_is_no_toml_is_one_problem(tmp_path):
    _, problems = read(tmp_path, "title = ")
    assert len(problems) == 1
    assert "not valid TOML (" in problems[0]


def test_a_missing_file_says_what_to_write(tmp_path):
    _, problems = read_manifest(tmp_path / "assignment.toml")
    assert "is missing" in problems[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("title", "titel"), "unknown key 'titel'; did you mean 'title'? Known keys: "),
        (GOOD + "[sandbox]\nimport = []", "unknown key 'import'; did you mean 'imports'? Known keys: imports."),
        (GOOD + "[limits]\nmemory = 512", "unknown limit 'memory'; did you mean 'memory_mb'? Known limits: "),
        (GOOD + "colour = 1", "unknown key 'colour'. Known keys: "),
    ],
)
def test_a_name_that_is_almost_right_is_told_what_was_meant(tmp_path, text, said):
    _, problems = read(tmp_path, text)
    assert said in "\n".join(problems)


def test_rules_are_read_for_the_week_and_for_each_question(tmp_path):
    text = '[rules]\nimports = ["torch"]\n[rules.q1]\ncalls = ["np.linalg.svd"]\nsays = "By hand."\nweight = 2'
    manifest, problems = read(tmp_path, GOOD + text)
    assert problems == ()
    own = Rules(calls=("np.linalg.svd",), says="By hand.", weight=2)
    assert dict(manifest.rules) == {"": Rules(("torch",)), "q1": own}
