from __future__ import annotations

import stat

from autograder.hub.passwords import check_password, forget_passwords, make_passwords


def test_a_password_lets_in_its_owner_alone(tmp_path):
    path = tmp_path / "passwords.json"
    made = make_passwords(path, ["ann", "bob"])
    assert check_password(path, "ann", made["ann"])
    assert not check_password(path, "ann", made["bob"])
    assert not check_password(path, "eve", made["ann"])
    assert not check_password(path, "eve", "")
    assert not check_password(path, "ann", "")


def test_passwords_are_told_once_and_kept_as_hashes(tmp_path):
    path = tmp_path / "passwords.json"
    made = make_passwords(path, ["ann"])
    assert made["ann"] not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(make_passwords(path, ["ann", "bob"])) == {"bob"}
    assert check_password(path, "ann", made["ann"])


def test_no_two_passwords_are_alike(tmp_path):
    made = make_passwords(tmp_path / "p.json", [f"s{n}" for n in range(5)])
    assert len(set(made.values())) == 5


def test_a_password_that_was_forgotten_lets_nobody_in(tmp_path):
    path = tmp_path / "p.json"
    made = make_passwords(path, ["ann", "bob"])
    forget_passwords(path, ["ann"])
    assert not check_password(path, "ann", made["ann"])
    assert check_password(path, "bob", made["bob"])
    assert set(make_passwords(path, ["ann", "bob"])) == {"ann"}
