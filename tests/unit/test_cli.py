from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from autograder import cli
from autograder.errors import BadManifest, SandboxDied


@pytest.fixture
def verb(monkeypatch):
    """Add a verb that does what the test says; it is gone afterwards."""

    def add(action):
        command = click.Command("toy", callback=lambda as_json: action(), params=[])
        command.params.append(click.Option(["--json", "as_json"], is_flag=True))
        monkeypatch.setitem(cli.cli.commands, "toy", command)

    return add


def fail(error):
    def action():
        raise error

    return action


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from autograder.cli import main; main(['--help']);"
        "print([m for m in ('numpy', 'nbgrader', 'nbformat', 'docker', 'rich', 'sqlalchemy', 'pytest', 'jinja2')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Exit codes" in done.stdout


def test_every_verb_has_json_and_help():
    for name, command in cli.cli.commands.items():
        assert command.help, name
        for verb in getattr(command, "commands", {name: command}).values():
            assert "as_json" in {parameter.name for parameter in verb.params}, (name, verb.name)
            assert verb.help, (name, verb.name)


def test_a_verb_returns_its_exit_code(verb):
    verb(lambda: 1)
    assert cli.main(["toy"]) == 1


@pytest.mark.parametrize(("error", "code"), [(BadManifest("a.toml: bad"), 4), (SandboxDied("silent"), 5)])
def test_an_expected_error_becomes_a_message_and_its_exit_code(verb, capsys, error, code):
    verb(fail(error))
    assert cli.main(["toy"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert str(error) in err
    assert "Traceback" not in err


def test_all_problems_of_a_course_are_listed(verb, capsys):
    verb(fail(BadManifest(["a.toml: bad", "b.py:3: worse"])))
    cli.main(["toy"])
    assert capsys.readouterr().err == "The course has 2 problems:\n  a.toml: bad\n  b.py:3: worse\n"


def test_with_json_an_error_is_json_on_standard_output(verb, capsys):
    verb(fail(BadManifest(["a", "b"])))
    assert cli.main(["toy", "--json"]) == 4
    out, err = capsys.readouterr()
    assert json.loads(out) == {"error": {"verdict": "bad-manifest", "problems": ["a", "b"], "exit_code": 4}}
    assert err == ""


def test_an_interrupt_ends_with_130(verb, capsys):
    verb(fail(KeyboardInterrupt()))
    assert cli.main(["toy"]) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_a_wrong_option_is_usage(capsys):
    assert cli.main(["grade", "--no-such-option"]) == 2
    assert "--no-such-option" in capsys.readouterr().err


def test_a_bug_is_not_hidden(verb):
    verb(fail(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        cli.main(["toy"])


def test_a_folder_that_is_no_course_says_what_to_do(tmp_path, capsys):
    assert cli.main(["--course", str(tmp_path), "check"]) == 4
    assert "no assignment found" in capsys.readouterr().err


def test_a_folder_that_does_not_exist_is_called_that(tmp_path, capsys):
    assert cli.main(["--course", str(tmp_path / "gone"), "check"]) == 4
    assert f"{tmp_path / 'gone'}: no such folder" in capsys.readouterr().err
