from __future__ import annotations

import os
import socket
import stat

import pytest

from autograder.errors import SandboxDied
from autograder.sandbox.rendezvous import Rendezvous, descends_from, peer


def connect(path):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(str(path))
    return connection


def test_nobody_but_this_user_gets_near_and_any_uid_in_the_sandbox_may_connect():
    with Rendezvous() as meeting:
        modes = [
            stat.S_IMODE(os.stat(path).st_mode) for path in (meeting.directory.parent, meeting.directory, meeting.path)
        ]
    assert modes == [0o700, 0o755, 0o666]


def test_after_one_connection_there_is_nothing_to_connect_to():
    with Rendezvous() as meeting, connect(meeting.path) as theirs:
        with meeting.accept(5, lambda: "") as ours:
            assert peer(ours)[0] == os.getpid()
            assert not meeting.path.exists()
            assert not meeting.directory.parent.exists()
            theirs.send(b"x")
            assert ours.recv(1) == b"x"


def test_a_second_one_in_the_queue_is_turned_away():
    with Rendezvous() as meeting, connect(meeting.path), connect(meeting.path) as second:
        meeting.accept(5, lambda: "").close()
        with pytest.raises(ConnectionError):
            second.send(b"x")
            second.recv(1)
            raise ConnectionError  # an orderly end of file says the same


def test_a_sandbox_that_ends_early_is_reported_with_its_last_words():
    with Rendezvous() as meeting, pytest.raises(SandboxDied, match="no such interpreter"):
        meeting.accept(60, lambda: "no such interpreter")


def test_a_sandbox_that_never_comes_is_given_up():
    with Rendezvous() as meeting, pytest.raises(SandboxDied, match="did not connect"):
        meeting.accept(0, lambda: "")


def test_ancestors_are_found_and_others_are_not():
    assert descends_from(os.getpid(), os.getpid())
    assert descends_from(os.getpid(), os.getppid())
    assert not descends_from(os.getppid(), os.getpid())
