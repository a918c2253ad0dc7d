from __future__ import annotations

from pathlib import Path

import pytest

from autograder.hub.environment import NAMES, closure, for_conda, for_pip, pins

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_what_students_install_is_what_the_lock_says():
    assert (ROOT / "hub_config" / "students.txt").read_text(encoding="utf-8") == for_pip(LOCK)
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == for_conda(LOCK)


def test_every_name_has_an_exact_version():
    assert [pin.partition("==")[0] for pin in pins(LOCK)] == list(NAMES)
    assert all(pin.partition("==")[2] for pin in pins(LOCK))


def test_an_image_gets_all_that_the_names_need_and_nothing_else():
    found = {pin.partition("==")[0].lower() for pin in closure(LOCK, ["nbgrader", "torch", "jupyterhub"])}
    assert {"nbgrader", "jupyter-server", "tornado", "sqlalchemy", "sympy", "jinja2", "rpds-py"} <= found
    assert not found & {"docker", "tensorboard", "dockerspawner"}
    assert set(closure(LOCK, NAMES)) >= set(pins(LOCK))
    with pytest.raises(KeyError, match="no-such-name"):
        closure(LOCK, ["numpy", "no-such-name"])


def test_a_name_that_the_lock_does_not_have_is_an_error():
    with pytest.raises(KeyError, match="torch"):
        pins(LOCK.replace("\ntorch==", "\nother=="))
