"""One submission's process: runs the cells, then stands as the snapshot that tests are forked from.

Runs after confinement, beside the student's code: nothing that it says is trusted.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np

from autograder.guest import serve as guest_serve
from autograder.guest import shell, state
from autograder.guest.confine import use_spare_descriptors
from autograder.guest.processes import thread_count
from autograder.protocol import AnswerLimits, PeerGone, TooLarge
from autograder.protocol.frames import FrameChannel
from autograder.protocol.values import Codec


def serve(channel_fd: int, answers: AnswerLimits) -> None:
    """Answer the coordinator's requests until it closes the channel.

    Requests are dictionaries with an ``op``: ``files`` (write the assignment's files into the
    current directory), ``cell`` (run one), ``snapshot`` (the notebook is finished), ``fork`` (one
    throw-away copy for tests; its own channel follows).

    Parameters
    ----------
    channel_fd : int
        Stream socket to the coordinator.
    answers : AnswerLimits
        Of one answer to a test.
    """
    channel = FrameChannel(socket.socket(fileno=channel_fd), max_bytes=1 << 30)
    codec = Codec()
    codec.max_bytes = channel.max_bytes
    sys.path.insert(0, "")  # as in Jupyter: a module beside the notebook can be imported
    _ignore_interrupts()
    while True:
        try:
            request = codec.decode(*channel.recv_frame())
        except PeerGone:
            os._exit(0)
        operation = request["op"]
        if operation == "fork":
            _fork(channel, codec, answers)
            continue
        if operation == "files":
            answer = _write_files(request["files"])
        elif operation == "cell":
            answer = _run_cell({**request, "source": request["source"].tobytes().decode("utf-8", "surrogatepass")})
        else:
            answer = _finish()
        _reply(channel, codec, answer)


def _reply(channel: FrameChannel, codec: Codec, answer: dict[str, Any]) -> None:
    try:
        channel.send_frame(*codec.encode(answer))
    except TooLarge as error:
        channel.send_frame(*codec.encode({"ok": False, "outputs": [], "bytes_left": 0, "error": str(error)}))


def _write_files(files: dict[str, np.ndarray]) -> dict[str, Any]:
    for name, data in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.tobytes())
    return {"ok": True}


def _run_cell(request: dict[str, Any]) -> dict[str, Any]:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return shell.run_cell(request["key"], request["source"], request["bytes_left"])
    except KeyboardInterrupt:
        # the interrupt came before the cell had begun or after it had ended
        return {"outputs": [], "ok": False, "bytes_left": request["bytes_left"], "truncated": False}
    finally:
        _ignore_interrupts()


def _ignore_interrupts() -> None:
    """A late interrupt must not end the loop between two cells."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _finish() -> dict[str, Any]:
    """Freeze what the notebook made, so that a fork's garbage collector does not copy its pages."""
    use_spare_descriptors()
    state.note(shell.GradingShell.instance().user_ns)
    gc.collect()
    gc.freeze()
    return {"ok": True, "threads": thread_count()}


def _fork(channel: FrameChannel, codec: Codec, answers: AnswerLimits) -> None:
    """Serve tests: in a fork of the finished notebook, or here where it cannot be forked."""
    _reap()
    # Two steps: the descriptor would be lost if it came while the channel reads ahead.
    _reply(channel, codec, {"ok": True})
    _, descriptors, _, _ = socket.recv_fds(channel.sock, 1, 1)
    if not descriptors:
        os._exit(0)
    if thread_count() > 1:
        # A copy of a process has none of its threads, and would wait for them for ever.
        with contextlib.suppress(PeerGone):
            _serve_tests(descriptors[0], answers)
        return
    if os.fork():
        os.close(descriptors[0])
        return
    try:
        channel.close()
        _serve_tests(descriptors[0], answers)
    finally:
        os._exit(0)


def _serve_tests(fd: int, answers: AnswerLimits) -> None:
    guest_serve.serve_tests(socket.socket(fileno=fd), shell.GradingShell.instance().user_ns, answers)


def _reap() -> None:
    """Collect the copies that the supervisor has ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
