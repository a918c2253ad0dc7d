"""The local engine's digest of what is installed."""

from __future__ import annotations

import sys
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
