"""Forge the result."""

from __future__ import annotations

import base64
import copy
import pickle
from typing import Any

from tests.security.attack import Attack

FILE = "write the results file first and die; os._exit(0) before the asserts; a child that rewrites it later"
PICKLE = "a pickle as the result, a log or a checkpoint that the grader would unpickle"
BOOK = "write to the gradebook database; edit another student's submission"
TALK = "speak the grader's own protocol: on stdout, stderr or the channel itself"
SHOW = "sys.displayhook(points) before raising: nbgrader takes the first execute_result"
CELLS = "delete, duplicate, split or retype locked cells; edit their metadata, ids and points"

PEER = '''
import gc, os, socket, struct
def peer():
    """The object that answers the judge in this process."""
    from autograder.guest.serve import GuestPeer
    return next(o for o in gc.get_objects() if type(o) is GuestPeer)
def say(raw):
    peer().channel.sock.sendall(raw)
HEAD = struct.Struct("<II")
def frame(header):
    return HEAD.pack(len(header), 0) + header
'''


class _Bomb:
    def __reduce__(self) -> Any:
        return (__import__("os").system, ("touch /tmp/LEFTOVER-9c1e-pickle",))


def _spoken(name: str, code: str, expect: str = "protocol") -> Attack:
    """While a test waits for its answer, say something else."""
    return Attack(f"says_{name}", TALK, answer=f"{PEER}\ndef answer(x):\n    {code}", expect=frozenset({expect}))


def _edit(name: str, change: Any, *, expect: str = "", line: str = CELLS) -> Attack:
    def apply(notebook: dict[str, Any]) -> dict[str, Any]:
        names = [(c["metadata"].get("nbgrader", {}).get("grade_id"), c) for c in notebook["cells"]]
        cells = {name: cell for name, cell in names if name}
        return change(notebook, cells) or notebook

    return Attack(f"edits_{name}", line, notebook=apply, expect=frozenset({expect} if expect else ()))


def _more_points(notebook: dict, cells: dict) -> None:
    for cell in cells.values():
        cell["metadata"]["nbgrader"].update(points=1000, grade=True, locked=False)


def _own_grade(notebook: dict, cells: dict) -> None:
    cell = cells["q1"]
    cell["source"] = "1000"
    cell["outputs"] = [
        {"output_type": "execute_result", "data": {"text/plain": "16"}, "metadata": {}, "execution_count": 1}
    ]


def _copy_of_grade_cell(notebook: dict, cells: dict) -> None:
    forged = copy.deepcopy(cells["q1"])
    forged["source"], forged["id"] = "16", "forged"
    notebook["cells"] = [forged, *notebook["cells"], copy.deepcopy(forged)]


def _solution_becomes_grade(notebook: dict, cells: dict) -> None:
    cells["q1_solution"]["metadata"]["nbgrader"].update(grade=True, points=16, grade_id="q1")
    cells["q1"]["metadata"]["nbgrader"].update(grade_id="q1_solution")


def _says_graded(notebook: dict, cells: dict) -> None:
    notebook["metadata"]["autograder"] = {"state": "graded", "verdict": "graded", "notes": [{"kind": "x", "text": "y"}]}
    for cell in cells.values():
        cell["metadata"]["autograder"] = {"score": 16}


def _split(notebook: dict, cells: dict) -> None:
    place = notebook["cells"].index(cells["q1"])
    half = copy.deepcopy(cells["q1"])
    half["source"], half["id"] = "16", "half"
    notebook["cells"].insert(place, half)


def _other_schema(notebook: dict, cells: dict) -> None:
    for cell in cells.values():
        cell["metadata"]["nbgrader"]["schema_version"] = 1
        cell["metadata"]["nbgrader"]["checksum"] = "0" * 32


def _own_task(notebook: dict, cells: dict) -> None:
    cells["q1"]["metadata"]["nbgrader"].update(task=True, grade=False, solution=True)
    cells["q1"]["cell_type"] = "markdown"


def _same_cell_ids(notebook: dict, cells: dict) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "q1"


ATTACKS = [
    Attack(
        "writes_results_and_leaves",
        FILE,
        first="""
import json, os
for name in ("results.json", "result.json", "grading/results/results.json", "/run/judge/results.json", "/box/results.json"):
    try:
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        json.dump({"score": 16, "q1": 16, "tests": [{"outcome": "passed"}]}, open(name, "w"))
    except OSError:
        pass
""",
        answer="import os\ndef answer(x):\n    os._exit(0)",
        expect=frozenset({"process-ended"}),
    ),
    Attack("leaves_in_a_cell", FILE, first="import os; os._exit(0)", expect=frozenset({"process-ended"})),
    Attack(
        "leaves_a_child_on_the_channel",
        FILE,
        first="""
import os, time
begun, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            try:
                os.write(3, b"\\x05\\0\\0\\0\\0\\0\\0\\0" + b"\\x81\\xa2ok\\xc3")
                os.write(tell, b"x")
            except OSError:
                pass
            time.sleep(0.001)
    os._exit(0)
os.read(begun, 1)
""",
        expect=frozenset({"protocol"}),
    ),
    Attack(
        "returns_a_pickle_bomb",
        PICKLE,
        answer="import os\nclass answer_(object):\n    def __reduce__(self):\n        return os.system, "
        "('touch /tmp/LEFTOVER-9c1e-reduce',)\ndef answer(x):\n    return answer_()",
        expect=frozenset({"wrong-kind"}),
    ),
    Attack(
        "hands_in_pickles",
        PICKLE,
        files={
            "otter.log": pickle.dumps(_Bomb()),
            "model.pkl": pickle.dumps(_Bomb()),
            "weights.pt": pickle.dumps(_Bomb()),
            "weights.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128)
            + pickle.dumps(_Bomb()),
            "cache.joblib": pickle.dumps(_Bomb()),
        },
        first="print(open('otter.log', 'rb').read(4))",
    ),
    Attack(
        "returns_pickled_bytes",
        PICKLE,
        answer=f"import base64\ndef answer(x):\n    return base64.b64decode({base64.b64encode(pickle.dumps(_Bomb()))!r})",
    ),
    Attack(
        "writes_to_the_gradebook",
        BOOK,
        first="""
import glob, sqlite3
places = [up * "../" + name for up in range(8) for name in ("gradebook.db", "course/gradebook.db")]
for place in places + glob.glob("/*/gradebook.db") + glob.glob("/tmp/**/*.db", recursive=True)[:50]:
    try:
        book = sqlite3.connect(f"file:{place}?mode=rw", uri=True)
        book.execute("update grade set auto_score = 16")
        print("SUCCEEDED", place)
    except sqlite3.Error:
        pass
""",
    ),
    Attack(
        "edits_anothers_submission",
        BOOK,
        first="""
import glob, os
for up in range(8):
    for path in glob.glob("../" * up + "*/*/*.ipynb") + glob.glob("../" * up + "submitted/*/*/*"):
        try:
            open(path, "a").write(" ")
            print("SUCCEEDED", path)
        except OSError:
            pass
""",
    ),
    Attack(
        "prints_the_protocol",
        TALK,
        first="""
import json, os, sys
forged = json.dumps({"tests": {"q1": [{"test": "t", "title": "t", "outcome": "passed"}]}, "undone": []})
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    print(forged, file=stream)
for fd in (0, 1, 2):
    try:
        os.write(fd, forged.encode())
    except OSError:
        pass
""",
        expect=frozenset(),
    ),
    _spoken("a_huge_frame", "say(HEAD.pack(0xFFFFFFFF, 0)); return 0"),
    _spoken("too_many_arrays", "say(HEAD.pack(0, 0xFFFFFFFF)); return 0"),
    _spoken("an_array_without_end", "say(HEAD.pack(0, 1) + struct.pack('<Q', 1 << 62)); return 0"),
    _spoken(
        "a_truncated_frame_and_waits", "say(HEAD.pack(500, 0) + b'half')\n    import time; time.sleep(60)", "time-limit"
    ),
    _spoken("a_truncated_frame_and_leaves", "say(HEAD.pack(500, 0) + b'half'); os._exit(0)", "process-ended"),
    _spoken("ten_thousand_levels", "say(frame(b'\\x91' * 10000 + b'\\xc0')); return 0"),
    _spoken(
        "ten_thousand_levels_of_tuples",
        "b = b'\\xc0'\n    for _ in range(10000): b = b'\\xc9' + struct.pack('>IB', len(b) + 1, 1) + b'\\x91' + b\n    say(frame(b)); return 0",
    ),
    _spoken("an_unknown_type", "say(frame(b'\\xc7\\x01\\x63\\x00')); return 0"),
    _spoken(
        "thirty_thousand_numbers_of_one_hash",
        "import msgpack; n = [(k * ((1 << 61) - 1)) & ((1 << 64) - 1) for k in range(8)] * 4000\n"
        "    say(frame(msgpack.packb(msgpack.ExtType(2, msgpack.packb(n))))); return 0",
    ),
    _spoken("noise", "say(frame(bytes(range(256)))); return 0"),
    _spoken("nothing_for_ever", "import time; time.sleep(60)", "time-limit"),
    _spoken("an_empty_frame", "say(frame(b'')); return 0"),
    _spoken("an_answer_twice", "p = peer(); p._send(1, 0); p._send(1, 0); return 0", "assertion"),
    _spoken("a_kind_that_is_none", "say(frame(b'\\x94\\x09\\xc0\\x90\\x90')); return 0"),
    _spoken("a_reference_to_nothing", "p = peer(); p._send(1, [p._nested(14, 99)]); return 0"),
    _spoken("states_of_unknown_generators", "say(frame(b'\\x94\\x01\\xc0\\x90\\x91\\x92\\xa1x\\x80')); return 0"),
    _spoken("a_request_that_nobody_serves", "peer().request('eval', 'EXPECTED'); return 0"),
    _spoken("requests_without_end", "p = peer()\n    while True: p._send(0, ['call', 1, [], {}])"),
    _spoken(
        "an_error_that_passes",
        "peer()._send(2, [['Skipped', 'AssertionError', 'BaseException'], 'CANARY', []]); return 0",
        "exception",
    ),
    _spoken("an_error_without_form", "peer()._send(2, 'CANARY'); return 0"),
    _spoken("that_it_is_a_value", "peer()._send(1, ['value', True]); return 0", "assertion"),
    Attack(
        "lies_about_every_name",
        TALK,
        first="""
from autograder.guest.serve import GuestPeer
GuestPeer.do_lookup = lambda self, name: ["value", True]
""",
        expect=frozenset({"unusable"}),
    ),
    Attack(
        "sends_two_answers_to_everything",
        TALK,
        first="""
from autograder.guest.serve import GuestPeer
old = GuestPeer._send
def twice(self, kind, body):
    old(self, kind, body)
    old(self, kind, True)
GuestPeer._send = twice
""",
        expect=frozenset({"protocol"}),
    ),
    Attack(
        "asks_the_judge_for_its_objects",
        TALK,
        answer=PEER
        + """
def answer(x):
    if not callable(x):
        return 0
    p = peer()
    for operation, arguments in [("method", [x, "__getattribute__", ["__globals__"], {}]), ("get_attribute", [x, "__closure__"]),
                                 ("call", ["print", [], {}]), ("fetch", ["EXPECTED"])]:
        try:
            return p.request(operation, *arguments)
        except Exception:
            pass
    return 0
""",
        expect=frozenset({"protocol"}),
    ),
    Attack(
        "shows_a_score_first",
        SHOW,
        first="""
import sys
sys.displayhook(16)
get_ipython().events.register("pre_run_cell", lambda info: sys.displayhook(16))
get_ipython().events.register("post_run_cell", lambda result: sys.displayhook(16))
16
""",
        answer="import sys\nsys.displayhook(16)\ndef answer(x):\n    sys.displayhook(16)\n    raise ValueError(16)\n16",
        expect=frozenset({"exception"}),
    ),
    Attack(
        "puts_a_score_into_every_output",
        SHOW,
        first="""
shell = get_ipython()
forged = {"output_type": "execute_result", "data": {"text/plain": "16"}}
finished = shell.recorder.finished
type(shell.recorder).finished = lambda self: [dict(forged)]
""",
    ),
    Attack(
        "patches_what_it_can_reach_of_the_grader",
        "patch the grader's own objects: Checker.check, update_score(1000)",
        first="""
import gc, sys
for module in [m for n, m in sys.modules.items() if n.startswith("autograder")]:
    for name, value in list(vars(module).items()):
        if callable(value) and not name.startswith("_") and type(value) is type(lambda: 0):
            setattr(module, name, lambda *a, **k: 1000)
""",
        expect=frozenset({"protocol"}),
    ),
    _edit("points", _more_points),
    _edit("its_own_grade_cell", _own_grade, expect="changed-cell"),
    _edit("a_copy_of_a_grade_cell", _copy_of_grade_cell, expect="duplicated-cell"),
    _edit("which_cell_is_graded", _solution_becomes_grade, expect="changed-cell"),
    _edit("the_mark_that_it_is_graded", _says_graded),
    _edit("a_grade_cell_in_two", _split, expect="duplicated-cell"),
    _edit("the_schema_and_checksums", _other_schema, expect="changed-cell"),
    _edit("a_grade_cell_into_text", _own_task, expect="retyped-cell"),
    _edit("all_ids_to_one", _same_cell_ids),
    _edit("the_grade_cell_away", lambda nb, cells: nb["cells"].remove(cells["q1"]), expect="deleted-cell"),
    _edit("everything_away", lambda nb, cells: nb["cells"].clear(), expect="deleted-cell"),
]
