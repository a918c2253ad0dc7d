from __future__ import annotations

import os
import sys
from pathlib import Path

import nbgrader.api
import pytest


@pytest.fixture
def stock_afterwards(monkeypatch):
    """What `share_engines` does to nbgrader's gradebooks ends with the test. They find alembic, which they need."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    metadata = nbgrader.api.Base.metadata
    for place, name in (
        (nbgrader.api, "create_engine"),
        (metadata, "create_all"),
        (nbgrader.api.Gradebook, "check_course"),
    ):
        monkeypatch.setattr(place, name, getattr(place, name))
