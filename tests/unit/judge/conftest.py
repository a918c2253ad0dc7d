"""A notebook in a process of its own: the real guest code over a real socket, without a sandbox around it."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass

import numpy as np
import pytest

from autograder.judge.forks import Snapshot
from autograder.judge.student import Student
from autograder.protocol import AnswerLimits
from autograder.protocol.frames import FrameChannel
from autograder.protocol.values import Codec

ANSWERS = AnswerLimits(array_bytes=1 << 24)


@dataclass
class Spent:
    cpu_seconds: float


class Accounts:
    """Stands where the supervisor stands: accounts for the process, ends nothing."""

    def __init__(self, pid: int):
        self._pid = pid

    def sweep(self) -> None:
        """The fork ends by itself when its channel closes."""

    def status(self) -> Spent:
        with open(f"/proc/{self._pid}/schedstat") as f:
            return Spent(int(f.read().split()[0]) / 1e9)


@pytest.fixture
def make_student():
    """``make_student(source)``: the ``student`` of a notebook with that one cell."""
    pids, snapshots = [], []

    def make(source: str, limit: float = 60.0, callbacks: int = 5000, answers: AnswerLimits = ANSWERS) -> Student:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                from autograder.guest import session, warm

                os.setsid()  # so that forks of the notebook can be ended with it
                ours.close()
                warm.prepare([])
                session.serve(theirs.detach(), answers)
            finally:
                os._exit(1)
        pids.append(pid)
        theirs.close()
        channel, codec = FrameChannel(ours), Codec()
        text = np.frombuffer(source.encode(), np.uint8)
        for request in ({"op": "cell", "key": "q", "source": text, "bytes_left": 10_000}, {"op": "snapshot"}):
            channel.send_frame(*codec.encode(request))
            answer = codec.decode(*channel.recv_frame())
            assert answer["ok"], answer
        snapshot = Snapshot(ours, Accounts(pid), answers)
        snapshots.append((snapshot, ours))
        peer = snapshot.fork()
        peer.start_test(limit, callbacks, 1, fresh=True)
        return Student(peer, snapshot)

    yield make
    for snapshot, sock in snapshots:
        snapshot.retire()
        sock.close()
    for pid in pids:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
