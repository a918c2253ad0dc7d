"""Which uids a sandbox may give to its sessions.

The kernel counts processes by the *host's* uid: two sandboxes with the same uids would share one
process limit, and one student's fork bomb would starve another student. So each takes a range of its own.
"""

from __future__ import annotations

import random
import socket

FIRST = 20_000
RANGE = 100
RANGES = 400  # ends below 65536, above which rootless engines have no uids


class UidRange:
    """A range of uids, claimed for as long as this object lives and is not closed.

    The claim is an abstract socket: known to all processes of this machine (one network namespace), and
    given back by the kernel however its holder ends.
    """

    def __init__(self) -> None:
        self._claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        order = list(range(RANGES))
        random.shuffle(order)
        for number in order:
            try:
                self._claim.bind(f"\0autograder-uids-{number}")
            except OSError:
                continue
            break
        # With every range taken, or no such sockets here, sharing one only shares a process limit.
        self.first = FIRST + number * RANGE

    def arguments(self) -> list[str]:
        return ["--first-uid", str(self.first), "--uids", str(RANGE)]

    def close(self) -> None:
        self._claim.close()
