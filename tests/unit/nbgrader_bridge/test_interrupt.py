"""Ctrl-C is remembered wherever it comes, and raised where somebody expects it."""

from __future__ import annotations

import signal

import pytest

from autograder.nbgrader_bridge.interrupt import Interrupt


@pytest.fixture
def interrupt():
    before = signal.getsignal(signal.SIGINT)
    one = Interrupt()
    one.listen()
    yield one
    signal.signal(signal.SIGINT, before)


class PressesInItsFinalizer:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_nothing_is_raised_before_it_is_pressed(interrupt):
    interrupt.check()
    with interrupt.waiting():
        waited = True
    assert waited


def test_pressed_between_two_notebooks_it_is_raised_before_the_next(interrupt):
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupt.check()


def test_pressed_before_the_wait_it_is_raised_instead_of_waiting(interrupt):
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interrupt.waiting():
        pytest.fail("waited")


def test_pressed_during_the_wait_it_is_raised_at_once(interrupt):
    with pytest.raises(KeyboardInterrupt), interrupt.waiting():
        signal.raise_signal(signal.SIGINT)
        pytest.fail("waited on")


def test_after_the_wait_it_is_remembered_again(interrupt):
    with interrupt.waiting():
        pass
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupt.check()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_lost_in_a_finalizer_during_the_wait_it_is_raised_later(interrupt):
    with interrupt.waiting():
        PressesInItsFinalizer()
    with pytest.raises(KeyboardInterrupt):
        interrupt.check()


def test_the_second_time_it_is_raised_at_once(interrupt):
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
