"""An otter assignment (zip, dist folder or notebook) as a week of a course."""

from __future__ import annotations

import ast
import doctest
import json
import re
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.errors import CannotImport
from autograder.interop.archive import read_folder, read_zip
from autograder.interop.foreign import fault_of, lost_tags, odd_character, parse, read_bytes, read_notebook, shown
from autograder.interop.new_week import Cell, Mutant, NewWeek, identifier, meta, unanswered
from autograder.interop.otter_format import OtterTest, read_metadata_test, read_test

# Settings of otter_config.json that change what is graded, or how, and cannot be taken along.
_REFUSED_SETTINGS = {
    "grade_from_log": "grading from the log (its pickles) is not supported",
    "plugins": "plugins are not supported",
    "pdf": "PDFs of submissions are not supported",
    "token": "uploading PDFs with a Gradescope token is not supported",
    "seed": "seeding each cell is not supported; seed in the notebook",
    "seed_variable": "a seed variable is not supported; seed in the notebook",
    "score_threshold": "a threshold for the whole assignment is not supported",
    "points_possible": "rescaling the total is not supported; give the questions those points",
    "serialized_variables": "variables out of the log are not supported",
}
_OWN_START = "it starts otter's own container; grading here has its own"
_OWN_LIST = "the grading image has its own list, in grading_env/"
_NOT_TAKEN = {
    "environment.yml": _OWN_LIST,
    "requirements.txt": _OWN_LIST,
    "setup.sh": f"{_OWN_START} image, in grading_env/",
    "run_autograder": f"{_OWN_START} judge",
    "run_otter.py": f"{_OWN_START} judge",
    ".OTTER_LOG": "it is a student's log",
}
_CHECK = re.compile(r"""^\s*\w+\.check\(\s*["']([^"']+)["']\s*\)\s*;?\s*$""")
_OTTER_ONLY = re.compile(r"^\s*(#.*|import otter\b.*|from otter\b.*|\w+ = (otter\.)?Notebook\(.*|"
                         r"\w+\.(check_all|export|to_pdf)\(.*\)|)\s*$")  # fmt: skip


def read_otter(path: Path, name: str | None = None, notebook: Path | None = None) -> NewWeek:
    """Read an otter assignment; nothing of it is run.

    Parameters
    ----------
    path : Path
        ``autograder.zip``, the ``dist`` folder of `otter assign` (or its ``autograder`` folder), or a notebook whose
        metadata holds the tests.
    name : str, optional
        The week's name; default: from the path.
    notebook : Path, optional
        The notebook with the solutions, for a zip, which holds none.

    Raises
    ------
    BadArchive, CannotImport
    """
    files, zipped, stub, students = _files(path)
    if notebook is not None:
        files[notebook.name] = read_bytes(notebook)
        notebooks = [notebook.name]
    else:
        notebooks = sorted(n for n in files if n.endswith(".ipynb") and not n.startswith(("files/", "tests/")))
        if len(notebooks) != 1:
            found = ", ".join(notebooks) or "none"
            raise CannotImport(
                f"{path}: one notebook is needed beside the tests, found: {found}. "
                "Name the one with the solutions: --notebook FILE"
            )
    stem = PurePosixPath(notebooks[0]).stem
    week = NewWeek(name or identifier(stem), stem.replace("_", " ").replace("-", " "), identifier(stem))
    document = read_notebook(files[notebooks[0]], f"{path}: {notebooks[0]}")
    tests = _tests(zipped | files, document, path, week)
    _settings(zipped | files, path, week)
    stubs = _stubs(read_notebook(stub, str(path))) if stub else {}
    _cells(document, tests, stubs, week)
    for test in tests.values():
        week.suites[test.question] = suite_text(test)
    week.files = _student_files(zipped, files, notebooks[0], path.suffix == ".zip", week)
    lost = sorted(n for n, data in students.items() if data not in week.files.values())
    week.notes += [f"{n} was not taken along: it lies outside the autograder's folder" for n in lost]
    return week


def _files(path: Path) -> tuple[dict[str, bytes], dict[str, bytes], bytes | None, dict[str, bytes]]:
    """Files of the assignment, of the autograder zip within it, the students' notebook, and what lies beside all that.

    A zip by itself is both: what it holds is also looked through for the notebook.
    """
    if path.is_dir():
        files = read_folder(path)
        stub, beside = None, {}
        if any(n.startswith("autograder/") for n in files):  # dist/
            beside = {n: d for n, d in files.items() if not n.startswith("autograder/")}
            students = [n for n in beside if n.startswith("student/") and n.endswith(".ipynb")]
            stub = beside.pop(students[0]) if len(students) == 1 else None
            files = {n.removeprefix("autograder/"): d for n, d in files.items() if n.startswith("autograder/")}
        zips = [n for n in files if n.endswith(".zip") and "/" not in n]
        if len(zips) > 1:
            raise CannotImport(f"{path}: several zips ({', '.join(zips)}). Leave the one to import.")
        places = [where / zips[0] for where in (path, path / "autograder") if zips and (where / zips[0]).is_file()]
        zipped = read_zip(places[0]) if places else {}
        return {n: d for n, d in files.items() if n not in zips}, zipped, stub, beside
    if path.suffix == ".ipynb":
        return {path.name: read_bytes(path)}, {}, None, {}
    zipped = read_zip(path)
    return {n: d for n, d in zipped.items() if n.endswith(".ipynb")}, zipped, None, {}


def _tests(files: dict[str, bytes], document: dict[str, Any], path: Path, week: NewWeek) -> dict[str, OtterTest]:
    """Tests by the name that a check asks for: those of the zip, else those of the notebook's metadata."""
    read: list[tuple[str, OtterTest | None, list[str]]] = []
    scripts = sorted(n for n in files if re.fullmatch(r"tests/[^/]+", n) and not n.endswith("/__init__.py"))
    for script in scripts:
        stem, where = PurePosixPath(script).stem, f"{path}: {script}"
        if not script.endswith(".py"):
            read.append((stem, None, [f"{where}: is no Python file (R is not supported). Leave it out."]))
            continue
        try:
            text = files[script].decode("utf-8")
        except UnicodeDecodeError as e:
            read.append((stem, None, [f"{where}: is no UTF-8 text ({e}). Save it as UTF-8."]))
            continue
        read.append((stem, *read_test(text, identifier(stem), where)))
    if not scripts:
        own = document["metadata"].get("otter")
        specs = own.get("tests") if isinstance(own, dict) else None
        for key, spec in (specs.items() if isinstance(specs, dict) else ()):
            where = f"{path}: metadata, test {key}"
            read.append((key, *read_metadata_test(spec, identifier(key), where)))
    if any(n.startswith("tests/_judge/") for n in files):
        raise CannotImport(f"{path}: is an export of ours: its suites are in the course that it was made from.")
    if not read:
        lower = sorted({n.partition("/tests/")[0] for n in files if re.search(r"/tests/[^/]+\.py$", n)})
        raise CannotImport(
            f"{path}: has no otter test, neither in tests/ nor in the notebook's metadata."
            + (f" There are tests in a folder within ({', '.join(lower)}): name that one, unpacked." if lower else "")
        )
    tests: dict[str, OtterTest] = {}
    for key, test, problems in read:
        week.problems += problems
        if test is None:
            continue
        same = [k for k, t in tests.items() if t.question == test.question or t.name == test.name]
        if same:
            week.problems.append(f"{path}: the tests {same[0]!r} and {key!r} have the same name. Rename one.")
            continue
        if test.question != key:
            week.notes.append(f"{key} is called {test.question} here: a question's name is a module's")
        tests[key] = test
    return tests


def _settings(files: dict[str, bytes], path: Path, week: NewWeek) -> None:
    for name in ("otter_config.json",):
        try:
            config = json.loads(files.get(name, b"{}"))
        except (ValueError, RecursionError) as e:
            week.problems.append(f"{path}: {name}: is no JSON ({e}). Correct it.")
            continue
        if not isinstance(config, dict):
            week.problems.append(f"{path}: {name}: is no object. Correct it.")
            continue
        if config.get("lang", "python") != "python":
            week.problems.append(f"{path}: {name}: lang: {shown(config['lang'])}: only Python is supported.")
        for key, value in config.items():
            off = value is None or value is False or value in ([], {})
            if key in _REFUSED_SETTINGS and not off:
                week.problems.append(f"{path}: {name}: {key}: {_REFUSED_SETTINGS[key]}.")
            elif key not in _REFUSED_SETTINGS and key != "lang":
                week.notes.append(f"{name}: the setting {shown(key)}, {shown(value)}, was not taken along")


def _cells(document: dict[str, Any], tests: dict[str, OtterTest], stubs: dict[str, str], week: NewWeek) -> None:
    """The notebook's cells, with an answer cell and a grade cell where a check stood."""
    answer: int | None = None
    asked: set[str] = set()
    for number, raw in enumerate(document["cells"], 1):
        source, kind = raw["source"], raw["cell_type"]
        if raw.get("attachments"):
            week.problems.append(f"cell {number}: attached pictures are not supported. Put them into files.")
        week.notes += lost_tags(raw, f"cell {number}")
        if kind != "code":
            if "BEGIN QUESTION" in source and "manual: true" in source:
                week.notes.append(f"cell {number}: a manual question; give it nbgrader metadata and points")
            week.cells.append(Cell(kind if kind == "markdown" else "raw", source))
            continue
        checks = [m[1] for line in source.splitlines() if (m := _CHECK.match(line))]
        rest = "\n".join(line for line in source.splitlines() if not _CHECK.match(line))
        if all(_OTTER_ONLY.match(line) for line in rest.splitlines()):
            if rest.strip() and not checks:
                week.notes.append(f"cell {number}: starts or exports with otter; the release has a cell of its own")
                continue
            rest = ""
        if rest.strip():
            week.cells.append(Cell("code", rest))
            answer = len(week.cells) - 1
        for key in checks:
            if key not in tests:
                week.problems.append(f"cell {number}: checks {key!r}, of which no test could be read.")
            elif key in asked:
                week.notes.append(f"cell {number}: a second check of {key} was left out")
            else:
                asked.add(key)
                _add_question(tests[key], answer, stubs.get(key), week)
                answer = None
    for key, test in tests.items():
        if key not in asked:
            week.notes.append(f"{test.question} is asked nowhere in the notebook; its cell stands at the end")
            _add_question(test, None, None, week)


def _add_question(test: OtterTest, answer: int | None, stub: str | None, week: NewWeek) -> None:
    name = test.question
    if answer is not None:
        answered = week.cells[answer].source
        week.cells[answer] = Cell("code", with_regions(answered, stub), meta(f"{name}_solution", solution=True))
    else:
        earlier = [(c.meta["grade_id"], c.source) for c in week.cells if c.meta.get("solution")]
        if not earlier:
            week.problems.append(f"{name}: no cell with an answer stands before its check.")
            return
        grade_id, answered = earlier[-1]
        week.answered_in[name] = grade_id.removesuffix("_solution")
        week.notes.append(f"{name} tests the answer of {week.answered_in[name]}")
    checks = public_cell(test)
    week.cells.append(Cell("code", checks, meta(name, grade=True, locked=True, points=round(test.points, 6))))
    tests = tuple(test_names(test))
    first = next(c for c in test.cases if c.points)
    hint = f"case_{test.cases.index(first) + 1}" if first.failure else "assertion"
    week.mutants.append(Mutant(name, unanswered(answered), tests, hint))


def with_regions(solution: str, stub: str | None) -> str:
    """A solution with nbgrader's marks around what students do not receive."""
    if stub is None:
        return f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    if stub.strip() == solution.strip():
        return solution
    theirs, ours = stub.splitlines(), solution.splitlines()
    lines: list[str] = []
    for what, _, _, begin, end in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        part = ours[begin:end]
        if what == "equal" or not part:
            lines += part
            continue
        first = next((line for line in part if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip())]
        lines += [f"{indent}### BEGIN SOLUTION", *part, f"{indent}### END SOLUTION"]
    return "\n".join(lines)


def _stubs(document: dict[str, Any]) -> dict[str, str]:
    """The students' version of each answer cell, by the check that follows it."""
    stubs, last = {}, None
    for raw in document["cells"]:
        if raw["cell_type"] != "code":
            continue
        checks = [m[1] for line in raw["source"].splitlines() if (m := _CHECK.match(line))]
        for key in checks:
            if last is not None:
                stubs.setdefault(key, last)
        last = None if checks else raw["source"]
    return stubs


def public_cell(test: OtterTest) -> str:
    """The public cases as plain assertions, where they can be written so; the others by name."""
    lines = []
    for case in test.cases:
        if case.hidden:
            continue
        part = _doctest_assertions(case.code) if test.ok else _body(case.code, case.arguments)
        lines.append(part if part is not None else f"# {case.name}: is run when the notebook is graded")
    if any(case.hidden for case in test.cases):
        lines.append("# Hidden tests of this question remain.")
    text = "\n".join(lines)
    if odd_character(text) or fault_of(text):
        return f"# The tests of {test.question} are run when the notebook is graded."
    return text


def _doctest_assertions(code: str) -> str | None:
    lines = []
    try:
        examples = doctest.DocTestParser().get_examples(code)
    except ValueError:
        return None
    for example in examples:
        source, want = example.source.rstrip("\n"), example.want.rstrip("\n")
        if example.options or example.exc_msg is not None:
            return None
        if not want:
            lines.append(source)
            continue
        tree = parse(source)
        if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
            return None
        if source.startswith("print("):
            return None
        lines.append(f"assert {source}" if want == "True" else f"assert repr({source}) == {want!r}")
    return "\n".join(lines)


def _body(code: str, arguments: tuple[str, ...]) -> str | None:
    tree = parse(code)
    if tree is None:  # a text of several lines that begins further left than the code around it
        return None
    returns = any(isinstance(n, (ast.Return, ast.Yield, ast.Global, ast.Nonlocal)) for n in ast.walk(tree))
    return None if returns or "env" in arguments else code


def test_names(test: OtterTest) -> list[str]:
    """Names of the test functions in :func:`suite_text`."""
    return ["test_all"] if test.all_or_nothing else [f"test_case_{n}" for n in range(1, len(test.cases) + 1) if
                                                     test.cases[n - 1].points]  # fmt: skip


test_names.__test__ = False


def suite_text(test: OtterTest) -> str:
    """The hidden suite of an imported question."""
    helper = "examples" if test.ok else "case"
    hints = {f"case_{n}": c.failure for n, c in enumerate(test.cases, 1) if c.failure}
    hints |= {f"passed_{n}": c.success for n, c in enumerate(test.cases, 1) if c.success}
    parts = [
        f'"""Imported from otter: {test.question}, in the {"OK" if test.ok else "exception"} format.\n\n'
        'The code of the tests runs beside the student\'s: see autograder.judge.imported.\n"""\n',
        f"import pytest\n\nfrom autograder.judge import hint\nfrom autograder.judge.imported import {helper}\n",
        f"HINTS = {hints!r}\n",
        "CASES = [\n" + "".join(f"    {c.code!r},\n" for c in test.cases) + "]\n"
        if test.ok
        else f"SOURCE = {test.source!r}\n",
    ]
    data = "CASES" if test.ok else "SOURCE"
    if test.all_or_nothing:
        hidden = any(c.hidden for c in test.cases)
        visibility = "after_due" if hidden else "public"
        parts.append(
            f'\n@pytest.mark.visibility("{visibility}")\ndef test_all(student):\n'
            f'    """All cases of {test.question}: all or nothing"""\n'
            f"    for number in range({len(test.cases)}):\n"
            f'        with hint(f"case_{{number + 1}}") if f"case_{{number + 1}}" in HINTS else hint(""):\n'
            f"            {helper}(student, {data}, number)\n"
        )
        return "\n".join(parts)
    for number, case in enumerate(test.cases, 1):
        if not case.points:
            parts.append(f"\n# {case.name} has no points: it changes no score.\n")
            continue
        success = f'@pytest.mark.success("passed_{number}")\n' if case.success else ""
        parts.append(
            f"\n@pytest.mark.weight({case.points!r})\n"
            f'@pytest.mark.visibility("{"after_due" if case.hidden else "public"}")\n{success}'
            f"def test_case_{number}(student):\n    {case.name!r}\n"
            + (f'    with hint("case_{number}"):\n    ' if case.failure else "")
            + f"    {helper}(student, {data}, {number - 1})\n"
        )
    return "\n".join(parts)


def _student_files(
    zipped: dict[str, bytes], files: dict[str, bytes], notebook: str, is_zip: bool, week: NewWeek
) -> dict[str, bytes]:
    """What lies beside the notebook; what else there is, and is not read as a test or a setting, is noted."""
    found = {n.removeprefix("files/"): d for n, d in zipped.items() if n.startswith("files/")}
    for name, data in ({} if is_zip else files).items():
        read = name == notebook or name.startswith("tests/") or name == "otter_config.json"
        if not read and name not in _NOT_TAKEN and (not name.endswith(".ipynb") or name.startswith("files/")):
            found.setdefault(name.removeprefix("files/"), data)
    for name, data in sorted({**files, **zipped}.items()):
        read = name in (notebook, "otter_config.json") or re.fullmatch(r"tests/[^/]+", name)
        if (read and not name.endswith("/__init__.py")) or found.get(name.removeprefix("files/")) == data:
            continue
        other = "another notebook" if name.endswith(".ipynb") else "otter hands only files/ of a zip to the notebook"
        why = _NOT_TAKEN.get(name, other)
        week.notes.append(f"{name} was not taken along: {why}")
    return found
