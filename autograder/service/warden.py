"""``python -m autograder.service.warden``: keeps each student's share of the exchange small. Runs as root.

Students' folders in the exchange are their own, so that nobody but they and root can remove them. The service has its
copy of each submission seconds after it arrived; what lies in the exchange after that serves ``nbgrader collect``,
which takes the newest. So where somebody's share is exceeded, their oldest entries go first.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import stat
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from autograder.hub.layout import load_layout

SHARE_VARIABLE = "AUTOGRADER_INBOUND_MB"
SHARE_MB = 256
"""What one account may hold in the exchange, MiB."""
ENTRIES = 100
"""How many entries one account may hold."""
LOOK_SECONDS = 1.0

log = logging.getLogger("autograder.warden")


@dataclass(frozen=True)
class Entry:
    """An entry of the exchange, its owner's uid, its age by the server's clock, and its bytes on the disk."""

    path: Path
    uid: int
    changed: int
    size: int


def surplus(entries: list[Entry], share: int, count: int = ENTRIES) -> list[Entry]:
    """What has to go: of each account, all that is older than its newest entries within its share.

    Parameters
    ----------
    share : int
        Bytes.
    """
    by_uid: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_uid[entry.uid].append(entry)
    found = []
    for own in by_uid.values():
        held = 0
        for position, entry in enumerate(sorted(own, key=lambda e: e.changed, reverse=True)):
            held += entry.size
            if held > share or position >= count:
                found.append(entry)
    return found


def entries_in(inbound: Path) -> list[Entry]:
    """Every entry, without following a link."""
    found = []
    try:
        names = os.listdir(inbound)
    except FileNotFoundError:
        return []
    for name in names:
        path = inbound / name
        try:
            status = os.lstat(path)
            size = status.st_blocks * 512
            if stat.S_ISDIR(status.st_mode):
                for _place, folders, files, handle in os.fwalk(path, follow_symlinks=False):
                    size += sum(
                        os.stat(n, dir_fd=handle, follow_symlinks=False).st_blocks * 512 for n in (*folders, *files)
                    )
        except OSError:
            continue  # it changed while we looked; the next look sees it
        found.append(Entry(path, status.st_uid, status.st_ctime_ns, size))
    return found


def remove(entry: Entry) -> None:
    """Remove an entry; a link is removed, never what it points to."""
    log.warning("%s: uid %d holds more than its share; removed, %d bytes", entry.path.name, entry.uid, entry.size)
    if stat.S_ISDIR(os.lstat(entry.path).st_mode):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        entry.path.unlink(missing_ok=True)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    inbound = load_layout().inbound
    share = int(float(os.environ.get(SHARE_VARIABLE) or SHARE_MB) * (1 << 20))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(LOOK_SECONDS):
        for entry in surplus(entries_in(inbound), share):
            try:
                remove(entry)
            except OSError as e:
                log.error("%s: cannot be removed (%s)", entry.path, e.strerror)


if __name__ == "__main__":
    main()
