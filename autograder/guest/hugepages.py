"""Put the warm process into huge pages, so that a fork copies few page table entries.

A fork copies one entry for each page of 4 KiB that the supervisor has written, and its end takes them all
down again: most of what a fork costs. In huge pages there is one entry for 2 MiB; the kernel splits one when
a fork writes into it, and still copies only the small page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

MADV_COLLAPSE = 25
"""Since Linux 6.1; an older kernel refuses it, and forks are dearer there."""

_SIZE_FILE = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"


def collapse() -> int:
    """Ask for huge pages wherever this process has memory of its own; returns how many it got."""
    size = _huge_page_size()
    if not size:
        return 0
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    # refused where nothing was ever written, or where the kernel does not know how: no harm in either
    return sum(madvise(start, size, MADV_COLLAPSE) == 0 for start in _whole_ranges(size))


def _huge_page_size() -> int:
    try:
        with open(_SIZE_FILE, encoding="ascii") as file:
            return int(file.read())
    except OSError:
        return 0


def _whole_ranges(size: int) -> Iterator[int]:
    """Starts of the aligned ranges of ``size`` bytes that lie in private anonymous writable memory."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        lines = [line.split() for line in file]
    for line in lines:
        if line[1] != "rw-p" or (len(line) > 5 and line[5] != "[heap]"):
            continue
        start, end = (int(edge, 16) for edge in line[0].split("-"))
        first = -(-start // size) * size
        yield from range(first, end - size + 1, size)
