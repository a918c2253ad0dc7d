"""What a person's container gets, on a disk of the test's own. As root: homes are given to their people."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from autograder.errors import InfrastructureError, Unwritable
from autograder.hub.containers import FIRST_UID, Person, host_config, person_of, prepare_person, volumes
from autograder.hub.layout import Layout
from autograder.hub.server import PORTS
from autograder.intake import ACCOUNTS_VARIABLE, account_name

as_root = pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="only root gives files away")


@pytest.fixture
def hub(tmp_path) -> Layout:
    return Layout(tmp_path, "course", PORTS, "grader", ("ada",), ("bob",), system_accounts=True)


def test_each_person_has_a_uid_of_their_own():
    assert person_of("bob", 7) == Person("bob", FIRST_UID + 7)
    assert person_of("bob.b@example.edu", 8).uid != person_of("bob", 7).uid


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../ada", "a/b", "a+b", "A", "grader", "root", "a b", "a:b", "{x}", "a\n"]
)
def test_a_name_that_is_no_folders_or_the_systems_is_refused(name):
    with pytest.raises(InfrastructureError, match="no name"):
        person_of(name, 1)


@as_root
def test_a_home_is_its_persons_alone_and_stays_as_it_is(hub):
    bob = person_of("bob", 7)
    prepare_person(hub, bob)
    (hub.home("bob") / "work").write_text("mine")
    prepare_person(hub, bob)
    status = hub.home("bob").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o700, bob.uid)
    assert (hub.home("bob") / "work").read_text() == "mine"


@as_root
def test_the_exchange_is_told_whose_uid_it_sees(hub, monkeypatch):
    bob = person_of("bob", 7)
    prepare_person(hub, bob)
    prepare_person(hub, person_of("cyd", 8))
    monkeypatch.setenv(ACCOUNTS_VARIABLE, str(hub.root / "people" / "accounts"))
    assert account_name(bob.uid) == "bob"
    assert account_name(0) is None  # accounts of this machine say nothing then
    assert f"bob:x:{bob.uid}:" in (hub.root / "people" / "passwd" / "bob").read_text()


def test_before_anybody_has_a_server_a_uid_is_nobodys(tmp_path, monkeypatch):
    monkeypatch.setenv(ACCOUNTS_VARIABLE, str(tmp_path / "accounts"))
    assert account_name(os.geteuid()) is None


@as_root
@pytest.mark.parametrize("later", [Person("bob", FIRST_UID + 8), Person("cyd", FIRST_UID + 7)])
def test_after_the_database_was_lost_nobody_gets_anothers_files(hub, later):
    prepare_person(hub, person_of("bob", 7))
    with pytest.raises(InfrastructureError, match="belong together"):
        prepare_person(hub, later)


@as_root
def test_a_home_that_is_anothers_is_not_given_away(hub):
    hub.home("bob").mkdir(parents=True)
    with pytest.raises(InfrastructureError, match="belongs to uid 0"):
        prepare_person(hub, person_of("bob", 7))


def test_where_nothing_can_be_made_the_message_says_so(hub):
    (hub.root / "home").write_text("")
    with pytest.raises(Unwritable, match="must run as root"):
        prepare_person(hub, person_of("bob", 7))


def test_a_container_sees_its_home_and_the_exchange_and_nothing_else_of_the_server(hub):
    seen = volumes(hub, "bob")
    course = hub.exchange / "course"
    assert set(map(Path, seen)) == {
        hub.home("bob"), hub.root / "people" / "passwd" / "bob", hub.exchange, course / "outbound", course / "feedback"
    }  # fmt: skip
    writable = {path for path, how in seen.items() if how["mode"] == "rw"}
    assert writable == {str(hub.home("bob")), str(hub.exchange)}


def test_a_container_has_no_right_beyond_its_uid():
    walls = host_config()
    assert walls["cap_drop"] == ["ALL"] and walls["security_opt"] == ["no-new-privileges"] and walls["read_only"]
    assert 0 < walls["pids_limit"] <= 512
    assert all("size=" in options for options in walls["tmpfs"].values())
    assert not {"binds", "privileged", "pid_mode", "ipc_mode", "devices", "cap_add"} & set(walls)
