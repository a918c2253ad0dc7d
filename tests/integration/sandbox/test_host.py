"""The host's side: whatever dies, the other side is told and nothing stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from autograder.errors import SandboxDied
from autograder.sandbox.rendezvous import peer
from autograder.sandbox.worker import Worker
from tests.integration.sandbox.contract import ENGINES
from tests.integration.sandbox_engines import (
    SMALL,
    ChannelClosed,
    containers_of,
    opened,
    start,
    wait_until_dead,
    wait_until_removed,
)


def test_a_silent_supervisor_is_given_up(engine, monkeypatch):
    held = start(engine)
    pid, _ = peer(held.control.socket)
    with opened(held) as raw:
        pidfd = os.pidfd_open(pid)
        os.kill(pid, signal.SIGSTOP)
        monkeypatch.setattr("autograder.sandbox.control.ASK_SECONDS", 0.3)
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
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parents[3]
    ) as host:
        pidfd = os.pidfd_open(int(host.stdout.readline()))
        containers = containers_of(host.pid)
        host.send_signal(how)
    wait_until_dead(pidfd)
    assert len(containers) == (engine.name == "docker")
    for container in containers:
        wait_until_removed(container)


def children(pid: int, thread: int) -> list[int]:
    """By the kernel's own list, which is there at once."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split()]
    return []


@pytest.mark.skipif("bwrap" not in ENGINES, reason="bubblewrap does not work here; in CI test_engines.py asks for it")
@pytest.mark.parametrize("_again", range(3))  # the moment is a matter of luck, if mostly the bad one
def test_bubblewrap_killed_while_it_makes_its_sandbox_holds_up_nobody(_again):
    """Its child, if it has one by then, waits for it for ever, and holds what it would say its last words to."""
    begun: list[Worker | SandboxDied] = []

    def begin():
        try:
            begun.append(start(ENGINES["bwrap"]))
        except SandboxDied as died:
            begun.append(died)

    starting = threading.Thread(target=begin, daemon=True)
    starting.start()
    while not (launcher := children(os.getpid(), starting.native_id)):
        pass
    while not (sandbox := children(launcher[0], launcher[0])) and starting.is_alive():
        pass
    os.kill(launcher[0], signal.SIGKILL)
    starting.join(60)
    assert begun, "it waits for what bubblewrap left"
    if isinstance(begun[0], Worker):
        begun[0].close()
    for pid in sandbox:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).wait(60)
