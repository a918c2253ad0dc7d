"""The finished notebook as the judge sees it: a snapshot of which it asks throw-away copies."""

from __future__ import annotations

import socket
import time

from autograder.judge.conversation import JudgePeer
from autograder.protocol import AnswerLimits, DeadlinePassed, PeerGone, ProtocolError
from autograder.protocol.frames import FrameChannel
from autograder.protocol.values import Codec
from autograder.records import Limits
from autograder.sandbox.control import Control, Status

FORK_SECONDS = 10.0
"""The snapshot is student code and may never answer; a fork takes milliseconds."""


class SnapshotLost(Exception):
    """The process that holds the finished notebook is gone or does not answer."""


class ForkLost(SnapshotLost):
    """The process that served a test went away in the middle of it, and the test is to be asked once more."""


class Snapshot:
    """Opens and ends forks of one submission's finished notebook; at most one lives at a time.

    Parameters
    ----------
    channel : socket.socket
        Stream to the process that ran the notebook.
    control : Control
        To the supervisor, which alone is trusted to kill and to account.
    answers : AnswerLimits
        Of one answer.
    """

    def __init__(self, channel: socket.socket, control: Control, answers: AnswerLimits):
        self._channel = FrameChannel(channel)
        self._codec = Codec()
        self._control = control
        self._answers = answers
        self._fork: JudgePeer | None = None
        self.tests_in_fork = 0

    @property
    def fork_is_fresh(self) -> bool:
        """No test has used the living fork yet, or there is none."""
        return self._fork is None or self.tests_in_fork == 0

    def fork(self) -> JudgePeer:
        """The living fork, or a new one.

        Raises
        ------
        SnapshotLost
        """
        if self._fork is None:
            self._fork, self.tests_in_fork = self._open(), 0
        return self._fork

    def retire(self) -> None:
        """End the living fork and all that it started."""
        if self._fork is None:
            return
        self._fork.channel.close()
        self._fork = None
        self._control.sweep()

    def status(self) -> Status:
        return self._control.status()

    def _open(self) -> JudgePeer:
        ours, theirs = socket.socketpair()
        self._channel.deadline = time.monotonic() + FORK_SECONDS
        try:
            self._channel.send_frame(*self._codec.encode({"op": "fork"}))
            answer = self._codec.decode(*self._channel.recv_frame())
            if type(answer) is not dict or answer.get("ok") is not True:
                raise ProtocolError("the snapshot refuses to fork")
            socket.send_fds(self._channel.sock, [b"f"], [theirs.fileno()])
        except (PeerGone, DeadlinePassed, ProtocolError, OSError) as error:
            ours.close()
            raise SnapshotLost(str(error)) from None
        finally:
            theirs.close()
        return ask_within(ours, self._answers)


def ask_within(sock: socket.socket, answers: AnswerLimits) -> JudgePeer:
    """The judge's end of a fork's socket."""
    peer = JudgePeer(FrameChannel(sock, answers.array_bytes, answers.object_bytes))
    peer.max_depth = answers.depth
    return peer


def answer_limits(limits: Limits) -> AnswerLimits:
    """Of a submission's limits, those of one answer."""
    return AnswerLimits(limits.returned_mb << 20, limits.returned_objects_kb << 10, limits.returned_depth)
