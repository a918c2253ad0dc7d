"""What is left of a session: nothing."""

from __future__ import annotations

import select

from tests.integration.sandbox_engines import opened

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
