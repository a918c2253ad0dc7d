from __future__ import annotations

import os
import signal
import threading

import pytest

from autograder.guest import processes
from autograder.guest.processes import held_still, my_descendants, parse_stat, read_process, thread_count

STAT = "{pid} ({name}) {state} 7 7 7 0 -1 {flags} 0 0 0 0 0 0 30 12 20 0 {threads} 0 991 0 0"


def stat(**changes):
    text = STAT.format(**{"pid": 9, "name": "python", "state": "S", "flags": 0, "threads": 1, **changes})
    return parse_stat(bytearray(text.encode()))


@pytest.mark.parametrize("name", ["python", "a b", ") R 1 1", "((", "\n"])
def test_a_name_cannot_forge_the_fields_behind_it(name):
    assert stat(name=name) == stat()


def test_fields_are_where_the_kernel_puts_them():
    found = stat(threads=3)
    assert (found.pid, found.state, found.parent, found.reaped_ticks) == (9, "S", 7, 42)
    assert (found.threads, found.started) == (3, 991)


def test_a_zombie_is_dead_unless_its_threads_run_on():
    assert not stat(state="Z").alive
    assert stat(state="Z", threads=2).alive


def test_a_process_on_its_way_out_is_seen():
    assert stat(flags=0x40410C).exiting
    assert not stat(flags=0x404100).exiting


def test_my_own_fields_agree_with_what_python_says():
    me = read_process("/proc/self")
    assert (me.pid, me.parent) == (os.getpid(), os.getppid())


def test_nothing_of_a_process_name_stays_in_memory():
    assert read_process("/proc/self") is not None
    assert not any(processes._line)


def test_who_has_gone_is_none():
    assert read_process("/proc/0") is None


@pytest.fixture
def child():
    """A forked process that waits for a signal."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.pause()
        finally:
            os._exit(0)
    yield pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_children_are_descendants_and_parents_are_not(child):
    pids = {process.pid for process in my_descendants()}
    assert child in pids
    assert not {os.getpid(), os.getppid(), 1} & pids


def test_a_stopped_process_is_held_still(child):
    assert not held_still(child)
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
    assert held_still(child)


def test_who_has_gone_is_held_still():
    assert held_still(2**30)


def test_a_thread_counts_while_it_runs_and_not_when_it_was_joined():
    before, go = thread_count(), threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    assert thread_count() == before + 1
    go.set()
    thread.join()
    assert thread_count() == before
