"""One contract for every engine: what a session can do, what it cannot, and what is left of it.

Each test runs on every engine that works on this machine, except where ``NOT_HELD`` says by name that
an engine does not hold that wall.
"""

from __future__ import annotations

import ast
import dataclasses
import errno
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import BadManifest, SandboxDied
from autograder.sandbox import Worker
from autograder.sandbox.rendezvous import peer
from tests.integration.sandbox_engines import (
    SMALL,
    ChannelClosed,
    containers_of,
    find_engines,
    opened,
    start,
    wait_until_dead,
    wait_until_removed,
)

ENGINES, ABSENT = find_engines()

NOT_HELD = {
    "bwrap": {
        "test_memory_of_all_processes_together_is_limited": "there is no total without a control group",
        "test_a_flood_of_inodes_ends_with_the_session": "bubblewrap's tmpfs has no limit on inodes",
    },
    "plain": {
        "test_a_fork_bomb_is_swept": "without a process limit it would be a real one",
        "test_a_session_has_no_privileges": "student code runs as whoever grades",
        "test_each_session_has_another_uid": "as above",
        "test_a_sandbox_has_namespaces_of_its_own": "it has none",
        "test_memory_of_all_processes_together_is_limited": "there is no total without a control group",
        "test_a_flood_of_inodes_ends_with_the_session": "the scratch directory lies on this machine's disk",
        "test_a_process_limit_trips": "the kernel does not count the processes of root, and all of an ordinary user's",
        "test_a_full_process_limit_in_one_worker_leaves_the_other_alone": "both run as the same user",
        "test_shared_memory_is_usable_and_emptied": "/dev/shm is this machine's own, so it is closed",
        "test_the_root_is_read_only_even_without_landlock": "it is this machine's own",
    },
}
ONE_UID = {"test_each_session_has_another_uid": "an ordinary user has one"}
if os.getuid() != 0:
    NOT_HELD["bwrap"] |= ONE_UID
NOT_HELD["bwrap-single-uid"] = {
    **ONE_UID,
    **NOT_HELD["bwrap"],
    "test_a_process_limit_trips": "made by root here, whose processes the kernel does not count",
    "test_a_full_process_limit_in_one_worker_leaves_the_other_alone": "as above",
    "test_a_fork_bomb_is_swept": "as above: without a process limit it would be a real one",
}


def pytest_generate_tests(metafunc):
    if "engine" not in metafunc.fixturenames:
        return
    test = metafunc.function.__name__
    held = [
        pytest.param(engine, id=name, marks=[pytest.mark.docker] if name == "docker" else [])
        for name, engine in ENGINES.items()
        if test not in NOT_HELD.get(name, {})
    ]
    metafunc.parametrize("engine", held, scope="module")


@pytest.fixture(scope="module")
def worker_of():
    """A worker for each engine, shared by the tests that leave it as they found it."""
    workers: dict[str, Worker] = {}

    def worker(engine):
        held = workers.get(id(engine))
        if held is None or not held.usable:
            held = workers[id(engine)] = start(engine)
        return held

    yield worker
    for held in workers.values():
        held.close()


@pytest.fixture
def worker(engine, worker_of):
    return worker_of(engine)


@pytest.fixture
def session(worker):
    with opened(worker) as raw:
        yield raw


@pytest.mark.docker
def test_ci_has_every_engine():
    if os.environ.get("CI") == "true":
        assert {"docker", "bwrap", "plain"} <= set(ENGINES), ABSENT
    assert "plain" in ENGINES


def test_the_table_of_walls_names_tests_that_exist():
    tests = {node.name for node in ast.parse(Path(__file__).read_text()).body if isinstance(node, ast.FunctionDef)}
    assert {test for table in NOT_HELD.values() for test in table} <= tests


# -- a session's life -----------------------------------------------------------------------------


def test_a_session_runs_and_answers(session):
    assert session.run("answer = 6 * 7") == 42


def test_a_session_has_a_scratch_directory_of_its_own(session):
    answer = session.run(
        "import os, tempfile\nopen('a', 'w').write('b'); answer = [os.listdir(), tempfile.gettempdir()]"
    )
    assert answer[0] == ["a"]
    assert answer[1] == session.run("answer = os.getcwd()")


def test_a_session_holds_no_descriptor_but_its_channel(session):
    code = "import os; answer = sorted(int(n) for n in os.listdir('/proc/self/fd'))"
    assert session.run(code) == [0, 1, 2, 3, 4], "4 is the listing itself"


def test_the_environment_says_nothing_of_the_host(session):
    code = "import os; answer = [dict(os.environ), open('/proc/self/environ').read()]"
    now, at_start = session.run(code)
    outside = {value for key, value in os.environ.items() if len(value) > 8 and key not in ("PATH", "LANG", "LC_ALL")}
    assert not outside & set(now.values())
    assert not any(value in at_start for value in outside)


def test_imports_are_there_before_the_session(engine):
    with start(engine, imports=("decimal",)) as fresh, opened(fresh) as raw:
        assert raw.run("import sys; answer = 'decimal' in sys.modules")


def test_a_library_that_is_not_there_is_the_courses_fault_and_named(engine):
    with pytest.raises(BadManifest, match=r"\[sandbox\] imports: .*'json\.decoderr'.*make images"):
        start(engine, imports=("json.decoderr",))


def test_hello_says_how_the_box_is_made(worker):
    hello = worker.hello
    assert hello.seccomp
    assert hello.mode == {"docker": "uid", "podman": "uid"}.get(worker.engine, hello.mode)
    assert hello.accounting == ("cgroup" if worker.engine == "docker" else "proc")


def test_an_exit_is_reported_with_its_code(session):
    session.send("import os; os._exit(7)")
    session.wait_for_end()
    status = session.session.control.status()
    assert (status.alive, status.ending, status.tripped) == (False, "exit code 7", "")


def test_a_crash_is_reported_with_its_signal(session):
    session.send("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    session.wait_for_end()
    assert session.session.control.status().ending == "signal SIGSEGV"


def test_an_interrupt_reaches_the_session(session):
    session.send(
        "import os\ntry:\n    os.write(channel_fd, b'r')\n    while True: pass\n"
        "except KeyboardInterrupt:\n    answer = 'back'"
    )
    session.wait_for_byte(b"r")
    session.session.control.interrupt()
    assert session.receive() == "back"


def test_a_dead_session_takes_its_children_with_it(session):
    session.send("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\nos._exit(0)")
    session.wait_for_end()  # the child holds the channel too: it closes only when nobody is left
    assert not session.session.control.status().alive


# -- limits ---------------------------------------------------------------------------------------


def test_a_cpu_limit_trips(worker):
    with opened(worker, dataclasses.replace(SMALL, cpu_seconds=0.3)) as raw:
        raw.send("while True: pass")
        raw.wait_for_end()
        status = raw.session.control.status()
    assert (status.alive, status.tripped) == (False, "cpu-limit")
    assert status.cpu_seconds >= 0.3


BURN = """
import os, signal, time
def burn(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds: pass
"""


def test_a_cpu_limit_counts_disowned_children(worker):
    """With SIGCHLD ignored, the classical accounting forgets them."""
    with opened(worker, dataclasses.replace(SMALL, cpu_seconds=0.5)) as raw:
        raw.send(
            BURN + "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nfor _ in range(2):\n    if os.fork() == 0:\n"
            "        burn(20)\n        os._exit(0)\ntime.sleep(1000)"
        )
        raw.wait_for_end()
        assert raw.session.control.status().tripped == "cpu-limit"


def test_usage_counts_a_swarm_of_small_processes(worker):
    with opened(worker) as raw:
        raw.run(
            BURN + "for _ in range(20):\n    if os.fork() == 0:\n        burn(0.02)\n        os._exit(0)\n    os.wait()"
        )
        usage = raw.session.end()
    assert usage.cpu_seconds >= 0.38


def test_usage_shows_the_peak_of_memory(worker):
    with opened(worker) as raw:
        raw.run("a = b'x' * (100 << 20); del a")
        raw.run("a = b'x' * (100 << 20)")
        usage = raw.session.end()
    # An estimate where there is no control group: what was inherited and freed again is not seen.
    assert (95 if usage.source == "cgroup" else 85) <= usage.peak_memory_mb <= 400


def test_a_memory_limit_is_a_memory_error_for_one_process(session):
    code = f"try:\n    a = bytearray({SMALL.memory_mb + 64} << 20)\nexcept MemoryError:\n    answer = 'full'"
    assert session.run(code) == "full"


def test_memory_of_all_processes_together_is_limited(worker):
    with opened(worker) as raw:
        raw.send("import mmap\nm = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): m[i] = 1")
        raw.wait_for_end()
        status = raw.session.control.status()
        assert (status.alive, status.tripped) == (False, "memory-limit")
        assert status.oom_kills >= 1
    with opened(worker) as raw:
        assert raw.run("answer = 1") == 1, "the sandbox itself lives on"


FORK_UNTIL_REFUSED = """
import os, time
count = 0
try:
    while count < 500:
        if os.fork() == 0: time.sleep(1000)
        count += 1
except BlockingIOError:
    answer = count
"""


def test_a_process_limit_trips(session):
    assert 1 <= session.run(FORK_UNTIL_REFUSED) <= SMALL.processes


def test_a_full_process_limit_in_one_worker_leaves_the_other_alone(engine, worker):
    with start(engine) as other, opened(other) as greedy, opened(worker) as modest:
        greedy.run(FORK_UNTIL_REFUSED)
        code = "import os\npid = os.fork()\nif pid == 0: os._exit(0)\nanswer = os.waitpid(pid, 0)[1]"
        assert modest.run(code) == 0


def test_a_file_cannot_outgrow_the_scratch_space(session):
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    f = open('big', 'wb', 0)\n    for _ in range(64): f.write(bytes(1 << 20))\n"
        "except OSError as e:\n    answer = e.errno"
    )
    assert session.run(code) in (errno.EFBIG, errno.ENOSPC)


def test_a_flood_of_inodes_ends_with_the_session(worker):
    with opened(worker) as raw:
        code = (
            "n = 0\ntry:\n    while n < 100000:\n        open(str(n), 'w').close(); n += 1\n"
            "except OSError as e:\n    answer = e.errno"
        )
        assert raw.run(code) == errno.ENOSPC
        raw.session.end()
    with opened(worker) as raw:
        assert raw.run("import os; answer = os.listdir()") == []


# -- what is left ---------------------------------------------------------------------------------

DAEMONS = """
import os, signal, time
def daemon():
    if os.fork(): return
    os.setsid()
    for n in range(1, 65):
        try: signal.signal(n, signal.SIG_IGN)
        except (OSError, ValueError): pass
    if os.fork(): os._exit(0)
    for fd in range(20):
        try: os.close(fd)
        except OSError: pass
    while True: time.sleep(1000)
for _ in range(3): daemon()
for _ in range(2):
    if os.fork() == 0: os.kill(os.getpid(), signal.SIGSTOP)
"""
PROCESSES = """
import os
mine = {}
for n in os.listdir('/proc'):
    if n.isdigit():
        try: state, parent = open(f'/proc/{n}/stat').read().rpartition(')')[2].split()[:2]
        except OSError: continue
        if state not in 'ZX': mine[int(n)] = int(parent)
def below(pid): return pid == os.getppid() or (pid in mine and below(mine[pid]))
answer = sorted(p for p in mine if p != os.getppid() and below(p)) == [os.getpid()]
"""
FILES = """
import os
home = os.getcwd()
for _ in range(1500):
    os.mkdir('d'); os.chdir('d')
open('deep', 'w'); os.chdir(home)
os.makedirs('locked/a/b'); open('locked/a/f', 'w'); os.chmod('locked/a', 0); os.chmod('locked', 0)
for n in range(300): os.makedirs(f'wide/{n}/x')
os.symlink('/', 'root'); os.symlink('/etc/passwd', 'passwd'); os.mkfifo('fifo')
open(b'\\xff\\xfe name', 'w'); open('a\\nb', 'w')
os.chmod('.', 0)
"""


def test_daemonised_grandchildren_die_by_a_sweep_and_the_session_survives(session):
    session.run(DAEMONS + "kept = 'kept'")
    assert session.run(PROCESSES) is False
    swept = session.session.control.sweep()
    assert swept.alive
    assert swept.swept >= 5
    assert session.run(PROCESSES) is True
    assert session.run("answer = kept") == "kept"


def test_a_fork_bomb_is_swept(session):
    session.run("import os\nif os.fork() == 0:\n    while True:\n        try: os.fork()\n        except OSError: pass")
    swept = session.session.control.sweep()
    assert swept.alive
    assert session.run(PROCESSES) is True


def test_a_sweep_ends_a_child_that_holds_the_session_in_vfork(session):
    """A spawned child that waits for a writer keeps its parent in the kernel, where no SIGSTOP reaches it."""
    session.send(
        "import os; os.mkfifo('f'); os.write(channel_fd, b'r')\n"
        "try: os.posix_spawn('/bin/true', ['true'], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 5, 'f', os.O_RDONLY, 0)])\n"
        "except OSError: pass\nanswer = 'free'"
    )
    session.wait_for_byte(b"r")
    while not session.session.control.sweep().swept:
        assert not select.select([session.channel], [], [], 0)[0]  # the child was not born yet
    assert session.receive() == "free"


def test_an_end_leaves_no_process(worker):
    with opened(worker) as raw:
        raw.run(DAEMONS)
        raw.session.end()
        assert raw.session.ended.clean
    with opened(worker) as raw:
        assert raw.run(PROCESSES) is True


def test_an_end_leaves_no_file(worker):
    with opened(worker) as raw:
        place = raw.run("import os; answer = os.getcwd()")
        raw.run(FILES)
        raw.session.end()
        assert (raw.session.ended.clean, raw.session.ended.left) == (True, {})
    with opened(worker) as raw:
        assert raw.run(f"import os; answer = [os.path.exists({place!r}), os.listdir()]") == [False, []]


def test_shared_memory_is_usable_and_emptied(worker):
    with opened(worker) as raw:
        raw.run(
            "from multiprocessing import Lock; Lock()\nimport os; open('/dev/shm/left', 'w').write('x')\n"
            "os.makedirs('/dev/shm/d/e'); open('/dev/shm/d/e/f', 'w')\n"
            "os.chmod('/dev/shm/d/e', 0); os.chmod('/dev/shm/d', 0)"
        )
        raw.session.end()
        assert raw.session.ended.clean
    with opened(worker) as raw:
        assert raw.run("import os; answer = os.listdir('/dev/shm')") == []


def test_system_v_objects_cannot_be_made(session):
    code = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
answer = []
for call, arguments in (('shmget', (4660, 4096, 0o1666)), ('semget', (4660, 1, 0o1666)), ('msgget', (4660, 0o1666))):
    answer.append(errno.errorcode[ctypes.get_errno()] if getattr(libc, call)(*arguments) < 0 else 'made')
"""
    assert session.run(code) == ["EPERM"] * 3


def test_the_next_session_finds_no_trace_in_its_memory(worker):
    """What the supervisor has ever held, the next student could read: so it must never have held this."""
    canary = "".join(reversed("yranac-eht-si-siht"))
    with opened(worker) as raw:
        raw.run(f"import os; os.environ['X'] = {canary!r}; keep = [{canary!r} + str(i) for i in range(1000)]")
        raw.run(f"open({canary!r}, 'w').write({canary!r} * 1000)")
    scan = """
import re
wanted = 'yranac-eht-si-siht'[::-1].encode()
found, pages = 0, 0
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:
    for line in maps:
        span, rights = line.split()[:2]
        if rights[0] != 'r' or line.rstrip().endswith(('[vvar]', '[vsyscall]', '[vvar_vclock]')): continue
        first, last = (int(n, 16) for n in span.split('-'))
        try:
            memory.seek(first); data = memory.read(last - first)
        except OSError: continue
        pages += len(data) >> 12
        found += data.count(wanted)
answer = [found, pages > 1000]
"""
    with opened(worker) as raw:
        found, looked = raw.run(scan)
    assert looked
    assert found <= 3, "its own copies of the word it looks for, and no more"


def test_many_sessions_leave_a_worker_as_it_was(worker):
    for number in range(5):
        with opened(worker) as raw:
            assert raw.run(f"open('f', 'w'); answer = {number}") == number
    assert worker.usable


# -- walls ----------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("place", [Path(__file__), Path(__file__).parents[2] / "autograder" / "records.py"])
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


# -- the host's side ------------------------------------------------------------------------------


def test_a_silent_supervisor_is_given_up(engine, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.control.ASK_SECONDS", 0.3)
    held = start(engine)
    pid, _ = peer(held.control.socket)
    with opened(held) as raw:
        pidfd = os.pidfd_open(pid)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(SandboxDied, match="silent"):
            raw.session.control.status()
        held.close()
    wait_until_dead(pidfd)


def test_a_dead_supervisor_is_reported(engine):
    held = start(engine)
    pid, _ = peer(held.control.socket)
    with opened(held) as raw:
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ChannelClosed):
            raw.run("import time; time.sleep(1000)")
        with pytest.raises(SandboxDied):
            raw.session.end()
    assert not held.usable


def test_closing_leaves_nothing(engine):
    before = containers_of(os.getpid())
    held = start(engine)
    pidfd = os.pidfd_open(peer(held.control.socket)[0])
    held.open(SMALL).channel.close()
    held.close()
    wait_until_dead(pidfd)
    for container in containers_of(os.getpid()) - before:
        wait_until_removed(container)


HOST = """
import sys, time
from autograder.sandbox.rendezvous import peer
from tests.integration.sandbox_engines import makers, opened, start
worker = start(makers()[sys.argv[1]]())
with opened(worker) as raw:
    raw.run("import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n    time.sleep(1000)")
    print(peer(worker.control.socket)[0], flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_host_takes_its_sandbox_with_it(engine, how):
    name = next(name for name, found in ENGINES.items() if found is engine)
    command = [sys.executable, "-c", HOST, name]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parents[2]
    ) as host:
        pidfd = os.pidfd_open(int(host.stdout.readline()))
        containers = containers_of(host.pid)
        host.send_signal(how)
    wait_until_dead(pidfd)
    assert len(containers) == (engine.name == "docker")
    for container in containers:
        wait_until_removed(container)
