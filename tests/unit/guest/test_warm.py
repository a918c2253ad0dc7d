"""What is paid before the first submission."""

from __future__ import annotations

import sys

import matplotlib
import pytest
import torch

from autograder.guest import warm


class Trained(Exception):
    pass


@pytest.fixture
def no_training(monkeypatch):
    def refuse(*_layers):
        raise Trained

    monkeypatch.setattr(torch.nn, "Sequential", refuse)


def test_one_step_is_trained_and_leaves_the_random_numbers_alone():
    before = torch.get_rng_state()
    warm._train_once()
    assert torch.equal(torch.get_rng_state(), before)


def test_without_a_card_a_step_is_trained(no_training):
    with pytest.raises(Trained):
        warm._train_once()


def test_beside_a_card_nothing_is_trained_because_no_fork_survives_cuda(no_training, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert warm._train_once() is None


def test_the_images_list_of_fonts_is_put_where_matplotlib_looks_for_it(tmp_path, monkeypatch):
    made, cache = tmp_path / "share" / "matplotlib", tmp_path / "cache"
    made.mkdir(parents=True)
    cache.mkdir()
    (made / "fontlist-v1.json").write_text("the list")
    (made / "matplotlibrc").write_text("font.size: 99")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(matplotlib, "get_cachedir", lambda: str(cache))
    warm._bring_list_of_fonts()
    assert {path.name: path.read_text() for path in cache.iterdir()} == {"fontlist-v1.json": "the list"}


def test_where_the_list_of_fonts_has_no_room_matplotlib_makes_its_own(tmp_path, monkeypatch):
    (tmp_path / "share" / "matplotlib").mkdir(parents=True)
    (tmp_path / "share" / "matplotlib" / "fontlist-v1.json").write_text("the list")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(matplotlib, "get_cachedir", lambda: str(tmp_path / "is not there" / "at all"))
    warm._bring_list_of_fonts()
    assert not (tmp_path / "is not there").exists()
