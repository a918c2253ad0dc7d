"""Climb over a wall of the sandbox."""

from __future__ import annotations

from tests.security.attack import PLAIN_AS_ROOT, Attack

AS_ROOT = "as root, where the kernel's Landlock holds no signals, it would reach this machine's processes"

_CALLS = '''
import ctypes, errno, os, platform
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    """0 or more if the system call was let through."""
    ctypes.set_errno(0)
    done = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return done if done >= 0 else errno.errorcode.get(ctypes.get_errno())
X86 = platform.machine() == "x86_64"
'''

ATTACKS = [
    Attack(
        "changes_the_limits_of_pid_1",
        "prlimit on PID 1",
        first=_CALLS
        + """
import resource
for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_CPU, resource.RLIMIT_AS):
    try:
        resource.prlimit(1, kind, (3, 3))
        print("SUCCEEDED", kind)
    except (PermissionError, ProcessLookupError) as error:
        print(error)
""",
        same_worker=True,
    ),
    Attack(
        "reconnects_to_the_judge",
        "reconnect to the judge's socket",
        first="""
import os, socket
paths = ["/run/judge/host.sock"]
for place in ("/run", "/tmp", "/box", "/dev/shm"):
    for folder, _, names in os.walk(place):
        paths += [os.path.join(folder, name) for name in names if name.endswith("sock")]
abstract = [line.split()[-1] for line in open("/proc/net/unix").read().splitlines()[1:] if len(line.split()) > 7]
for path in paths + ["\\0" + name[1:] for name in abstract if name.startswith("@")]:
    for kind in (socket.SOCK_SEQPACKET, socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(socket.AF_UNIX, kind).connect(path)
            print("SUCCEEDED", path)
        except OSError:
            pass
""",
        landlock=6,
        same_worker=True,
    ),
    Attack(
        "hides_its_processor_time",
        "SIGCHLD ignored to fake CPU time",
        first="""
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
end = time.monotonic() + 0.5
while time.monotonic() < end:
    if os.fork() == 0:
        sum(range(3_000_000))
        os._exit(0)
    try:
        os.wait()
    except ChildProcessError:
        pass
""",
    ),
    Attack(
        "spends_time_in_a_swarm",
        "a swarm of small exec'd processes",
        first="""
import subprocess, time
end = time.monotonic() + 0.5
while time.monotonic() < end:
    subprocess.run(["/bin/true"])
""",
        same_worker=True,
    ),
    Attack(
        "opens_other_families_of_sockets",
        "AF_VSOCK and the like",
        first="""
import socket
for family in (2, 10, 16, 17, 21, 31, 38, 40, 44):
    for kind in (1, 2, 3, 5):
        try:
            socket.socket(family, kind)
            print("SUCCEEDED", family, kind)
        except OSError:
            pass
""",
        same_worker=True,
    ),
    Attack(
        "signals_the_supervisor",
        "own",
        first="""
import os, signal
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGRTMIN):
    for pid in (1, os.getppid()):
        try:
            os.kill(pid, number)
        except OSError:
            pass
""",
        same_worker=True,
        not_on={"plain": AS_ROOT},
    ),
    Attack(
        "signals_everybody",
        "own",
        first="import os, signal\ntry:\n    os.kill(-1, signal.SIGKILL)\nexcept OSError: pass",
        not_on={"plain": AS_ROOT},
    ),
    Attack(
        "becomes_root_again",
        "own",
        first=_CALLS
        + """
import glob, stat, subprocess
for change in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.seteuid(0),
               lambda: os.chown(".", 0, 0), lambda: os.chroot("."), lambda: os.mknod("dev", 0o660 | stat.S_IFBLK, 0x800)):
    try:
        change()
        print("SUCCEEDED")
    except OSError as error:
        print(error)
for tool in ("/bin/su", "/usr/bin/passwd", "/bin/mount"):
    try:
        print(subprocess.run([tool, "-c", "id"], capture_output=True, stdin=subprocess.DEVNULL, timeout=1).returncode)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)
""",
        open_on=PLAIN_AS_ROOT,
    ),
    Attack(
        "makes_forbidden_system_calls",
        "the engine's default filter is not enough",
        first=_CALLS
        + """
calls = {"ptrace": (101, 16, 1), "process_vm_readv": (310, 1), "keyctl": (250, 0, -3, 1), "bpf": (321, 0, 0, 0),
         "perf_event_open": (298, 0), "userfaultfd": (323, 0), "unshare": (272, 0x10000000), "setns": (308, 0, 0),
         "mount": (165, 0, 0, 0, 0, 0), "io_uring_setup": (425, 8, 0), "kcmp": (312, 1, 1, 0), "shmget": (29, 0, 4096, 0o1600),
         "memfd_secret": (447, 0), "personality": (135, 0x0040000), "pidfd_open": (434, 1, 0), "fsopen": (430, 0, 0),
         "add_key": (248, 0, 0, 0, 0, -3), "quotactl": (179, 0), "name_to_handle_at": (303, -100, 0, 0, 0, 0)}
for name, (number, *args) in calls.items() if X86 else ():
    if isinstance(call(number, *args), int):
        print("SUCCEEDED", name)
if X86 and isinstance(call(0x40000000 | 39), int):
    print("SUCCEEDED x32")
""",
        open_on={"plain": "pid 1 is this machine's first process, and a descriptor of it can be had"},
        same_worker=True,
    ),
    Attack(
        "makes_namespaces",
        "own",
        first=_CALLS
        + """
for flags in (0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x08000000, 0x04000000, 0x02000000, 0x80):
    for done in (call(272 if X86 else 97, flags), call(56 if X86 else 220, flags | 17, 0, 0, 0, 0)):
        if isinstance(done, int):
            if done == 0 and os.getpid() != 1:
                print("SUCCEEDED", hex(flags))
""",
    ),
    Attack(
        "writes_where_nothing_is_writable",
        "own",
        first="""
import os
places = ["/", "/etc", "/usr/bin", "/opt/env", "/opt/autograder/autograder/guest", "/run/judge", "/box", "/proc/1", "/sys",
          "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/dev/mem", "/dev/kmsg", "/proc/1/oom_score_adj",
          "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max"]
for place in places:
    for path in (place, place + "/LEFTOVER-9c1e"):
        try:
            os.close(os.open(path, os.O_WRONLY | (0 if path == place else os.O_CREAT)))
            print("SUCCEEDED", path)
        except OSError:
            pass
""",
        same_worker=True,
    ),
    Attack(
        "runs_what_it_wrote",
        "own",
        first="""
import os, subprocess
for place in (".", "/dev/shm"):
    try:
        path = os.path.join(place, "tool")
        open(path, "w").write("#!/bin/sh\\necho SUCC''EEDED\\n")
        os.chmod(path, 0o4755)
        print(subprocess.run([os.path.abspath(path)], capture_output=True, text=True).stdout)
    except OSError as error:
        print(error)
""",
        same_worker=True,
    ),
    Attack(
        "raises_its_own_limits",
        "own",
        first="""
import os, resource
for name in (n for n in dir(resource) if n.startswith("RLIMIT_")):
    kind = getattr(resource, name)
    soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        try:
            resource.setrlimit(kind, (hard + 1, hard + 1))
            print("SUCCEEDED", name)
        except (OSError, ValueError):
            pass
for value in ("-1000", "0"):
    try:
        open("/proc/self/oom_score_adj", "w").write(value)
        print("SUCCEEDED", value)
    except OSError:
        pass
""",
    ),
    Attack(
        "keeps_a_pidfd_of_the_supervisor",
        "own",
        first="""
import os, signal
for pid in (1, os.getppid()):
    try:
        fd = os.pidfd_open(pid)
    except OSError as error:
        print(error)
        continue
    try:
        signal.pidfd_send_signal(fd, 0)
        print("SUCCEEDED", pid)
    except OSError as error:
        print(error)
""",
        landlock=6,
        same_worker=True,
    ),
]
