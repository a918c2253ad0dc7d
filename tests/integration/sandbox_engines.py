"""The engines of this machine, a stand-in for a notebook session, and which walls an engine cannot hold."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import docker
import docker.errors

from autograder.errors import EngineUnavailable, ImageMissing
from autograder.records import Limits
from autograder.sandbox import Engine, WorkerSpec
from autograder.sandbox.docker import HOST_LABEL, DockerEngine
from autograder.sandbox.local import BubblewrapEngine, PlainEngine
from autograder.sandbox.worker import Session, Worker

RAW = "autograder.guest.raw_session:serve"
PATIENCE = 60.0
"""Seconds until a wait is a failure: never how a test measures time."""

SMALL = Limits(cpu_seconds=20, memory_mb=512, processes=24, scratch_mb=16)

MORE_THAN_ALL_MAY = """
import os, time
ready, say = os.pipe()
for _ in range(3):
    if os.fork() == 0:
        held = b'x' * (140 << 20)
        os.write(say, b'.')
        time.sleep(1000)
    os.read(ready, 1)
held = b'x' * (480 << 20)  # alone it might have so much; together they may not, and the kernel chooses the largest
"""


def makers() -> dict[str, Callable[[], Engine]]:
    """Every engine that the contract knows, by the name its tests carry."""
    known = {
        "docker": lambda: DockerEngine.connect("docker"),
        "podman": lambda: DockerEngine.connect("podman"),
        "bwrap": lambda: BubblewrapEngine(),
        "plain": PlainEngine,
    }
    if os.getuid() == 0:  # what an ordinary user gets, for whom "bwrap" is this already
        known["bwrap-single-uid"] = lambda: BubblewrapEngine(single_uid=True)
    return known


def find_engines() -> tuple[dict[str, Engine], dict[str, str]]:
    """Engines that work here, and why the others do not."""
    present, absent = {}, {}
    for name, make in makers().items():
        try:
            present[name] = make()
        except (EngineUnavailable, ImageMissing) as error:
            absent[name] = str(error)
    return present, absent


class ChannelClosed(Exception):
    """The session's end of the channel is gone."""


@dataclass
class RawSession:
    """A session that runs Python source (autograder.guest.raw_session)."""

    session: Session

    @property
    def channel(self) -> socket.socket:
        return self.session.channel

    def send(self, source: str) -> None:
        raw = source.encode()
        try:
            self.channel.sendall(len(raw).to_bytes(4, "big") + raw)
        except (BrokenPipeError, ConnectionResetError):
            raise ChannelClosed from None

    def receive(self) -> object:
        """The answer; an error inside is an AssertionError here."""
        reply = json.loads(self._exactly(int.from_bytes(self._exactly(4), "big")))
        assert reply["error"] == "", reply["error"]
        return reply["answer"]

    def run(self, source: str) -> object:
        """Execute `source` inside; returns what it binds to the name ``answer``."""
        self.send(source)
        return self.receive()

    def wait_for_byte(self, byte: bytes) -> None:
        """The code inside wrote it to the channel to say how far it has come."""
        assert self._exactly(1) == byte

    def wait_for_end(self) -> None:
        """Until the channel closes."""
        with contextlib.suppress(ChannelClosed):
            while True:
                self._exactly(1)

    def _exactly(self, size: int) -> bytes:
        self.channel.settimeout(PATIENCE)
        data = b""
        while len(data) < size:
            try:
                part = self.channel.recv(size - len(data))
            except ConnectionResetError:
                part = b""
            if not part:
                raise ChannelClosed
            data += part
        return data


@contextlib.contextmanager
def opened(worker: Worker, limits: Limits = SMALL) -> Iterator[RawSession]:
    """A session that is ended whatever happens."""
    session = worker.open(limits)
    try:
        yield RawSession(session)
    finally:
        if session.ended is None and worker.usable:
            session.end()
        session.channel.close()


def start(engine: Engine, imports: tuple[str, ...] = (), limits: Limits = SMALL) -> Worker:
    return engine.start_worker(WorkerSpec(imports=imports, limits=limits, session=RAW))


def wait_until_dead(pidfd: int) -> None:
    """Block until the process behind the pidfd is gone; fails after PATIENCE."""
    assert select.select([pidfd], [], [], PATIENCE)[0], "the process is still there"


def containers_of(pid: int) -> set[str]:
    """Ids of the containers that a host process of this machine made; none where no docker answers."""
    try:
        api = docker.from_env().api
        found = api.containers(all=True, filters={"label": HOST_LABEL})
    except docker.errors.DockerException:
        return set()
    return {item["Id"] for item in found if f":{pid}:" in item["Labels"][HOST_LABEL]}


def wait_until_removed(container: str) -> None:
    """Block until the engine has removed a container."""
    with contextlib.suppress(docker.errors.NotFound):
        docker.from_env().api.wait(container, timeout=PATIENCE, condition="removed")
