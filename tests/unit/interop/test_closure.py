"""What an export asks pip for."""

from __future__ import annotations

from autograder.interop.closure import distributions


def test_a_version_is_the_one_that_an_index_has(tmp_path, monkeypatch):
    """A wheel for processors alone is installed as 2.13.0+cpu, which no index of packages offers."""
    info = tmp_path / "flame-2.13.0+cpu.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: flame\nVersion: 2.13.0+cpu\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("importlib.metadata.packages_distributions", lambda: {"flame": ["flame"]})  # reads all files
    assert distributions(["import flame.nn", "import nobodys_module"]) == ({"flame": "2.13.0"}, {"nobodys_module"})
