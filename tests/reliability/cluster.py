"""A scheduler and workers on this machine that somebody starts again when they end, as a service manager does."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from tests.integration.toy import environment
from tests.reliability.victims import Kill, victims

READY_SECONDS = 60.0


class Cluster:
    """Keeps one scheduler and ``count`` workers running until it is closed."""

    def __init__(self, count: int = 2):
        self._folder = tempfile.TemporaryDirectory(prefix="reliability-")
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[str, subprocess.Popen] = {}
        self.address = self._first_address()
        self._names = ["scheduler", *(f"worker{number}" for number in range(count))]
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()
        self.await_workers()

    def victims(self, kind: str, process: subprocess.Popen) -> list[Kill]:
        """Of this cluster, or of the command that uses it; the cluster itself is there to be killed while it grades."""
        if kind == "main":
            return victims(kind, process.pid, "local")
        with self._lock:
            workers = {name: p for name, p in self._running.items() if name != "scheduler"}
            scheduler = self._running["scheduler"]
        if kind not in ("scheduler", "worker"):
            return [k for p in workers.values() for k in victims(kind, p.pid, "local")]
        busy = [p for p in workers.values() if victims("guest", p.pid, "local")]
        chosen = busy if kind == "worker" else [scheduler] * bool(busy)
        return [k for p in chosen for k in victims("main", p.pid, "local")]

    def await_workers(self) -> None:
        """Until each has registered."""
        from distributed import Client

        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, TimeoutError), Client(self.address, timeout=5) as client:
                client.wait_for_workers(len(self._names) - 1, timeout=max(1.0, deadline - time.monotonic()))
                return
        raise TimeoutError(f"{self.address}: no cluster within {READY_SECONDS:g} s")

    def close(self) -> None:
        self._closed.set()
        self._keeper.join()
        for process in self._running.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        self._folder.cleanup()

    def _keep(self) -> None:
        while not self._closed.wait(0.1):
            for name in self._names:
                if name not in self._running or self._running[name].poll() is not None:
                    with self._lock:
                        self._running[name] = self._start(name)

    def _first_address(self) -> str:
        """Let the system choose a port; whoever is started again gets the same."""
        self.address = "tcp://127.0.0.1:0"
        self._running["scheduler"] = self._start("scheduler")
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            said = (Path(self._folder.name) / "scheduler").read_text()
            if found := re.search(r"Scheduler at:\s+(tcp://\S+)", said):
                return found[1]
            time.sleep(0.1)
        raise TimeoutError("the scheduler says no address")

    def _start(self, name: str) -> subprocess.Popen:
        if name == "scheduler":
            port = self.address.rpartition(":")[2]
            command = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
        else:
            command = ["autograder.cli", "worker", self.address, "--workers", "1"]
        with open(Path(self._folder.name) / name, "ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment(DASK_DISTRIBUTED__LOGGING__DISTRIBUTED="info"),
                start_new_session=True,
            )
