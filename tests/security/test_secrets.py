"""The course secret: from the environment or a file of its owner's alone, and then nowhere to be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.course import SECRET_VARIABLE
from autograder.errors import BadManifest
from tests.integration.sandbox_engines import find_engines
from tests.security.attack import Attack
from tests.security.outside import descendants
from tests.security.vault import CANARIES
from tests.security.way import Way

SECRET = CANARIES["secret"]
PRESENT, _ABSENT = find_engines()


@pytest.fixture(params=["file", "environment"])
def way(request, tmp_path, monkeypatch):
    if request.param == "environment":
        monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    way = Way(tmp_path / "vault", PRESENT["bwrap" if "bwrap" in PRESENT else "plain"])
    yield way
    way.grader.close()


def test_the_secret_is_in_no_process_list_no_environment_of_a_child_no_log_and_no_result(way, capfd, caplog):
    graded = way.grade(Attack("honest", "", answer="def answer(x):\n    raise ValueError(x)"))
    ours = descendants(os.getpid())
    assert len(ours) >= 2, "the judge and the sandbox are children of this process"
    for pid in ours:
        for name in ("cmdline", "environ"):
            try:
                text = Path(f"/proc/{pid}/{name}").read_bytes()
            except OSError:
                continue
            assert SECRET.encode() not in text and SECRET.encode().hex().encode() not in text, (pid, name)
    said = capfd.readouterr()
    for text in (graded.result.to_json(), graded.readable, said.out, said.err, caplog.text):
        assert SECRET not in text and SECRET.encode().hex() not in text


def test_a_secret_that_others_can_read_is_refused_and_not_quoted(tmp_path):
    way = Way(tmp_path / "vault", PRESENT["bwrap" if "bwrap" in PRESENT else "plain"])
    way.grader.close()
    (way.course.root / "course" / "secret").chmod(0o644)
    with pytest.raises(BadManifest) as caught:
        way.course.secret()
    assert "chmod 600" in str(caught.value) and SECRET not in str(caught.value)


def test_a_secret_that_was_made_is_its_owners_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    way = Way(tmp_path / "vault", PRESENT["bwrap" if "bwrap" in PRESENT else "plain"])
    way.grader.close()
    path = way.course.root / "course" / "secret"
    path.unlink()
    secret = way.course.secret()
    assert path.stat().st_mode & 0o777 == 0o600 and len(secret) >= 16 and secret == way.course.secret()
