"""Which attempts grading on submit answers."""

from __future__ import annotations

import datetime as dt

from autograder.attempts import AttemptPolicy

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def minutes(*after: float) -> list[dt.datetime]:
    return [NOON + dt.timedelta(minutes=m) for m in after]


def test_without_a_policy_every_attempt_is_graded():
    assert AttemptPolicy().why_not(minutes(*range(100)), NOON) is None


def test_the_limit_counts_attempts_that_were_graded():
    policy = AttemptPolicy(limit=2)
    assert policy.why_not(minutes(0), NOON) is None
    cause, text = policy.why_not(minutes(0, 1), NOON)
    assert cause == "attempts-used-up" and "2 attempts" in text


def test_a_pause_ends_after_its_minutes():
    policy = AttemptPolicy(cooldown_minutes=10)
    assert policy.why_not(minutes(10, 0), minutes(20)[0]) is None
    cause, text = policy.why_not(minutes(10, 0), minutes(19.9)[0])
    assert cause == "cooldown" and "after 12:20:00 UTC" in text
