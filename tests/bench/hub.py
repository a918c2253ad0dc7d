"""Submit to result over a real hub: ``python -m tests.bench.hub`` (as root). Prints what docs/benchmarks.md quotes.

The time of a submission begins when its last file is in the exchange, and ends when the service's book has its result.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import statistics
import time
from pathlib import Path

import requests

from autograder.hub.accounts import own
from autograder.service.ledger import Ledger
from tests.e2e.hub import CHECKOUT, Hub, running_hub, until


def hand_in(hub: Hub, who: str, week: str, source: Path, mark: str) -> tuple[str, float]:
    """Put a copy of the release into the exchange as ``who``; its name, and when it was there."""
    name = f"{who}+{week}+{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S.%f} UTC+{mark:0>12}"
    scratch = hub.layout.root / f"scratch-{mark}"
    shutil.copytree(source, scratch)
    for file in ("timestamp.txt", "submission_secret.txt"):
        (scratch / file).write_text(mark)
    status = hub.layout.home(who).stat()
    own(scratch, status.st_uid, status.st_gid)
    scratch.rename(hub.layout.inbound / name)
    return name, time.time()


def seconds_of(ledger: Ledger, begun: dict[str, float], patience: float) -> list[float]:
    """Seconds from the exchange to the result of each; fails if one is lost or was not graded."""

    def graded() -> dict[str, float]:
        lines = ledger.select(state="done", limit=10_000)
        return {h.entry: dt.datetime.fromisoformat(h.graded).timestamp() for h in lines if h.entry in begun}

    until(lambda: len(graded()) == len(begun), patience)
    found = graded()
    return sorted(found[name] - when for name, when in begun.items())


def percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


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
        release = hub.layout.exchange / hub.layout.course_id / "outbound" / options.week
        first = dict([hand_in(hub, hub.students[0], options.week, release, "first")])
        print(f"the first, which starts the sandbox: {seconds_of(ledger, first, 120)[0]:.1f} s", flush=True)
        single: list[float] = []
        for n in range(options.single):
            begun = dict([hand_in(hub, hub.students[n % len(hub.students)], options.week, release, f"single{n}")])
            single += seconds_of(ledger, begun, 120)
        single.sort()
        print(f"{len(single)} one after another: median {statistics.median(single):.2f} s, "
              f"p95 {percentile(single, 0.95):.2f} s, most {single[-1]:.2f} s", flush=True)  # fmt: skip
        begin, begun, pages = time.time(), {}, []
        for n in range(options.burst):
            begun |= dict([hand_in(hub, hub.students[n], options.week, release, f"burst{n}")])
            asked = time.monotonic()
            assert requests.get(hub.service + "health", timeout=30).ok
            pages.append(time.monotonic() - asked)
        handed_in = time.time() - begin
        found = seconds_of(ledger, begun, 600)
        print(f"{len(found)} within {handed_in:.1f} s: all graded, the last after {max(found):.1f} s; "
              f"a page meanwhile: p95 {1000 * percentile(sorted(pages), 0.95):.0f} ms", flush=True)  # fmt: skip
        print(f"processors: {len(os.sched_getaffinity(0))}, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
