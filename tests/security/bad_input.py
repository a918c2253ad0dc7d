"""Malformed submissions by the hundred: what a broken disk, a careless script or a curious student hands in.

As a script: ``python -m tests.security.bad_input 1000`` makes that many, grades them with the real ``nbgrader
autograde`` and prints how many came to which verdict.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.nbgrader_bridge.state import KEY
from tests.integration.toy import TOY, WEEK, ToyClass, nbgrader, real_nbgrader, scores

NOTEBOOK = "toy.ipynb"
STAMP = "2026-01-01 12:00:00.000000 UTC\n"
Maker = Callable[[Path, ToyClass, random.Random], None]

JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "x" * 999,
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    {"a": {}},
    "../../x",
)


def _text(notebook: Any) -> bytes:
    return json.dumps(notebook).encode("utf-8", "surrogatepass")


def _bytes(change: Callable[[bytes, random.Random], bytes]) -> Maker:
    def make(folder: Path, toy: ToyClass, draw: random.Random) -> None:
        (folder / NOTEBOOK).write_bytes(change(_text(toy.right()), draw))

    return make


def _json(change: Callable[[Any, random.Random], Any]) -> Maker:
    def make(folder: Path, toy: ToyClass, draw: random.Random) -> None:
        notebook = toy.right()
        (folder / NOTEBOOK).write_bytes(_text(change(notebook, draw) or notebook))

    return make


def _beside(make_it: Callable[[Path, random.Random], None]) -> Maker:
    """A right notebook with something odd in its folder."""

    def make(folder: Path, toy: ToyClass, draw: random.Random) -> None:
        (folder / NOTEBOOK).write_bytes(_text(toy.right()))
        make_it(folder, draw)

    return make


def _instead(make_it: Callable[[Path], None]) -> Maker:
    """Something else under the notebook's name."""

    def make(folder: Path, toy: ToyClass, draw: random.Random) -> None:
        make_it(folder / NOTEBOOK)

    return make


def _mutate(value: Any, draw: random.Random, rounds: int = 3) -> Any:
    """Replace random nodes of a JSON tree by junk."""
    for _ in range(rounds):
        node = value
        while True:
            keys = list(node) if isinstance(node, dict) else range(len(node))
            if not keys:
                break
            key = draw.choice(list(keys))
            if isinstance(node[key], (dict, list)) and node[key] and draw.random() < 0.8:
                node = node[key]
                continue
            node[key] = draw.choice(JUNK)
            break
    return value


def _many_cells(notebook: dict, draw: random.Random) -> None:
    notebook["cells"] += [
        {"cell_type": "markdown", "metadata": {}, "source": "x", "id": f"m{i}"} for i in range(10_000)
    ]


def _deep(data: bytes, draw: random.Random) -> bytes:
    depth = draw.choice([500, 5000, 100_000])
    return b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + b"[" * depth + b"]" * depth + b"}"


def _flips(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.randint(1, 40)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _metadata(notebook: dict, draw: random.Random) -> None:
    for cell in notebook["cells"]:
        if draw.random() < 0.7:
            cell["metadata"] = draw.choice(
                [{"nbgrader": draw.choice(JUNK)}, draw.choice(JUNK), {"nbgrader": {"grade_id": draw.choice(JUNK)}}]
            )


def _large_outputs(data: bytes, draw: random.Random) -> bytes:
    return data[:-1] + b', "extra": "' + b"x" * (100 << 20) + b'"}'


def _names(folder: Path, draw: random.Random) -> None:
    for name in (
        "new\nline",
        "tab\t",
        "..hidden",
        "quote'\"",
        "=1+1.csv",
        "x" * 250,
        "\u202egnp.exe",
        "-rf",
        "%2e%2e%2f",
    ):
        (folder / name).write_text("x")
    os.makedirs(os.path.join(folder, *["deep"] * 60))
    with contextlib.suppress(OSError):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), b"\xff\xfe"))).write_text("x")


def _links(folder: Path, draw: random.Random) -> None:
    for name, target in {
        "passwd": "/etc/passwd",
        "up": "../../../..",
        "loop": "loop",
        "zero": "/dev/zero",
        "self": ".",
    }.items():
        os.symlink(target, folder / name)


def _special(folder: Path, draw: random.Random) -> None:
    os.mkfifo(folder / "pipe")
    if os.getuid() == 0:
        with contextlib.suppress(PermissionError):
            os.mknod(folder / "zero", 0o20666, os.makedev(1, 5))


KINDS: dict[str, Maker] = {
    "truncated": _bytes(lambda data, draw: data[: draw.randrange(len(data))]),
    "empty": _bytes(lambda data, draw: b""),
    "flipped bytes": _bytes(_flips),
    "null bytes": _bytes(lambda data, draw: data.replace(b"def", b"d\0f")),
    "noise": _bytes(lambda data, draw: draw.randbytes(draw.randrange(5000))),
    "invalid UTF-8": _bytes(lambda data, draw: data.replace(b"mean", b"m\xff\xc0n")),
    "UTF-16": _bytes(lambda data, draw: data.decode().encode("utf-16")),
    "a byte order mark": _bytes(lambda data, draw: b"\xef\xbb\xbf" + data),
    "deep JSON": _bytes(_deep),
    "long numbers": _bytes(lambda data, draw: data.replace(b"null", b"1" * 5000)),
    "NaN and Infinity": _bytes(lambda data, draw: data.replace(b"null", draw.choice([b"NaN", b"-Infinity"]))),
    "the same key twice": _bytes(lambda data, draw: data[:-1] + b', "cells": 7}'),
    "no object": _bytes(lambda data, draw: draw.choice([b"[]", b"null", b'"x"', b"7", b"{}"])),
    "another nbformat": _json(lambda nb, draw: {**nb, "nbformat": draw.choice([3, 2, "4", None, 5, -1, [4], 10**9])}),
    "cells that are none": _json(lambda nb, draw: {**nb, "cells": draw.choice(JUNK)}),
    "odd cells": _json(lambda nb, draw: nb["cells"].extend(draw.sample(JUNK, 5))),
    "odd metadata": _json(_metadata),
    "odd sources": _json(lambda nb, draw: [cell.update(source=draw.choice(JUNK)) for cell in nb["cells"]] and None),
    "junk in places": _json(_mutate),
    "ten thousand cells": _json(_many_cells),
    "a hundred MB": _bytes(_large_outputs),
    "a folder": _instead(lambda path: path.mkdir()),
    "a pipe": _instead(lambda path: os.mkfifo(path)),
    "a link to a file": _instead(lambda path: os.symlink("/etc/passwd", path)),
    "a link to itself": _instead(lambda path: os.symlink(path.name, path)),
    "a link to a device": _instead(lambda path: os.symlink("/dev/zero", path)),
    "nothing": _instead(lambda path: None),
    "odd names beside": _beside(_names),
    "links beside": _beside(_links),
    "pipes and devices beside": _beside(_special),
}
SELDOM = ("ten thousand cells", "a hundred MB")
"""Made once, whatever the number: they say all they can by then, and cost much disk."""


def make_class(root: Path, number: int, seed: int = 1) -> dict[str, str]:
    """Write ``number`` malformed submissions into the course; returns their kinds by student."""
    draw = random.Random(seed)
    toy = ToyClass(root)
    often = [kind for kind in KINDS if kind not in SELDOM]
    made = {}
    for i in range(number):
        kind = [*SELDOM, *often][i] if i < len(KINDS) else draw.choice(often)
        student = f"s{i:04}"
        folder = root / "course" / "submitted" / student / WEEK
        folder.mkdir(parents=True)
        KINDS[kind](folder, toy, draw)
        (folder / "timestamp.txt").write_text(STAMP)
        made[student] = kind
    return made


def new_course(root: Path) -> None:
    """The toy course, generated, and a folder beside it that nobody may touch."""
    shutil.copytree(TOY, root)
    codes, said = nbgrader(root, ["generate_assignment", WEEK])
    assert codes == [0], said
    load_course(root).secret()
    bystander = root.parent / "bystander"
    bystander.mkdir()
    (bystander / "precious.txt").write_text("untouched")


def verdicts_of(root: Path) -> dict[str, str]:
    """What the autograded notebooks say, by student."""
    found = {}
    for path in (root / "course" / "autograded").glob(f"*/{WEEK}/{NOTEBOOK}"):
        found[path.parts[-3]] = json.loads(path.read_text())["metadata"][KEY]["verdict"]
    return found


def main(number: int) -> int:
    with tempfile.TemporaryDirectory(prefix="bad-input-") as place:
        root = Path(place) / "course"
        new_course(root)
        made = make_class(root, number)
        start = time.monotonic()
        done = real_nbgrader(root, "autograde", WEEK, seconds=7200)
        seconds = time.monotonic() - start
        graded, verdicts = scores(root / "course" / "gradebook.db"), verdicts_of(root)
    by_kind = Counter((made[student], verdicts.get(student, "no verdict")) for student in made)
    for (kind, verdict), count in sorted(by_kind.items()):
        print(f"{count:5}  {kind:26} {verdict}")
    print(f"{len(made)} submissions, {len(verdicts)} verdicts, {len(graded)} in the gradebook, "
          f"exit status {done.returncode}, {seconds:.0f} s")  # fmt: skip
    return 0 if len(verdicts) == len(graded) == number and done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
