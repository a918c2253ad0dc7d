"""What a question forbids is found in the text of a notebook, and nothing else is."""

from __future__ import annotations

import ast
import gc

import pytest

from autograder.rules import MAX_PARSED, NotebookText, Rules, _parse, without_magics

RULES = Rules(imports=("sklearn.svm",), calls=("numpy.linalg.svd", "eval"))


def breach(*cells: str, rules: Rules = RULES, roles: str = ""):
    """First breach, with the last cell as the solution and the others as the student's own unless ``roles`` says."""
    names = {"s": "solution", "h": "helper", "o": "other"}
    chosen = [names[r] for r in roles] if roles else ["helper"] * (len(cells) - 1) + ["solution"]
    return NotebookText([(f"cell {i}", source) for i, source in enumerate(cells)]).breach(rules, chosen)


@pytest.mark.parametrize(
    ("source", "rule", "line"),
    [
        ("import sklearn.svm", "sklearn.svm", 1),
        ("import numpy\nimport sklearn.svm as s", "sklearn.svm", 2),
        ("from sklearn import svm", "sklearn.svm", 1),
        ("from sklearn.svm import SVC", "sklearn.svm", 1),
        ("def f():\n    from sklearn.svm._classes import SVC", "sklearn.svm", 2),
        ("import sklearn\ndef f():\n    return sklearn.svm.SVC()", "sklearn.svm", 3),
        ("import importlib\nimportlib.import_module('sklearn.svm')", "sklearn.svm", 2),
        ("m = __import__('sklearn.svm')", "sklearn.svm", 1),
        ("import numpy as np\nnp.linalg.svd(1)", "numpy.linalg.svd", 2),
        ("from numpy import linalg as la\nf = la.svd", "numpy.linalg.svd", 2),
        ("from numpy.linalg import svd", "numpy.linalg.svd", 1),
        ("def f(x):\n    return eval(x)", "eval", 2),
        ("%matplotlib inline\nfrom sklearn.svm import SVC", "sklearn.svm", 2),
        ("%%time\nx = !ls\nfrom sklearn.svm import SVC", "sklearn.svm", 3),
        ("def broken(:\nfrom sklearn.svm import SVC", "sklearn.svm", 2),
        ("x = await f()\nimport sklearn.svm", "sklearn.svm", 2),
    ],
)
def test_a_forbidden_name_is_found_with_its_line(source, rule, line):
    found = breach(source)
    assert (found.rule, found.line, found.cell) == (rule, line, "cell 0")


@pytest.mark.parametrize(
    "source",
    [
        "import sklearn.linear_model",
        "import sklearn.svmish",
        "from sklearn import metrics",
        "import numpy as np\nnp.linalg.svdvals(1); np.linalg.norm(1)",
        "svd = 3\nx = svd",
        "def f(svd): return svd",
        "'from sklearn.svm import SVC'  # import sklearn.svm",
        "from .svm import SVC",
        "def eval(x): return x\neval(3)",
    ],
)
def test_what_only_looks_alike_is_no_breach(source):
    assert breach(source) is None


def test_a_name_that_another_cell_imported_is_followed_to_its_use():
    other = "from sklearn.svm import SVC\nimport numpy as np"
    assert breach(other, "def f(X): return SVC().fit(X)").sentence("q", RULES).startswith("Line 1 of cell 1 uses skl")
    assert breach(other, "def f(X): return np.linalg.svd(X)", roles="os").verb == "uses"
    assert breach(other, "def f(X): return X") is None, "an import that the solution does not use is legal"
    assert breach(other, "def f(SVC): return SVC") is None, "a parameter is no import"


def test_helpers_count_where_the_solution_uses_them_step_by_step():
    second = "import sklearn\ndef second(X):\n    return sklearn.svm.SVC().fit(X)"
    first = "def first(X):\n    return second(X)"
    found = breach(second, first, "def f(X): return first(X)")
    assert (found.cell, found.line) == ("cell 0", 3)
    assert breach(second, first, "def f(X): return X") is None, "a helper that is not used is the student's affair"
    assert breach(second, first, "def f(X): return first(X)", roles="ohs") is None, "locked, or another answer"


def test_what_a_function_binds_itself_is_no_helper_of_the_same_name():
    example = "import sklearn\nfor _, labels in sklearn.svm.data():\n    sizes = [n for n in labels]"
    own = "def f(X):\n    n, _ = X.shape\n    labels = [sizes for sizes in X]\n    return labels"
    assert breach(example, own) is None
    assert breach(example, "def f(X): return sizes").cell == "cell 0"


def test_a_star_import_of_a_forbidden_module_is_a_breach_in_any_cell_of_the_students():
    assert breach("from sklearn.svm import *", "def f(): pass").rule == "sklearn.svm"
    assert breach("from sklearn.svm import *", "def f(): pass", roles="os") is None


@pytest.mark.parametrize(
    "source",
    ["(" * 5000 + ")" * 5000, "-" * 100_000 + "1", "x" + ".a" * 60_000, "\0", "\ud800", "[" * 90_000, "x = 1 +"],
)
def test_a_cell_that_nobody_can_parse_stops_nothing(source):
    assert breach(source, "from sklearn.svm import SVC").cell == "cell 1"
    breach(source)


def test_what_is_too_long_to_parse_is_still_searched_for_imports():
    long = "x = 1\n" * (MAX_PARSED // 6 + 1)
    assert breach(long + "import sklearn.svm").rule == "sklearn.svm"
    assert breach(long + "import numpy, sklearn.svm as s").rule == "sklearn.svm"
    assert breach(long) is None


def test_magics_leave_their_lines_empty():
    assert without_magics("%time f()\n!ls\nf?\nx = %env A\n# why?\ny = 1") == "\n\n\nx = None\n# why?\ny = 1"


def test_a_questions_rules_are_added_to_the_weeks():
    week, own = Rules(("torch",), says="NumPy only."), Rules(calls=("eval",), weight=2.0)
    assert week + own == Rules(("torch",), ("eval",), "NumPy only.", 2.0)
    assert not Rules(says="nothing forbidden")


def test_the_sentence_names_rule_and_line_and_what_it_costs():
    found = breach("from sklearn.svm import SVC")
    said = found.sentence("q4_2", Rules(("sklearn.svm",), says="Write the descent yourself."))
    assert said == (
        "Line 1 of cell 0 imports sklearn.svm, which q4_2 does not allow. Write the descent yourself. "
        "So the question gets no points."
    )
    assert "no points" not in found.sentence("q4_2", Rules(("sklearn.svm",), weight=1.0))


class ParsesAtItsEnd:
    """Garbage whose finaliser makes a tree of its own."""

    def __init__(self):
        self.me = self

    def __del__(self):
        ast.parse("(" * 20 + "x" + ")" * 20 + "+1" * 20)


def test_a_cell_is_parsed_whatever_the_collector_does_meanwhile():
    source = "\n".join(f"def f{n}(x):\n    return [x, [{n}, (x, {{'a': x}})]]" for n in range(200))
    whole = ast.dump(ast.parse(source))
    before = gc.get_threshold()
    try:
        gc.collect()
        for _ in range(3):
            ParsesAtItsEnd()
        gc.set_threshold(50)
        tree = _parse(source)
    finally:
        gc.set_threshold(*before)
    assert ast.dump(tree) == whole
