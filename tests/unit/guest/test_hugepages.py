"""Huge pages: memory keeps what it holds, and only whole private ranges are asked for."""

from __future__ import annotations

import mmap

import pytest

from autograder.guest import hugepages

SIZE = hugepages._huge_page_size()


@pytest.mark.skipif(not SIZE, reason="this kernel has no transparent huge pages")
def test_memory_that_was_written_is_collapsed_and_keeps_what_it_holds():
    memory = mmap.mmap(-1, 4 * SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pattern = bytes(range(256)) * (4 * SIZE // 256)
    memory[:] = pattern
    before = _huge_kilobytes()
    assert hugepages.collapse() > 0
    assert _huge_kilobytes() > before
    assert memory[:] == pattern


def test_a_kernel_without_huge_pages_is_left_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(hugepages, "_SIZE_FILE", str(tmp_path / "absent"))
    assert hugepages.collapse() == 0


def test_a_range_that_is_not_whole_is_left_out(monkeypatch):
    monkeypatch.setattr(hugepages, "open", lambda *_a, **_k: _Maps(), raising=False)
    assert list(hugepages._whole_ranges(0x1000)) == [0x2000, 0x3000]


class _Maps(list):
    """Half a page, two whole ones and a half; shared; of a file; read-only."""

    def __init__(self):
        super().__init__([
            "00001800-00004800 rw-p 00000000 00:00 0",
            "00005000-00007000 rw-s 00000000 00:00 0",
            "00008000-0000a000 rw-p 00000000 08:01 42 /usr/lib/x.so",
            "0000b000-0000d000 r--p 00000000 00:00 0",
        ])

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None


def _huge_kilobytes() -> int:
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("AnonHugePages"))
