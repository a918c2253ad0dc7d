from __future__ import annotations

from pathlib import Path

from autograder.service.warden import Entry, entries_in, remove, surplus


def entry(name, uid, changed, size):
    return Entry(Path(name), uid, changed, size)


def names(found):
    return {str(e.path) for e in found}


def test_the_oldest_entries_of_a_greedy_account_go_first():
    found = [entry("old", 1, 1, 40), entry("middle", 1, 2, 40), entry("new", 1, 3, 40), entry("other", 2, 0, 100)]
    assert names(surplus(found, share=100)) == {"old"}


def test_an_entry_larger_than_the_share_goes_even_if_it_is_the_only_one():
    assert names(surplus([entry("huge", 1, 1, 101)], share=100)) == {"huge"}


def test_many_small_entries_are_bounded_by_their_number():
    assert names(surplus([entry(str(n), 1, n, 1) for n in range(5)], share=100, count=3)) == {"0", "1"}


def test_within_its_share_nobody_loses_anything():
    assert surplus([entry("a", 1, 1, 50), entry("b", 1, 2, 50), entry("c", 2, 3, 100)], share=100) == []


def test_sizes_are_what_is_on_the_disk_without_what_links_point_to(tmp_path):
    folder = tmp_path / "inbound" / "a+b+c+d"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "x").write_bytes(b"x" * 100_000)
    (folder / "link").symlink_to("/usr")
    with open(folder / "hole", "wb") as f:
        f.truncate(1 << 30)
    (found,) = entries_in(tmp_path / "inbound")
    assert 100_000 <= found.size < 200_000


def test_removing_a_link_leaves_what_it_points_to(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    (found,) = [e for e in entries_in(tmp_path) if e.path.name == "link"]
    remove(found)
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept").is_dir()


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path):
    assert entries_in(tmp_path / "none") == []
