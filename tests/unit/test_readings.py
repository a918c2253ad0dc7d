"""Who hands in the same files again is not read again; whatever else a reading depends on asks for a new one."""

from __future__ import annotations

import dataclasses
import os
import shutil

import pytest

from autograder import readings as module
from autograder.errors import StoreUnavailable
from autograder.folders import release_folder, submitted_folder
from autograder.readings import Readings
from autograder.records import Digests, Note, Result
from autograder.store import Store
from tests.integration.tiny_course import WEEK, submission, write_course

OF_CLASS = Digests("of whomever", "suite", "image", "seed")


@pytest.fixture
def course(tmp_path):
    course = write_course(tmp_path)
    week = course.assignment(WEEK)
    for folder in (release_folder(course, week), submitted_folder(course, week, "zoe")):
        (folder / "data").mkdir(parents=True)
        (folder / "tiny.ipynb").write_text("{}")
        (folder / "data" / "x.csv").write_text("1,2")
    return course


@pytest.fixture
def store(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'r.db'}") as opened:
        yield opened


@pytest.fixture
def graded(course, store):
    """What zoe handed in was read, and its result stored."""
    handed_in = read(course, store)
    digests = dataclasses.replace(OF_CLASS, submission=handed_in.digest())
    result = Result(WEEK, "zoe", "tiny", "graded", (), (), digests)
    return store.put(result)


def read(course, store):
    return Readings(course, course.assignment(WEEK), store).read("zoe", lambda: submission("zoe"))


def found(course, store, week=None, made_from=OF_CLASS):
    return Readings(course, week or course.assignment(WEEK), store).result("zoe", made_from)


def test_the_result_of_the_same_files_is_found(course, store, graded):
    assert found(course, store) == graded


def test_nobody_is_taken_for_another(course, store, graded):
    assert Readings(course, course.assignment(WEEK), store).result("ann", OF_CLASS) is None


def test_it_is_the_result_of_the_suite_as_it_is_now(course, store, graded):
    assert found(course, store, made_from=dataclasses.replace(OF_CLASS, suite="changed")) is None


@pytest.mark.parametrize("name", ["tiny.ipynb", "data/x.csv"])
@pytest.mark.parametrize("whose", ["the student's", "the release's"])
def test_other_bytes_in_a_file_ask_for_a_new_reading(course, store, graded, whose, name):
    week = course.assignment(WEEK)
    folder = submitted_folder(course, week, "zoe") if whose == "the student's" else release_folder(course, week)
    path = folder / name
    kept = path.stat()
    path.write_text("9" * kept.st_size)
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert found(course, store) is None


def to_link(folder):
    shutil.move(folder / "data" / "x.csv", folder.parent / "x.csv")
    (folder / "data" / "x.csv").symlink_to(folder.parent / "x.csv")


def to_folder(folder):
    (folder / "data" / "x.csv").unlink()
    (folder / "data" / "x.csv").mkdir()


def to_pipe(folder):
    (folder / "data" / "x.csv").unlink()
    os.mkfifo(folder / "data" / "x.csv")


CHANGES = {
    "a file more": lambda folder: (folder / "helper.py").write_text(""),
    "a file less": lambda folder: (folder / "data" / "x.csv").unlink(),
    "another name": lambda folder: (folder / "tiny.ipynb").rename(folder / "Tiny.ipynb"),
    "another place": lambda folder: (folder / "data" / "x.csv").rename(folder / "x.csv"),
    "a link in the place of a file": to_link,
    "a folder in the place of a file": to_folder,
    "an empty folder more": lambda folder: (folder / "tiny").mkdir(),
    "a link to a folder more": lambda folder: (folder / "more").symlink_to(folder / "data"),
    "a pipe in the place of a file": to_pipe,
    "nothing at all": shutil.rmtree,
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_files_ask_for_a_new_reading(course, store, graded, change):
    CHANGES[change](submitted_folder(course, course.assignment(WEEK), "zoe"))
    assert found(course, store) is None


def test_other_limits_ask_for_a_new_reading(course, store, graded):
    week = course.assignment(WEEK)
    stricter = dataclasses.replace(week, limits=dataclasses.replace(week.limits, notebook_mb=1))
    assert found(course, store, stricter) is None


def test_another_version_of_this_program_reads_anew(course, store, graded, monkeypatch):
    monkeypatch.setattr(module, "_program", lambda: "another")
    assert found(course, store) is None


def test_the_program_is_all_that_this_package_holds_and_what_it_reads_with(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "__file__", str(tmp_path / "readings.py"))
    said = []
    for text, version in (("1", "6.0"), ("2", "6.0"), ("2", "6.1")):
        (tmp_path / "room").mkdir(exist_ok=True)
        (tmp_path / "room" / "part.py").write_text(text)
        monkeypatch.setattr(module.metadata, "version", lambda _name, version=version: version)
        said.append(module._program.__wrapped__())
    assert len(set(said)) == 3


def test_what_is_handed_in_while_it_is_read_is_not_remembered(course, store):
    week = course.assignment(WEEK)

    def slow():
        (submitted_folder(course, week, "zoe") / "tiny.ipynb").write_text("{ }")
        return submission("zoe")

    Readings(course, week, store).read("zoe", slow)
    assert store.readings(WEEK) == {}


def test_what_is_released_after_the_run_began_is_not_remembered(course, store):
    """Who reads may know the release from then."""
    week = course.assignment(WEEK)
    readings = Readings(course, week, store)
    (release_folder(course, week) / "data" / "x.csv").write_text("3,4")
    readings.read("zoe", lambda: submission("zoe"))
    assert store.readings(WEEK) == {}
    read(course, store)
    assert list(store.readings(WEEK)) == ["zoe"]


def test_nothing_is_remembered_where_another_folder_of_the_readers_has_changed(course, store, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    readings = Readings(course, course.assignment(WEEK), store, [source])
    readings.read("zoe", lambda: submission("zoe"))
    known = store.readings(WEEK)
    assert known and known == Readings(course, course.assignment(WEEK), store)._known, "whoever reads"
    (source / "more.txt").write_text("")
    (submitted_folder(course, course.assignment(WEEK), "zoe") / "tiny.ipynb").write_text("{ }")
    readings.read("zoe", lambda: submission("zoe"))
    assert store.readings(WEEK) == known


@pytest.mark.parametrize("kind", sorted(module.UNREAD))
def test_a_notebook_that_could_not_be_read_is_tried_each_time(course, store, kind):
    broken = dataclasses.replace(submission("zoe"), notes=(Note(kind, "for a moment"),))
    Readings(course, course.assignment(WEEK), store).read("zoe", lambda: broken)
    assert store.readings(WEEK) == {}


@pytest.mark.parametrize("whose", ["the student's", "the release's"])
def test_what_cannot_be_read_is_neither_found_nor_remembered(course, store, graded, whose, monkeypatch):
    week = course.assignment(WEEK)
    folder = submitted_folder(course, week, "zoe") if whose == "the student's" else release_folder(course, week)
    real = os.scandir

    def scandir(place):
        if str(place) == str(folder / "data"):
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    known = store.readings(WEEK)
    assert found(course, store) is None
    (submitted_folder(course, week, "zoe") / "tiny.ipynb").write_text("{ }")
    assert read(course, store) == submission("zoe")
    assert store.readings(WEEK) == known


def test_a_release_that_is_a_link_is_followed(course, store):
    path = release_folder(course, course.assignment(WEEK)) / "tiny.ipynb"
    elsewhere = course.root / "elsewhere.ipynb"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    digests = dataclasses.replace(OF_CLASS, submission=read(course, store).digest())
    store.put(Result(WEEK, "zoe", "tiny", "graded", (), (), digests))
    assert found(course, store) is not None
    elsewhere.write_text("[]")
    assert found(course, store) is None


def test_of_a_file_that_is_too_large_to_be_read_only_the_size_is_looked_at(course, store, graded):
    huge = submitted_folder(course, course.assignment(WEEK), "zoe") / "huge.bin"
    with open(huge, "wb") as file:
        file.truncate(1 << 40)
    read(course, store)
    assert found(course, store) == graded
    with open(huge, "r+b") as file:
        file.write(b"1")
    assert found(course, store) == graded
    with open(huge, "r+b") as file:
        file.truncate(1 << 41)
    assert found(course, store) is None


def test_a_later_reading_takes_the_place_of_the_one_before(course, store, graded):
    (submitted_folder(course, course.assignment(WEEK), "zoe") / "tiny.ipynb").write_text("{ }")
    before = store.readings(WEEK)
    read(course, store)
    assert found(course, store) == graded, "it was read as the same again"
    assert store.readings(WEEK) != before
    assert list(store.readings(WEEK)) == ["zoe"]


@pytest.mark.parametrize("what", ["readings", "get", "keep_reading"])
def test_a_store_that_fails_is_asked_once_and_costs_no_more_than_the_reading(course, store, graded, monkeypatch, what):
    asked = []

    def fail(*_):
        asked.append(what)
        raise StoreUnavailable("locked")

    monkeypatch.setattr(store, what, fail)
    (submitted_folder(course, course.assignment(WEEK), "ann")).mkdir(parents=True)
    readings = Readings(course, course.assignment(WEEK), store)
    for _ in range(2):
        assert readings.result("zoe", OF_CLASS) == (graded if what == "keep_reading" and not asked else None)
        assert readings.read("ann", lambda: submission("ann")) == submission("ann")
    assert asked == [what]


def test_folders_in_folders_without_end_are_nobodys_fault(course, store, monkeypatch):
    def walk(*_args, **_settings):
        raise RecursionError

    monkeypatch.setattr(os, "walk", walk)
    assert read(course, store) == submission("zoe")
    assert store.readings(WEEK) == {}
