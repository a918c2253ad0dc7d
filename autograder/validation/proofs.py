"""Weeks whose gates have all held, by all that a gate depends on: ``docs/suites/proofs.json``.

To grade every known-wrong answer of every week takes longer than a change of one of them should. A week of which
nothing has changed since its gates last held is not proven again by ``validate --changed``; the reference is
graded all the same.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment
from autograder.digests import suite_digest
from autograder.errors import BadManifest
from autograder.guest.digest import PACKAGE, guest_digest
from autograder.validation.catalogue import PAGES

FILE = PAGES / "proofs.json"
GRADER = (
    *("judge", "sandbox", "gpu", "validation"),
    *("grading.py", "digests.py", "kept.py", "rules.py", "records.py", "alarms.py"),
)
"""Of the package, beside what goes into the sandbox: what decides a score, and what checks it."""


@dataclass(frozen=True)
class Proof:
    """All gates of a week held: for what (``digest``), when (a date), how many submissions and on which engine."""

    digest: str
    date: str
    submissions: int
    engine: str


def digest_of(root: Path, assignment: Assignment) -> str:
    """Digest of all that the gates of a week depend on: its own files, the grader, the versions of libraries."""
    h = hashlib.sha256(f"{suite_digest(assignment)} {guest_digest()}".encode())
    folders = [PACKAGE / name for name in GRADER]
    answers = [path for q in assignment.questions for path in (*assignment.mutants(q.name), *assignment.wheats(q.name))]
    release = root / "assignments" / assignment.name
    files = [
        *(path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.py"))),
        *answers,
        *(path for path in release.rglob("*") if path.is_file()),
        root / "requirements.txt",
    ]
    found = {_name(path, root): path for path in files if path.is_file() and "__pycache__" not in path.parts}
    for name, path in sorted(found.items()):
        h.update(f"\0{name}\0".encode())
        h.update(hashlib.sha256(path.read_bytes()).digest())
    return h.hexdigest()


def _name(path: Path, root: Path) -> str:
    """A file's name wherever the checkout lies, and whatever its folder is called."""
    base = PACKAGE if path.is_relative_to(PACKAGE) else root
    return path.relative_to(base).as_posix()


def read_proof(root: Path, assignment: Assignment) -> Proof | None:
    """The proof of a week as it is now; None where it has changed since, or was never proven.

    Raises
    ------
    BadManifest
        If the file is damaged.
    """
    proof = _read(root / FILE).get(assignment.name)
    return proof if proof is not None and proof.digest == digest_of(root, assignment) else None


def write_proof(root: Path, assignment: Assignment, submissions: int, engine: str) -> None:
    """Record that all gates of a week hold."""
    path = root / FILE
    proof = Proof(digest_of(root, assignment), dt.date.today().isoformat(), submissions, engine)
    proofs = {**_read(path), assignment.name: proof}
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {name: dataclasses.asdict(proofs[name]) for name in sorted(proofs)}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, Proof]:
    try:
        return {name: Proof(**fields) for name, fields in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as e:
        raise BadManifest(f"{path}: is damaged ({e}). Remove it, and run: autograder validate --matrix") from None
