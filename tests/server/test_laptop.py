"""`make hub` as root and as an ordinary user: start, hand in, stop, back up, lose everything, restore, go on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.hub.layout import load_layout
from autograder.hub.run import processes
from autograder.receipts import Receipt, public_path, verify
from tests.e2e.hub import NOW, TOY, WEEK, Hub, copy_checkout, until

NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")


class Laptop(Hub):
    """A hub that somebody has started from the command line."""

    def as_user(self, name: str, *command: str, **kwargs: Any) -> subprocess.CompletedProcess:
        everybody = () if self.layout.system_accounts else NOBODY  # one account has it all
        return super().as_user(name, *everybody, *command, **kwargs)


class Machine:
    """Where the hub lies, and who starts it."""

    def __init__(self, root: Path, account: tuple[str, ...]):
        self.root, self.account = root, account
        self.hub = root / "hub"

    def run(self, *argv: str) -> dict[str, Any]:
        course = ("--course", str(self.root / "checkout"))
        verb = ("hub", *argv, "--root", str(self.hub), "--json")
        done = subprocess.run(
            [*self.account, sys.executable, "-m", "autograder.cli", *course, *verb],
            cwd=self.root,
            env=os.environ | {"HOME": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self) -> dict[str, str]:
        """Returns the passwords that are new."""
        return self.run("start", "--port", "0", "--prefix", f"l{os.getpid() % 100000:x}-")["new"]

    def stop(self) -> None:
        layout = load_layout(self.hub)
        self.run("stop")
        assert processes(layout) == ()


@pytest.fixture(params=["root", "an ordinary user"])
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    root = Path(tempfile.mkdtemp(prefix="autograder-laptop-"))
    root.chmod(0o755)
    copy_checkout(TOY, root / "checkout")
    if request.param != "root":
        subprocess.run(["chown", "-R", "nobody:nogroup", str(root)], check=True)
    found = Machine(root, () if request.param == "root" else NOBODY)
    try:
        yield found
    finally:
        if (found.hub / "hub.json").exists():
            found.stop()
        shutil.rmtree(root)


def graded(hub: Hub, student: str) -> list[dict]:
    """What the student's page lists, once nothing of it waits."""

    def settled() -> list[dict] | None:
        lines = hub.session(student).get(f"{hub.service}?format=json", timeout=30).json()["submissions"]
        return lines if lines and all(line["state"] in ("done", "failed", "refused") for line in lines) else None

    return until(settled, 90)


def test_a_hub_starts_grades_stops_and_goes_on_from_its_backup(machine):
    passwords = machine.start()
    hub = Laptop(load_layout(machine.hub), passwords)
    assert hub.layout.system_accounts is (machine.account == ())
    student = hub.students[0]
    for verb in ("generate_assignment", "release_assignment"):
        hub.nbgrader(verb, WEEK)
    hub.hand_in(student, f"{student}+{WEEK}+{NOW}+firstfirst12", hub.released(WEEK))
    (before,) = graded(hub, student)
    assert before["state"] == "done"
    machine.stop()
    archive = machine.root / "backup.tar"
    subprocess.run(["tar", "--numeric-owner", "-cpf", str(archive), "-C", str(machine.root), "hub"], check=True)
    shutil.rmtree(machine.hub)
    subprocess.run(["tar", "--numeric-owner", "-xpf", str(archive), "-C", str(machine.root)], check=True)
    assert machine.start() == {}, "everybody's password is the same"
    again = Laptop(load_layout(machine.hub), passwords)
    assert graded(again, student) == [before]
    number = before["number"]
    receipt = again.session(student).get(f"{again.service}submission/{number}/receipt", timeout=30).text
    verify(Receipt.from_json(receipt), public_path(again.layout.course / "course" / "receipt-key").read_bytes())
    again.hand_in(student, f"{student}+{WEEK}+{NOW}+secondsecond", again.released(WEEK))
    until(lambda: len(graded(again, student)) == 2)
    assert {line["state"] for line in graded(again, student)} == {"done"}
    collected = again.layout.course / "course" / "submitted" / student / WEEK / "toy.ipynb"
    again.nbgrader("collect", WEEK)
    assert collected.is_file()
