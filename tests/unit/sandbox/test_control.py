from __future__ import annotations

import json
import os
import socket
import threading

import pytest

from autograder.errors import ImageStale, SandboxDied, SandboxDirty
from autograder.guest.digest import guest_digest
from autograder.records import Limits
from autograder.sandbox import control as control_module
from autograder.sandbox.control import Control, Hello, SupervisorRefused
from autograder.sandbox.worker import Housing, Worker, check_guest

HELLO = {
    "pid": 1, "guest": "0" * 64, "python": "3.11.2", "landlock": 7, "seccomp": True, "mode": "uid",
    "accounting": "cgroup",
}  # fmt: skip
STATUS = {
    "alive": False, "exit": 9, "tripped": "", "oom_kills": 0, "cpu_seconds": 1.0, "peak_memory_mb": 2.0,
    "accounting": "proc",
}  # fmt: skip


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(control_module, "ASK_SECONDS", 0.2)


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield Control(ours), theirs


def answering(theirs, *answers, fds=()):
    """A supervisor that gives these answers to the next request; None stands for the request's own id."""

    def talk():
        asked = json.loads(theirs.recv(8192))
        for answer in answers:
            packet = json.dumps({"id": asked["id"], **answer}).encode()
            socket.send_fds(theirs, [packet], fds)

    thread = threading.Thread(target=talk)
    thread.start()
    return thread


def test_an_answer_becomes_a_record(ends):
    control, theirs = ends
    thread = answering(theirs, {"swept": 3, "alive": True})
    assert control.sweep() == control_module.Swept(3, True)
    thread.join()


def test_an_answer_to_someone_who_gave_up_is_passed_over(ends):
    control, theirs = ends
    thread = answering(theirs, {"id": 1 << 40, "swept": 99, "alive": False}, {"swept": 3, "alive": True})
    assert control.sweep().swept == 3
    thread.join()


@pytest.mark.usefixtures("impatient")
def test_silence_is_an_error(ends):
    control, _ = ends
    with pytest.raises(SandboxDied, match="silent"):
        control.status()


def test_an_end_of_file_is_an_error(ends):
    control, theirs = ends
    theirs.close()
    with pytest.raises(SandboxDied):
        control.status()


@pytest.mark.parametrize("answer", [{"error": "no session is open"}, {"swept": 3}])
def test_an_answer_that_is_none_is_an_error(ends, answer):
    control, theirs = ends
    thread = answering(theirs, answer)
    with pytest.raises(SandboxDied):
        control.sweep()
    thread.join()


def test_unreadable_answers_are_an_error(ends):
    control, theirs = ends
    theirs.send(b"{")
    with pytest.raises(SandboxDied, match="unreadable"):
        control.status()


def test_opening_needs_exactly_one_channel(ends):
    control, theirs = ends
    read, write = os.pipe()
    thread = answering(theirs, {"opened": 1}, fds=[read, write])
    with pytest.raises(SandboxDied, match="2 channels"):
        control.open(Limits())
    thread.join()
    os.close(read)
    os.close(write)


def test_a_channel_is_not_inherited_by_programs(ends):
    control, theirs = ends
    a, b = socket.socketpair()
    thread = answering(theirs, {"opened": 1}, fds=[a.fileno()])
    with a, b, control.open(Limits()) as channel:
        assert not channel.get_inheritable()
    thread.join()


def test_a_refusal_carries_its_reason(ends):
    control, theirs = ends
    theirs.send(json.dumps({"error": "no module named sklearn"}).encode())
    with pytest.raises(SupervisorRefused, match="sklearn"):
        control.hello(1)


@pytest.mark.parametrize(
    ("exit", "words"), [(0, "exit code 0"), (7 << 8, "exit code 7"), (9, "signal SIGKILL"), (None, "")]
)
def test_a_status_says_in_words_how_it_ended(exit, words):
    assert control_module.Status(**{**STATUS, "exit": exit}).ending == words


def test_another_guest_is_stale_and_our_own_is_not():
    check_guest(Hello(**{**HELLO, "guest": guest_digest()}), "the image", "Run `make images`.")
    with pytest.raises(ImageStale, match=r"the image holds another version .* Run `make images`\."):
        check_guest(Hello(**HELLO), "the image", "Run `make images`.")


class Shed(Housing):
    def __init__(self):
        self.removed = 0

    def remove(self):
        self.removed += 1


def test_a_dirty_sandbox_is_thrown_away_and_says_what_was_left(ends):
    control, theirs = ends
    shed = Shed()
    worker = Worker(control, Hello(**HELLO), shed, "test", "digest")
    a, b = socket.socketpair()
    with a, b:
        thread = answering(theirs, {"opened": 1}, fds=[a.fileno()])
        session = worker.open(Limits())
        thread.join()
        thread = answering(theirs, {**STATUS, "ended": True, "clean": False, "left": {"/dev/shm": ["'x'"]}})
        with pytest.raises(SandboxDirty, match="/dev/shm: 'x'"):
            session.end()
        thread.join()
    assert shed.removed == 1
    assert not worker.usable
    with pytest.raises(SandboxDied, match="closed"):
        worker.open(Limits())


def test_a_fork_of_the_host_does_not_close_its_workers(ends):
    shed = Shed()
    worker = Worker(ends[0], Hello(**HELLO), shed, "test", "digest")
    pid = os.fork()
    if pid == 0:
        worker.close()
        os._exit(shed.removed)
    assert os.waitpid(pid, 0)[1] == 0
    worker.close()
    assert shed.removed == 1
