"""The few kernel calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CAPABILITY_VERSION_3 = 0x20080522
CAP_SYS_ADMIN = 21
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 2, 4, 8, 32
CLOSE_RANGE = 436  # calls added since Linux 5.1 have one number on every architecture

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, name: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)
    return result


def syscall(number: int, *args: int | ctypes.Array) -> int:
    """Make one system call; raises OSError with its errno."""
    raw = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return _checked(_libc.syscall(ctypes.c_long(number), *raw), f"system call {number}")


def prctl(option: int, argument: int = 0, pointer: ctypes.Array | None = None) -> int:
    """Call prctl(2) with one number and, where the option takes one, a pointer."""
    zero = ctypes.c_ulong(0)
    second = ctypes.cast(pointer, ctypes.c_void_p) if pointer is not None else zero
    return _checked(_libc.prctl(option, ctypes.c_ulong(argument), second, zero, zero), f"prctl {option}")


def drop_capabilities() -> None:
    """Empty the permitted, effective and inheritable sets: setuid leaves the last of them as it was."""
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0), 8)
    _checked(_libc.capset(header, ctypes.create_string_buffer(24)), "capset")


def give_up_capability(number: int) -> None:
    """Take one of the first 32 capabilities out of the permitted, effective and inheritable sets, for good."""
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0), 8)
    data = ctypes.create_string_buffer(24)
    _checked(_libc.capget(header, data), "capget")
    words = struct.unpack("=6I", data.raw)
    kept = [word & ~(1 << number) if i < 3 else word for i, word in enumerate(words)]
    _checked(_libc.capset(header, ctypes.create_string_buffer(struct.pack("=6I", *kept), 24)), "capset")


def limit_inodes(tmpfs: str, most: int) -> None:
    """Let a mounted tmpfs hold at most so many files and folders, and nothing that can be executed.

    Raises
    ------
    OSError
        If this process may not mount there.
    """
    flags = MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOEXEC
    options = f"nr_inodes={most}".encode()
    _checked(_libc.mount(None, os.fsencode(tmpfs), None, ctypes.c_ulong(flags), options), f"mount {tmpfs}")


def close_from(first: int) -> None:
    """Close every descriptor from `first` upwards."""
    syscall(CLOSE_RANGE, first, 0xFFFFFFFF, 0)
