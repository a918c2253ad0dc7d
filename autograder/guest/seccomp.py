"""The seccomp filter of student code: which system calls answer, and with what.

A container engine's default filter is not enough: under it SysV objects outlive a submission,
AF_VSOCK works without a network, and with one uid for all a prlimit call kills the supervisor.

Calls are refused with an errno and not by a signal: to a library an absent call is ordinary.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

from autograder.guest.kernel import PR_SET_SECCOMP, prctl

# Numbers that x86-64 and aarch64 share (all calls since Linux 5.1).
_SHARED = {
    "clone3": 435, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442,
    "quotactl_fd": 443, "memfd_secret": 447, "process_mrelease": 448, "statmount": 457, "listmount": 458,
}  # fmt: skip
_X86_64 = _SHARED | {
    "mmap": 9, "ioctl": 16, "shmget": 29, "shmat": 30, "shmctl": 31, "socket": 41, "socketpair": 53, "clone": 56,
    "kill": 62, "semget": 64, "semop": 65, "semctl": 66, "msgget": 68, "msgsnd": 69, "msgrcv": 70,
    "msgctl": 71, "ptrace": 101, "syslog": 103, "rt_sigqueueinfo": 129, "personality": 135,
    "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144, "vhangup": 153,
    "modify_ldt": 154, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164,
    "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170,
    "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176,
    "quotactl": 179, "tkill": 200, "sched_setaffinity": 203, "lookup_dcookie": 212, "semtimedop": 220,
    "clock_settime": 227, "tgkill": 234, "mq_open": 240, "mq_unlink": 241, "kexec_load": 246,
    "add_key": 248, "request_key": 249, "keyctl": 250, "ioprio_set": 251, "migrate_pages": 256,
    "unshare": 272, "move_pages": 279, "rt_tgsigqueueinfo": 297, "perf_event_open": 298,
    "fanotify_init": 300, "fanotify_mark": 301, "prlimit64": 302, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "sched_setattr": 314,
    "memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "vmsplice": 278,
}  # fmt: skip
_AARCH64 = _SHARED | {
    "lookup_dcookie": 18, "ioctl": 29, "ioprio_set": 30, "umount2": 39, "mount": 40, "pivot_root": 41,
    "chroot": 51, "vhangup": 58, "quotactl": 60, "vmsplice": 75, "acct": 89, "personality": 92, "unshare": 97,
    "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_settime": 112, "syslog": 116,
    "ptrace": 117, "sched_setparam": 118, "sched_setscheduler": 119, "sched_setaffinity": 122,
    "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140, "reboot": 142,
    "sethostname": 161, "setdomainname": 162, "settimeofday": 170, "adjtimex": 171, "mq_open": 180,
    "mq_unlink": 181, "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189, "semget": 190,
    "semctl": 191, "semtimedop": 192, "semop": 193, "shmget": 194, "shmctl": 195, "shmat": 196,
    "socket": 198, "socketpair": 199, "add_key": 217, "request_key": 218, "keyctl": 219, "clone": 220,
    "mmap": 222, "swapon": 224, "swapoff": 225, "migrate_pages": 238, "move_pages": 239, "rt_tgsigqueueinfo": 240,
    "perf_event_open": 241, "prlimit64": 261, "fanotify_init": 262, "fanotify_mark": 263,
    "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
    "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273,
    "sched_setattr": 274, "memfd_create": 279, "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294,
}  # fmt: skip


@dataclass(frozen=True)
class Architecture:
    """Name and audit number of a machine, its calls, and the bit that marks a foreign call table."""

    audit: int
    calls: dict[str, int]
    foreign_bit: int = 0


ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, _X86_64, foreign_bit=0x40000000),  # x32
    "aarch64": Architecture(0xC00000B7, _AARCH64),
}

FIRST_UNKNOWN = 463
"""Calls from this number on are younger than this list: they do not exist here."""

REFUSED = (
    # other processes' memory, descriptors and state
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_getfd",
    "move_pages", "migrate_pages", "perf_event_open", "userfaultfd", "bpf",
    # what outlives a process
    "shmget", "shmat", "shmctl", "semget", "semop", "semctl", "semtimedop", "msgget", "msgsnd", "msgrcv", "msgctl",
    "mq_open", "mq_unlink", "add_key", "request_key", "keyctl", "memfd_secret",
    # namespaces and mounts
    "unshare", "setns", "mount", "umount2", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "pivot_root", "chroot", "statmount", "listmount", "name_to_handle_at", "open_by_handle_at",
    "fanotify_init", "fanotify_mark", "quotactl", "quotactl_fd",
    # a second way to make system calls
    "io_uring_setup", "io_uring_enter", "io_uring_register", "personality", "modify_ldt", "iopl", "ioperm",
    # the machine
    "acct", "swapon", "swapoff", "reboot", "init_module", "finit_module", "delete_module", "kexec_load",
    "kexec_file_load", "lookup_dcookie", "syslog", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "sethostname", "setdomainname", "vhangup", "ioprio_set",
)  # fmt: skip

IN_NO_PROCESS = ("memfd_create", "vmsplice")
"""Calls that hold memory in no process and in no file system with a size."""

AIMED_AT_A_PROCESS = (
    "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
    "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr",
)  # fmt: skip
"""Calls whose first argument is a pid: never the supervisor's."""

NAMESPACE_FLAGS = 0x7E020080  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET} and, by its old value, NEWTIME
AF_UNIX = 1
PRIO_PROCESS = 0
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20

# Classic BPF: load a word, jump on equal / not below / any bit, return.
_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

Instruction = tuple[int, int, int, int]


def _refuse(code: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | code)


def _argument(index: int) -> Instruction:
    """Load the low half of an argument: pids, flags, families and commands are 32-bit numbers."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)


def _call(number: int, *body: Instruction) -> list[Instruction]:
    """Run `body`, and then allow, if this is call `number`; else go on to what follows."""
    block = [*body, (_RETURN, 0, 0, _ALLOW)]
    return [(_JEQ, 0, len(block), number), *block]


def build_filter(machine: str, guarded_pid: int, shares_memory: bool = False) -> bytes:
    """The filter as the kernel wants it: an array of ``struct sock_filter``.

    Parameters
    ----------
    machine : str
        As ``platform.machine()`` says it.
    guarded_pid : int
        The supervisor, as student code sees it: no signal, no scheduling, no pidfd for it.
    shares_memory : bool, optional
        Whether there is anonymous memory that several processes share. If not, it is to be had in /dev/shm alone, which
        has a size. Ending a process gives nothing of it back, so a kernel short of memory would end one after another,
        and at last the supervisor.

    Raises
    ------
    LookupError
        If the architecture's call numbers are not known here.
    """
    arch = ARCHITECTURES.get(machine)
    if arch is None:
        known = ", ".join(sorted(ARCHITECTURES))
        raise LookupError(f"no seccomp filter is known for the architecture {machine!r} (known: {known})")
    nr = arch.calls
    deny, absent, no_family = _refuse(errno.EPERM), _refuse(errno.ENOSYS), _refuse(errno.EAFNOSUPPORT)

    program: list[Instruction] = [(_LOAD, 0, 0, _ARCH), (_JEQ, 1, 0, arch.audit), (_RETURN, 0, 0, _KILL_PROCESS)]
    program += [(_LOAD, 0, 0, _NUMBER)]
    if arch.foreign_bit:
        program += [(_JGE, 0, 1, arch.foreign_bit), absent]
    program += [(_JGE, 0, 1, FIRST_UNKNOWN), absent]
    for name in REFUSED:
        if name in nr:  # some calls exist on one architecture only
            program += [(_JEQ, 0, 1, nr[name]), deny]
    # clone3 hides its flags behind a pointer; on ENOSYS the C library falls back to clone.
    program += [(_JEQ, 0, 1, nr["clone3"]), absent]
    program += _call(nr["clone"], _argument(0), (_JSET, 0, 1, NAMESPACE_FLAGS), deny)
    for name in ("socket", "socketpair"):
        program += _call(nr[name], _argument(0), (_JEQ, 1, 0, AF_UNIX), no_family)
    program += _call(nr["prlimit64"], _argument(0), (_JEQ, 1, 0, 0), deny)  # only one's own limits
    for name in AIMED_AT_A_PROCESS:
        program += _call(nr[name], _argument(0), (_JEQ, 0, 1, guarded_pid), deny)
    # Priorities: of one process and not of a whole user, and not of the supervisor.
    program += _call(
        nr["setpriority"], _argument(0), (_JEQ, 1, 0, PRIO_PROCESS), deny,
        _argument(1), (_JEQ, 0, 1, guarded_pid), deny,
    )  # fmt: skip
    # Typing into a terminal: the one ioctl that reaches another program.
    program += _call(nr["ioctl"], _argument(1), (_JEQ, 1, 0, TIOCSTI), (_JEQ, 0, 1, TIOCLINUX), deny)
    if not shares_memory:
        for name in IN_NO_PROCESS:
            program += [(_JEQ, 0, 1, nr[name]), absent]
        # A mapping whose pages stay when they are in no process.
        program += _call(
            nr["mmap"], _argument(3), (_JSET, 0, 2, MAP_ANONYMOUS), (_JSET, 0, 1, MAP_SHARED), _refuse(errno.ENOMEM)
        )
    program += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def filter_for_this_machine(guarded_pid: int, shares_memory: bool) -> bytes:
    """:func:`build_filter` for the machine that runs this."""
    return build_filter(platform.machine(), guarded_pid, shares_memory)


def install(program: bytes) -> None:
    """Put the filter on this process and all it will ever start. NO_NEW_PRIVS must be set before."""
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(instructions))
    prctl(PR_SET_SECCOMP, 2, ctypes.create_string_buffer(header, len(header)))
