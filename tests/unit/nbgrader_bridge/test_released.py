from __future__ import annotations

import pytest
from nbgrader.utils import notebook_hash

from autograder.nbgrader_bridge.released import released_page


@pytest.fixture
def hand_in(tmp_path):
    folder = tmp_path / "hand_in"
    folder.mkdir()
    (folder / "submission_secret.txt").write_text("abc")
    return folder


def test_a_page_under_the_name_of_this_very_submission_is_its_release(tmp_path, hand_in):
    assert released_page(tmp_path, hand_in, "toy") is None
    page = tmp_path / f"{notebook_hash(secret='abc', notebook_id='toy')}.html"
    page.write_text("feedback")
    assert released_page(tmp_path, hand_in, "toy") == page
    assert released_page(tmp_path, hand_in, "other") is None
    (hand_in / "submission_secret.txt").write_text("abd")
    assert released_page(tmp_path, hand_in, "toy") is None


@pytest.mark.parametrize("secret", [b"", b"\xff\xfe", b"x" * 5000, None])
def test_a_secret_that_nbgrader_did_not_write_releases_nothing(tmp_path, hand_in, secret):
    path = hand_in / "submission_secret.txt"
    path.unlink() if secret is None else path.write_bytes(secret)
    assert released_page(tmp_path, hand_in, "toy") is None
