"""A zip from somebody else is read within limits, and nothing of it leaves its place."""

from __future__ import annotations

import stat
import zipfile

import pytest

from autograder.errors import BadArchive
from autograder.interop import archive
from autograder.interop.archive import read_folder, read_zip


def zip_of(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(name, data)
    return path


def test_the_contents_come_by_name(tmp_path):
    assert read_zip(zip_of(tmp_path / "a.zip", ("tests/q1.py", "x"), ("a.txt", "y"))) == {
        "tests/q1.py": b"x",
        "a.txt": b"y",
    }


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil", "tests/../../evil", "C:/evil", "a\\..\\b"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    with pytest.raises(BadArchive, match="leads out of the folder"):
        read_zip(zip_of(tmp_path / "a.zip", (name, "x")))


def test_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("tests/q1.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BadArchive, match="is a link"):
        read_zip(zip_of(tmp_path / "a.zip", (link, "/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(tmp_path):
    with pytest.raises(BadArchive, match="is there twice"):
        read_zip(zip_of(tmp_path / "a.zip", ("q1.py", "x"), ("q1.py", "y")))


def test_a_bomb_is_refused_by_what_its_headers_say(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 1 << 20)
    path = zip_of(tmp_path / "a.zip", ("zeros", bytes(2 << 20)))
    assert path.stat().st_size < 10_000
    with pytest.raises(BadArchive, match="unpacks to more than 1 MiB"):
        read_zip(path)


def test_one_file_is_measured_while_it_is_unpacked_and_headers_that_lie_help_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1 << 20)
    path = zip_of(tmp_path / "a.zip", ("zeros", bytes(2 << 20)))
    with pytest.raises(BadArchive, match="'zeros' unpacks to more than 1 MiB"):
        read_zip(path)
    data = bytearray(path.read_bytes())
    real = (2 << 20).to_bytes(4, "little")
    while real in data:
        data[data.index(real) : data.index(real) + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(BadArchive):
        read_zip(path)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    with pytest.raises(BadArchive, match="4 files, at most 3"):
        read_zip(zip_of(tmp_path / "a.zip", *((f"{i}", "") for i in range(4))))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04half"])
def test_what_is_no_zip_is_said_to_be_none(tmp_path, data):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(BadArchive, match="cannot be read as a zip"):
        read_zip(path)


def test_half_a_zip_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", ("a", "text " * 1000))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadArchive):
        read_zip(path)


def test_a_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "a").symlink_to("/etc/passwd")
    with pytest.raises(BadArchive, match="is a link"):
        read_folder(tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_broken_zip_is_read_as_it_was_or_refused_wherever_it_is_broken(tmp_path, method):
    """Every byte of it is changed once: headers, compressed data and the directory at the end."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as z:
        z.writestr("tests/q1.py", "".join(f"x{i} = {i * i}\n" for i in range(12)))
    good, refused = path.read_bytes(), 0
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            read_zip(path)
        except BadArchive:
            refused += 1
    assert refused > 50


@pytest.mark.parametrize("name", [".", "./.", "././."])
def test_an_entry_that_names_no_file_is_refused(tmp_path, name):
    with pytest.raises(BadArchive, match="names no file"):
        read_zip(zip_of(tmp_path / "a.zip", (name, "x")))


def test_a_name_is_the_same_however_it_is_written(tmp_path):
    assert read_zip(zip_of(tmp_path / "a.zip", ("./tests//q1.py", "x"))) == {"tests/q1.py": b"x"}
    with pytest.raises(BadArchive, match="is there twice"):
        read_zip(zip_of(tmp_path / "a.zip", ("q1.py", "x"), ("./q1.py", "y")))


def test_a_name_that_no_file_system_takes_is_refused_for_what_it_is(tmp_path):
    with pytest.raises(BadArchive, match="has a name of more than 200 bytes. Shorten it"):
        read_zip(zip_of(tmp_path / "a.zip", ("files/" + "a" * 300, "x")))
    with pytest.raises(BadArchive, match="a character that no name can have"):
        read_zip(zip_of(tmp_path / "a.zip", ("files/a\nb", "x")))
    with pytest.raises(BadArchive, match="'files/a' is a file and a folder"):
        read_zip(zip_of(tmp_path / "a.zip", ("files/a", "x"), ("files/a/b", "y")))
