"""Every attack of the catalogue: it earns nothing, reads nothing, leaves nothing, and harms nobody after it."""

from __future__ import annotations

import os

import pytest

from autograder.guest import landlock
from tests.integration.sandbox_engines import find_engines
from tests.security import outside
from tests.security.attack import Attack
from tests.security.attacks import CATALOGUE, ENGINES_OWN
from tests.security.vault import CANARIES
from tests.security.way import Way, unchanged

ENGINES = {
    "docker": CATALOGUE,
    "bwrap": CATALOGUE,
    "plain": CATALOGUE if os.environ.get("AUTOGRADER_ATTACKS") == "all" else ENGINES_OWN,
}
BY_NAME = {attack.name: attack for attack in CATALOGUE}
PRESENT, ABSENT = find_engines()
LANDLOCK = landlock.abi()


class NotStopped(AssertionError):
    """The attack got what it wanted."""


def stopped(condition: bool, what: str) -> None:
    if not condition:
        raise NotStopped(what)


def cases():
    for engine, attacks in ENGINES.items():
        for attack in map(BY_NAME.get, dict.fromkeys(attack.name for attack in attacks)):
            marks = [pytest.mark.docker] if engine == "docker" else []
            if engine in attack.not_on:
                marks.append(pytest.mark.xfail(run=False, reason=f"not tried: {attack.not_on[engine]}"))
            elif engine == "plain" and attack.landlock > LANDLOCK:
                why = f"nothing stops it where Landlock has ABI {LANDLOCK}: it takes {attack.landlock}"
                marks.append(pytest.mark.xfail(run=False, reason=why))
            elif engine in attack.open_on:
                # a test that fails for another reason, as an attack with a slip of the pen does, is red
                marks.append(pytest.mark.xfail(strict=True, raises=NotStopped, reason=attack.open_on[engine]))
            yield pytest.param(engine, attack, id=f"{engine}-{attack.name}", marks=marks)


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    """One way an engine, with what the honest wrong answer and the witness get when nobody came before."""
    made: dict[str, tuple] = {}

    def way_of(name):
        if name not in PRESENT:
            if os.environ.get("CI") and name == "docker":
                pytest.fail(f"in CI the docker engine must be present: {ABSENT['docker']}")
            pytest.skip(ABSENT[name])
        if name == "plain" and not LANDLOCK:
            pytest.skip("this kernel has no Landlock: a plain process keeps nobody from this machine's files then")
        if name not in made:
            for way, _, _ in made.values():
                way.grader.close()
            way = Way(tmp_path_factory.mktemp("vault"), PRESENT[name])
            witness = way.witness().comparable()
            way.start_anew()
            honest = way.grade(Attack("honest", ""))
            made[name] = (way, honest, witness)
        return made[name]

    yield way_of
    for way, _, _ in made.values():
        way.grader.close()


@pytest.mark.parametrize(("engine", "attack"), list(cases()))
def test_an_attack(engine, attack, ways, capfd):
    way, honest, alone = ways(engine)
    assert (honest.result.score, honest.result.question("q1").score) == (4, 0), "the baseline"
    if attack.same_worker and way.worker is None:
        way.witness()
    worker = way.worker
    before = outside.traces(worker) if worker else frozenset()
    files_open = outside.open_files(worker) if worker else 0
    with unchanged(way.course.root):
        graded = way.grade(attack)

    for text in graded.shown:  # a traceback shows the attack's source, with the word in it
        stopped("SUCCEEDED" not in text or '"output_type": "error"' in text, text)
    for question in graded.result.questions:
        points, most = question.score, honest.result.question(question.question).score
        stopped(points <= most, f"{points} points of {question.question}")
    said = capfd.readouterr()
    for name, canary in CANARIES.items():
        stopped(canary not in graded.readable, f"the student reads the canary of the {name}")
        stopped(canary not in said.out + said.err, f"the canary of the {name} is printed")
    if way.worker is not None:
        left = outside.left_in(way.worker, before if way.worker is worker else frozenset())
        stopped(left == [], f"left behind: {left}")
        stopped(way.worker is not worker or outside.open_files(worker) == files_open, "descriptors are left open")

    if attack.expect:
        assert attack.expect <= graded.bites, f"it has not bitten: {graded.bites}, {graded.result.notes}"
    else:
        for name in ("attack-first", "attack-last"):
            errors = [o for c in graded.notebook.cells if c.get("id") == name for o in c.outputs if "ename" in o]
            assert not errors, f"it has stumbled: {errors}"
    assert attack.says in graded.page
    if attack.says:
        assert graded.result.question("q2").score == 4, "a limit costs what tripped it, and nothing else"
        assert way.worker is not worker or worker is None, "a worker that was strained is not used again"
    if attack.same_worker:
        assert way.worker is worker, "an attack that trips no limit costs no worker"
    after = way.witness()
    found = differences(after.comparable(), alone)
    stopped(not found, f"the next submission is graded otherwise: {found[:5]}")


def differences(one: object, other: object, where: str = "") -> list[str]:
    """Where two results differ, and how: pytest's own account of two long dictionaries names neither."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in differences(one[key], other[key], f"{where}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [found for i, (a, b) in pairs for found in differences(a, b, f"{where}[{i}]")]
    if isinstance(one, str) and isinstance(other, str) and "\n" in one + other:
        return differences(one.splitlines(), other.splitlines(), where)
    return [] if one == other else [f"{where}: {one!r} instead of {other!r}"]
