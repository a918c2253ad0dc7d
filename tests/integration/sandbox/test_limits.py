"""What a session may use, and what it is told when there is no more."""

from __future__ import annotations

import dataclasses
import errno

from tests.integration.sandbox_engines import MORE_THAN_ALL_MAY, SMALL, opened, start


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
        raw.send(MORE_THAN_ALL_MAY)
        raw.wait_for_end()
        status = raw.session.control.status()
        assert (status.alive, status.tripped) == (False, "memory-limit")
        assert status.oom_kills >= 1
    with opened(worker) as raw:
        assert raw.run("answer = 1") == 1, "the sandbox itself lives on"


SHARE = """
import mmap, os
def attempt(make):
    try: block = make(); block[0] = 1; block.close()
    except OSError as e: return e.errno
    return 0
def mapped(fd, size=0):
    if size: os.truncate(fd, size)
    return mmap.mmap(fd, 4096)
makers = {
    'anonymous': lambda: mmap.mmap(-1, 4096),
    'zero': lambda: mapped(os.open('/dev/zero', os.O_RDWR)),
    'memfd': lambda: mapped(os.memfd_create('m'), 4096),
    'private': lambda: mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
    'file': lambda: mapped(os.open('shared', os.O_RDWR | os.O_CREAT), 4096),
}
answer = {name: attempt(make) for name, make in makers.items()}
"""


def test_what_processes_share_lies_in_files_alone(session):
    """Other such pages can be in no process, and ending the one that made them gives nothing back."""
    found = session.run(SHARE)
    assert (found["private"], found["file"]) == (0, 0)
    assert (found["anonymous"], found["memfd"]) == (errno.ENOMEM, errno.ENOSYS)
    assert found["zero"] in (errno.EACCES, errno.ENODEV)


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
