"""A container engine of the test's own, so that no other is stopped: own data, containerd, socket and network."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
from docker.errors import DockerException

from autograder.sandbox.docker import DEFAULT_IMAGE, IMAGE_VARIABLE
from tests.reliability.outages import Outage, when_begun

READY_SECONDS = 90.0


class PrivateEngine:
    """A dockerd below one folder. Needs root, and the programs dockerd and containerd."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.url = f"unix://{folder / 'engine.sock'}"
        self.restarts = 0
        self._process: subprocess.Popen | None = None
        self.start()

    def start(self) -> None:
        places = {"--data-root": "data", "--exec-root": "exec", "--pidfile": "pid"}
        options = [f"{option}={self._folder / name}" for option, name in places.items()]
        names = ["--containerd-namespace=reliability", "--containerd-plugins-namespace=reliability-plugins"]
        no_network = ["--bridge=none", "--iptables=false", "--ip-forward=false"]
        # a dockerd without a bridge removes docker0 when it starts: not that of the machine's own engine
        apart = ["unshare", "--net", "--"]
        with open(self._folder / "log", "ab") as said:
            self._process = subprocess.Popen(
                [*apart, "dockerd", f"--host={self.url}", *options, *names, *no_network],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(DockerException, OSError), contextlib.closing(self._client()) as client:
                client.ping()
                return
            time.sleep(0.2)
        raise TimeoutError((self._folder / "log").read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """In order, as `systemctl stop docker` does: its containers end with it."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(60)

    def restart(self) -> None:
        self.stop()
        self.start()
        self.restarts += 1

    def load(self, image: str) -> None:
        """Copy an image from this machine's usual engine, which is only read."""
        saved = subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE)
        subprocess.run(["docker", f"--host={self.url}", "load", "--quiet"], stdin=saved.stdout, check=True)
        assert saved.wait() == 0

    def _client(self) -> docker.DockerClient:
        return docker.DockerClient(base_url=self.url, version="auto")


def missing() -> str:
    """Why there can be no engine of one's own here; "" where there can."""
    if os.geteuid() != 0:
        return "only root may start a container engine"
    if shutil.which("dockerd") is None:
        return "dockerd is not installed"
    found = subprocess.run(["docker", "image", "inspect", image()], capture_output=True, check=False)
    return "" if found.returncode == 0 else f"the image {image()} is not built"


def image() -> str:
    return os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE


@contextlib.contextmanager
def private_engine() -> Iterator[PrivateEngine]:
    """An engine with the grading image in it; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="engine-", ignore_cleanup_errors=True) as folder:
        engine = PrivateEngine(Path(folder))
        try:
            engine.load(image())
            yield engine
        finally:
            engine.stop()


def restarted(engine: PrivateEngine, url: str, chance: random.Random) -> Outage:
    """The engine is stopped and started in the middle of the first run."""

    def outage(process: subprocess.Popen, number: int) -> None:
        if not number and when_begun(process, url, chance):
            engine.restart()

    return outage
