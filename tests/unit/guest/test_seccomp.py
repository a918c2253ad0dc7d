from __future__ import annotations

import errno
import struct

import pytest

from autograder.guest import seccomp

ALLOW = 0x7FFF0000
KILL = 0x80000000
BOSS = 1
MACHINES = sorted(seccomp.ARCHITECTURES)


def decide(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """Run the filter as the kernel does: what it returns for one system call."""
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, audit, 0, *[*arguments, *[0] * (6 - len(arguments))])
    code = list(struct.iter_unpack("=HBBI", program))
    at, word = 0, 0
    while True:
        kind, yes, no, value = code[at]
        at += 1
        if kind == 0x20:
            (word,) = struct.unpack_from("=I", data, value)
        elif kind == 0x06:
            return value
        else:
            held = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[kind]
            at += yes if held else no


def refused(code: int) -> int:
    return 0x00050000 | code


@pytest.fixture(params=MACHINES)
def ask(request):
    """Ask the filter of an architecture about a call by name (or number)."""
    arch = seccomp.ARCHITECTURES[request.param]
    program = seccomp.build_filter(request.param, BOSS)
    return lambda call, *arguments: decide(program, arch.audit, arch.calls.get(call, call), *arguments)


def test_ordinary_calls_are_allowed(ask):
    assert ask(0) == ALLOW
    assert ask("ioctl", 0, 0x5401) == ALLOW
    assert ask("clone", 0x1200011) == ALLOW, "a plain fork"


@pytest.mark.parametrize("machine", MACHINES)
def test_every_refused_call_is_refused(machine):
    arch = seccomp.ARCHITECTURES[machine]
    program = seccomp.build_filter(machine, BOSS)
    for name in seccomp.REFUSED:
        if name in arch.calls:
            assert decide(program, arch.audit, arch.calls[name]) == refused(errno.EPERM), name


def test_another_architectures_calls_kill():
    program = seccomp.build_filter("x86_64", BOSS)
    assert decide(program, 0x40000003, 1) == KILL


def test_x32_calls_do_not_exist():
    program = seccomp.build_filter("x86_64", BOSS)
    assert decide(program, 0xC000003E, 0x40000000 + 39) == refused(errno.ENOSYS)


def test_calls_younger_than_the_list_do_not_exist(ask):
    assert ask(seccomp.FIRST_UNKNOWN) == refused(errno.ENOSYS)
    assert ask(seccomp.FIRST_UNKNOWN - 1) == ALLOW


def test_clone3_does_not_exist_and_clone_makes_no_namespace(ask):
    assert ask("clone3") == refused(errno.ENOSYS)
    for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert ask("clone", flag | 17) == refused(errno.EPERM)


@pytest.mark.parametrize("call", ["socket", "socketpair"])
def test_only_unix_sockets(ask, call):
    assert ask(call, 1) == ALLOW
    for family in (0, 2, 10, 16, 17, 38, 40):
        assert ask(call, family) == refused(errno.EAFNOSUPPORT)


def test_only_ones_own_limits(ask):
    assert ask("prlimit64", 0) == ALLOW
    for pid in (BOSS, 2, 77):
        assert ask("prlimit64", pid) == refused(errno.EPERM)


def test_every_way_to_send_a_signal_is_on_the_list():
    signals = {"kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open"}
    assert signals <= set(seccomp.AIMED_AT_A_PROCESS)


@pytest.mark.parametrize("call", seccomp.AIMED_AT_A_PROCESS)
def test_the_supervisor_is_out_of_reach_and_others_are_not(ask, call):
    assert ask(call, BOSS) == refused(errno.EPERM)
    assert ask(call, BOSS | 1 << 32) == refused(errno.EPERM), "a pid is its low 32 bits"
    assert ask(call, 77) == ALLOW


def test_priorities_of_other_users_processes_and_of_the_supervisor_stay(ask):
    assert ask("setpriority", 0, 0) == ALLOW
    assert ask("setpriority", 0, BOSS) == refused(errno.EPERM)
    assert ask("setpriority", 2, 0) == refused(errno.EPERM)


@pytest.mark.parametrize("command", [0x5412, 0x541C])
def test_nothing_is_typed_into_a_terminal(ask, command):
    assert ask("ioctl", 0, command) == refused(errno.EPERM)


PRIVATE, SHARED, SHARED_VALIDATE, ANONYMOUS, POPULATE = 2, 1, 3, 0x20, 0x8000


@pytest.mark.parametrize("machine", MACHINES)
def test_memory_is_shared_by_files_alone(machine):
    arch = seccomp.ARCHITECTURES[machine]
    program = seccomp.build_filter(machine, BOSS)

    def ask(call, *arguments):
        return decide(program, arch.audit, arch.calls[call], *arguments)

    for flags in (SHARED | ANONYMOUS, SHARED_VALIDATE | ANONYMOUS, SHARED | ANONYMOUS | POPULATE):
        assert ask("mmap", 0, 4096, 3, flags) == refused(errno.ENOMEM)
    for flags in (PRIVATE | ANONYMOUS, PRIVATE, SHARED, SHARED_VALIDATE, PRIVATE | ANONYMOUS | POPULATE):
        assert ask("mmap", 0, 4096, 3, flags) == ALLOW
    assert ask("memfd_create") == ask("vmsplice") == refused(errno.ENOSYS)
    assert ask("ptrace") == refused(errno.EPERM), "and all the rest is as it was"


def test_beside_a_graphics_card_memory_is_shared_as_its_driver_likes():
    program = seccomp.build_filter("x86_64", BOSS, shares_memory=True)
    arch = seccomp.ARCHITECTURES["x86_64"]
    assert decide(program, arch.audit, arch.calls["mmap"], 0, 4096, 3, SHARED | ANONYMOUS) == ALLOW
    assert decide(program, arch.audit, arch.calls["memfd_create"]) == ALLOW


def test_another_guarded_pid_is_guarded_instead():
    program = seccomp.build_filter("x86_64", 4711)
    assert decide(program, 0xC000003E, 62, 4711) == refused(errno.EPERM)
    assert decide(program, 0xC000003E, 62, 1) == ALLOW


def test_an_unknown_architecture_is_named():
    with pytest.raises(LookupError, match="riscv64"):
        seccomp.build_filter("riscv64", BOSS)
