"""Outlive the submission, and poison what the next one shares."""

from __future__ import annotations

from tests.security.attack import Attack

PROCESSES = "detached processes that outlive grading; setsid grandchildren; threads that survive the fork"
IPC = "SysV and POSIX IPC left behind"
POISON = "poison what is shared with the next submission"
AS_ROOT = "as root it would reach the processes of the machine that runs the tests"

ATTACKS = [
    Attack(
        "leaves_detached_processes",
        PROCESSES,
        first="""
import os, time
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            time.sleep(10000)
        os._exit(0)
""",
        same_worker=True,
    ),
    Attack(
        "leaves_processes_from_a_test",
        PROCESSES,
        answer="""
import os, time
def answer(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(10000)
        os._exit(0)
    return 0
""",
    ),
    Attack(
        "leaves_stopped_children",
        "vfork + STOP",
        first="""
import ctypes, os, signal, subprocess
for _ in range(3):
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
subprocess.Popen(["sleep", "1000"]).send_signal(signal.SIGSTOP)
""",
        same_worker=True,
    ),
    Attack(
        "hangs_in_vfork",
        "vfork + STOP",
        first="""
import os, signal, threading
def child():
    os.posix_spawn("/bin/sh", ["sh", "-c", "kill -STOP $$; sleep 1000"], {})
threading.Thread(target=child, daemon=True).start()
""",
    ),
    Attack(
        "ignores_every_signal",
        PROCESSES,
        first="""
import os, signal, time
if os.fork() == 0:
    for number in range(1, 64):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True: time.sleep(1)
""",
        same_worker=True,
    ),
    Attack(
        "leaves_zombies_and_orphans",
        PROCESSES,
        first="import os\nfor _ in range(8):\n    if os.fork() == 0:\n        os._exit(0)",
        same_worker=True,
    ),
    Attack(
        "leaves_threads",
        PROCESSES,
        first="import threading, time\nfor _ in range(5): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
        expect=frozenset({"threads"}),
    ),
    Attack(
        "leaves_sysv_objects",
        IPC,
        first="""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
made = [libc.shmget(0x9C1E, 4096, 0o1666), libc.semget(0x9C1E, 1, 0o1666), libc.msgget(0x9C1E, 0o1666)]
print("SUCCEEDED" if any(m >= 0 for m in made) else "looked", made)
""",
        same_worker=True,
    ),
    Attack(
        "leaves_posix_objects",
        IPC,
        first="""
import ctypes
from multiprocessing import shared_memory, resource_tracker
libc = ctypes.CDLL(None, use_errno=True)
print(libc.shm_open(b"/LEFTOVER-9c1e", 0o102, 0o666), libc.sem_open(b"/LEFTOVER-9c1e", 0o100, 0o666, 1),
      libc.mq_open(b"/LEFTOVER-9c1e", 0o102, 0o666, None))
try:
    block = shared_memory.SharedMemory("LEFTOVER-9c1e-2", create=True, size=4096)
    resource_tracker.unregister(block._name, "shared_memory")
except OSError as error:
    print(error)
""",
        same_worker=True,
    ),
    Attack(
        "leaves_sockets",
        IPC,
        first="""
import os, socket
held = []
for name in ("\\0LEFTOVER-9c1e", "LEFTOVER-9c1e.sock", "/dev/shm/LEFTOVER-9c1e.sock"):
    one = socket.socket(socket.AF_UNIX)
    try:
        one.bind(name); one.listen()
        held.append(one)
    except OSError as error:
        print(error)
if os.fork() == 0:
    os.setsid()
    while True: one.accept()
""",
    ),
    Attack(
        "leaves_files_that_resist",
        POISON,
        first="""
import os
for place in (".", "/dev/shm"):
    try:
        path = os.path.join(place, "LEFTOVER-9c1e")
        os.mkdir(path)
        for name in (b"new\\nline", b"\\xff\\xfe", b"-rf", b"x" * 255, b"tab\\t", " space ".encode()):
            open(os.path.join(path.encode(), name), "w").close()
        os.symlink("/etc/passwd", path + "/link")
        os.mkfifo(path + "/fifo")
        os.chmod(path, 0)
        here = os.open(place, os.O_RDONLY)
        for _ in range(400):
            os.mkdir("d", dir_fd=here)
            deeper = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.fchmod(here, 0)
    except OSError as error:
        print(error)
""",
        same_worker=True,
    ),
    Attack(
        "poisons_caches",
        POISON,
        first="""
import os, sys, numpy, importlib.util
for module in (numpy, os, importlib.util):
    for path in (module.__file__, importlib.util.cache_from_source(module.__file__)):
        try:
            open(path, "ab").write(b"raise SystemExit")
            print("SUCCEEDED", path)
        except OSError:
            pass
for folder in ("~/.config/matplotlib", "~/.cache", "~/.local/lib/python3.11/site-packages", "~/.ipython"):
    os.makedirs(os.path.expanduser(folder), exist_ok=True)
    open(os.path.expanduser(folder) + "/LEFTOVER-9c1e.pth", "w").write("import os")
""",
        same_worker=True,
    ),
    Attack(
        "poisons_the_interpreter",
        POISON,
        first="""
import builtins, gc, locale, os, random, resource, signal, sys, tempfile, warnings
import numpy as np
np.allclose = lambda *a, **k: True
np.seterr(all="raise"); np.random.seed(1); random.seed(1)
builtins.LEFTOVER = 1
sys.setrecursionlimit(60000); sys.path.insert(0, "/dev/shm"); sys.modules["json"] = None
os.environ["LEFTOVER"] = "1"; os.environ["PYTHONPATH"] = "/dev/shm"
os.umask(0); os.chdir("/"); tempfile.tempdir = "/dev/shm"
warnings.simplefilter("ignore"); gc.disable()
signal.signal(signal.SIGALRM, signal.SIG_IGN); signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.nice(10); os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
""",
        same_worker=True,
    ),
    Attack(
        "lowers_the_limits_of_its_cleaner",
        POISON,
        first="""
import ctypes, os, resource
libc = ctypes.CDLL(None, use_errno=True)
low = (ctypes.c_ulong * 2)(3, 3)
done = [libc.prlimit(pid, kind, low, None) for pid in (1, os.getppid()) for kind in (0, 6, 7, 9)]
print("SUCCEEDED" if 0 in done else "looked", done)
""",
        same_worker=True,
    ),
]
