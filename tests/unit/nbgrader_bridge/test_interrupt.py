"""Ctrl-C is remembered wherever it comes, and raised where somebody expects it."""

from __future__ import annotations

import signal
import threading

import pytest

from autograder.nbgrader_bridge.interrupt import Interrupt


@pytest.fixture(autouse=True)
def pythons_own_handler():
    """Below a background job of a shell it would be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def interrupt():
    return Interrupt()


def press() -> None:
    signal.raise_signal(signal.SIGINT)


class PressesInItsFinalizer:
    def __del__(self):
        press()


def test_nothing_is_raised_if_it_is_not_pressed(interrupt):
    with interrupt.listening(), interrupt.waiting():
        waited = True
    assert waited


def test_pressed_before_the_wait_it_is_raised_instead_of_waiting(interrupt):
    waited = False
    with pytest.raises(KeyboardInterrupt), interrupt.listening():
        press()
        with interrupt.waiting():
            waited = True
    assert not waited


def test_pressed_during_the_wait_it_is_raised_at_once(interrupt):
    waited_on = False
    with pytest.raises(KeyboardInterrupt), interrupt.listening(), interrupt.waiting():
        press()
        waited_on = True
    assert not waited_on


def test_pressed_after_the_wait_it_is_raised_in_the_next(interrupt):
    went_on = waited = False
    with pytest.raises(KeyboardInterrupt), interrupt.listening():
        with interrupt.waiting():
            pass
        press()
        went_on = True
        with interrupt.waiting():
            waited = True
    assert went_on
    assert not waited


def test_whoever_has_to_wait_is_told(interrupt, capfd):
    with pytest.raises(KeyboardInterrupt), interrupt.listening():
        press()
        told = capfd.readouterr().err
        with interrupt.waiting():
            pytest.fail("waited")
    assert "Press Ctrl-C again to end at once." in told
    assert capfd.readouterr().err == ""


def test_pressed_when_nobody_waits_any_more_it_is_raised_at_the_end(interrupt):
    went_on = False
    with pytest.raises(KeyboardInterrupt), interrupt.listening():
        press()
        went_on = True
    assert went_on


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_lost_in_a_finalizer_during_the_wait_it_is_raised_later(interrupt):
    went_on = False
    with pytest.raises(KeyboardInterrupt), interrupt.listening():
        with interrupt.waiting():
            PressesInItsFinalizer()
        went_on = True
    assert went_on


def test_the_second_time_it_is_raised_at_once(interrupt):
    went_on = False
    with pytest.raises(KeyboardInterrupt), interrupt.listening():
        press()
        press()
        went_on = True
    assert not went_on


def test_afterwards_pythons_own_handler_is_back(interrupt):
    with interrupt.listening():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_afterwards_pythons_own_handler_is_back_also_after_an_error(interrupt):
    with pytest.raises(ZeroDivisionError), interrupt.listening():
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("theirs", [signal.SIG_IGN, lambda *_: None], ids=["ignored", "a server's"])
def test_another_handler_stays(interrupt, theirs):
    signal.signal(signal.SIGINT, theirs)
    with interrupt.listening():
        assert signal.getsignal(signal.SIGINT) is theirs
        press()
    assert signal.getsignal(signal.SIGINT) is theirs


def test_in_another_thread_nothing_is_touched(interrupt):
    found = []

    def listen() -> None:
        with interrupt.listening():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
