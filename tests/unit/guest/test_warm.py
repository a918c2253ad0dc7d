"""What is paid before the first submission."""

from __future__ import annotations

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
