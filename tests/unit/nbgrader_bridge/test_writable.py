"""Before nbgrader begins: is there room, and may it write?"""

from __future__ import annotations

import pytest

from autograder.errors import Unwritable
from autograder.nbgrader_bridge.writable import check_writable


def test_folders_that_can_be_written_are_left_as_they_were(tmp_path):
    (tmp_path / "course").mkdir()
    check_writable([tmp_path / "course" / "autograded" / "zoe"], f"sqlite:///{tmp_path}/course/gradebook.db")
    assert list(tmp_path.rglob("*")) == [tmp_path / "course"]


def test_what_is_no_folder_is_named_and_an_empty_gradebook_goes(tmp_path):
    # a file in a folder's place refuses root as well, whom no mode bits stop
    (tmp_path / "file").write_text("x")
    (tmp_path / "gradebook.db").touch()
    with pytest.raises(Unwritable, match=r"file: cannot be written \(Not a directory\)\. Free disk space"):
        check_writable([tmp_path / "file" / "autograded"], f"sqlite:///{tmp_path}/gradebook.db")
    assert not (tmp_path / "gradebook.db").exists()


def test_a_gradebook_with_anything_in_it_is_never_removed(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "gradebook.db").write_bytes(b"x")
    with pytest.raises(Unwritable):
        check_writable([tmp_path / "file"], f"sqlite:///{tmp_path}/gradebook.db")
    assert (tmp_path / "gradebook.db").read_bytes() == b"x"


def test_a_gradebook_on_a_server_is_not_our_concern(tmp_path):
    check_writable([tmp_path], "postgresql://host/grades")
