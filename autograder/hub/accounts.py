"""Accounts of this machine for the people of a hub: made while it runs, removed when it stops.

Without accounts of their own, all students' processes have one uid: each could read and change the others' files.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from autograder.errors import InfrastructureError, Unwritable
from autograder.hub.layout import Layout

MARK = "autograder hub"
"""In the comment field of an account that we made; no other is ever changed or removed."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def prepare_homes(layout: Layout) -> None:
    """A home of mode 0700 for each person and for the grader, owned by them.

    Raises
    ------
    Unwritable, InfrastructureError
    """
    for name in (layout.grader, *layout.people):
        home = layout.home(name)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        if layout.system_accounts:
            account = make_account(name, home)
            own(home, account.pw_uid, account.pw_gid)


def make_account(name: str, home: Path) -> pwd.struct_passwd:
    """The account of that name with that home, made if it is missing.

    Raises
    ------
    InfrastructureError
        If the name belongs to somebody else, or the account cannot be made.
    """
    if not _NAME.fullmatch(name):
        raise InfrastructureError(f"{name!r} is no name for an account. Use a-z, 0-9 and '-', and begin with a letter.")
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        _run("useradd", "--no-create-home", "--no-log-init", "--user-group", "--home-dir", str(home),
             "--shell", "/bin/bash", "--comment", MARK, name)  # fmt: skip
        return pwd.getpwnam(name)
    if found.pw_gecos != MARK:
        raise InfrastructureError(f"This machine has an account {name!r} that is not ours. Choose another --prefix.")
    if found.pw_dir != str(home):
        _run("usermod", "--home", str(home), name)
    return pwd.getpwnam(name)


def remove_accounts(layout: Layout) -> None:
    """Remove the accounts that :func:`prepare_homes` made; homes and what is in them stay."""
    for name in (layout.grader, *layout.people) if layout.system_accounts else ():
        try:
            ours = pwd.getpwnam(name).pw_gecos == MARK
        except KeyError:
            continue
        if ours:
            _run("userdel", name)


def own(folder: Path, uid: int, gid: int) -> None:
    """Give a folder and all in it to somebody; links are given, not followed."""
    for place, folders, names, handle in os.fwalk(folder):
        os.chown(handle, uid, gid)
        for name in (*folders, *names):
            try:
                os.chown(name, uid, gid, dir_fd=handle, follow_symlinks=False)
            except OSError as e:
                raise Unwritable(f"{place}/{name}: cannot be given to its owner ({e.strerror}). Run as root.") from e


def _run(*command: str) -> None:
    program = shutil.which(command[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise InfrastructureError(f"{command[0]} is not here, so no accounts can be made. Run as an ordinary user.")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    if done.returncode:
        raise InfrastructureError(f"{' '.join(command)} failed: {done.stderr.strip()}")
