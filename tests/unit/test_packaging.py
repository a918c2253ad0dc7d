from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = [
    *PROJECT["dependencies"],
    *(requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra),
]
NAMES = [re.match(r"[\w.-]+", requirement)[0] for requirement in REQUIREMENTS]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_every_dependency_is_pinned(name):
    assert re.search(rf"^{name}==\S+$", LOCK, re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_every_dependency_has_its_reason_in_the_docs(name):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    first_cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")]
    assert any(re.search(rf"\b{re.escape(name)}\b", cell) for cell in first_cells)


def test_the_lock_names_no_index_and_no_path():
    assert not re.search(r"://|--index-url|--find-links|--trusted-host|^-e|@ file", LOCK, re.MULTILINE)


def test_the_readme_explains_every_target_of_make():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [target for target in TARGETS if f"`make {target}`" not in readme]
    assert missing == []
