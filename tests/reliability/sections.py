"""What is tried, one kind of fault after the other: each yields the runs of it, compared with undisturbed ones."""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.store import default_url
from tests.integration.postgresql import running_server
from tests.reliability import course, engine, outages, service
from tests.reliability.cluster import Cluster
from tests.reliability.killer import Killer
from tests.reliability.outcome import Outcome, Wrong, compare, outcome
from tests.reliability.runs import AUTOGRADE, GRADE, Run, until_done
from tests.reliability.victims import victims

IN_GRADE = ["guest"] * 4 + ["supervisor"] * 3 + ["judge"] * 3 + ["main"] * 2 + ["launcher"]
IN_AUTOGRADE = ["guest"] * 3 + ["supervisor"] * 2 + ["judge"] * 2 + ["main"] * 2
IN_CLUSTER = ["worker"] * 3 + ["scheduler"] * 2 + ["guest"] * 2 + ["supervisor", "judge", "main"]
IN_SERVICE = ["main"] * 2 + ["guest"] * 2 + ["supervisor"] * 2 + ["judge"] * 2
IN_DOCKER = ["container"] * 4 + ["guest"] * 2 + ["main"]


@dataclass
class Place:
    """Where runs take place, and what undisturbed ones gave.

    ``calm`` are seconds of an undisturbed run, by command.
    """

    folder: Path
    template: Path
    seed: int
    repeat: int
    expected: dict[str, Outcome] = field(default_factory=dict)
    calm: dict[str, float] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def fresh(self) -> tuple[Path, random.Random]:
        """A course of its own, and the dice of one run."""
        number = next(self._numbers)
        return course.copy(self.template, self.folder / f"run{number}"), random.Random(f"{self.seed}/{number}")

    def undisturbed(self, name: str, command: tuple[str, ...], gradebook: bool = False, **more: str) -> None:
        """Grade a class in peace, once for each name."""
        if name in self.expected:
            return
        root, _ = self.fresh()
        run = until_done(Run("none"), root, command, **more)
        if run.commands != 1:
            raise Wrong(f"an undisturbed run failed: {run.said}")
        self.expected[name], self.calm[name] = outcome(root, gradebook=gradebook), run.seconds
        shutil.rmtree(root)

    def check(self, name: str, root: Path, run: Run, store: str = "", calm: float | None = None) -> Run:
        """Compare a course with the undisturbed one; then nothing of it is needed any more."""
        found = outcome(root, store, gradebook=name == "autograde")
        compare(self.expected[name], found, guests_killed=run.kills["guest"] > 0)
        run.lost = max(0.0, run.seconds - (self.calm[name] if calm is None else calm))
        shutil.rmtree(root)
        return run


Section = Callable[[Place], Iterator[Run]]


def until_killed(least: int) -> Callable[[Section], Section]:
    """A section that goes on without end becomes one that ends when so many were killed.

    A run may be over before its plan is.
    """

    def bounded(runs: Section) -> Section:
        def enough(place: Place) -> Iterator[Run]:
            wanted = least * place.repeat
            killed = 0
            for run in itertools.islice(runs(place), wanted):  # each kills somebody, or something is amiss
                yield run
                killed += sum(run.kills.values())
                if killed >= wanted:
                    return
            raise Wrong(f"only {killed} kills in {wanted} runs")

        return enough

    return bounded


@until_killed(90)
def killed_grade(place: Place) -> Iterator[Run]:
    place.undisturbed("grade", GRADE)
    while True:
        root, chance = place.fresh()
        run = until_done(Run("`autograder grade`: kills"), root, GRADE, Killer(chance, [*IN_GRADE]))
        yield place.check("grade", root, run)


@until_killed(50)
def killed_autograde(place: Place) -> Iterator[Run]:
    place.undisturbed("autograde", AUTOGRADE, gradebook=True)
    while True:
        root, chance = place.fresh()
        run = until_done(Run("`nbgrader autograde`: kills"), root, AUTOGRADE, Killer(chance, [*IN_AUTOGRADE]))
        yield place.check("autograde", root, run)


@until_killed(30)
def killed_cluster(place: Place) -> Iterator[Run]:
    place.undisturbed("grade", GRADE)
    with closing(Cluster()) as cluster:
        command = (*GRADE, "--cluster", cluster.address)
        while True:
            cluster.await_workers()
            root, chance = place.fresh()
            killer = Killer(chance, [*IN_CLUSTER], find=cluster.victims)
            yield place.check("grade", root, until_done(Run("a dask cluster: kills"), root, command, killer))


@until_killed(26)
def killed_service(place: Place) -> Iterator[Run]:
    place.undisturbed("grade", GRADE)
    while True:
        root, chance = place.fresh()
        exchange = root.with_name(f"{root.name}-exchange")
        count = service.hand_in(root, exchange)
        run = Run("the service that grades on submit: kills")
        run = service.until_all_are_done(run, root, exchange, count, Killer(chance, [*IN_SERVICE]))
        run.kills["service"] = run.kills.pop("main", 0)
        shutil.rmtree(exchange)
        yield place.check("grade", root, run)


@until_killed(14)
def killed_containers(place: Place) -> Iterator[Run]:
    docker = {"AUTOGRADER_ENGINE": "docker"}
    place.undisturbed("docker", GRADE, **docker)
    while True:
        root, chance = place.fresh()
        killer = Killer(chance, [*IN_DOCKER], find=lambda kind, process: victims(kind, process.pid, "docker"))
        run = until_done(Run("containers: kills"), root, GRADE, killer, **docker)
        yield place.check("docker", root, run)


def engine_restarted(place: Place) -> Iterator[Run]:
    place.undisturbed("docker", GRADE, AUTOGRADER_ENGINE="docker")
    with engine.private_engine() as own:
        own_engine = {"AUTOGRADER_ENGINE": "docker", "DOCKER_HOST": own.url}
        for _ in range(2 * place.repeat):
            root, chance = place.fresh()
            outage = engine.restarted(own, default_url(root), chance)
            run = until_done(Run("the engine restarted in mid-batch"), root, GRADE, meanwhile=outage, **own_engine)
            yield place.check("docker", root, run)
        if own.restarts != 2 * place.repeat:
            raise Wrong("a run had ended before the engine was restarted")


def locked(place: Place, command: tuple[str, ...], name: str, database: str) -> Iterator[Run]:
    place.undisturbed(name, command, gradebook=name == "autograde")
    for _ in range(2 * place.repeat):
        root, chance = place.fresh()
        run = Run(f"`course/{database}` locked for {outages.LOCK_SECONDS:g} s")
        run = until_done(run, root, command, meanwhile=outages.locked(root, database, chance))
        if run.seconds < outages.LOCK_SECONDS:
            raise Wrong("the run had ended before the database was locked")
        if run.commands > 1:
            raise Wrong(f"{database} was not waited for: {run.exits}")
        yield place.check(name, root, run)


def postgresql_away(place: Place) -> Iterator[Run]:
    place.undisturbed("grade", GRADE)
    for _ in range(2 * place.repeat):
        root, chance = place.fresh()
        with running_server() as server:
            run = Run(f"PostgreSQL ended and away for {outages.AWAY_SECONDS:g} s")
            outage = outages.away(server, chance)
            until_done(run, root, GRADE, meanwhile=outage, AUTOGRADER_STORE=server.url)
            yield place.check("grade", root, run, store=server.url)


def disk_full(place: Place, command: tuple[str, ...], name: str) -> Iterator[Run]:
    place.undisturbed(name, command, gradebook=name == "autograde")
    for _ in range(2 * place.repeat):
        root, chance = place.fresh()
        with outages.small_disk(root / "course", 16):
            outage = outages.full(root / "course", default_url(root), chance)
            run = until_done(Run(f"disk full, `{' '.join(command[:2]).replace('.cli', '')}`"), root, command,
                             meanwhile=outage)  # fmt: skip
        if run.commands < 2:
            raise Wrong("a full disk was not noticed")
        yield place.check(name, root, run)


def clock_jumps(place: Place) -> Iterator[Run]:
    place.undisturbed("grade", GRADE)
    for _ in range(2 * place.repeat):
        root, chance = place.fresh()
        clock = outages.Clock(place.folder)
        outage = outages.jumping(clock, default_url(root), chance)
        run = Run("the clock 2 h ahead, then a day back")
        until_done(run, root, GRADE, meanwhile=outage, **clock.environment)
        outages.must_have_jumped(default_url(root))
        yield place.check("grade", root, run)


SECTIONS: dict[str, Section] = {
    "grade": killed_grade,
    "autograde": killed_autograde,
    "cluster": killed_cluster,
    "service": killed_service,
    "containers": killed_containers,
    "engine": engine_restarted,
    "store-locked": partial(locked, command=GRADE, name="grade", database="results.db"),
    "gradebook-locked": partial(locked, command=AUTOGRADE, name="autograde", database="gradebook.db"),
    "postgresql": postgresql_away,
    "disk": partial(disk_full, command=GRADE, name="grade"),
    "disk-autograde": partial(disk_full, command=AUTOGRADE, name="autograde"),
    "clock": clock_jumps,
}


def missing(name: str) -> str:
    """Why a section cannot be tried on this machine; "" where it can."""
    if name in ("engine", "containers"):
        return engine.missing()
    if name.startswith("disk") and os.geteuid() != 0:
        return "only root may mount a small disk"
    if name == "clock" and shutil.which("cc") is None:
        return "there is no C compiler"
    if name == "postgresql" and not (shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))):
        return "PostgreSQL is not installed"
    return ""
