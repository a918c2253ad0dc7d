"""What results are made from, in digests: a change of any of it asks for a new result, or for a part of one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from pathlib import Path

from autograder import __version__
from autograder.course import Assignment


def seed_digest(secret: bytes) -> str:
    """What tells that two results were drawn with the same course secret, and nothing about it."""
    return hashlib.sha256(b"seed of draws\0" + secret).hexdigest()[:16]


def suite_digest(assignment: Assignment) -> str:
    """Digest of all that decides scores: suites, the reference, points, limits, rules, and this version."""
    limits = dataclasses.asdict(assignment.limits)
    settings = (__version__, limits, assignment.imports, assignment.rules, assignment.card)
    h = hashlib.sha256("\0".join(map(str, settings)).encode())
    for question in assignment.questions:
        h.update(f"\0{question.name}\0{question.points}".encode())
    _add_files(h, [*_suite_files(assignment), assignment.source])
    return h.hexdigest()


def question_digests(assignment: Assignment) -> dict[str, str]:
    """For each question with a suite, a digest of all that decides what its tests say of a notebook.

    That is its own module and all files of the suite that are no question's module, or that it names; the reference,
    limits, its points and rules, and this version. What changes for all questions changes every digest.
    """
    limits = dataclasses.asdict(assignment.limits)
    settings = (__version__, limits, assignment.imports, assignment.card)
    modules = {q.suite: q for q in assignment.questions if q.suite is not None and q.suite.is_file()}
    shared = hashlib.sha256("\0".join(map(str, settings)).encode())
    _add_files(shared, [*(p for p in _suite_files(assignment) if p not in modules), assignment.source])
    rules = dict(assignment.rules)
    found = {}
    for module, question in modules.items():
        h = shared.copy()
        h.update(f"\0{question.name}\0{question.points}\0{rules.get(question.name)}".encode())
        _add_files(h, _with_named(module, modules))
        found[question.name] = h.hexdigest()[:32]
    return found


def _with_named(module: Path, modules: Iterable[Path]) -> list[Path]:
    """A question's module, and those of other questions that it may use: whose names are in its text, or in theirs."""
    found, looked_at = {module}, set()
    while found - looked_at:
        path = min(found - looked_at)
        looked_at.add(path)
        text = path.read_text(encoding="utf-8")
        found |= {other for other in modules if other.stem in text}
    return sorted(found)


def _suite_files(assignment: Assignment) -> list[Path]:
    files = assignment.suite_dir.rglob("*")
    return sorted(path for path in files if path.is_file() and "__pycache__" not in path.parts)


def _add_files(h: hashlib._Hash, paths: Iterable[Path]) -> None:
    for path in paths:
        h.update(f"\0{path.name}\0".encode())
        h.update(hashlib.sha256(path.read_bytes()).digest())
