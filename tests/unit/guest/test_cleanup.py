from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from autograder.guest import cleanup
from autograder.guest.cleanup import Traces, empty_directory, scratch_mounts


def deepen(top: Path, levels: int) -> None:
    fd = os.open(top, os.O_RDONLY)
    for level in range(levels):
        os.mkdir("d", dir_fd=fd)
        os.close(os.open(f"file{level}", os.O_CREAT, dir_fd=fd))
        below = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.close(fd)


@pytest.mark.parametrize("levels", [1, cleanup.MAX_OPEN_LEVELS + 1, 3 * cleanup.MAX_OPEN_LEVELS])
def test_a_tree_of_any_depth_is_removed(tmp_path, levels):
    deepen(tmp_path, levels)
    empty_directory(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_a_tree_without_permissions_is_removed(tmp_path):
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/f").touch()
    for name in ("a/b/c", "a/b", "a"):
        (tmp_path / name).chmod(0)
    empty_directory(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_links_are_removed_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    empty_directory(str(inside))
    assert os.listdir(inside) == []
    assert (outside / "kept").exists()


def test_strange_names_and_kinds_are_removed(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    open(os.fsencode(tmp_path) + b"/\xff\xfe\n", "w").close()
    for number in range(50):
        (tmp_path / f"{number}/x").mkdir(parents=True)
    empty_directory(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_what_is_to_be_kept_is_kept(tmp_path):
    (tmp_path / "old/inner").mkdir(parents=True)
    (tmp_path / "new/inner").mkdir(parents=True)
    empty_directory(str(tmp_path), keep={"old", "old/inner"})
    assert (tmp_path / "old/inner").exists()
    assert os.listdir(tmp_path) == ["old"]


def test_no_descriptor_is_left_open(tmp_path):
    deepen(tmp_path, cleanup.MAX_OPEN_LEVELS + 5)
    gc.collect()  # what earlier tests have left open is closed now, not meanwhile
    before = os.listdir("/proc/self/fd")
    empty_directory(str(tmp_path))
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_nothing_new_is_nothing_left(tmp_path):
    (tmp_path / "warm/cache").mkdir(parents=True)
    before = Traces.take([str(tmp_path)], sysv=True)
    assert Traces.take([str(tmp_path)], sysv=True).left_since(before) == {}


def test_a_new_file_is_named_also_inside_of_what_was_there(tmp_path):
    (tmp_path / "warm").mkdir()
    before = Traces.take([str(tmp_path)], sysv=False)
    (tmp_path / "warm/left").touch()
    assert Traces.take([str(tmp_path)], sysv=False).left_since(before) == {str(tmp_path): ["'warm/left'"]}


def test_many_new_files_fit_into_a_packet(tmp_path):
    before = Traces.take([str(tmp_path)], sysv=False)
    for number in range(1000):
        (tmp_path / f"{number:0200}").touch()
    left = Traces.take([str(tmp_path)], sysv=False).left_since(before)
    assert len(str(left)) < 1000


def test_a_new_ipc_object_is_counted():
    before = Traces(names={}, sysv={"shm": 0})
    assert Traces(names={}, sysv={"shm": 2}).left_since(before) == {"sysv shm": ["2 objects"]}


def test_writable_memory_file_systems_are_found(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"proc /proc proc rw,nosuid 0 0\ntmpfs {tmp_path} tmpfs rw,size=64k 0 0\n"
        "tmpfs /sys tmpfs ro,relatime 0 0\ntmpfs /proc/keys tmpfs rw 0 0\noverlay / overlay rw 0 0\n"
    )
    assert scratch_mounts(str(mounts)) == [str(tmp_path)]
