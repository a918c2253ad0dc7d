from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import stat
import subprocess

import pytest

from autograder import cli
from autograder.errors import BadReceipt
from autograder.receipts import Receipt, SigningKey, compare, key_id, public_path, verify

FILES = {"a.ipynb": hashlib.sha256(b"one").hexdigest(), "data/b.csv": hashlib.sha256(b"two").hexdigest()}
WHEN = dt.datetime(2026, 11, 22, 23, 59, 58, 123456, tzinfo=dt.UTC)
PLAIN = Receipt("course", "week1", "ann", WHEN, FILES)


@pytest.fixture
def key(tmp_path):
    return SigningKey.load(tmp_path / "keys" / "receipt-key")


@pytest.fixture
def signed(key):
    return key.sign(PLAIN)


def test_a_signed_receipt_survives_its_file_and_is_valid(key, signed):
    again = Receipt.from_json(signed.to_json())
    assert again == signed
    verify(again, key.public)


@pytest.mark.parametrize(
    "change",
    [
        {"student": "bob"},
        {"assignment": "week2"},
        {"course": "other"},
        {"received": WHEN - dt.timedelta(days=1)},
        {"received": WHEN + dt.timedelta(microseconds=1)},
        {"files": {"a.ipynb": FILES["a.ipynb"]}},
        {"files": FILES | {"a.ipynb": "0" * 64}},
        {"signature": bytes(64)},
        {"signature": b""},
    ],
)
def test_a_receipt_that_was_changed_is_not_valid(key, signed, change):
    with pytest.raises(BadReceipt, match="signature"):
        verify(dataclasses.replace(signed, **change), key.public)


def test_a_receipt_of_another_key_names_both(key, signed, tmp_path):
    other = SigningKey.load(tmp_path / "other")
    with pytest.raises(BadReceipt, match=f"{key.key_id}.*{other.key_id}"):
        verify(signed, other.public)
    with pytest.raises(BadReceipt, match="signature"):
        verify(dataclasses.replace(signed, key=other.key_id), other.public)


def test_the_same_moment_in_another_time_zone_is_the_same_receipt(key, signed):
    east = dataclasses.replace(signed, received=WHEN.astimezone(dt.timezone(dt.timedelta(hours=5))))
    verify(east, key.public)


def test_the_key_is_made_once_and_is_its_owners_alone(key, tmp_path):
    path = tmp_path / "keys" / "receipt-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path).key_id == key.key_id == key_id(public_path(path).read_bytes())
    assert b"PRIVATE" not in public_path(path).read_bytes()


def test_the_digest_is_what_sha256sum_says(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "a.ipynb").write_bytes(b"one")
    (tmp_path / "data" / "b.csv").write_bytes(b"two")
    command = "sha256sum a.ipynb data/b.csv | sha256sum"
    said = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == PLAIN.digest


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "[" * 100_000, b"\xff\xfe",
     json.dumps({"version": 1}), json.dumps({"version": 2, "files": {}})],
)  # fmt: skip
def test_what_is_no_receipt_is_told_so(text):
    with pytest.raises(BadReceipt, match="no receipt"):
        Receipt.from_json(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [("files", ["a"]), ("files", {"a": 1}), ("received", "yesterday"), ("received", "2026-01-01"), ("digest", "0" * 64),
     ("student", 7), ("signature", "%%%"), ("more", 1)],
)  # fmt: skip
def test_a_receipt_with_an_odd_field_is_none(signed, field, value):
    raw = json.loads(signed.to_json()) | {field: value}
    with pytest.raises(BadReceipt):
        Receipt.from_json(json.dumps(raw))


def test_files_are_compared_with_the_receipts(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(b"changed")
    assert compare(PLAIN, tmp_path) == ["a.ipynb: is another version", "data/b.csv: is not there"]


def test_staff_verify_offline(key, signed, tmp_path, capsys):
    file = tmp_path / "receipt.json"
    public = str(public_path(tmp_path / "keys" / "receipt-key"))
    file.write_text(signed.to_json())
    assert cli.main(["receipt", "verify", str(file), "--key", public]) == 0
    assert "valid. ann handed in week1" in capsys.readouterr().out
    file.write_text(signed.to_json().replace('"ann"', '"bob"'))
    assert cli.main(["receipt", "verify", str(file), "--key", public]) == 1
    assert "NOT valid" in capsys.readouterr().err
    assert cli.main(["receipt", "verify", str(file), "--key", public, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["valid"] is False
