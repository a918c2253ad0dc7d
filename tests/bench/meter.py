"""Measure one command: wall time, processor time and peak memory, its containers included.

On Linux with cgroups the command runs in a cgroup of its own, so that processes which outlive their
parent count too; containers live in the engine's cgroup, whose growth is added where the command starts
any (what else the engine runs meanwhile is added with it). Without the right to make a cgroup the
processor time is the children's (``wait4``) and the memory is not known.
"""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
SAMPLE_SECONDS = 0.05
"""How often memory is read: short peaks between two readings are missed, on both sides alike."""

END_SECONDS = 10
"""Until what a command has left behind must have ended."""


@dataclass(frozen=True)
class Measured:
    """``source`` says how it was measured.

    ``memory_mb`` is the peak of anonymous memory of all processes together, None if unknown: the kernel charges a page
    to the group once, however many processes share it. ``own_mb`` is the peak of the command's own process.
    """

    seconds: float
    cpu_seconds: float
    memory_mb: float | None
    own_mb: float | None
    source: str
    status: int
    output: str


class Group:
    """One cgroup, of version 1 or 2."""

    def __init__(self, name: str):
        v2 = (ROOT / "cgroup.controllers").is_file()
        self.v2 = v2
        self.cpu = ROOT / name if v2 else ROOT / "cpuacct" / name
        self.memory = ROOT / name if v2 else ROOT / "memory" / name

    def exists(self) -> bool:
        return self.cpu.is_dir()

    def cpu_seconds(self) -> float:
        if not self.v2:
            return int((self.cpu / "cpuacct.usage").read_text()) / 1e9
        return _field(self.cpu / "cpu.stat", "usage_usec") / 1e6

    def memory_bytes(self) -> int:
        return _field(self.memory / "memory.stat", "anon" if self.v2 else "total_rss")

    def make(self) -> None:
        self.cpu.mkdir()
        if not self.v2:
            self.memory.mkdir()

    def enter(self) -> None:
        for folder in {self.cpu, self.memory}:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def leave(self) -> None:
        """Back to where this process came from, or to the root."""
        for folder in {self.cpu, self.memory}:
            (folder.parent / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self) -> None:
        """Once all that ran in it has ended; what outlives its command by long keeps it."""
        deadline = time.monotonic() + END_SECONDS
        for folder in {self.cpu, self.memory}:
            while folder.is_dir():
                try:
                    folder.rmdir()
                except OSError:
                    if time.monotonic() > deadline:
                        break
                    time.sleep(SAMPLE_SECONDS)


def _field(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        key, value = line.split()
        if key == name:
            return int(value)
    raise LookupError(f"{path}: no field {name}")


def engine_group() -> Group | None:
    """The cgroup that the container engine puts its containers into."""
    for name in ("docker", "system.slice/docker"):
        group = Group(name)
        if group.exists():
            return group
    return None


def measure(command: Sequence[str], cwd: Path, env: Mapping[str, str], containers: bool = False) -> Measured:
    """Run a command to its end and measure it; ``containers``: it has the engine run some."""
    own = Group(f"bench-{os.getpid()}")
    try:
        own.make()
    except OSError:
        return _measure_plainly(command, cwd, env)
    groups = [own]
    engine = engine_group() if containers else None
    if engine is not None:
        groups.append(engine)
    try:
        before = sum(group.cpu_seconds() for group in groups)
        baseline = engine.memory_bytes() if engine else 0
        start = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=own.enter,
        )
        done = threading.Event()
        peak, own_peak = [0], [0]

        def watch() -> None:
            while not done.wait(SAMPLE_SECONDS):
                peak[0] = max(peak[0], sum(group.memory_bytes() for group in groups) - baseline)
                own_peak[0] = max(own_peak[0], anonymous_bytes(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            output, _ = process.communicate()
        finally:
            done.set()
            watcher.join()
        seconds = time.monotonic() - start
        used = sum(group.cpu_seconds() for group in groups) - before
    finally:
        own.remove()
    return Measured(
        seconds, used, peak[0] / 2**20, own_peak[0] / 2**20, "cgroup", process.returncode, output
    )


def anonymous_bytes(pid: int) -> int:
    """Anonymous memory of a process; 0 when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def _measure_plainly(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Measured:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(
        command, cwd=cwd, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(time.monotonic() - start, used, None, None, "children", done.returncode, done.stdout)
