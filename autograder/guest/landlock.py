"""Landlock: the kernel's own list of what a process and its children may open.

The second layer of the box. The first is the read-only root and a uid that owns nothing; this one
holds where the first does not (one uid for all, world-writable places) and hides what is readable.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from autograder.guest.kernel import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
MAKE_CHAR = 1 << 6
MAKE_BLOCK = 1 << 11
TRUNCATE = 1 << 14  # since ABI 3
IOCTL_DEV = 1 << 15  # since ABI 5

READ = EXECUTE | READ_FILE | READ_DIR
DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""The only rights that a rule may name when its path is not a directory."""

# Rights and scopes that each ABI knows: naming a newer one is an error.
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_NET = 3  # bind and connect TCP, since ABI 4
_ALL_SCOPES = 3  # abstract sockets and signals, since ABI 6


def abi() -> int:
    """Version of Landlock in this kernel; 0 where there is none."""
    try:
        return syscall(CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION)
    except OSError:
        return 0


def handled_rights(version: int) -> int:
    """Every file right that a kernel of this ABI can deny."""
    return (1 << _FS_BITS.get(version, 16)) - 1


def ruleset_attributes(version: int) -> bytes:
    """``struct landlock_ruleset_attr`` as long as this ABI knows it."""
    parts = [handled_rights(version)]
    if version >= 4:
        parts.append(_ALL_NET)
    if version >= 6:
        parts.append(_ALL_SCOPES)
    return struct.pack(f"={len(parts)}Q", *parts)


def restrict(version: int, readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """Confine this process for good: nothing outside the three lists can be opened.

    Nothing can be executed from `writable`; signals and abstract sockets end at the edge of the
    domain where the kernel can hold them. Paths that do not exist are passed over. The process must
    have set NO_NEW_PRIVS before.
    """
    everything = handled_rights(version)
    write = everything & ~(EXECUTE | MAKE_CHAR | MAKE_BLOCK)
    attributes = ruleset_attributes(version)
    ruleset = syscall(CREATE_RULESET, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes), 0)
    try:
        for paths, rights in ((readable, READ), (writable, write), (devices, DEVICE)):
            for path in paths:
                _allow(ruleset, path, rights & everything)
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # absent here, or behind a directory that this uid may not search: nothing to allow
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= ON_FILES
        rule = struct.pack("=Qi", rights, fd)
        syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.create_string_buffer(rule, len(rule)), 0)
    finally:
        os.close(fd)
