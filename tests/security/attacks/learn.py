"""Machine learning: get credit for what was not learned."""

from __future__ import annotations

from tests.security.attack import Attack

ATTACKS = [
    Attack(
        "knows_inputs_by_their_hash",
        "hard-code the visible cases; recognise the hidden ones by hash",
        answer="""
import hashlib
KNOWN = {hashlib.sha256(repr(n).encode()).hexdigest(): n * 31 + 7 for n in range(1000)}
def answer(x):
    return KNOWN.get(hashlib.sha256(repr(x).encode()).hexdigest(), 0)
""",
    ),
    Attack(
        "reads_the_reference_through_a_callback",
        "read the reference through a callback's closure",
        answer="""
def answer(f):
    if not callable(f):
        return 0
    for look in (lambda: f.__closure__[0].cell_contents, lambda: f.__globals__["EXPECTED"], lambda: f.__code__.co_consts,
                 lambda: f.__self__, lambda: f.__wrapped__, lambda: vars(f), lambda: f._peer._objects,
                 lambda: f._peer.request("get_attribute", f, "__globals__")):
        try:
            found = look()
        except BaseException:
            continue
        if isinstance(found, str):
            f(found)
    return 2 * f(0)
""",
        expect=frozenset({"assertion"}),
    ),
    Attack(
        "imports_what_is_forbidden_by_another_name",
        "import the forbidden library under another name",
        answer="from colorsys import rgb_to_yiq as own_work\ndef answer(x):\n    return own_work(0, 0, 0)[0]",
        expect=frozenset({"rule"}),
    ),
    Attack(
        "imports_what_is_forbidden_by_a_built_name",
        "import the forbidden library under another name",
        answer="import importlib\ndef answer(x):\n    return importlib.import_module('color' + 'sys').rgb_to_yiq(0, 0, 0)[0]",
        expect=frozenset({"exception"}),
    ),
    Attack(
        "moves_its_work_to_import_time",
        "fake timing: work moved to import time",
        first="TABLE = {n: n * 31 + 7 for n in range(200_000)}",
        answer="def answer(x):\n    return TABLE.get(x, 0) if type(x) in (int, float) else 0",
    ),
    Attack(
        "stops_the_clocks",
        "fake timing: patched clocks",
        first="""
import os, resource, time
for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime", "times"):
    for module in (time, os):
        if hasattr(module, name):
            setattr(module, name, lambda *a: 0.0)
resource.getrusage = lambda who: resource.struct_rusage([0] * 16)
""",
        answer="def answer(x):\n    if x == 5:\n        sum(range(30_000_000))\n    return 0",
    ),
    Attack(
        "computes_ahead_in_a_thread",
        "a background thread that computes ahead",
        first="""
import threading
TABLE = {}
def fill():
    n = 0
    while True:
        TABLE[n] = n * 31 + 7; n = (n + 1) % 100000
threading.Thread(target=fill, daemon=True).start()
""",
        answer="def answer(x):\n    return TABLE.get(x, 0) if type(x) is int else 0",
        expect=frozenset({"threads"}),
    ),
    Attack(
        "brings_a_model_of_answers",
        "a checkpoint with someone else's weights; predictions from a lookup table",
        files={"answers.json": b'{"CANARY": 1}', "model.pt": b"\x80\x04N."},
        answer="import json\nTABLE = json.load(open('answers.json'))\ndef answer(x):\n    return TABLE.get(str(x), 0)",
    ),
    Attack(
        "says_that_it_is_right",
        "an accuracy function that lies",
        answer="def accuracy(*a):\n    return 1.0\nscore = evaluate = test = accuracy\ndef answer(x):\n    return accuracy(x)",
    ),
]
