from __future__ import annotations

import dataclasses
import os
import time

import pytest

from autograder.guest.accounting import CgroupAccount, ProcessAccount, process_seconds
from autograder.guest.processes import read_process


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return CgroupAccount.find(str(root))


def test_version_1_is_read(tmp_path):
    account = write(
        tmp_path,
        {
            "memory/memory.limit_in_bytes": "536870912\n",
            "memory/memory.usage_in_bytes": "1048576\n",
            "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
            "cpuacct/cpuacct.usage": "1500000000\n",
        },
    )
    assert (account.cpu_seconds(), account.memory_bytes(), account.oom_kills()) == (1.5, 1048576, 3)


def test_version_2_is_read(tmp_path):
    account = write(
        tmp_path,
        {
            "memory.max": "536870912\n",
            "memory.current": "2097152\n",
            "memory.events": "low 0\nhigh 0\nmax 9\noom 4\noom_kill 2\noom_group_kill 0\n",
            "cpu.stat": "usage_usec 2500000\nuser_usec 1\nsystem_usec 1\n",
        },
    )
    assert (account.cpu_seconds(), account.memory_bytes(), account.oom_kills()) == (2.5, 2097152, 2)


@pytest.mark.parametrize(
    "files",
    [{}, {"memory.max": "max\n"}, {"memory/memory.limit_in_bytes": "9223372036854771712\n"}, {"memory.max": "1000\n"}],
    ids=["nothing", "the host's, version 2", "the host's, version 1", "half of it"],
)
def test_a_group_that_is_not_this_containers_is_not_believed(tmp_path, files):
    assert write(tmp_path, files) is None


def test_the_clock_of_a_process_is_its_cpu_time():
    before = time.process_time()
    told = process_seconds(os.getpid())
    assert before <= told <= time.process_time()


def test_who_has_gone_has_used_nothing():
    assert process_seconds(2**22 + 1) == 0


def test_the_dead_are_still_counted():
    account = ProcessAccount()
    me = dataclasses.replace(read_process("/proc/self"), reaped_ticks=0)
    used = account.cpu_seconds([me])
    assert used > 0
    assert account.cpu_seconds([]) >= used
    account.note_reaped(used + 100)
    assert account.cpu_seconds([]) >= used + 100


def test_a_new_session_starts_from_nothing():
    account = ProcessAccount()
    account.note_reaped(100)
    account.begin()
    assert account.cpu_seconds([]) == 0
