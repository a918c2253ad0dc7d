"""The toy course with a class that has handed in, small enough that a run of it takes seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from autograder.course import load_course
from tests.integration.toy import TOY, WEEK, ToyClass, nbgrader

EXITS = "import os\ndef mean(x):\n    os._exit(3)"
KILLS_ITSELF = "import os\nos.kill(os.getpid(), 9)"
SLOW = "import time\ndef mean(x):\n    time.sleep(0.15)\n    return float(np.mean(x))"
LONG_CELL = "import time\ntime.sleep(0.2)\ndef mean(x):\n    return float(np.mean(x))"
IN_PLACE = "def clip01(x):\n    x[:] = np.clip(x, 0, 1)\n    return x"

ANSWERS = (
    {},
    {"q1_solution": "def mean(x):\n    return 0.0"},
    {"q1_solution": SLOW, "q2_solution": IN_PLACE},
    {"q1_solution": EXITS},  # what students do to themselves must stay told apart from what happens to the machine
    {"q1_solution": LONG_CELL},
    {"q3_solution": KILLS_ITSELF},
    {"q1_solution": SLOW, "q3_solution": "def total():\n    return 1 / 0"},
    {"q2_solution": "def clip01(x):\n    return np.abs(x)"},
)


def build(root: Path, students: int) -> Path:
    """A released toy course below ``root`` whose students have handed in; nothing of it is graded."""
    shutil.copytree(TOY, root)
    codes, said = nbgrader(root, ["generate_assignment", WEEK])
    assert codes == [0], said
    load_course(root).secret()  # made once, so that all copies draw the same
    toy = ToyClass(root, where="course/submitted")
    for number in range(students):
        name = f"student{number:02}"
        if number % 10 == 8:
            toy.hand_in(name, json.dumps(toy.right())[:700])
        elif number % 10 == 9:
            toy.hand_in(name, None)
        else:
            toy.hand_in(name, toy.right(**ANSWERS[number % 10]))
        (root / "course" / "submitted" / name / WEEK / "timestamp.txt").write_text("2026-01-01 12:00:00.000000 UTC\n")
    return root


def copy(template: Path, root: Path) -> Path:
    """A course of its own for one run."""
    return Path(shutil.copytree(template, root))
