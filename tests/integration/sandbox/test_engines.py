"""The contract itself: which engines must be there, and that its exceptions are real."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from tests.integration.sandbox.contract import ABSENT, ENGINES, NOT_HELD


@pytest.mark.docker
def test_ci_has_every_engine():
    if os.environ.get("CI") == "true":
        assert {"docker", "bwrap", "plain"} <= set(ENGINES), ABSENT
    assert "plain" in ENGINES


def test_the_table_of_walls_names_tests_that_exist():
    modules = [ast.parse(path.read_text()) for path in Path(__file__).parent.glob("test_*.py")]
    tests = {node.name for module in modules for node in module.body if isinstance(node, ast.FunctionDef)}
    assert {test for table in NOT_HELD.values() for test in table} <= tests
