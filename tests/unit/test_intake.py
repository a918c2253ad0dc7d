from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from autograder.errors import Refused
from autograder.intake import Bounds, Claim, claim_of, copy, look, owner

NAME = "ann+week1+2026-11-22 22:45:02.123456 UTC+Zm9vYmFyYmF6"


@pytest.fixture
def entry(tmp_path) -> Path:
    folder = tmp_path / "inbound" / NAME
    (folder / "data").mkdir(parents=True)
    (folder / "week.ipynb").write_bytes(b"{}")
    (folder / "data" / "x.csv").write_bytes(b"1,2")
    for name in ("timestamp.txt", "submission_secret.txt"):
        (folder / name).write_text("x")
    return folder


def test_a_name_is_read_from_its_end():
    assert claim_of(NAME) == Claim("ann", "week1")
    assert claim_of("a+b+week1+t+r") == Claim("a+b", "week1")


@pytest.mark.parametrize("name", ["ann", "ann+week1", "ann+week1+t", "+w+t+r", "a++t+r", "..+w+t+r", "a+..+t+r"])
def test_what_is_no_name_of_a_submission_claims_nothing(name):
    assert claim_of(name) is None


def test_an_entry_is_complete_when_nbgraders_last_file_is_written(entry):
    assert look(entry).complete
    (entry / "submission_secret.txt").unlink()
    assert not look(entry).complete


def test_no_time_that_its_owner_sets_makes_it_earlier(entry):
    before = time.time()
    for path in (entry, *entry.rglob("*")):
        os.utime(path, (0, 0))
    assert look(entry).arrived.timestamp() >= before - 0.1


def test_a_file_that_is_changed_later_makes_the_whole_entry_later(entry):
    first = look(entry).changed
    while True:
        (entry / "data" / "x.csv").write_bytes(b"3,4")
        if look(entry).changed != first:  # the clock of the file system is coarse
            break
    assert look(entry).changed > first
    assert entry.stat().st_ctime_ns < look(entry).changed


def test_the_owner_is_the_file_systems(entry):
    assert owner(entry, look(entry), lambda uid: "ann") == (Claim("ann", "week1"), "ann")
    with pytest.raises(Refused, match="claims to be ann's and belongs to bob") as caught:
        owner(entry, look(entry), lambda uid: "bob")
    assert caught.value.cause == "forged"
    with pytest.raises(Refused, match=f"uid {os.getuid()}"):
        owner(entry, look(entry), lambda uid: None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another account")
def test_a_file_of_another_account_in_an_entry_is_refused(entry):
    os.chown(entry / "week.ipynb", 54321, 54321)
    with pytest.raises(Refused, match="another account"):
        look(entry)


def test_a_link_in_the_place_of_an_entry_is_refused(tmp_path):
    link = tmp_path / NAME
    link.symlink_to("/etc")
    with pytest.raises(Refused, match="no folder"):
        look(link)


def test_only_plain_files_are_copied(entry, tmp_path):
    (entry / "secret").symlink_to("/etc/passwd")
    (entry / "folder").symlink_to("/etc")
    os.mkfifo(entry / "fifo")
    made = copy(entry, tmp_path / "target")
    assert sorted(made.left_out) == ["fifo", "folder", "secret"]
    assert made.files == {
        "data/x.csv": hashlib.sha256(b"1,2").hexdigest(),
        "week.ipynb": hashlib.sha256(b"{}").hexdigest(),
    }
    assert sorted(str(p.relative_to(tmp_path / "target")) for p in (tmp_path / "target").rglob("*")) == [
        "data", "data/x.csv", "submission_secret.txt", "timestamp.txt", "week.ipynb",
    ]  # fmt: skip
    assert (tmp_path / "target").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("bounds", [Bounds(bytes=4), Bounds(files=3)])
def test_what_is_too_large_is_refused_before_it_is_copied(entry, bounds):
    with pytest.raises(Refused) as caught:
        look(entry, bounds)
    assert caught.value.cause == "too-large"


def test_a_file_that_is_too_large_ends_the_copy(entry, tmp_path):
    with pytest.raises(Refused, match="more than 0 MiB"):
        copy(entry, tmp_path / "target", Bounds(bytes=4))


def test_a_sparse_file_counts_with_its_length(entry):
    with open(entry / "hole", "wb") as f:
        f.truncate(1 << 40)
    with pytest.raises(Refused):
        look(entry)


def test_folders_are_followed_only_so_deep(entry, tmp_path):
    deep = entry.joinpath(*"abcdefghijkl")
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"x")
    assert not any("/l/x" in name for name in copy(entry, tmp_path / "target").files)


def test_a_swarm_of_empty_folders_is_refused(entry):
    for n in range(50):
        (entry / f"d{n}").mkdir()
    with pytest.raises(Refused, match="too many"):
        look(entry, Bounds(files=10))
