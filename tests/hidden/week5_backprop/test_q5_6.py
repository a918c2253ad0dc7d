"""Hidden suite of Q5.6: the scalar autograd engine.

A formula is a program: a list of steps, each an operation on earlier numbers. The probe runs it with the student's
Value; the oracle runs it with complex numbers, whose imaginary part is the derivative (a complex step).
"""

from __future__ import annotations

import cmath
import operator

import pytest

from autograder.judge import close, hint, probe

HINTS = {
    "interface": "Value(3) should hold data 3.0, a float, and grad 0; an operation makes a new node and leaves its "
    "operands as they are.",
    "data": "The data of a result is not what the formula gives.",
    "arithmetic": "The slope of one of + - * / ** or the minus sign is wrong. Write down dy/da and dy/db for each.",
    "functions": "The slope of relu, tanh or exp is wrong. It is to be taken at the operand; at 0 the slope of the "
    "ReLU is 0.",
    "formula": "In longer formulas some slopes are wrong, though single operations may be right: slopes from several "
    "uses of a node add up, and a node passes its own on once it is complete.",
    "reuse": "A node that is used more than once should hear from every use: grad is added to, not set.",
    "order": "A node that is used at different depths was passed on before it was complete. Sort all nodes first, and "
    "walk from the result back.",
    "reflected": "A plain number on the left (2 + x, 3 - x, 2 * x, 1 / x) should work like a Value there. Python "
    "calls __radd__ and its like; the order matters for - and /.",
    "deep": "A chain of 10,000 additions should work. Recursion reaches Python's limit at about 1,000: visit the "
    "nodes in a loop.",
    "paths": "Forty doublings have 41 nodes and 2^40 paths. Visit every node once, not once a path.",
    "again": "A second backward is wrong after the grad of the leaves (or of all nodes) was set to 0: what the first "
    "one left in inner nodes should not count.",
    "leaf": "backward on a leaf should give it the grad 1.",
}


@probe
def run(notebook, leaves, program, again=""):
    """Data of every node and grads of the leaves; ``again``: what is set to 0 before a second backward."""
    import operator

    nodes = [notebook.Value(x) for x in leaves]
    for name, a, b in program:
        if name in ("relu", "tanh", "exp"):
            nodes.append(getattr(nodes[a], name)())
        elif name == "neg":
            nodes.append(-nodes[a])
        elif name == "pow":
            nodes.append(nodes[a] ** b)
        elif name.startswith("r_"):
            nodes.append(getattr(operator, name[2:])(b, nodes[a]))
        elif name.startswith("c_"):
            nodes.append(getattr(operator, name[2:])(nodes[a], b))
        else:
            nodes.append(getattr(operator, name)(nodes[a], nodes[b]))
    nodes[-1].backward()
    if again:
        for node in nodes[: len(leaves)] if again == "leaves" else nodes:
            node.grad = 0.0
        nodes[-1].backward()
    return [node.data for node in nodes], [node.grad for node in nodes[: len(leaves)]]


@probe
def chain(notebook, start, steps, double):
    """Grad of the first node of a long chain of additions, or of doublings."""
    first = last = notebook.Value(start)
    for _ in range(steps):
        last = last + last if double else last + 1.0
    last.backward()
    return last.data, first.grad


def step(name, a, b):
    """One operation on complex numbers."""
    if name == "relu":
        return a if a.real > 0 else 0j
    if name in ("tanh", "exp"):
        return getattr(cmath, name)(a)
    if name == "neg":
        return -a
    if name.startswith("r_"):
        return getattr(operator, name[2:])(b, a)
    return getattr(operator, name.removeprefix("c_"))(a, b)


def evaluate(leaves, program):
    nodes = list(leaves)
    for name, a, b in program:
        number = name in ("pow",) or name[:2] in ("r_", "c_")
        nodes.append(step(name, nodes[a], b if number or b is None else nodes[b]))
    return nodes


def right(leaves, program):
    """Data of every node, and the derivatives of the last with respect to each leaf."""
    data = [z.real for z in evaluate([complex(x) for x in leaves], program)]
    slopes = []
    for i in range(len(leaves)):
        moved = [complex(x, 1e-30 if i == j else 0.0) for j, x in enumerate(leaves)]
        slopes.append(evaluate(moved, program)[-1].imag / 1e-30)
    return data, slopes


def formula(draw, n_leaves, n_steps):
    """A random program whose numbers stay moderate and away from every bend and pole; its last steps join all nodes."""
    leaves = [float(x) for x in draw.rng.uniform(0.5, 2.0, size=n_leaves) * draw.rng.choice([-1, 1], size=n_leaves)]
    program, nodes = [], list(leaves)
    names = "add sub mul truediv pow neg relu tanh exp r_sub r_truediv c_mul c_add".split()
    while len(program) < n_steps:
        name = str(draw.rng.choice(names))
        a, b = (int(i) for i in draw.rng.integers(0, len(nodes), size=2))
        x, y = nodes[a], nodes[b]
        if name == "pow":
            if x < 0.4:
                continue
            b = float(draw.rng.choice([2.0, 3.0, -1.0, 0.5, -1.5]))
        elif name[:2] in ("r_", "c_"):
            b = float(draw.rng.uniform(0.5, 3))
        elif name in ("neg", "relu", "tanh", "exp"):
            b = None
        below = y if name == "truediv" else x
        if (name in ("truediv", "r_truediv") and abs(below) < 0.4) or (name == "relu" and abs(x) < 0.01):
            continue
        value = evaluate([complex(v) for v in leaves], [*program, (name, a, b)])[-1].real
        if abs(value) < 8:
            program.append((name, a, b))
            nodes.append(value)
    for i in range(len(nodes) - 1):  # the result depends on every node
        program.append(("c_mul", i, 0.3))
        program.append(("add", len(leaves) + len(program) - 1, len(leaves) + len(program) - 2 if i else len(nodes) - 1))
    return leaves, program


def agrees(student, name, leaves, program, again="", of_data="data"):
    """Data and slopes are right; the names of the hints if they are not."""
    data, slopes = student.probe(run, leaves, program, again)
    expected, derivatives = right(leaves, program)
    with hint(of_data):
        close(data, expected)
    with hint(name):
        close(slopes, derivatives, rtol=1e-8, atol=1e-10)


@pytest.mark.weight(1)
def test_interface(student, draw):
    """data and grad are plain floats, and operands stay as they are"""
    number = draw.integer(2, 9)
    a, b = student.Value(number), student.Value(0.5)
    assert isinstance(a.data, float) and a.data == number, hint("interface")
    assert isinstance(a.grad, (int, float)) and a.grad == 0, hint("interface")
    total = a * b
    assert isinstance(total.data, float) and total.data == number / 2 and total.grad == 0, hint("interface")
    assert (a.data, b.data, a.grad, b.grad) == (number, 0.5, 0, 0), hint("interface")


@pytest.mark.weight(3)
def test_arithmetic(student, draw):
    """+ - * / ** and the minus sign, one at a time"""
    for name in ("add", "sub", "mul", "truediv", "neg"):
        x, y = (float(v) for v in draw.rng.uniform(0.5, 3, size=2) * draw.rng.choice([-1, 1], size=2))
        agrees(student, "arithmetic", [x, y], [(name, 0, None if name == "neg" else 1)])
    for k in (2, 3.0, -1.0, -2.5, 0.5, 1):
        agrees(student, "arithmetic", [draw.rng.uniform(0.5, 3)], [("pow", 0, k)])
    for name in ("c_add", "c_sub", "c_mul", "c_truediv"):
        agrees(student, "arithmetic", [draw.rng.uniform(0.5, 3)], [(name, 0, draw.rng.uniform(1, 3))])


@pytest.mark.weight(2)
def test_functions(student, draw):
    """relu, tanh and exp"""
    for name in ("relu", "tanh", "exp"):
        for x in (draw.rng.uniform(0.2, 2), -draw.rng.uniform(0.2, 2)):
            agrees(student, "functions", [x], [(name, 0, None)])
    assert student.probe(run, [0.0], [("relu", 0, None)])[1] == [0.0], hint("functions")


@pytest.mark.weight(4)
def test_random_formulas(student, draw):
    """Formulas of all operations, with many uses of each node"""
    for size in (3, 5, 8, 8, 12, 12):
        agrees(student, "formula", *formula(draw, draw.integer(1, 4), size))


@pytest.mark.weight(2)
def test_a_node_used_twice(student, draw):
    """x + x, x * x, and x * x + x * x"""
    x = draw.rng.uniform(0.5, 3)
    for program in (
        [("add", 0, 0)],
        [("mul", 0, 0)],
        [("mul", 0, 0), ("mul", 0, 0), ("add", 1, 2)],
        [("mul", 0, 0), ("mul", 1, 0), ("sub", 2, 0)],
    ):
        agrees(student, "reuse", [x], program)


@pytest.mark.weight(2)
def test_a_node_used_at_two_depths(student, draw):
    """A node waits for all of its uses, near and far"""
    x, y = (float(v) for v in draw.rng.uniform(0.5, 2, size=2))
    # b = 2a is used by the result at once and by way of c and d; operands in both orders
    for last in (("add", 2, 4), ("add", 4, 2), ("mul", 4, 2)):
        agrees(student, "order", [x, y], [("c_mul", 0, 2.0), ("mul", 2, 1), ("tanh", 3, None), last])
    agrees(student, "order", [x, y], [("mul", 0, 1), ("add", 2, 0), ("mul", 3, 2), ("add", 4, 3), ("mul", 5, 2)])


@pytest.mark.weight(1)
def test_numbers_on_the_left(student, draw):
    """2 + x, 3 - x, 2 * x and 1 / x"""
    for name in ("r_add", "r_sub", "r_mul", "r_truediv"):
        for number in (draw.integer(2, 5), draw.rng.uniform(0.5, 3)):
            with hint("reflected"):
                agrees(student, "reflected", [draw.rng.uniform(0.5, 3)], [(name, 0, number)], of_data="reflected")


@pytest.mark.weight(1)
def test_long_chain(student):
    """A chain of 10,000 additions"""
    with hint("deep"):
        assert student.probe(chain, 1.5, 10_000, False) == (10_001.5, 1.0)


@pytest.mark.weight(1)
def test_forty_doublings(student):
    """Forty doublings: every node once, not every path"""
    with hint("paths"):
        assert student.probe(chain, 1.0, 40, True) == (2.0**40, 2.0**40)


@pytest.mark.weight(1)
def test_a_second_backward(student, draw):
    """After the grads of the leaves, or of all nodes, are set to 0, backward is right again"""
    for zeroed in ("leaves", "all"):
        agrees(student, "again", *formula(draw, 2, 6), zeroed)


@pytest.mark.weight(1)
def test_backward_on_a_leaf(student, draw):
    """backward on a leaf gives it the grad 1"""
    with hint("leaf"):
        assert student.probe(run, [draw.rng.uniform(1, 2)], [])[1] == [1.0]
