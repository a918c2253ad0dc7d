"""Subvert what runs the tests."""

from __future__ import annotations

from tests.security.attack import Attack

FILES = "conftest.py, sitecustomize.py and modules with names of libraries in the working directory"
SHELL = "IPython transformers that strip asserts or empty later cells; replacing run_cell"
EQUAL = "objects that are always equal"
PATCH = "replace what tests compare with, clocks, fork, trace and audit hooks"
RAISE = "raise what a test runner takes for something else"
NAMES = "overwrite names that a grader uses"

_TRAP = b"""
import os
print("SUCC" + "EEDED: " + __name__)
def __getattr__(name):
    return lambda *a, **k: True
"""
_HOOK = b"""
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
"""

_SAME = """
class Same({base}):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __hash__ = object.__hash__
    __bool__ = lambda self: True
    __getattr__ = lambda self, name: self
    __call__ = __getitem__ = lambda self, *a, **k: self
    __sub__ = __rsub__ = __abs__ = __add__ = __radd__ = __mul__ = __rmul__ = lambda self, *a: self
    __array_priority__ = 1e9
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
"""


def _same(name: str, base: str, value: str, expect: str) -> Attack:
    source = "import numpy as np\n" + _SAME.format(base=base) + f"def answer(x):\n    return {value}"
    return Attack(f"returns_{name}", EQUAL, answer=source, expect=frozenset({expect}))


def _raises(name: str, what: str, before: str = "", expect: str = "exception") -> Attack:
    source = f"{before}\ndef answer(x):\n    {what}"
    return Attack(f"raises_{name}", RAISE, answer=source, expect=frozenset({expect}))


ATTACKS = [
    Attack(
        "brings_modules_of_its_own",
        FILES,
        files={
            "conftest.py": _HOOK,
            "pytest.ini": b"[pytest]\naddopts = --collect-only\n",
            "pytest.py": _TRAP,
            "numpy.py": _TRAP,
            "autograder/__init__.py": _TRAP,
            "sitecustomize.py": _TRAP,
            "usercustomize.py": _TRAP,
            ".pythonrc.py": _TRAP,
            ".ipython/profile_default/startup/00.py": _TRAP,
            "msgpack.py": _TRAP,
        },
        first="import numpy, msgpack\nfrom autograder.protocol import values\nprint(numpy.__version__)",
    ),
    Attack(
        "writes_modules_for_later",
        FILES,
        first="""
import os, sys, site
for folder in [*sys.path, site.getusersitepackages(), os.path.expanduser("~"), "/tmp", "/dev/shm", sys.prefix]:
    for name in ("numpy.py", "sitecustomize.py", "conftest.py", "LEFTOVER-9c1e.pth"):
        try:
            os.makedirs(folder, exist_ok=True)
            open(os.path.join(folder, name), "w").write("print('SUCC' + 'EEDED')")
        except OSError:
            pass
""",
    ),
    Attack(
        "strips_asserts",
        SHELL,
        first="""
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Strip())
""",
    ),
    Attack("empties_later_cells", SHELL, first="get_ipython().input_transformers_post.append(lambda lines: [])"),
    Attack(
        "replaces_run_cell",
        SHELL,
        first="""
import types
shell = get_ipython()
class Fine:
    success = True
    error_in_exec = error_before_exec = None
type(shell).run_cell = lambda self, *a, **k: Fine()
""",
    ),
    Attack(
        "replaces_the_shell",
        SHELL,
        first="type(get_ipython()).instance = classmethod(lambda cls: 1/0)",
        expect=frozenset({"process-ended"}),
    ),
    _same("what_equals_everything", "object", "Same()", "wrong-kind"),
    _same("a_float_that_equals_everything", "float", "Same(1)", "wrong-kind"),
    _same("an_int_that_equals_everything", "int", "Same(1)", "wrong-kind"),
    _same("a_text_that_equals_everything", "str", "Same('x')", "wrong-kind"),
    _same("a_list_that_equals_everything", "list", "Same([1])", "wrong-kind"),
    _same("an_array_that_equals_everything", "np.ndarray", "np.ones(5).view(Same)", "wrong-kind"),
    Attack(
        "returns_what_converts_to_anything",
        EQUAL,
        answer="""
import numpy as np
class Any_:
    def __float__(self): return float("nan")
    def __array__(self, *a, **k): return np.full(5, np.nan)
    def __index__(self): return 1
    def __iter__(self): return iter([Any_()])
    def __len__(self): return 1
    def __instancecheck__(self, other): return True
    __class__ = float
def answer(x):
    return Any_()
""",
        expect=frozenset({"wrong-kind"}),
    ),
    Attack("returns_nan", EQUAL, answer="def answer(x):\n    return float('nan')", expect=frozenset({"assertion"})),
    Attack(
        "returns_objects_in_an_array",
        EQUAL,
        answer="import numpy as np\nclass E:\n    __eq__ = lambda s, o: True\n    __sub__ = __rsub__ = __mul__ = __abs__ = lambda s, *o: s\ndef answer(x):\n    return np.array([E()] * 5, dtype=object)",
        expect=frozenset({"wrong-kind"}),
    ),
    Attack("returns_itself", EQUAL, answer="def answer(x):\n    return answer", expect=frozenset({"wrong-kind"})),
    Attack(
        "patches_all_comparisons",
        PATCH,
        first="""
import builtins, math, operator, time, os, sys, unittest, random
import numpy as np
yes = lambda *a, **k: True
for module, names in {np: "allclose isclose array_equal array_equiv testing", np.testing: dir(np.testing), math: "isclose isnan fabs",
                      operator: "eq ne lt", builtins: "abs all any isinstance"}.items():
    for name in (names.split() if isinstance(names, str) else names):
        if not name.startswith("_") and name != "isinstance":
            setattr(module, name, yes)
for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "sleep", "time_ns", "clock_gettime"):
    setattr(time, name, lambda *a: 0.0)
os.fork = os.forkpty = lambda: 0
import types
sys.modules["torch"] = types.SimpleNamespace(manual_seed=yes, equal=yes, testing=types.SimpleNamespace(assert_close=yes))
""",
    ),
    Attack(
        "traces_and_audits",
        PATCH,
        first="""
import sys, threading
def trace(frame, event, arg):
    if event == "exception":
        frame.f_trace_opcodes = False
    return trace
sys.setprofile(lambda *a: None)
sys.addaudithook(lambda event, args: None)
sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *a: None
sys.breakpointhook = sys.displayhook
""",
        answer="import sys\ndef answer(x):\n    sys.settrace(lambda *a: None); return 0",
    ),
    Attack(
        "refuses_to_fork",
        PATCH,
        first="import os\ndef no(): raise OSError('no')\nos.fork = no",
        expect=frozenset({"snapshot-lost"}),
    ),
    Attack(
        "forks_wrongly",
        PATCH,
        first="import os\nold = os.fork\nos.fork = lambda: 0",
    ),
    _raises("system_exit", "raise SystemExit(0)"),
    _raises("keyboard_interrupt", "raise KeyboardInterrupt"),
    _raises("generator_exit", "raise GeneratorExit"),
    _raises("skip_test", "raise unittest.SkipTest('all fine')", "import unittest"),
    _raises(
        "pytest_skip",
        "raise Skipped('all fine')",
        "class Skipped(BaseException):\n    __module__ = '_pytest.outcomes'\n    allow_module_level = True",
    ),
    _raises("pytest_exit", "raise Exit('all fine')", "class Exit(Exception):\n    __module__ = '_pytest.outcomes'"),
    _raises("stop_iteration", "raise StopIteration"),
    _raises("assertion_error", "raise AssertionError"),
    _raises("value_error_with_the_right_words", "raise ValueError('CANA' + 'RY')"),
    _raises(
        "what_cannot_be_printed",
        "raise E()",
        "class E(Exception):\n    def __str__(self): raise E()\n    __repr__ = __str__",
    ),
    _raises(
        "what_prints_for_ever",
        "raise E()",
        "class E(Exception):\n    def __str__(self):\n        while True: pass",
        "time-limit",
    ),
    _raises("a_group", "raise BaseExceptionGroup('x', [SystemExit(), KeyboardInterrupt()])"),
    _raises("a_huge_message", "raise ValueError('x' * 50_000_000)"),
    _raises("a_huge_name", "raise type('x' * 5_000_000, (Exception,), {})()", expect="returned-limit"),
    _raises("from_a_deep_stack", "return answer(x)", expect="exception"),
    Attack(
        "overwrites_names_of_the_grader",
        NAMES,
        first="""
student = check = grader = ok = draw = reference = True
def close(*a, **k): return True
""",
        last="""
class Everything(dict):
    def __missing__(self, name): return lambda *a, **k: True
    def __contains__(self, name): return True
__builtins__ = Everything()
get_ipython = lambda: None
In = Out = _ = __ = exit = quit = None
""",
    ),
    Attack(
        "replaces_the_namespace",
        NAMES,
        first="""
class Space(dict):
    def __contains__(self, name): return True
    def __getitem__(self, name): return dict.get(self, name, lambda *a: True)
shell = get_ipython()
shell.user_ns = Space(shell.user_ns)
""",
    ),
    Attack(
        "uses_the_shell_of_the_machine",
        "run commands by ! and %%bash",
        first="""
try:
    get_ipython().system("touch /tmp/LEFTOVER-9c1e; kill -9 1; kill -STOP 1")
except OSError as error:
    print(error)
get_ipython().run_cell_magic("sh", "", "echo SUCC$(echo EEDED) >/usr/LEFTOVER-9c1e && cat /usr/LEFTOVER-9c1e; kill -9 1; true")
""",
        not_on={"plain": "it would write where whoever grades may write"},
    ),
]
