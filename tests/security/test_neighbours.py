"""Two submissions at the same time: what one does to its sandbox costs the other nothing."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.sandbox_engines import find_engines
from tests.security.attack import Attack
from tests.security.test_attacks import differences
from tests.security.vault import MANIFEST
from tests.security.way import Way

PRESENT, ABSENT = find_engines()

PATIENT = MANIFEST.replace(
    "cell_seconds = 2\nnotebook_seconds = 8\ntest_seconds = 1\nquestion_seconds = 4\ntotal_seconds = 30",
    "cell_seconds = 10\nnotebook_seconds = 20\ntest_seconds = 20\nquestion_seconds = 60\ntotal_seconds = 200",
)
"""What the time limits would end, the limit on processes is to end."""
assert PATIENT != MANIFEST

BOMB = Attack(
    "holds_all_processes",
    "use up the process count of the neighbour's container",
    first="""
import os, time
try:
    while True:
        if os.fork() == 0: time.sleep(1000)
except BlockingIOError:
    time.sleep(1.2)
    raise
""",
)
FORKS = Attack(
    "forks_honestly",
    "",
    first="""
import os, time
end = time.monotonic() + 1.2
while time.monotonic() < end:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    time.sleep(0.01)
""",
    answer="def answer(x):\n    raise NotImplementedError",  # fails without a word that depends on time
)


@pytest.mark.parametrize("engine", [pytest.param("docker", marks=pytest.mark.docker), "bwrap"])
def test_a_fork_bomb_takes_no_process_from_a_submission_beside_it(engine, tmp_path):
    if engine not in PRESENT:
        if os.environ.get("CI") and engine == "docker":
            pytest.fail(f"in CI the docker engine must be present: {ABSENT['docker']}")
        pytest.skip(ABSENT[engine])
    way = Way(tmp_path / "vault", PRESENT[engine], manifest=PATIENT)
    with way.grader, ThreadPoolExecutor(2) as pool:
        alone = way.grade(FORKS, "ann")
        bombed = pool.submit(way.grade, BOMB)
        beside = pool.submit(way.grade, FORKS, "ann")
        assert "process-limit" in bombed.result().bites
        assert alone.result.score == 4 and not alone.result.notes
        assert differences(beside.result().comparable(), alone.comparable()) == []
