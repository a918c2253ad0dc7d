"""The command line of bubblewrap: which parts of this machine a local sandbox can see."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from autograder.guest.digest import PACKAGE
from autograder.sandbox.engine import START_ENVIRONMENT

MIB = 1 << 20
CAPABILITIES = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_CHOWN")
MOUNTING = "CAP_SYS_ADMIN"
"""Until the supervisor has put limits on its own file systems; it gives this up before it meets its host."""

DEVICES = (("null", "null"), ("full", "zero"), ("full", "full"), ("random", "random"), ("urandom", "urandom"))
"""Source and name. A shared mapping of /dev/zero is memory without a limit; /dev/full gives zeros too, and has none."""

ORDINARY_UID = 1000

# Not all of /usr: a course may lie in /usr/src or /usr/local/src.
SYSTEM_TREES = tuple(
    f"{root}/{name}" for root in ("/usr", "/usr/local") for name in ("bin", "lib", "lib32", "lib64", "libexec", "share")
)
SYSTEM_LINKS = ("/bin", "/lib", "/lib32", "/lib64")
# What the loader, the clock and matplotlib's fonts ask for; no names of this machine's users or networks.
SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/fonts",
)  # fmt: skip
ENVIRONMENT_PARTS = ("bin", "lib", "lib64", "share", "pyvenv.cfg")


def bubblewrap_command(
    bwrap: str, *, single_uid: bool, scratch_mb: int, shared_memory_mb: int, guest_root: str, meeting: tuple[str, str]
) -> list[str]:
    """Everything up to the command that is to run inside.

    Parameters
    ----------
    bwrap : str
        Path of the program.
    single_uid : bool
        Whether all inside share one ordinary uid; else the supervisor is root with the four capabilities
        that it needs to give each session a uid of its own.
    scratch_mb : int
        Size of /box, MiB.
    shared_memory_mb : int
        Size of /dev/shm, MiB.
    guest_root : str
        Where the guest's part of the package appears inside.
    meeting : (str, str)
        Directory of the host's socket, outside and inside.
    """
    command = [bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    # No --die-with-parent: it follows the *thread* that started us. The supervisor sees its host go by itself.
    command += ["--as-pid-1", "--new-session", "--hostname", "box", "--clearenv"]
    for variable, value in START_ENVIRONMENT.items():
        command += ["--setenv", variable, value]
    if single_uid:
        command += ["--unshare-user", "--uid", str(ORDINARY_UID), "--gid", str(ORDINARY_UID)]
    command += ["--cap-drop", "ALL"]
    for capability in (MOUNTING,) if single_uid else (*CAPABILITIES, MOUNTING):
        command += ["--cap-add", capability]
    for link in SYSTEM_LINKS:
        if os.path.islink(link):
            command += ["--symlink", os.readlink(link), link]
        else:
            command += ["--ro-bind-try", link, link]
    for path in (*SYSTEM_TREES, *SETTINGS):
        if os.path.exists(path):
            command += [*_parents(path), "--ro-bind", path, path]
    command += _environment()
    command += _guest(guest_root)
    command += ["--proc", "/proc", "--dir", "/dev"]
    # Not --dev: it brings terminals, and puts an ordinary user into a second namespace that may mount nothing.
    for source, name in DEVICES:
        command += ["--dev-bind", f"/dev/{source}", f"/dev/{name}"]
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        command += ["--symlink", f"/proc/self/fd/{number}", f"/dev/{name}"]
    command += ["--symlink", "/proc/self/fd", "/dev/fd"]
    command += ["--perms", "0700" if single_uid else "0711", "--size", str(scratch_mb * MIB), "--tmpfs", "/box"]
    command += ["--perms", "1777", "--size", str(shared_memory_mb * MIB), "--tmpfs", "/dev/shm"]
    outside, inside = meeting
    return [*command, "--ro-bind", outside, inside, "--remount-ro", "/", "--"]


def _environment() -> list[str]:
    """The interpreter and its libraries at their own paths, by parts: the rest of a prefix may be a checkout."""
    trees = [
        Path(prefix, part)
        for prefix in (sys.base_prefix, sys.prefix)
        for part in ENVIRONMENT_PARTS
        if Path(prefix, part).exists()
    ]
    shown = [tree for tree in dict.fromkeys(trees) if not _covered(tree, SYSTEM_TREES)]
    options = {path: ["--ro-bind", str(path), str(path)] for path in shown}
    project = PACKAGE.parent
    if project.name not in ("site-packages", "dist-packages") and _covered(project, [*SYSTEM_TREES, *shown]):
        # A checkout inside something that is shown: covered up again, but not what is shown inside of it.
        options[project] = ["--tmpfs", str(project)]
    for path, target in _directory_links(Path(sys.executable)):
        if not _covered(path, [*SYSTEM_TREES, *shown]):
            options[path] = ["--symlink", str(target), str(path)]
    ordered = sorted(options, key=lambda path: len(path.parts))
    return [word for path in ordered for word in (*_parents(path), *options[path])]


def _directory_links(executable: Path) -> Iterable[tuple[Path, Path]]:
    """Directories that are links on the way from an environment's python to the real one."""
    while executable.is_symlink():
        executable = executable.parent / os.readlink(executable)
        real = executable.parent.resolve()
        if real != executable.parent:
            yield executable.parent, real


def _covered(path: Path, trees: Iterable[str | Path]) -> bool:
    return any(path.is_relative_to(tree) for tree in trees)


def _guest(root: str) -> list[str]:
    options = []
    for name in ("__init__.py", "guest", "protocol", "protocol.py"):
        if (PACKAGE / name).exists():
            place = f"{root}/autograder/{name}"
            options += [*_parents(place), "--ro-bind", str(PACKAGE / name), place]
    return options


def _parents(path: str | Path) -> list[str]:
    """Make the directories above `path` first: those that bubblewrap makes by itself are closed to other uids."""
    return [word for parent in reversed(Path(path).parents[:-1]) for word in ("--dir", str(parent))]
