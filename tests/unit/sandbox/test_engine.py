from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest

from autograder.errors import BadManifest, EngineUnavailable
from autograder.sandbox import WorkerSpec, get_engine
from autograder.sandbox.bubblewrap import CAPABILITIES, MOUNTING, bubblewrap_command
from autograder.sandbox.choice import ENGINE_VARIABLE
from autograder.sandbox.docker import _may_live, _this_process
from autograder.sandbox.engine import refused, supervisor_arguments
from autograder.sandbox.uids import RANGE, UidRange

PROJECT = Path(__file__).parents[3]


def walls(**changes):
    options = {
        "single_uid": False,
        "scratch_mb": 8,
        "shared_memory_mb": 8,
        "guest_root": "/opt/autograder",
        "meeting": ("/tmp/m", "/run/judge"),
    }
    return bubblewrap_command("bwrap", **{**options, **changes})


def shown(command):
    """Source and place of each part of this machine that a sandbox sees."""
    return [(command[i + 1], command[i + 2]) for i, word in enumerate(command) if word.startswith("--ro-bind")]


def test_an_unknown_engine_is_answered_with_the_known_ones():
    with pytest.raises(EngineUnavailable, match="docker, podman, local, plain"):
        get_engine("dokcer")


def test_the_environment_chooses_for_auto_and_for_nothing_else(monkeypatch):
    monkeypatch.setenv(ENGINE_VARIABLE, "plain")
    assert get_engine("auto").name == "local-plain"
    monkeypatch.setenv(ENGINE_VARIABLE, "nonsense")
    assert get_engine("plain").name == "local-plain"


def test_the_plain_engine_says_what_it_is_for():
    assert "trusted code only" in get_engine("plain").protects


def test_the_supervisor_is_told_imports_and_session():
    spec = WorkerSpec(imports=("numpy", "scipy.special"), session="a:b")
    arguments = supervisor_arguments(spec, socket="/s", mode="uid", box="/box")
    assert arguments[-4:] == ["--import", "numpy", "--import", "scipy.special"]
    assert arguments[arguments.index("--session") + 1] == "a:b"


def test_of_the_project_only_the_guest_is_shown():
    sources = [Path(source) for source, _ in shown(walls())]
    inside = [path for path in sources if path.is_relative_to(PROJECT / "autograder")]
    assert inside == [PROJECT / "autograder" / name for name in ("__init__.py", "guest", "protocol")]
    for hidden in (PROJECT / "solutions", PROJECT / "tests", PROJECT / "course"):
        assert not any(hidden.is_relative_to(path) for path in sources)


def test_a_checkout_inside_of_what_is_shown_is_covered_up(monkeypatch, tmp_path):
    for name in ("lib/course/autograder/guest", "lib/course/autograder/protocol", "lib/course/.venv/lib", "bin"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "lib/course/.venv"))
    monkeypatch.setattr("autograder.sandbox.bubblewrap.PACKAGE", tmp_path / "lib/course/autograder")
    command = walls()
    cover = command.index(str(tmp_path / "lib/course"), command.index("--tmpfs"))
    assert command.index(str(tmp_path / "lib")) < cover, "first shown, then covered"


def test_root_keeps_four_capabilities_and_an_ordinary_user_none_but_that_to_mount_which_is_given_up():
    assert [word for word in walls() if word.startswith("CAP_")] == [*CAPABILITIES, MOUNTING]
    assert [word for word in walls(single_uid=True) if word.startswith("CAP_")] == [MOUNTING]


@pytest.mark.parametrize("single_uid", [True, False])
def test_every_namespace_is_its_own(single_uid):
    assert {"--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"} <= set(walls(single_uid=single_uid))


def test_two_sandboxes_never_share_uids():
    ranges = [UidRange() for _ in range(20)]
    try:
        firsts = sorted(found.first for found in ranges)
        assert all(b - a >= RANGE for a, b in itertools.pairwise(firsts))
        assert firsts[-1] + RANGE <= 65536
    finally:
        for found in ranges:
            found.close()


def test_a_host_process_is_told_from_its_successors():
    assert _may_live(_this_process())
    assert not _may_live(_this_process().rpartition(":")[0] + ":1")
    assert _may_live("another-boot-1:1:1"), "of other machines nothing is known"


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ("ModuleNotFoundError: No module named 'scipy.speciall'", BadManifest),
        ("ModuleNotFoundError: No module named 'nolib'", BadManifest),
        ("ModuleNotFoundError: No module named 'math.deep'; 'math' is not a package", BadManifest),
        ("ModuleNotFoundError: No module named 'msgpack'", EngineUnavailable),
        ("ModuleNotFoundError: No module named 'sci'", EngineUnavailable),
        ("RuntimeError: 3 threads run after the imports ['nolib']: a fork would hang", EngineUnavailable),
    ],
)
def test_only_a_library_of_the_manifest_that_is_not_there_is_the_courses_fault(refusal, kind):
    spec = WorkerSpec(imports=("scipy.speciall", "nolib", "math.deep.er"))
    error = refused(spec, RuntimeError(refusal), "the machine")
    assert type(error) is kind
    assert str(error).startswith(f"assignment.toml, [sandbox] imports: {refusal}. ") == (kind is BadManifest)
