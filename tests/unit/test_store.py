"""Results in a database: idempotent, shared, and clear when the disk is at fault."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from autograder import store as store_module
from autograder.errors import StoreUnavailable
from autograder.records import CellResult, Digests, Note, QuestionResult, Result, TestResult
from autograder.store import Reading, Store, default_url

DIGESTS = Digests("s" * 64, "t" * 64, "i", "d")


def result(score=1.0, **changes):
    made = Result(
        assignment="week",
        student="zoe",
        notebook="n",
        verdict="graded",
        questions=(QuestionResult("q", score, 2.0, (TestResult("test_x", "Title", "failed", message="\u2717 a <b"),)),),
        cells=(CellResult("q", ({"output_type": "stream", "name": "stdout", "text": "x"},)),),
        digests=DIGESTS,
        notes=(Note("late", "text"),),
    )
    return dataclasses.replace(made, **changes)


@pytest.fixture
def store(tmp_path):
    with Store(default_url(tmp_path)) as opened:
        yield opened


def test_the_environment_names_another_store(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_STORE", "postgresql://host/results")
    assert default_url(tmp_path) == "postgresql://host/results"
    monkeypatch.setenv("AUTOGRADER_STORE", "")
    assert default_url(tmp_path) == f"sqlite:///{tmp_path}/course/results.db"


def get(store, **changes):
    return store.get("week", "n", "zoe", dataclasses.replace(DIGESTS, **changes))


def test_what_was_put_comes_back(store):
    assert get(store) is None
    assert store.put(result()) == result()
    assert get(store) == result()


def test_what_a_notebook_showed_comes_only_when_it_is_asked_for(store):
    store.put(result())
    without = dataclasses.replace(result(), cells=())
    assert store.get("week", "n", "zoe", DIGESTS, cells=False) == without
    assert store.results("week", cells=False) == [without]
    assert [stored.result for stored in store.every("week")] == [without]
    assert store.results("week") == [result()]


def test_a_result_of_a_version_that_kept_what_was_shown_within_it_is_read(store):
    store.put(result())
    with sqlite3.connect(store.name.removeprefix("sqlite:///")) as db:
        db.execute("delete from outputs")
        db.execute("update results set result = ?", (result().to_json(),))
    assert get(store) == result()
    assert store.get("week", "n", "zoe", DIGESTS, cells=False).cells == ()


def test_a_result_that_takes_the_place_of_one_of_another_schema_has_what_was_shown_too(store):
    store.put(result())
    with sqlite3.connect(store.name.removeprefix("sqlite:///")) as db:
        db.execute("update results set result = '{}'")
        db.execute("update outputs set shown = '{}'")
    assert get(store) is None
    store.put(result(2.0))
    assert get(store) == result(2.0)


@pytest.mark.parametrize("changed", ["submission", "suite", "image", "seed"])
def test_a_result_is_not_found_under_another_digest(store, changed):
    store.put(result())
    assert get(store, **{changed: "other"}) is None


def test_results_of_two_students_with_the_same_work_are_two(store):
    store.put(result())
    store.put(result(2.0, student="yan"))
    assert [(r.student, r.score) for r in store.results("week")] == [("yan", 2.0), ("zoe", 1.0)]
    assert [r.student for r in store.results("week", student="yan")] == ["yan"]


def test_a_database_of_a_version_without_some_of_the_tables_gets_them(tmp_path):
    with Store(default_url(tmp_path)) as store:
        store.put(result())
    with sqlite3.connect(store.name.removeprefix("sqlite:///")) as db:
        db.execute("drop table outputs")
        db.execute("drop table readings")
    with Store(default_url(tmp_path)) as store:
        assert get(store) == dataclasses.replace(result(), cells=())
        assert store.readings("week") == {}


def test_a_table_that_another_process_has_just_made_is_no_trouble(tmp_path, monkeypatch):
    Store(default_url(tmp_path)).close()
    monkeypatch.setattr(sa, "inspect", lambda _engine: SimpleNamespace(get_table_names=list))
    with Store(default_url(tmp_path)) as store:
        assert store.put(result()) == result()


def test_who_is_refused_because_another_process_makes_the_tables_takes_those(tmp_path, monkeypatch):
    """As PostgreSQL may do even with IF NOT EXISTS."""
    Store(default_url(tmp_path)).close()
    said = iter([["results", "deaths"], []])
    monkeypatch.setattr(Store, "_missing_tables", lambda _self: next(said))
    refused = sa.text("create table results (student text)")
    monkeypatch.setattr(sa.schema, "CreateTable", lambda _table, **_settings: refused)
    with Store(default_url(tmp_path)) as store:
        assert store.put(result()) == result()


def test_what_files_were_read_as_is_kept_by_assignment_and_student(store):
    store.keep_reading("week", "zoe", Reading("from", "as"))
    store.keep_reading("week", "yan", Reading("from", "other"))
    store.keep_reading("other", "zoe", Reading("from", "third"))
    store.keep_reading("week", "zoe", Reading("from later", "as"))
    assert store.readings("week") == {"zoe": Reading("from later", "as"), "yan": Reading("from", "other")}


def test_the_first_result_of_a_key_stays(store):
    store.put(result(1.0))
    assert store.put(result(2.0)).score == 1.0
    assert get(store).score == 1.0


def test_the_newest_result_of_a_student_is_listed(store, monkeypatch):
    store.put(result(1.0))
    store.put(result(2.0, digests=dataclasses.replace(DIGESTS, submission="later")))
    with sqlite3.connect(store.name.removeprefix("sqlite:///")) as db:
        db.execute("update results set stored_at = '2020-01-01' where submission != 'later'")
    assert [r.score for r in store.results("week")] == [2.0]


def test_threads_that_put_the_same_key_end_with_one_result(store):
    start, kept = threading.Barrier(8), []

    def put(score):
        start.wait()
        kept.append(store.put(result(score)).score)

    threads = [threading.Thread(target=put, args=(float(i),)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(kept) == 8
    assert set(kept) == {get(store).score}


def test_two_stores_of_one_file_see_each_others_results(store, tmp_path):
    with Store(default_url(tmp_path)) as other:
        other.put(result())
    assert get(store) == result()


def test_a_result_of_another_schema_is_none_and_is_replaced(store):
    store.put(result(1.0))
    with sqlite3.connect(store.name.removeprefix("sqlite:///")) as db:
        db.execute("""update results set result = '{"schema": 0}'""")
    assert get(store) is None
    store.put(result(2.0))
    assert get(store).score == 2.0


def test_a_folder_that_cannot_be_made_is_the_machines_fault(tmp_path):
    (tmp_path / "course").write_text("a file")
    with pytest.raises(StoreUnavailable, match="Free disk space"):
        Store(default_url(tmp_path))


def test_a_file_that_is_no_database_is_the_machines_fault(tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "results.db").write_text("no database " * 1000)
    with pytest.raises(StoreUnavailable, match=r"results\.db"):
        Store(default_url(tmp_path))


@pytest.mark.parametrize("again", ["put", "renew"])
def test_a_clock_that_is_put_back_does_not_bring_back_an_older_result(store, monkeypatch, again):
    store.put(result(score=1.0))
    monkeypatch.setattr(store_module, "now", lambda: "2001-01-01T00:00:00.000+00:00")
    getattr(store, again)(result(score=2.0, digests=dataclasses.replace(DIGESTS, suite="u" * 64)))
    assert [r.score for r in store.results("week")] == [2.0]
    assert store.latest("week", "n", "zoe", DIGESTS).score == 2.0


def test_a_full_disk_is_told_and_loses_nothing(store):
    store.put(result())
    with store._engine.connect() as c:  # SQLite's own way to be full
        pages = c.exec_driver_sql("pragma page_count").scalar()
        c.exec_driver_sql(f"pragma max_page_count={pages}")
        c.commit()
    big = result(student="yan", notes=(Note("k", "x" * 100_000),))
    with pytest.raises(StoreUnavailable, match="full"):
        store.put(big)
    assert get(store) == result()


def test_a_password_is_not_in_the_message():
    with pytest.raises(StoreUnavailable) as caught:
        Store("mysql+nosuch://me:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


def test_sandboxes_that_died_are_counted_over_all_runs_until_they_are_forgotten(store, tmp_path):
    key = ("week", "n", "zoe", DIGESTS)
    assert store.deaths(*key) == 0 and store.add_deaths(*key, 2, "silent") == 2
    with Store(default_url(tmp_path)) as later:
        assert later.add_deaths(*key, 1, "silent") == 3
        assert later.deaths("week", "n", "zoe", dataclasses.replace(DIGESTS, suite="mended")) == 0
        assert later.forget_deaths("week", "yan") == 0 and later.forget_deaths("week", "zoe") == 1
    assert store.deaths(*key) == 0


def test_the_newest_result_of_the_same_submission_is_found_whichever_suite_it_was_made_with(store):
    def made_with(**digests):
        return dataclasses.replace(DIGESTS, **digests)

    assert store.latest("week", "n", "zoe", DIGESTS) is None
    for score, digests in enumerate([made_with(suite="old"), made_with(suite="newer")], 1):
        store.put(result(float(score), digests=digests))
    for other in ({"submission": "other"}, {"image": "other"}, {"seed": "other"}):
        store.put(result(9.0, digests=made_with(**other)))
    assert store.latest("week", "n", "zoe", DIGESTS).score == 2.0
