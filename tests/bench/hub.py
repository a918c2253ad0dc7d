"""Submit to result over a real hub: ``python -m tests.bench.hub`` (as root); writes a section of docs/benchmarks.md.

The time of a submission begins when its last file is in the exchange, and ends when the service's book has its result.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from autograder.hub.accounts import own
from autograder.service.ledger import Ledger
from tests.bench.machine import machine
from tests.e2e.hub import CHECKOUT, Hub, running_hub, until
from tests.sections import write_section


def solved(hub: Hub, week: str) -> Path:
    """A folder as a student with the reference's answers hands it in."""
    folder = hub.layout.root / "solved"
    shutil.copytree(hub.layout.exchange / hub.layout.course_id / "outbound" / week, folder)
    for notebook in (hub.layout.course / "course" / "source" / week).glob("*.ipynb"):
        shutil.copy(notebook, folder)
    return folder


def hand_in(hub: Hub, who: str, week: str, source: Path, mark: str) -> tuple[str, float]:
    """Put a copy of a folder into the exchange as ``who``; its name, and when it was there.

    Each is another submission: what a student hands in again unchanged is answered from the store.
    """
    name = f"{who}+{week}+{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S.%f} UTC+{mark:0>12}"
    scratch = hub.layout.root / f"scratch-{mark}"
    shutil.copytree(source, scratch)
    for path in scratch.glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        own_cell = next(c for c in notebook["cells"] if is_answer(c))
        own_cell["source"] = "".join(own_cell["source"]) + f"\n# {mark}"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    for file in ("timestamp.txt", "submission_secret.txt"):
        (scratch / file).write_text(mark)
    status = hub.layout.home(who).stat()
    own(scratch, status.st_uid, status.st_gid)
    scratch.rename(hub.layout.inbound / name)
    return name, time.time()


def is_answer(cell: dict) -> bool:
    return cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution", False)


def seconds_of(ledger: Ledger, begun: dict[str, float], patience: float) -> list[float]:
    """Seconds from the exchange to the result of each; fails if one is lost or was not graded."""

    def graded() -> dict[str, float]:
        lines = ledger.select(state="done", limit=10_000)
        ours = [h for h in lines if h.entry in begun]
        assert all(h.score == h.max_score for h in ours), "the reference has not all points"
        return {h.entry: dt.datetime.fromisoformat(h.graded).timestamp() for h in ours}

    until(lambda: len(graded()) == len(begun), patience)
    found = graded()
    return sorted(found[name] - when for name, when in begun.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--week", default="week1_numpy")
    parser.add_argument("--single", type=int, default=30, help="submissions one after another")
    parser.add_argument("--burst", type=int, default=60, help="submissions of as many students within 10 s")
    options = parser.parse_args()
    with running_hub(students=max(options.burst, 1), source=CHECKOUT) as hub:
        course = hub.layout.course
        hub.nbgrader("generate_assignment", options.week)
        hub.nbgrader("release_assignment", options.week)
        ledger = Ledger(f"sqlite:///{course / 'course' / 'hand_ins.db'}")
        answers = solved(hub, options.week)
        first = seconds_of(ledger, dict([hand_in(hub, hub.students[0], options.week, answers, "first")]), 120)[0]
        single = one_by_one(hub, ledger, options.week, answers, options.single)
        handed_in, graded, pages = burst(hub, ledger, options.week, answers, options.burst)
    text = "\n".join(
        [
            f"The reference of {options.week}, each time with another comment, handed in through the exchange of a hub "
            "on one machine; seconds from the file in the exchange to the result on the service's page.",
            "",
            "| | median | p95 | most |",
            "| --- | --- | --- | --- |",
            f"| the first, which starts the sandbox, s | {first:.1f} | | |",
            f"| {len(single)} one after another, s | {row(single, 2)} |",
            f"| {len(graded)} handed in within {handed_in:.1f} s, s | {row(graded, 1)} |",
            f"| the page of a student's submissions meanwhile, ms | {row([1000 * s for s in pages], 0)} |",
            "",
            f"All were graded, each once. {machine('jupyterhub', 'nbgrader', 'numpy')}.",
        ]
    )
    print(text)
    write_section(CHECKOUT / "docs" / "benchmarks.md", "hub", text)


def one_by_one(hub: Hub, ledger: Ledger, week: str, source: Path, count: int) -> list[float]:
    found: list[float] = []
    for n in range(count):
        begun = dict([hand_in(hub, hub.students[n % len(hub.students)], week, source, f"single{n}")])
        found += seconds_of(ledger, begun, 120)
    return found


def burst(hub: Hub, ledger: Ledger, week: str, source: Path, count: int) -> tuple[float, list[float], list[float]]:
    """Seconds of handing in, of each result, and of each page that a student asked for until the last result."""
    reader, ended, pages = visitor(hub), threading.Event(), []

    def read() -> None:
        while not ended.wait(0.1):
            asked = time.monotonic()
            reader.get(hub.service, timeout=30).raise_for_status()
            pages.append(time.monotonic() - asked)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        begin, begun = time.time(), {}
        for n in range(count):
            begun |= dict([hand_in(hub, hub.students[n], week, source, f"burst{n}")])
        handed_in = time.time() - begin
        try:
            graded = seconds_of(ledger, begun, 600)
        finally:
            ended.set()
        reading.result()
    return handed_in, graded, pages


def visitor(hub: Hub) -> requests.Session:
    """A student who has logged in and opened the page of their submissions."""
    session = hub.session(hub.students[0])
    session.get(hub.service, timeout=30).raise_for_status()
    return session


def row(values: list[float], digits: int) -> str:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return " | ".join(f"{v:.{digits}f}" for v in (statistics.median(ordered), p95, ordered[-1]))


if __name__ == "__main__":
    main()
