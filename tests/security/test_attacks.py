"""Every attack of the catalogue: it earns nothing, reads nothing, leaves nothing, and harms nobody after it."""

from __future__ import annotations

import os

import pytest

from tests.integration.sandbox_engines import find_engines
from tests.security import outside
from tests.security.attack import Attack
from tests.security.attacks import CATALOGUE
from tests.security.vault import CANARIES
from tests.security.way import Way, unchanged

ENGINES = ("docker", "bwrap", "plain")
PRESENT, ABSENT = find_engines()


def cases():
    for engine in ENGINES:
        for attack in CATALOGUE:
            marks = [pytest.mark.docker] if engine == "docker" else []
            if engine in attack.not_on:
                marks.append(pytest.mark.xfail(run=False, reason=f"not tried: {attack.not_on[engine]}"))
            elif engine in attack.open_on:
                marks.append(pytest.mark.xfail(strict=True, reason=attack.open_on[engine]))
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

    if attack.expect:
        assert attack.expect <= graded.bites, f"it has not bitten: {graded.bites}, {graded.result.notes}"
    else:
        for name in ("attack-first", "attack-last"):
            errors = [o for c in graded.notebook.cells if c.get("id") == name for o in c.outputs if "ename" in o]
            assert not errors, f"it has stumbled: {errors}"
    for question in graded.result.questions:
        assert question.score <= honest.result.question(question.question).score
    for name, canary in CANARIES.items():
        assert canary not in graded.readable, f"the student reads the canary of the {name}"
    said = capfd.readouterr()
    assert not any(canary in said.out + said.err for canary in CANARIES.values())

    for text in graded.shown:
        assert "SUCCEEDED" not in text
    if way.worker is not None:
        assert outside.left_in(way.worker, before if way.worker is worker else frozenset()) == []
        assert way.worker is not worker or outside.open_files(worker) == files_open
    if attack.same_worker:
        assert way.worker is worker, "an attack that trips no limit costs no worker"
    after = way.witness()
    found = differences(after.comparable(), alone)
    assert not found, f"the next submission is graded otherwise: {found[:5]}"


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
