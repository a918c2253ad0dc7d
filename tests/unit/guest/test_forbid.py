"""What a question forbids is refused to the notebook and to nobody else, until the question is done."""

from __future__ import annotations

import builtins
import importlib
import subprocess
import sys
import xml.dom
import xml.dom.minidom
from typing import Any

import numpy as np
import pytest

from autograder.guest.forbid import Guard

NOTEBOOK = """
import xml.dom
import xml.dom.minidom as md
import numpy as np
from numpy.linalg import svd
from xml.dom.minidom import parseString
class Odd:
    def __getattribute__(self, name): raise SystemExit
    def __call__(self): pass
odd = Odd()
def imports():
    import xml.dom.minidom
def imports_a_name():
    from xml.dom import minidom
def imports_dynamically():
    import importlib
    importlib.import_module("xml.dom.minidom")
def uses_its_import(): return md.parseString("<a/>")
def uses_a_name(): return parseString("<a/>")
def uses_the_package(): return xml.dom.minidom.parseString("<a/>")
def allowed():
    import xml.dom.pulldom
    return xml.dom.Node.ELEMENT_NODE
def calls(): return np.linalg.svd(np.eye(2))
def calls_a_name(): return svd(np.eye(2))
def calls_a_builtin(): return eval("3")
def norm(): return np.linalg.norm(np.eye(2), 2)  # NumPy itself uses svd
"""
FORBIDDEN = ["imports", "imports_a_name", "imports_dynamically", "uses_its_import", "uses_a_name", "uses_the_package"]
CALLS = ["calls", "calls_a_name", "calls_a_builtin"]


@pytest.fixture
def notebook():
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(NOTEBOOK, "<cell 1>", "exec"), scope)
    guard = Guard(scope)
    yield scope, guard
    guard.lift()


@pytest.mark.parametrize("name", FORBIDDEN + CALLS)
def test_the_notebook_is_refused_and_told_the_rule(notebook, name):
    scope, guard = notebook
    scope[name]()
    guard.hold(["xml.dom.minidom"], ["numpy.linalg.svd", "eval"], "q7")
    with pytest.raises(ImportError, match="q7 does not allow (xml.dom.minidom|numpy.linalg.svd|eval)"):
        scope[name]()


def test_what_is_not_forbidden_goes_on_and_libraries_use_what_they_need(notebook):
    scope, guard = notebook
    guard.hold(["xml.dom.minidom"], ["numpy.linalg.svd"], "q7")
    assert scope["allowed"]() == 1
    assert scope["norm"]() == pytest.approx(1)
    import xml.dom.expatbuilder  # noqa: F401 - a library that needs the forbidden one


def test_afterwards_everything_is_as_it_was(notebook):
    scope, guard = notebook
    before = (builtins.__import__, importlib.import_module, np.linalg.svd, xml.dom.minidom, eval, dict(scope))
    guard.hold(["xml.dom.minidom"], ["numpy.linalg.svd", "eval"], "q7")
    guard.hold([], [], "q8")
    assert (builtins.__import__, importlib.import_module, np.linalg.svd, xml.dom.minidom, eval, dict(scope)) == before
    for name in FORBIDDEN + CALLS:
        scope[name]()


def test_a_module_that_was_never_loaded_is_refused_too():
    code = (
        "from autograder.guest.forbid import Guard\n"
        "Guard({}).hold(['sqlite3'], [], 'q7')\n"
        "exec(compile('import sqlite3', '<cell 1>', 'exec'))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "ImportError: q7 does not allow sqlite3" in ended.stderr
