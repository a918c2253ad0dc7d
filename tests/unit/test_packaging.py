from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import click
import pytest

from autograder import cli

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


def test_only_the_bridge_imports_nbgrader():
    found = set()
    for path in (ROOT / "autograder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name.split(".")[0] == "nbgrader" for name in names):
                found.add(path.relative_to(ROOT / "autograder").parts[0])
    assert found == {"nbgrader_bridge"}


def options(command):
    yield from command.params
    for verb in getattr(command, "commands", {}).values():
        yield from options(verb)


def test_a_variable_that_an_option_reads_is_in_the_readme_and_in_the_help():
    found = {o.envvar: o for o in options(cli.cli) if isinstance(o, click.Option) and o.envvar}
    assert "AUTOGRADER_COURSE" in found
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in found if f"| `{name}` |" not in readme] == []
    assert [name for name, option in found.items() if not option.show_envvar] == []
