"""What a class costs as it grows: ``python -m tests.bench.growth``.

`autograder grade` on synthetic students of a course whose tests are trivial (tests/bench/toy.py): no two notebooks are
alike, a fifth of the answers is wrong. Writes a section of docs/benchmarks.md and docs/figures/growth.svg.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autograder.sandbox.choice import get_engine
from autograder.store import Store
from tests.bench import toy
from tests.bench.bench import environment, say
from tests.bench.courses import REPOSITORY
from tests.bench.machine import machine
from tests.bench.meter import Measured, measure
from tests.sections import write_section

SIZES = (10, 100, 1000)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "benchmarks.md")
    arguments = parser.parse_args(argv)
    env = environment(arguments.engine)
    engine = get_engine(arguments.engine)
    sizes = sorted(arguments.sizes)
    found: dict[int, Measured] = {}
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        for size in sizes:
            root = Path(folder) / str(size)
            course = toy.write_course(root)
            toy.add_students(course, course.assignment(toy.WEEK), size, env)
            found[size] = measure(
                [sys.executable, "-m", "autograder.cli", "grade", toy.WEEK], root, env,
                containers=engine.name in ("docker", "podman"),
            )  # fmt: skip
            check(root, size, found[size])
            say(f"{size}: {found[size].seconds:.1f} s, {found[size].cpu_seconds:.1f} CPU-s")
            shutil.rmtree(root)
    text = render(found, engine.name)
    print(text)
    draw(found, arguments.page.parent / "figures" / "growth.svg")
    write_section(arguments.page, "growth", text)
    return 0


def check(root: Path, size: int, measured: Measured) -> None:
    """Every student has the score that their answers are worth."""
    if measured.status:
        raise SystemExit(f"autograder grade ended with {measured.status}:\n{measured.output[-2000:]}")
    with Store(f"sqlite:///{root / 'course' / 'results.db'}") as store:
        scores = {result.student: result.score for result in store.results(toy.WEEK)}
    for who in range(size):
        wrong = sum((who + number) % 5 == 0 for number in range(1, toy.QUESTIONS + 1))
        if scores.get(f"student{who:05}") != (toy.QUESTIONS - wrong) * toy.TESTS:
            raise SystemExit(f"student{who:05}: {scores.get(f'student{who:05}')}, {wrong} answers are wrong")


def line_through(found: dict[int, Measured]) -> tuple[float, float]:
    """CPU-seconds of the start, and of each submission: the line through the least and the greatest class."""
    sizes = sorted(found)
    slope = (found[sizes[-1]].cpu_seconds - found[sizes[0]].cpu_seconds) / (sizes[-1] - sizes[0])
    return found[sizes[0]].cpu_seconds - slope * sizes[0], slope


def render(found: dict[int, Measured], engine: str) -> str:
    start, slope = line_through(found)
    lines = [
        f"`autograder grade` on synthetic students of a course with {toy.QUESTIONS} questions and "
        f"{toy.QUESTIONS * toy.TESTS} trivial tests, engine {engine}.",
        "",
        "| submissions | seconds | a minute | CPU-seconds | of the line | peak memory, MB | of it the command, MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size, one in sorted(found.items()):
        memory = ["not measured" if mb is None else f"{mb:.0f}" for mb in (one.memory_mb, one.own_mb)]
        lines.append(
            f"| {size} | {one.seconds:.1f} | {60 * size / one.seconds:.0f} | {one.cpu_seconds:.1f} "
            f"| {one.cpu_seconds / (start + slope * size):.2f} | {' | '.join(memory)} |"
        )
    lines += [
        "",
        f"The line: {start:.1f} CPU-seconds to start, {slope:.3f} a submission; through the least and the greatest",
        "class, so that what lies between says how straight it is. Memory: anonymous, each page counted once, sampled.",
        "",
        "![CPU-seconds and memory over submissions](figures/growth.svg)",
        "",
        machine("numpy", "pytest") + ".",
    ]
    return "\n".join(lines)


def draw(found: dict[int, Measured], path: Path) -> None:
    """Processor time and memory over the size of the class."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "growth"  # the same figures give the same file
    import matplotlib.pyplot as plt

    sizes = sorted(found)
    start, slope = line_through(found)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    span = np.geomspace(sizes[0], sizes[-1], 50)
    left.loglog(span, start + slope * span, color="0.6", label="start + a submission × count")
    left.loglog(sizes, [found[size].cpu_seconds for size in sizes], "o", label="measured")
    left.set(xlabel="submissions", ylabel="CPU-seconds", title="Processor time")
    left.legend(frameon=False)
    right.semilogx(sizes, [found[size].memory_mb or 0 for size in sizes], "o-", label="all processes")
    right.semilogx(sizes, [found[size].own_mb or 0 for size in sizes], "s-", label="the command alone")
    right.set(xlabel="submissions", ylabel="MB", title="Peak anonymous memory", ylim=(0, None))
    right.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
