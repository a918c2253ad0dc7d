"""The place where a new supervisor meets its host: a socket that exists only until they have met."""

from __future__ import annotations

import os
import select
import shutil
import socket
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.errors import SandboxDied

SOCKET_NAME = "host.sock"


class Rendezvous:
    """A listening SEQPACKET socket for exactly one connection.

    The socket itself is open to all (the supervisor may run under any uid), in a directory that a
    sandbox can be given, in a directory that only this user can enter. After the one connection the
    listener is closed and the path is gone: later processes of the supervisor's uid have nothing to
    connect to.
    """

    def __init__(self) -> None:
        self._private = Path(tempfile.mkdtemp(prefix="autograder-"))
        self.directory = self._private / "meet"
        self.directory.mkdir(mode=0o755)
        self.directory.chmod(0o755)  # whatever the umask says
        self.path = self.directory / SOCKET_NAME
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(self.path))
        self.path.chmod(0o666)
        self._listener.listen(1)

    def __enter__(self) -> Rendezvous:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def accept(self, seconds: float, trouble: Callable[[], str]) -> socket.socket:
        """Wait for the one connection, then leave nothing to connect to.

        Parameters
        ----------
        seconds : float
        trouble : callable
            Asked every fifth of a second; says why nobody will come any more, or "".

        Raises
        ------
        SandboxDied
            If nobody comes.
        """
        deadline = time.monotonic() + seconds
        while not select.select([self._listener], [], [], 0.2)[0]:
            said = trouble()
            if said:
                raise SandboxDied(f"the sandbox ended before it was ready: {said}")
            if time.monotonic() > deadline:
                raise SandboxDied(f"the sandbox did not connect within {seconds:g} s")
        connection, _ = self._listener.accept()
        self.close()
        return connection

    def close(self) -> None:
        self._listener.close()
        shutil.rmtree(self._private, ignore_errors=True)


def peer(connection: socket.socket) -> tuple[int, int]:
    """Pid and uid of who connected, by the kernel's word; a pid of 0 is one that this namespace cannot see."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", raw)
    return pid, uid


def descends_from(pid: int, ancestor: int) -> bool:
    """True if `ancestor` is `pid` or above it in the tree of processes."""
    while pid > 1 and pid != ancestor:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            return False
        pid = int(stat.rpartition(")")[2].split()[1])
    return pid == ancestor and os.path.exists(f"/proc/{ancestor}")
