"""Results and the hub's book in a real PostgreSQL: several processes at once, and a server that goes and comes back."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from nbgrader.api import Gradebook

from autograder.database import open_database
from autograder.errors import StoreUnavailable
from autograder.records import CellResult, Digests, QuestionResult, Result
from autograder.service.ledger import Ledger
from autograder.store import Reading, Store
from tests.integration.postgresql import Server, running_server
from tests.integration.toy import TOY, WEEK, nbgrader

ROOT = Path(__file__).parents[2]
DIGESTS = Digests("s" * 64, "t" * 64, "i", "d")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as found:
        yield found


@pytest.fixture
def url(server) -> Iterator[str]:
    """The server's database without a table."""
    yield server.url
    engine = open_database(server.url)
    with engine.begin() as connection:
        connection.execute(sa.text("drop table if exists results, outputs, readings, deaths, hand_ins"))
    engine.dispose()


def result(score: float = 1.0, student: str = "zoe", **digests: str) -> Result:
    questions = (QuestionResult("q", score, 2.0),)
    cells = (CellResult("q", ({"output_type": "stream", "name": "stdout", "text": "x"},)),)
    return Result("week", student, "n", "graded", questions, cells, dataclasses.replace(DIGESTS, **digests))


def test_what_was_put_comes_back_and_the_first_of_a_key_stays(url):
    with Store(url) as store:
        assert store.get("week", "n", "zoe", DIGESTS) is None
        assert store.put(result()) == result()
        assert store.put(result(2.0)).score == 1.0
        assert store.get("week", "n", "zoe", DIGESTS) == result()


def test_what_a_notebook_showed_comes_only_when_it_is_asked_for(url):
    with Store(url) as store:
        store.put(result())
        assert store.get("week", "n", "zoe", DIGESTS, cells=False) == dataclasses.replace(result(), cells=())


def test_what_files_were_read_as_is_kept(url):
    with Store(url) as store:
        store.keep_reading("week", "zoe", Reading("from", "as"))
        store.keep_reading("week", "zoe", Reading("from later", "as"))
        assert store.readings("week") == {"zoe": Reading("from later", "as")}


def test_the_newest_of_each_student_is_listed_and_an_old_one_can_be_made_the_newest(url):
    with Store(url) as store:
        store.put(result(1.0))
        store.renew(result(2.0, submission="later"))
        store.put(result(0.5, student="yan"))
        assert [(r.student, r.score) for r in store.results("week")] == [("yan", 0.5), ("zoe", 2.0)]
        store.renew(result(1.0))
        assert [r.score for r in store.results("week", "zoe")] == [1.0]


def test_sandboxes_that_died_are_counted_and_a_result_by_another_suite_is_found(url):
    key = ("week", "n", "zoe", DIGESTS)
    with Store(url) as store:
        assert [store.add_deaths(*key, count, "silent") for count in (1, 2)] == [1, 3] and store.deaths(*key) == 3
        assert store.forget_deaths("week") == 1 and store.deaths(*key) == 0
        store.put(result(1.0, suite="older"))
        store.put(result(2.0, suite="newer"))
        assert store.latest(*key).score == 2.0


PUT = """
import sys
from autograder.store import Store
from tests.integration.test_postgresql import result
with Store(sys.argv[1]) as store:
    sys.stdin.readline()
    print(store.put(result(float(sys.argv[2]))).score)
"""


def test_processes_that_put_the_same_key_end_with_one_result(url):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", PUT, url, str(score)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for score in range(3)
    ]
    kept = [writer.communicate("go\n", timeout=120)[0].strip() for writer in writers]
    with Store(url) as store:
        assert kept == [str(store.get("week", "n", "zoe", DIGESTS).score)] * 3


def test_a_server_that_is_gone_is_told_and_used_again_when_it_is_back(server, url):
    with Store(url) as store:
        store.put(result())
        server.stop()
        try:
            with pytest.raises(StoreUnavailable, match="run the same command again"):
                store.get("week", "n", "zoe", DIGESTS)
        finally:
            server.start()
        assert store.get("week", "n", "zoe", DIGESTS) == result()


def test_the_hubs_book_is_kept_there(url):
    ledger = Ledger(url)
    when = "2026-01-01T00:00:00+00:00"
    values = {"entry": "e1", "student": "zoe", "assignment": "week", "received": when, "taken": when, "state": "queued"}
    line = ledger.add(**values)
    assert line is not None and ledger.add(**values) is None
    ledger.update(line.number, state="done", score=1.5)
    assert ledger.get(line.number).score == 1.5
    assert ledger.counts()["done"] == 1 and ledger.entries() == {"e1"}
    ledger.close()


def test_nbgraders_commands_keep_the_gradebook_there(server, tmp_path):
    root = Path(shutil.copytree(TOY, tmp_path / "course"))
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create database gradebook")
    book = server.url.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/gradebook?")
    (root / "course" / "submitted" / "zoe" / WEEK).mkdir(parents=True)  # with nothing in it: that is quick
    codes, said = nbgrader(root, ["generate_assignment", WEEK], ["autograde", WEEK], AUTOGRADER_GRADEBOOK=book)
    assert codes == [0, 0], said
    with Gradebook(book) as gb:
        (submitted,) = gb.assignment_submissions(WEEK)
        assert (submitted.student.id, submitted.score, submitted.max_score) == ("zoe", 0.0, 12.0)
    assert not (root / "course" / "gradebook.db").exists()
