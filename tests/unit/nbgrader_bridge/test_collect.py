"""Collecting copies plain files alone."""

from __future__ import annotations

import os

from nbgrader.coursedir import CourseDirectory

from autograder.nbgrader_bridge.collect import PlainFilesCollect


def collect(tmp_path, **settings):
    collector = PlainFilesCollect(coursedir=CourseDirectory(root=str(tmp_path), **settings))
    collector.do_copy(str(tmp_path / "inbound"), str(tmp_path / "copy"))
    return sorted(p.relative_to(tmp_path / "copy").as_posix() for p in (tmp_path / "copy").rglob("*"))


def test_links_and_fifos_stay_behind(tmp_path):
    folder = tmp_path / "inbound"
    (folder / "data").mkdir(parents=True)
    (folder / "n.ipynb").write_text("{}")
    (folder / "data" / "a.csv").write_text("1")
    (tmp_path / "secret").write_text("hidden suite")
    (folder / "stolen.txt").symlink_to(tmp_path / "secret")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "fifo")
    assert collect(tmp_path) == ["data", "data/a.csv", "n.ipynb"]


def test_what_nbgrader_ignores_is_still_ignored(tmp_path):
    (tmp_path / "inbound" / "__pycache__").mkdir(parents=True)
    (tmp_path / "inbound" / "x.pyc").write_text("x")
    (tmp_path / "inbound" / "n.ipynb").write_text("{}")
    assert collect(tmp_path) == ["n.ipynb"]


def test_a_submission_that_is_a_link_or_too_large_does_not_stop_the_others(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "n.ipynb").write_text("{}" * 1000)
    (tmp_path / "inbound").symlink_to(tmp_path / "real")
    assert collect(tmp_path) == []
    (tmp_path / "inbound").unlink()
    (tmp_path / "real").rename(tmp_path / "inbound")
    assert collect(tmp_path, max_dir_size=1) == []
