"""What a session cannot reach, read, write or change."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from autograder.guest.kernel import CAP_SYS_ADMIN
from autograder.sandbox.rendezvous import peer
from tests.integration.sandbox_engines import opened

REFUSED = """
import os, resource, signal, socket
def attempt(call):
    try: call()
    except OSError as error: return error.errno
    return 0
boss = os.getppid()
"""


PRIVILEGES = """
import os
status = {name: value.strip() for name, _, value in (line.partition(':') for line in open('/proc/self/status'))}
answer = [os.getresuid(), os.getgroups()] + [status[n] for n in ('CapPrm', 'CapEff', 'CapInh', 'NoNewPrivs', 'Seccomp')]
"""


def test_a_session_has_no_privileges(worker):
    with opened(worker) as raw:
        uids, groups, *state = raw.run(PRIVILEGES)
    assert 0 not in uids
    assert set(groups) <= {uids[0], 65534}, "no group of the host's"
    assert state == ["0" * 16] * 3 + ["1", "2"]


def test_a_supervisor_may_mount_nothing(worker):
    """bubblewrap's has the capability at its start, to limit its own file systems."""
    status = Path(f"/proc/{peer(worker.control.socket)[0]}/status").read_text()
    held = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Cap"))
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert not int(held[kind], 16) & 1 << CAP_SYS_ADMIN


def test_each_session_has_another_uid(worker):
    uids = []
    for _ in range(2):
        with opened(worker) as raw:
            uids.append(raw.run("import os; answer = os.getuid()"))
    assert uids[0] != uids[1]


def test_the_supervisor_cannot_be_touched(session):
    answer = session.run(
        REFUSED + "answer = [attempt(lambda: resource.prlimit(boss, resource.RLIMIT_NOFILE, (3, 3)))]\n"
        "answer += [attempt(lambda n=n: os.kill(boss, n)) for n in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT)]\n"
        "answer += [attempt(lambda: os.sched_setaffinity(boss, {0})), attempt(lambda: os.setpriority(0, boss, 19))]\n"
        "answer += [attempt(lambda: os.pidfd_open(boss))]"
    )
    assert answer == [errno.EPERM] * 7


def test_the_supervisors_memory_cannot_be_read(session):
    answer = session.run(
        "import os\nanswer = []\nfor name in ('mem', 'environ', 'fd/3'):\n    try:\n"
        "        answer.append(open(f'/proc/{os.getppid()}/{name}', 'rb').read(10).decode('latin1'))\n"
        "    except OSError: answer.append('')"
    )
    assert answer == ["", "", ""]


def test_only_unix_sockets_can_be_made(session):
    answer = session.run(
        REFUSED + "answer = [attempt(lambda f=f: socket.socket(f, socket.SOCK_STREAM if f != 16 else socket.SOCK_RAW))"
        " for f in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_VSOCK)]"
    )
    assert answer == [0] + [errno.EAFNOSUPPORT] * 4


def test_a_sandbox_has_namespaces_of_its_own(session):
    """The filter of system calls stands before the network's: only the namespace itself shows that both are there."""
    kinds = ("net", "pid", "ipc", "mnt", "uts")
    found = session.run(f"import os; answer = [os.readlink(f'/proc/self/ns/{{kind}}') for kind in {kinds}]")
    here = [os.readlink(f"/proc/self/ns/{kind}") for kind in kinds]
    assert not set(found) & set(here)
    interfaces = session.run("answer = [line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line]")
    assert interfaces == ["lo"]


def test_the_hosts_socket_is_gone(session):
    command = session.run(REFUSED + "answer = open(f'/proc/{boss}/cmdline').read().split('\\0')")
    path = command[command.index("--socket") + 1]
    code = f"s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); answer = attempt(lambda: s.connect({path!r}))"
    assert session.run(REFUSED + code) in (errno.ENOENT, errno.EACCES)
    assert not os.path.exists(path)


WRITES = """
places = ('/', '/usr', '/etc', '/opt', '/tmp', '/run', '/proc', '/box')
answer = {p: attempt(lambda: open(p + '/x', 'w')) for p in places}
"""


def test_nothing_outside_the_scratch_directory_can_be_written(session):
    answer = session.run(REFUSED + WRITES)
    assert 0 not in answer.values(), answer


def test_the_root_is_read_only_even_without_landlock(session):
    """Landlock alone must not carry this wall: gVisor and old kernels have none."""
    code = "answer = [os.access(p, os.W_OK) for p in ('/', '/usr/bin', '/etc', '/opt')]"
    assert session.run("import os\n" + code) == [False] * 4
    mounts = session.run("answer = [line.split()[1:4:2] for line in open('/proc/self/mounts')]")
    assert "ro" in dict(mounts)["/"].split(","), "and it must not hang on uids alone either"


@pytest.mark.parametrize("place", [Path(__file__), Path(__file__).parents[3] / "autograder" / "records.py"])
def test_the_project_cannot_be_read(session, place):
    assert session.run(REFUSED + f"answer = attempt(lambda: open({str(place)!r}))") in (errno.ENOENT, errno.EACCES)


def test_no_namespace_can_be_made(session):
    code = "libc = ctypes.CDLL(None, use_errno=True)\nanswer = [libc.unshare(0x10000000), ctypes.get_errno()]"
    assert session.run("import ctypes\n" + code) == [-1, errno.EPERM]


def test_limits_cannot_be_raised(session):
    answer = session.run(
        "import resource\ntry: resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))\n"
        "except ValueError as e: answer = str(e)"
    )
    assert answer == "not allowed to raise maximum limit"
