from __future__ import annotations

import dataclasses
import resource
import sys
from pathlib import Path

from autograder.guest.confine import CPU_GRACE_SECONDS, readable_paths, resource_limits
from autograder.records import Limits
from autograder.sandbox.control import OPEN_LIMITS

LIMITS = {name: value for name, value in dataclasses.asdict(Limits()).items() if name in OPEN_LIMITS}
PROJECT = Path(__file__).parents[3]


def test_what_the_host_sends_is_all_that_confinement_needs():
    assert resource_limits(LIMITS, 0)


def test_every_limit_is_one_that_the_kernel_has():
    assert all(isinstance(getattr(resource, name), int) for name in resource_limits(LIMITS, 0))


def test_what_the_supervisor_takes_is_not_the_students_loss():
    limits = resource_limits({**LIMITS, "memory_mb": 100}, data_bytes=7, own_processes=5)
    assert limits["RLIMIT_DATA"] == (100 << 20) + 7
    assert limits["RLIMIT_NPROC"] == LIMITS["processes"] + 5


def test_the_kernels_cpu_limit_comes_after_the_supervisors():
    assert resource_limits({**LIMITS, "cpu_seconds": 0.5}, 0)["RLIMIT_CPU"] == 1 + CPU_GRACE_SECONDS


def test_the_interpreter_is_readable_and_the_project_is_not(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(PROJECT), *sys.path])
    paths = [Path(path) for path in readable_paths()]
    assert Path(sys.prefix) in paths
    for hidden in (PROJECT, PROJECT / "solutions", PROJECT / "tests", PROJECT / "autograder" / "judge"):
        assert not any(hidden == path or hidden.is_relative_to(path) for path in paths), hidden
