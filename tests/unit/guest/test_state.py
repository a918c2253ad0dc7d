"""What a finished notebook holds: whatever an honest answer changes between two tests is seen."""

from __future__ import annotations

import builtins
import sys
import textwrap
import warnings

import pytest

from autograder.guest import otter_stub, state

CHANGES = {
    "a counter": ("n = 0\ndef f():\n    global n\n    n += 1", "f()"),
    "a list": ("seen = []", "seen.append(1)"),
    "a list in a list": ("seen = [[[]]]", "seen[0][0].append(1)"),
    "a dictionary's value": ("cache = {1: [2]}", "cache[1][0] = 3"),
    "an item with the same value as before": ("cache = {1: 2}", "cache = {1: 2, 3: 4}"),
    "a set": ("s = {1}", "s.add(2)"),
    "an array, in place": ("import numpy as np\nx = np.ones(10)", "x[3] = 2"),
    "one number of an array": ("import numpy as np\nx = np.ones((300, 300))", "x[7, 7] = 2"),
    "a very large array, in place": ("import numpy as np\nx = np.ones((500, 500))", "x *= 2"),
    "whether an array may be written": ("import numpy as np\nx = np.ones(3)", "x.flags.writeable = False"),
    "the names of an array's fields": (
        "import numpy as np\nx = np.zeros(2, [('a', int), ('b', int)])", "x.dtype.names = ('b', 'a')"
    ),
    "an attribute of an array of its own kind": (
        "import numpy as np\nclass A(np.ndarray): pass\na = np.zeros(3).view(A)\na.seen = [1]", "a.seen.append(2)"
    ),
    "an attribute of a property of its own kind": (
        "class P(property): pass\np = P()\np.calls = [1]", "p.calls.append(2)"
    ),
    "an attribute of Python's own generator": (
        "import random\nr = random.Random(1)\nr.calls = [1]", "r.calls.append(2)"
    ),
    "an attribute of a static method": ("def f(): pass\ns = staticmethod(f)\ns.calls = [1]", "s.calls.append(2)"),
    "bytes, in place": ("b = bytearray(10)", "b[2] = 1"),
    "an attribute": ("class A: pass\na = A()", "a.x = 1"),
    "an attribute of a class": ("class A:\n    count = 0\na = A()", "A.count += 1"),
    "an attribute in a slot": ("class A:\n    __slots__ = ('x',)\na = A()\na.x = [1]", "a.x.append(2)"),
    "an attribute of a function": ("def f(): pass\nf.calls = 0", "f.calls += 1"),
    "a mutable default": ("def f(seen=[]): seen.append(1)", "f()"),
    "what a closure holds": ("def make(seen):\n    return lambda: seen.append(1)\nf = make([])", "f()"),
    "a generator of numbers": ("import numpy as np\nrng = np.random.default_rng(0)", "rng.normal()"),
    "Python's own generator": ("import random\nr = random.Random(1)", "r.random()"),
    "an iterator over a list": ("it = iter([1, 2])", "next(it)"),
    "an iterator at its end": ("it = iter([1, 2])", "list(it)"),
    "what an iterator goes over": ("it = iter([[1], [2]])", "it.__reduce__()[1][0][1].append(3)"),
    "an attribute of the stand-in for otter": (
        "import otter\ngrader = otter.Notebook()\ngrader.seen = [1]", "grader.seen.append(2)"
    ),
    "an attribute of a class that no name leads to": (
        "def make():\n    class A: seen = [1]\n    return A()\na = make()", "type(a).seen.append(2)"
    ),
    "an attribute of a record's class that no name leads to": (
        "from typing import NamedTuple\ndef make():\n    class R(NamedTuple):\n        x: int\n    R.seen = [1]\n"
        "    return R(1)\na = make()", "type(a).seen.append(2)"
    ),
    "an attribute of a class that another one hides": (
        "class A: seen = [1]\nclass A(A): pass", "A.seen.append(2)"
    ),
    "an attribute of a class with a parameter": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]): seen = [1]\nA = A[int]",
        "A.seen.append(2)",
    ),
    "what stands beside an annotation": (
        "from typing import Annotated\nA = Annotated[list, [1]]", "A.__metadata__[0].append(2)"
    ),
    "a generator of items that had not begun": ("g = (v for row in [[0, 0], [0, 0]] for v in row)", "next(g)"),
    "an attribute of the stand-in for otter itself": (
        "import otter\ngrader = otter.Notebook()", "type(grader).seen = 1"
    ),
    "an attribute of a protocol": (
        "from typing import Protocol\nclass P(Protocol):\n    seen = [1]", "P.seen.append(2)"
    ),
    "a generator of items": ("g = iter(x for x in range(9))", "next(g)"),
    "a list of its own kind": ("class L(list): pass\nl = L()\nl.tag = 1", "l.tag = 2"),
    "a deque": ("from collections import deque\nd = deque()", "d.append(1)"),
    "a bound method's object": ("class A:\n    n = [0]\n    def f(self): pass\nf = A().f", "f.__self__.n[0] = 5"),
    "a tensor": ("import torch\nw = torch.zeros(3)", "w += 1"),
    "a parameter of a module": (
        "import torch\nm = torch.nn.Sequential(torch.nn.Linear(2, 2))", "torch.nn.init.ones_(m[0].bias)"
    ),
    "a static method's default": ("class A:\n    @staticmethod\n    def f(seen=[]): seen.append(1)", "A.f()"),
    "the environment": ("import os", "os.environ['AUTOGRADER_TEST'] = '1'"),
    "how NumPy treats errors": ("import numpy as np", "np.seterr(divide='ignore')"),
    "how NumPy prints": ("import numpy as np", "np.set_printoptions(precision=2)"),
    "how deep calls may go": ("import sys", "sys.setrecursionlimit(sys.getrecursionlimit() + 1)"),
    "which warnings are shown": ("import warnings", "warnings.simplefilter('ignore')"),
    "torch's own type of numbers": ("import torch", "torch.set_default_dtype(torch.float64)"),
    "whether torch follows gradients": ("import torch", "torch.set_grad_enabled(False)"),
}


@pytest.fixture(autouse=True)
def stand_in_for_otter(monkeypatch):
    for name in ("otter", "otter.test_files"):
        monkeypatch.setitem(sys.modules, name, None)  # put back afterwards, also where it was not there
    otter_stub.install()


@pytest.fixture(autouse=True)
def same_settings(monkeypatch):
    import numpy as np
    import torch

    depth, dtype = sys.getrecursionlimit(), torch.get_default_dtype()
    monkeypatch.setattr(otter_stub.Notebook, "seen", 0, raising=False)
    with np.errstate(), np.printoptions(), warnings.catch_warnings(), torch.set_grad_enabled(True):
        yield
    sys.setrecursionlimit(depth)
    torch.set_default_dtype(dtype)


def made_by(source: str) -> dict:
    namespace: dict = {"__name__": "__main__", "__builtins__": builtins}
    exec(compile(textwrap.dedent(source), "<cell made up>", "exec", dont_inherit=True), namespace)
    return namespace


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(name):
    before, change = CHANGES[name]
    namespace = made_by(before)
    state.note(namespace)
    assert not state.changed()
    exec(change, namespace)
    assert state.changed()


def test_calling_a_pure_function_changes_nothing():
    namespace = made_by("import numpy as np\ndata = np.arange(9)\ndef f(x): return (data * x).sum()")
    state.note(namespace)
    exec("f(3)", namespace)
    assert not state.changed()


def test_an_object_that_resists_counts_as_changed_and_raises_nothing():
    stubborn = "class A:\n    def __getattribute__(self, name): raise SystemExit\n    __eq__ = __hash__ = None\na = A()"
    namespace = made_by(stubborn)
    state.note(namespace)
    assert state.changed() in (True, False)


def test_a_huge_namespace_counts_as_changed():
    state.note(made_by("big = [[i] for i in range(200_000)]"))
    assert state.changed()


NUMBERS = ["np.int64(-5)", "np.int64(1 << 60)", "np.uint8(7)", "np.float64('nan')", "np.bool_(1)"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_numpys_is_compared_by_what_it_is(number):
    namespace = made_by(f"import numpy as np\nx = {number}")
    state.note(namespace)
    assert not state.changed()
    namespace["x"] = namespace["np"].int64(8)
    assert state.changed()


def test_what_the_grader_itself_changed_is_no_change():
    namespace = made_by("x = [1]")
    state.note(namespace)
    namespace["x"] = [2]
    state.accept()
    assert not state.changed()
    namespace["x"] = [3]
    assert state.changed()


COMPARED = {
    "numbers, texts and containers": "x = 1\ny = {'a': [1.5, (2, 'b')], 'c': {3}}",
    "arrays and their numbers": "import numpy as np\nx = np.ones(3)\ny = x.sum()\nkind = x.dtype",
    "classes of libraries": (
        "from fractions import Fraction\nfrom numpy.random import Generator, SeedSequence\nfrom abc import ABC\n"
        "from scipy.stats import rv_continuous\nfrom enum import Enum"
    ),
    "functions": "import math\nfrom scipy.special import logsumexp\nfrom math import cos\ndef f(): pass",
    "classes and their objects": "class A:\n    @property\n    def x(self): return 1\na = A()",
    "an array of its own kind": "import numpy as np\nclass A(np.ndarray): pass\nx = np.zeros(3).view(A)",
    "named tuples": "from typing import NamedTuple\nclass R(NamedTuple):\n    x: int\nr = R(1)",
    "iterators over lists": "it, other = iter([1, 2]), iter((3, 4))\nat_its_end = iter([])\nlist(at_its_end)",
    "generators that have not begun, or that are at their end": (
        "g, other = (x for x in [1, 2]), (x for x in [1])\nlist(other)"
    ),
    "annotations": (
        "from __future__ import annotations\nfrom typing import Any, Literal, NamedTuple, Optional\n"
        "class R(NamedTuple):\n    x: list[int]\ndef f(kind: Literal['a', 'b']) -> R: pass"
    ),
    "what each released notebook begins with": "import otter\ngrader = otter.Notebook('week.ipynb')",
    "the stand-in for otter by its names": "from otter import Notebook\nfrom otter.test_files import test_case",
    "figures": "import matplotlib.pyplot as plt\nfig, axes = plt.subplots()",
}
NOT_COMPARED = {
    "a very large array": "import numpy as np\nx = np.zeros(1 << 18)",
    "a very large array of its own kind": (
        "import numpy as np\nclass A(np.ndarray): pass\nx = np.zeros(1 << 18).view(A)"
    ),
    "what an abstract class knows of others": "import abc\nclass A(abc.ABC): pass",
    "very many bytes": "b = bytearray(1 << 18)",
    "a class that a library made": "import dataclasses\nC = dataclasses.make_dataclass('C', ['x'])",
    "a module of its own kind": "import types\nclass M(types.ModuleType): pass\nm = M('sys')",
    "a generator that has begun": "g = (v for row in [[0, 0], [0, 0]] for v in row)\nnext(g)",
    "a class with a parameter": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]): seen = []\nB = A[int]"
    ),
    "a cache": "import functools\n@functools.lru_cache\ndef f(x): return [x]",
    "bound arguments": "import functools\nf = functools.partial(print, [])",
    "an iterator": "it = iter({1: 2})",
    "a chain of iterators": "import itertools\nit = itertools.chain([1], [2])",
    "a tensor": "import torch\nw = torch.zeros(2)",
    "an object of a library's class": "import decimal\nc = decimal.Context()",
    "an object whose class inherits from a library's": "import threading\nclass L(threading.local): pass\nl = L()",
    "a stream": "import io\nf = io.StringIO()",
}


@pytest.mark.parametrize("name", COMPARED)
def test_questions_share_a_fork_where_everything_is_compared(name):
    state.note(made_by(COMPARED[name]))
    assert not state.changed(for_another_question=True)


@pytest.mark.parametrize("name", NOT_COMPARED)
def test_questions_have_forks_of_their_own_where_something_is_not_compared(name):
    state.note(made_by(NOT_COMPARED[name]))
    assert not state.changed() and state.changed(for_another_question=True)


def test_a_function_of_a_module_beside_the_notebook_is_not_compared(tmp_path, monkeypatch):
    (tmp_path / "helper.py").write_text("seen = []\ndef f(): seen.append(1)\nclass C: seen = []\n")
    monkeypatch.syspath_prepend(tmp_path)
    for line in ("import helper", "from helper import f", "from helper import C", "from helper import C\nc = C()"):
        state.note(made_by(line))
        assert state.changed(for_another_question=True)
