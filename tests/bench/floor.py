"""The floor: the cells of each notebook and its tests, in one bare process: no sandbox, no fork, no kernel, no page.

    python floor.py WEEK.json OUT.json

Started by :mod:`tests.bench.sides`, with the shim beside it. What it takes is the student's code and the tests alone:
imports are paid once, figures are made but never drawn, nothing that a cell prints is kept, and one thread does it all.
A notebook that loops, or ends its process, would take all the others with it.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import sys
import time
import types
import warnings
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"


def main(week: dict, out: Path) -> None:
    import stock_shim

    done = []
    for submission in week["submissions"]:
        os.chdir(submission["folder"])
        begin, before = time.monotonic(), time.process_time()
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            warnings.simplefilter("ignore")
            for source in submission["cells"]:
                with contextlib.suppress(Exception):
                    run_cell(source, vars(module))
            cells = time.process_time() - before
            stock_shim.who = submission["student"], week["name"]
            scores = {q["name"]: stock_shim.run(q["suite"], q["points"], vars(module)) for q in week["questions"]}
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
        seconds, used = time.monotonic() - begin, time.process_time() - before
        done.append({
            "student": submission["student"], "scores": scores, "seconds": seconds, "cpu_seconds": used, "cells": cells,
        })  # fmt: skip
    out.write_text(json.dumps(done))


def run_cell(source: str, scope: dict) -> None:
    """Run a cell; its last expression is evaluated and shown to nobody, lines with a magic are left out."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    exec(compile(ast.parse("\n".join(lines)), "<cell>", "exec"), scope)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]).absolute())
