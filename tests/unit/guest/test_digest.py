from __future__ import annotations

import shutil

import pytest

from autograder.guest.digest import PACKAGE, guest_digest, guest_sources


@pytest.fixture
def copy(tmp_path):
    for name in ("guest", "protocol"):
        shutil.copytree(PACKAGE / name, tmp_path / name)
    return tmp_path


def test_the_same_sources_elsewhere_have_the_same_digest(copy):
    assert guest_digest(copy) == guest_digest()


@pytest.mark.parametrize("room", ["guest", "protocol"])
def test_any_change_changes_it(copy, room):
    with open(copy / room / "__init__.py", "a") as file:
        file.write("#")
    assert guest_digest(copy) != guest_digest()


def test_moving_text_between_files_changes_it(copy):
    (copy / "guest/digest.py").rename(copy / "guest/zzz.py")
    assert guest_digest(copy) != guest_digest()


def test_compiled_files_do_not_count(copy):
    (copy / "guest/__pycache__").mkdir(exist_ok=True)
    (copy / "guest/__pycache__/x.pyc").write_bytes(b"x")
    assert guest_digest(copy) == guest_digest()


def test_supervisor_and_wire_are_among_the_sources():
    names = {path.relative_to(PACKAGE).as_posix() for path in guest_sources()}
    assert {"guest/supervisor.py", "protocol/values.py"} <= names
