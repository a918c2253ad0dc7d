"""The queue in front of the card."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading

import pytest

from autograder.errors import QueueTimeout, Unwritable
from autograder.gpu import turn as turn_module
from autograder.gpu.turn import LOCK, is_first, turn

HOLD = """
import sys
from pathlib import Path
from autograder.gpu.turn import turn
with turn(Path(sys.argv[1]), 5):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_free_card_is_had_at_once_and_nothing_stays_in_the_queue(tmp_path):
    with turn(tmp_path / "q", 0):
        assert len(list((tmp_path / "q").glob("*.ticket"))) == 1
    assert [p.name for p in (tmp_path / "q").iterdir()] == [LOCK]


def test_who_waits_too_long_gets_a_queue_timeout(tmp_path):
    with turn(tmp_path / "q", 0), pytest.raises(QueueTimeout, match="was not free within 0 s"):
        with turn(tmp_path / "q", 0):
            pass
    with turn(tmp_path / "q", 0):
        pass


def test_a_job_in_another_process_holds_the_card_and_its_death_frees_it(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "q")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(QueueTimeout), turn(tmp_path / "q", 0):
            pass
    finally:
        other.kill()
        other.communicate()
    with turn(tmp_path / "q", 0):  # its ticket lies there still: nobody waits for the dead
        pass


def test_the_lock_alone_keeps_others_out(tmp_path):
    (tmp_path / "q").mkdir(mode=0o700)
    with (tmp_path / "q" / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(QueueTimeout), turn(tmp_path / "q", 0):
            pass


def test_nobody_overtakes_who_waits_longer(tmp_path):
    (tmp_path / "q").mkdir(mode=0o700)
    with (tmp_path / "q" / "0.ticket").open("w") as older:
        fcntl.flock(older, fcntl.LOCK_EX)
        with pytest.raises(QueueTimeout), turn(tmp_path / "q", 0):
            pass


def test_the_older_living_ticket_comes_first(tmp_path):
    old, young = tmp_path / "1.ticket", tmp_path / "2.ticket"
    young.touch()
    with old.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert is_first(old) and not is_first(young)
    assert is_first(young) and not old.exists()


def test_a_ticket_that_was_taken_for_a_dead_ones_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    ticket, lock = tmp_path / "1.ticket", fcntl.flock
    seen = []

    def removed_before(fd, how):
        if not seen:
            ticket.unlink()
        seen.append(how)
        lock(fd, how)

    monkeypatch.setattr(turn_module.fcntl, "flock", removed_before)
    with turn_module._held(ticket):
        monkeypatch.undo()
        assert len(seen) == 2 and not is_first(tmp_path / "2.ticket")


def test_never_two_at_a_time(tmp_path):
    inside, most, lock = 0, 0, threading.Lock()

    def work():
        nonlocal inside, most
        with turn(tmp_path / "q", 60):
            with lock:
                inside += 1
                most = max(most, inside)
            os.sched_yield()
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_queue_that_somebody_else_made_is_not_used(tmp_path):
    (tmp_path / "q").symlink_to(tmp_path)
    with pytest.raises(Unwritable, match="belongs to somebody else"), turn(tmp_path / "q", 0):
        pass
