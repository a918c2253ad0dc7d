"""How many workers a course needs on the night of a deadline: ``python -m tests.bench.scaling``.

A simulation: hand-ins arrive, wait in one queue in their order, and are graded by workers, each of which takes as long
as the benchmark has measured (docs/figures/service-times.json, which `make bench` writes). Writes docs/scaling.md's
section and docs/figures/queue.svg. What it assumes of students can be changed by options; see the page.
"""

from __future__ import annotations

import argparse
import heapq
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench import service_times
from tests.bench.courses import REPOSITORY
from tests.sections import write_section

HOUR = 3600.0


@dataclass(frozen=True)
class Night:
    """What is assumed of students.

    Attributes
    ----------
    attempts : float
        Hand-ins of a student, on average: one, and a Poisson number more.
    late_share : float
        Share of all hand-ins within the last hour; the others are spread evenly over the hours before it.
    rush : float
        A hand-in of the last hour comes ``u ** rush`` hours before the deadline, u uniform in [0, 1): with 1 all
        minutes are alike, with 2 half of them come in the last quarter of an hour, and 13 % in the last minute.
    hours : float
        Length of the night.
    """

    attempts: float = 2.0
    late_share: float = 0.5
    rush: float = 2.0
    hours: float = 24.0

    def arrivals(self, students: int, rng: np.random.Generator) -> np.ndarray:
        """Times of all hand-ins in seconds, the deadline being 0; shape (n,), sorted."""
        count = students + int(rng.poisson(students * (self.attempts - 1)))
        late = rng.random(count) < self.late_share
        before = np.where(late, rng.random(count) ** self.rush, 1 + rng.random(count) * (self.hours - 1))
        return np.sort(-HOUR * before)


def waits(arrivals: np.ndarray, service: np.ndarray, workers: int) -> np.ndarray:
    """Seconds that each waits until a worker takes it, in order of arrival; shape (n,).

    Parameters
    ----------
    arrivals : ndarray, shape (n,)
        Sorted times, in seconds.
    service : ndarray, shape (n,)
        Seconds that each takes a worker.
    """
    free = [float(arrivals[0])] * workers if len(arrivals) else []
    found = np.empty(len(arrivals))
    for i, (when, takes) in enumerate(zip(arrivals.tolist(), service.tolist(), strict=True)):
        start = max(when, free[0])
        heapq.heapreplace(free, start + takes)
        found[i] = start - when
    return found


@dataclass(frozen=True)
class Outcome:
    """Of hand-ins in the last hour of several nights: seconds, and shares."""

    workers: int
    p95_wait: float
    p95_result: float
    most: float
    busy: float


def simulate(students: int, night: Night, measured: np.ndarray, workers: int, nights: int) -> Outcome:
    """Several nights with the same draws for every number of workers."""
    waited, took, work = [], [], 0.0
    for seed in range(nights):
        rng = np.random.default_rng(seed)
        arrivals = night.arrivals(students, rng)
        service = rng.choice(measured, len(arrivals))
        late = arrivals >= -HOUR
        found = waits(arrivals, service, workers)
        waited.append(found[late])
        took.append((found + service)[late])
        work += float(service[late].sum())
    waited, took = np.concatenate(waited), np.concatenate(took)
    return Outcome(
        workers, float(np.quantile(waited, 0.95)), float(np.quantile(took, 0.95)), float(took.max()),
        work / (nights * workers * HOUR),
    )  # fmt: skip


def needed(students: int, night: Night, measured: np.ndarray, seconds: float, nights: int) -> Outcome:
    """The least number of workers with which 95 % of the last hour's hand-ins have their result within ``seconds``."""
    if np.quantile(measured, 0.95) > seconds:
        raise SystemExit(f"no number of workers helps: 5 % of the submissions take {seconds:g} s or more by themselves")
    most = 1
    while simulate(students, night, measured, most, nights).p95_result > seconds:
        most *= 2
    least = most // 2
    while most - least > 1:
        middle = (most + least) // 2
        if simulate(students, night, measured, middle, nights).p95_result > seconds:
            least = middle
        else:
            most = middle
    return simulate(students, night, measured, most, nights)


def queue_length(arrivals: np.ndarray, waited: np.ndarray, when: np.ndarray) -> np.ndarray:
    """How many wait at each of these times."""
    begun = np.sort(arrivals + waited)
    return np.searchsorted(arrivals, when, "right") - np.searchsorted(begun, when, "right")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Night()
    parser.add_argument("--students", nargs="+", type=int, default=[300, 3000, 30000])
    parser.add_argument("--weeks", nargs="+", help="default all that were measured")
    parser.add_argument("--seconds", type=float, default=60.0, help="within which 95 %% are to have their result")
    parser.add_argument("--attempts", type=float, default=default.attempts)
    parser.add_argument("--late-share", type=float, default=default.late_share)
    parser.add_argument("--rush", type=float, default=default.rush)
    parser.add_argument("--hours", type=float, default=default.hours)
    parser.add_argument("--nights", type=int, default=10, help="simulated for each figure")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "scaling.md")
    asked = parser.parse_args(argv)
    night = Night(asked.attempts, asked.late_share, asked.rush, asked.hours)
    times = service_times.read(asked.page.parent)
    weeks = asked.weeks or sorted(times)
    if not weeks or not set(weeks) <= set(times):
        raise SystemExit(f"{service_times.path_in(asked.page.parent)}: lacks {weeks or 'every week'}. Run: make bench")
    found = {
        (week, students): needed(students, night, np.array(times[week]["seconds"]), asked.seconds, asked.nights)
        for week in weeks
        for students in asked.students
    }
    text = render(found, times, night, asked.seconds, asked.nights)
    print(text)
    first = weeks[0]
    draw(
        {students: found[first, students].workers for students in asked.students}, night,
        np.array(times[first]["seconds"]), first, asked.page.parent / "figures" / "queue.svg",
    )  # fmt: skip
    write_section(asked.page, "workers", text)
    return 0


def render(
    found: dict[tuple[str, int], Outcome], times: dict[str, dict], night: Night, seconds: float, nights: int
) -> str:
    lines = [
        f"{night.attempts:g} hand-ins a student, {night.late_share:.0%} of all within the last hour, rush "
        f"{night.rush:g}; {nights} nights each. The least",
        f"number of workers with which 95 % of the last hour's hand-ins have their result within {seconds:g} s.",
        "",
        "| week | students | workers | p95 of the wait, s | p95 to the result, s | longest, s | busy in that hour |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (week, students), one in found.items():
        lines.append(
            f"| {week} | {students:,} | {one.workers} | {one.p95_wait:.0f} | {one.p95_result:.0f} | {one.most:.0f} "
            f"| {one.busy:.0%} |"
        )
    lines += ["", "Measured service times, seconds of one worker:", ""]
    for week in dict.fromkeys(week for week, _ in found):
        seconds_of = np.array(times[week]["seconds"])
        lines.append(
            f"* {week}: median {np.median(seconds_of):.2f}, p95 {np.quantile(seconds_of, 0.95):.2f}; "
            f"{len(seconds_of)} submissions, engine {times[week]['engine']}, {times[week]['date']}."
        )
    lines += [
        "",
        f"![Hand-ins that wait around the deadline, {next(iter(found))[0]}](figures/queue.svg)",
        "",
        "Solid: as many workers as the table says. Dashed: half of them.",
    ]
    return "\n".join(lines)


def draw(workers: dict[int, int], night: Night, measured: np.ndarray, week: str, path: Path) -> None:
    """The queue around the deadline: with as many workers as are needed, and with half of them."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "queue"  # the same figures give the same file
    import matplotlib.pyplot as plt

    when = np.arange(-HOUR, 0.5 * HOUR, 5.0)
    figure, axes = plt.subplots(1, len(workers), figsize=(4 * len(workers), 3.2), layout="constrained", squeeze=False)
    for axis, (students, enough) in zip(axes[0], workers.items(), strict=True):
        rng = np.random.default_rng(0)
        arrivals = night.arrivals(students, rng)
        service = rng.choice(measured, len(arrivals))
        for count, style in ((enough, "-"), (max(1, enough // 2), "--")):
            if style == "--" and count == enough:
                continue
            length = queue_length(arrivals, waits(arrivals, service, count), when)
            axis.plot(when / 60, length, style, label=f"{count} worker{'s' if count > 1 else ''}")
        axis.axvline(0, color="0.7", linewidth=0.8)
        axis.set(title=f"{students:,} students", xlabel="minutes after the deadline", ylim=(0, None))
        axis.legend(frameon=False)
    axes[0][0].set_ylabel(f"hand-ins that wait ({week})")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
