"""Reads assignment.toml: every key, its type and its sensible range in one table."""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.attempts import AttemptPolicy
from autograder.gpu.settings import CardJob, read_card_job
from autograder.late import LatePolicy
from autograder.records import Limits
from autograder.rules import Rules

RUNNERS = ("cpu", "gpu")
ISOLATIONS = ("session", "container")

# Outside these a limit is surely a slip of the pen: seconds for milliseconds, bytes for MiB.
_RANGES: dict[str, tuple[float, float]] = {
    "cell_seconds": (0.1, 3600),
    "notebook_seconds": (0.1, 7200),
    "test_seconds": (0.01, 3600),
    "question_seconds": (0.1, 3600),
    "total_seconds": (1, 14400),
    "cpu_seconds": (1, 14400),
    "memory_mb": (64, 65536),
    "scratch_mb": (1, 8192),
    "processes": (1, 4096),
    "open_files": (16, 65536),
    "output_kb": (1, 1024),
    "returned_mb": (1, 4096),
    "notebook_mb": (1, 256),
    "callbacks": (1, 1_000_000),
    "shared_memory_mb": (1, 8192),
    "returned_objects_kb": (64, 8192),  # in the judge, hostile ones take 70 times as much memory
    "returned_depth": (1, 64),  # the wire itself carries no more
    "files": (64, 1_000_000),
}

# What a policy may say; 0 % a day or a last day before the first would be a policy that nobody means.
_LATE_RANGES: dict[str, tuple[float, float]] = {
    "percent_per_day": (0, 100),
    "grace_minutes": (0, 1440),
    "max_percent": (1, 100),
    "last_day": (0.01, 365),
}

_ATTEMPT_RANGES: dict[str, tuple[float, float]] = {"limit": (1, 1000), "cooldown_minutes": (0.1, 10080)}

_RULE_KEYS = ("imports", "calls", "says", "weight")


@dataclass(frozen=True)
class Manifest:
    """What assignment.toml says.

    ``isolation`` is what a submission has to itself: a session in a warm sandbox, or a sandbox of its own.
    ``imports`` (in the section [sandbox]) are the modules that a worker imports before it serves.
    ``rules`` are what questions forbid, by question; those of the whole week stand under "".
    ``reading`` says, by question, what a student who lost points should read again (section [reading]).
    ``graders`` share the answers that people read; ``similarity`` allows `autograder similarity`.
    ``answered_in`` names, for a question that only tests an earlier one's answer, that earlier one.
    ``late`` is what handing in late costs (section [late]); without it nothing.
    ``attempts`` is how often grading on submit answers a student (section [attempts]).
    ``card`` is what may run on a graphics card (section [gpu]), where ``runner`` is "gpu".
    ``points`` is the sum that the author meant the questions to have, without those named in ``bonus``.
    """

    title: str = ""
    notebook: str = ""
    due: datetime | None = None
    runner: str = "cpu"
    isolation: str = "session"
    imports: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    points: float | None = None
    bonus: tuple[str, ...] = ()
    rules: tuple[tuple[str, Rules], ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)
    graders: tuple[str, ...] = ()
    answered_in: tuple[tuple[str, str], ...] = ()
    similarity: bool = False
    late: LatePolicy | None = None
    attempts: AttemptPolicy = field(default_factory=AttemptPolicy)
    card: CardJob | None = None


def read_manifest(path: Path) -> tuple[Manifest, tuple[str, ...]]:
    """Manifest and all its problems; what is wrong keeps its default.

    Each problem says what is wrong, where, and what to do.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest(), (f"{path}: is missing. Write it with at least 'title' and 'notebook'.",)
    except (OSError, UnicodeDecodeError) as e:
        return Manifest(), (f"{path}: cannot be read ({e}). Restore the file, as UTF-8 text.",)
    except tomllib.TOMLDecodeError as e:
        return Manifest(), (f"{path}: is not valid TOML ({e}). Correct that line.",)

    problems: list[str] = []

    def fault(key: str, what: str, remedy: str) -> None:
        problems.append(f"{path}: {key}: {what}{'' if what.endswith('?') else '.'} {remedy}")

    known = {f.name for f in dataclasses.fields(Manifest)} - {"imports", "card"} | {"sandbox", "gpu"}
    for key in raw.keys() - known:
        fault(key, *_unknown("key", key, known))

    def text(key: str, default: str) -> str:
        value = raw.get(key, default)
        if isinstance(value, str) and value.strip():
            return value
        if key not in raw:
            fault(key, "is missing", f'Add {key} = "...".')
        else:
            fault(key, f"must be a text that is not empty, not {value!r}", f'Write {key} = "...".')
        return default

    def texts(table: dict[str, Any], key: str, name: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        fault(name, f"must be a list of texts, not {value!r}", f'Write {key} = ["...", "..."].')
        return ()

    title, notebook = text("title", ""), text("notebook", "")
    if notebook and (Path(notebook).name != notebook or notebook.endswith((".py", ".ipynb"))):
        fault("notebook", f"{notebook!r} is no plain stem", "Name the notebook without folder and ending.")
        notebook = Path(notebook).stem

    due = raw.get("due")
    if due is not None and not (isinstance(due, datetime) and due.tzinfo is not None):
        fault("due", f"must be a date with time and offset, not {due!r}", "Write due = 2026-03-01T23:59:00+01:00.")
        due = None

    runner = raw.get("runner", "cpu")
    if runner not in RUNNERS:
        fault("runner", f"unknown runner {runner!r}", f"Choose one of: {', '.join(RUNNERS)}.")
        runner = "cpu"
    isolation = raw.get("isolation", "session")
    if isolation not in ISOLATIONS:
        fault("isolation", f"unknown isolation {isolation!r}", f"Choose one of: {', '.join(ISOLATIONS)}.")
        isolation = "session"
    card = None
    if "gpu" in raw:
        card, faults = read_card_job(raw["gpu"])
        for one in faults:
            fault(*one)
    if (runner == "gpu") != ("gpu" in raw) and isinstance(raw.get("gpu", {}), dict):
        fault("gpu", 'the section [gpu] and runner = "gpu" belong together', "Write both, or neither.")

    sandbox = raw.get("sandbox", {})
    if not isinstance(sandbox, dict):
        fault("sandbox", f"must be a table, not {sandbox!r}", "Write a section [sandbox].")
        sandbox = {}
    for key in sandbox.keys() - {"imports"}:
        fault(f"sandbox.{key}", *_unknown("key", key, {"imports"}))
    imports = texts(sandbox, "imports", "sandbox.imports")
    for name in imports:
        if not _is_module(name):
            fault("sandbox.imports", f"{name!r} is no module name", "Write names as in an import statement.")

    reading = raw.get("reading", {})
    if not isinstance(reading, dict) or not all(isinstance(v, str) and v.strip() for v in reading.values()):
        fault("reading", "must be a table of texts", 'Write a section [reading] with lines like q1 = "Lecture 2".')
        reading = {}

    similarity = raw.get("similarity", False)
    if not isinstance(similarity, bool):
        fault("similarity", f"must be true or false, not {similarity!r}", "Write similarity = true.")
        similarity = False

    points = raw.get("points")
    if points is not None and not (_is_number(points) and points > 0):
        fault("points", f"must be a positive number, not {points!r}", "Write the sum of the questions' points.")
        points = None

    manifest = Manifest(
        title=title,
        notebook=notebook,
        due=due,
        runner=runner,
        isolation=isolation,
        imports=tuple(filter(_is_module, imports)),
        limits=_limits(raw.get("limits", {}), fault),
        points=None if points is None else float(points),
        bonus=texts(raw, "bonus", "bonus"),
        rules=_rules(raw.get("rules", {}), fault, texts),
        reading=reading,
        graders=texts(raw, "graders", "graders"),
        answered_in=_answered_in(raw.get("answered_in", {}), fault),
        similarity=similarity,
        late=_late(raw["late"], due, fault) if "late" in raw else None,
        attempts=_attempts(raw.get("attempts", {}), fault),
        card=card,
    )
    return manifest, tuple(problems)


def _answered_in(raw: Any, fault: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        fault("answered_in", f"must be a table of questions, not {raw!r}", 'Write later = "earlier" in [answered_in].')
        return ()
    return tuple(raw.items())


def _rules(raw: Any, fault: Any, texts: Any) -> tuple[tuple[str, Rules], ...]:
    """What [rules] says of the whole week, under "", and what [rules.<question>] says."""
    if not isinstance(raw, dict):
        fault("rules", f"must be a table, not {raw!r}", "Write a section [rules], or [rules.<question>].")
        return ()
    tables = {key: table for key, table in raw.items() if isinstance(table, dict)}
    week = {key: value for key, value in raw.items() if key not in tables}
    every = {"": ("rules", week)} | {name: (f"rules.{name}", table) for name, table in tables.items()}
    found = []
    for question, (where, table) in every.items():
        if not table and not question:
            continue
        for key in table.keys() - _RULE_KEYS:
            fault(f"{where}.{key}", *_unknown("key", key, _RULE_KEYS))
        names = {}
        for key in ("imports", "calls"):
            names[key] = texts(table, key, f"{where}.{key}")
            for name in names[key]:
                if not _is_module(name):
                    fault(f"{where}.{key}", f"{name!r} is no dotted name", 'Write names such as "numpy.linalg.svd".')
        says, weight = table.get("says", ""), table.get("weight")
        if not isinstance(says, str):
            fault(f"{where}.says", f"must be a text, not {says!r}", "Write a sentence for the student.")
            says = ""
        if weight is not None and not (_is_number(weight) and weight > 0):
            fault(f"{where}.weight", f"must be a positive number, not {weight!r}", "Write a test's weight, or nothing.")
            weight = None
        if table.keys() <= {"says", "weight"}:
            fault(where, "forbids nothing", "Add imports = [...] or calls = [...].")
        good = {key: tuple(filter(_is_module, values)) for key, values in names.items()}
        found.append((question, Rules(says=says.strip(), weight=None if weight is None else float(weight), **good)))
    return tuple(found)


def _late(raw: Any, due: datetime | None, fault: Any) -> LatePolicy | None:
    good = _numbers(raw, "late", _LATE_RANGES, fault)
    if good is None:
        return None
    if due is None:
        fault("late", "is a rule without a due date", "Add due = 2026-03-01T23:59:00+01:00.")
    if not raw.keys() & {"percent_per_day", "last_day"}:
        fault("late", "costs nothing", "Add percent_per_day or last_day.")
    return LatePolicy(**good)


def _attempts(raw: Any, fault: Any) -> AttemptPolicy:
    good = _numbers(raw, "attempts", _ATTEMPT_RANGES, fault) or {}
    limit = good.pop("limit", 0)
    if limit != int(limit):
        fault("attempts.limit", f"must be a whole number, not {limit!r}", "Write limit = 5.")
    return AttemptPolicy(limit=int(limit), **good)


def _numbers(raw: Any, section: str, ranges: Mapping[str, tuple[float, float]], fault: Any) -> dict[str, float] | None:
    """A section of numbers, each within its range; None where it is no section."""
    if not isinstance(raw, dict):
        fault(section, f"must be a table, not {raw!r}", f"Write a section [{section}].")
        return None
    good: dict[str, float] = {}
    for key, value in raw.items():
        if key not in ranges:
            fault(f"{section}.{key}", *_unknown("key", key, ranges))
            continue
        low, high = ranges[key]
        if _is_number(value) and low <= value <= high:
            good[key] = float(value)
        else:
            fault(f"{section}.{key}", f"{value!r} makes no sense", f"Choose a number from {low:g} to {high:g}.")
    return good


def _limits(raw: Any, fault: Any) -> Limits:
    if not isinstance(raw, dict):
        fault("limits", f"must be a table, not {raw!r}", "Write a section [limits].")
        return Limits()
    types = {f.name: type(f.default) for f in dataclasses.fields(Limits)}
    good: dict[str, float | int] = {}
    for key, value in raw.items():
        if key not in types:
            fault(f"limits.{key}", *_unknown("limit", key, types))
            continue
        low, high = _RANGES[key]
        if not _is_number(value) or (types[key] is int and value != int(value)):
            kind = "whole number" if types[key] is int else "number"
            fault(f"limits.{key}", f"must be a {kind}, not {value!r}", f"Choose one from {low:g} to {high:g}.")
        elif not low <= value <= high:
            fault(f"limits.{key}", f"{value!r} makes no sense", f"Choose a value from {low:g} to {high:g}.")
        else:
            good[key] = types[key](value)
    limits = Limits(**good)
    if limits.total_seconds < limits.notebook_seconds:
        fault(
            "limits.total_seconds",
            f"{limits.total_seconds:g} is less than notebook_seconds ({limits.notebook_seconds:g})",
            "Raise total_seconds or lower notebook_seconds.",
        )
    return limits


def _unknown(kind: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """What is wrong with a name that means nothing here, and what to write instead."""
    near = difflib.get_close_matches(name, known, 1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"unknown {kind} {name!r}{meant}", f"Known {kind}s: {', '.join(sorted(known))}."


def _is_module(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
