"""The local engine's digest of what is installed, and how it holds what it launched."""

from __future__ import annotations

import os
import select
import sys
import threading
from pathlib import Path

from autograder.sandbox import local


def test_what_a_library_adds_to_the_path_of_this_process_is_not_what_a_sandbox_sees(tmp_path, monkeypatch):
    """setuptools does so when it is imported: then a grader inside nbgrader and one beside it would disagree."""
    local._installed.cache_clear()
    before = local._installed()
    told = Path(tmp_path, "more-1.0.dist-info", "METADATA")
    told.parent.mkdir()
    told.write_text("Metadata-Version: 2.1\nName: more\nVersion: 1.0\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    local._installed.cache_clear()
    assert local._installed() == before
    assert any(line.startswith("numpy==") for line in before)


OUTLIVED = """
import os, signal, time
if os.fork():
    os.kill(os.getpid(), signal.SIGKILL)
os.write(2, str(os.getpid()).encode())
while True:
    time.sleep(1000)
"""


def test_a_child_that_outlives_what_was_launched_holds_up_nobody_and_is_ended_too():
    """So does bubblewrap's, where it is killed while it makes its sandbox; the child waits for it for ever."""
    housing, words = local._Process(), []
    housing.start([sys.executable, "-c", OUTLIVED])
    try:
        child = os.pidfd_open(int(os.read(housing._process.stderr.fileno(), 20)))
        assert housing._has_ended(60)
        listener = threading.Thread(target=lambda: words.append(housing.last_words()), daemon=True)
        listener.start()
        listener.join(60)
        assert words == ["it said nothing"], "it waits for the child"
    finally:
        housing.remove()
    assert select.select([child], [], [], 60)[0]
    os.close(child)


def test_of_what_runs_there_are_no_last_words():
    housing = local._Process()
    housing.start([sys.executable, "-c", "import sys, time; print('here', file=sys.stderr); time.sleep(1000)"])
    try:
        assert select.select([housing._process.stderr], [], [], 60)[0]
        assert housing.last_words() == ""
    finally:
        housing.remove()
