"""Sandboxes as containers, by the docker SDK; podman answers to the same calls on a socket of its own."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from collections.abc import Iterable
from pathlib import Path

import docker
import docker.errors
import docker.types
import requests.exceptions

from autograder.errors import EngineUnavailable, ImageMissing, ImageStale, SandboxDied
from autograder.guest.digest import guest_digest
from autograder.records import Limits
from autograder.sandbox.control import Control, SupervisorRefused
from autograder.sandbox.engine import (
    SHARED_FILES,
    START_ENVIRONMENT,
    START_SECONDS,
    WARM_SET_MB,
    Engine,
    WorkerSpec,
    python_command,
    refused,
    supervisor_arguments,
)
from autograder.sandbox.rendezvous import SOCKET_NAME, Rendezvous, peer
from autograder.sandbox.uids import UidRange
from autograder.sandbox.worker import Housing, Worker, check_guest

IMAGE_VARIABLE = "AUTOGRADER_IMAGE"
DEFAULT_IMAGE = "autograder-grading:cpu"
CARD_IMAGE_VARIABLE = "AUTOGRADER_GPU_IMAGE"
DEFAULT_CARD_IMAGE = "autograder-grading:gpu"
PYTHON = "/opt/env/bin/python"
GUEST_ROOT = "/opt/autograder"
MEETING_PLACE = "/run/judge"
BOX, SHARED_MEMORY = "/box", "/dev/shm"

CAPABILITIES = ["SETUID", "SETGID", "KILL", "CHOWN"]
"""The supervisor's: a uid for each session, killing across uids, a scratch directory for each. No other is needed."""

CARD_USES = ["gpu", "compute", "utility"]
WORKER_LABEL = "autograder.worker"
HOST_LABEL = "autograder.host"
GUEST_LABEL = "autograder.guest"
BUILD_ADVICE = "Run `make images`."
EVENT_SECONDS = 3
"""How late the daemon may tell of an end: it hears of memory and of the end by different ways."""

_ENGINE_ERRORS = (docker.errors.DockerException, requests.exceptions.RequestException)


class DockerEngine(Engine):
    """Containers of one daemon and one image.

    Parameters
    ----------
    name : {"docker", "podman"}
    client : docker.DockerClient
    image : str
        Name of the grading image.
    """

    protects = (
        "Each sandbox is a container without network, with a read-only root and limits on memory, processes and files; "
        "student code runs in it under a uid of its own, without capabilities, behind seccomp and Landlock."
    )

    def __init__(self, name: str, client: docker.DockerClient, image: str):
        self.name = name
        self._client = client
        self._image = image
        self._limits_inodes = True

    @classmethod
    def connect(cls, name: str = "docker", image: str | None = None) -> DockerEngine:
        """Find the daemon and the image; remove containers whose host process died before them.

        Raises
        ------
        EngineUnavailable
            If no daemon answers.
        ImageMissing
            If the image is not built.
        """
        image = image or os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
        engine = cls(name, _docker_client() if name == "docker" else _podman_client(), image)
        engine.image_digest()
        engine.remove_leftovers()
        return engine

    def image_digest(self) -> str:
        return self._inspect_image()["Id"]

    def card_image_digest(self) -> str:
        try:
            return self._inspect_image(card_image())["Id"]
        except ImageMissing:
            return ""  # a job on the card will say so; the ci profile counts

    def start_worker(self, spec: WorkerSpec) -> Worker:
        name = card_image() if spec.card else self._image
        image = self._inspect_image(name)
        label = (image["Config"].get("Labels") or {}).get(GUEST_LABEL, "")
        if label and label != guest_digest():
            raise ImageStale(
                f"the image {name} was built from another version of the guest ({label[:12]}) than this "
                f"checkout ({guest_digest()[:12]}). {BUILD_ADVICE}"
            )
        try:
            return self._start(spec, image["Id"])
        except docker.errors.APIError as error:
            if self._limits_inodes and "nr_inodes" in str(error):
                self._limits_inodes = False  # podman 4.3 does not know the option
                return self._start(spec, image["Id"])
            raise EngineUnavailable(f"{self.name} could not start a container of {name}: {error}") from error
        except requests.exceptions.RequestException as error:
            raise EngineUnavailable(f"{self.name} stopped answering: {error}") from error

    def _start(self, spec: WorkerSpec, image: str) -> Worker:
        api = self._client.api
        uids = UidRange()
        with Rendezvous() as meeting, contextlib.ExitStack() as undo:
            undo.callback(uids.close)
            command = python_command(PYTHON, GUEST_ROOT) + supervisor_arguments(
                spec,
                socket=f"{MEETING_PLACE}/{SOCKET_NAME}",
                mode="uid",
                box=BOX,
                shared_memory=SHARED_MEMORY,
            )
            container = api.create_container(
                image,
                command=[*command, *uids.arguments()],
                entrypoint=[],
                user="0:0",
                hostname="box",
                working_dir="/",
                environment=START_ENVIRONMENT,
                labels={WORKER_LABEL: "1", HOST_LABEL: _this_process()},
                host_config=self._host_config(spec.limits, str(meeting.directory), spec.card),
            )["Id"]
            housing = _Container(self._client, container, uids)
            undo.callback(housing.remove)
            # Kept only until the hello: with no log driver this is the one way to learn why a start failed.
            output = api.attach(container, stdout=True, stderr=True, stream=True)
            undo.callback(_close, output)
            api.start(container)
            control = Control(meeting.accept(START_SECONDS, lambda: housing.last_words(output)))
            undo.callback(control.close)
            self._check_peer(control, container)
            try:
                hello = control.hello(START_SECONDS)
            except SupervisorRefused as refusal:
                otherwise = f"the image {self._image} cannot serve this assignment: {refusal}. {BUILD_ADVICE}"
                raise refused(spec, refusal, otherwise) from refusal
            _close(output)
            check_guest(hello, f"the image {self._image}", BUILD_ADVICE)
            undo.pop_all()
        return Worker(control, hello, housing, self.name, image)

    def _host_config(self, limits: Limits, meeting: str, card: str = "") -> dict:
        """The container's own walls. Sizes of the tmpfs together stay below the submission's share of memory."""
        memory = f"{limits.memory_mb + WARM_SET_MB}m"
        shared_mb = min(limits.shared_memory_mb, max(1, limits.memory_mb // 4))
        box_mb = min(limits.scratch_mb, max(1, limits.memory_mb // 2))
        inodes = (lambda count: f",nr_inodes={count}") if self._limits_inodes else (lambda count: "")
        flags = "rw,nosuid,nodev,noexec"
        return self._client.api.create_host_config(
            auto_remove=True,
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            cap_add=CAPABILITIES,
            security_opt=["no-new-privileges"],
            pids_limit=limits.processes + 32,
            mem_limit=memory,
            memswap_limit=memory,
            nano_cpus=1_000_000_000,
            ipc_mode="none",
            tmpfs={
                BOX: f"{flags},size={box_mb}m,mode=0711{inodes(limits.files)}",
                SHARED_MEMORY: f"{flags},size={shared_mb}m,mode=1777{inodes(SHARED_FILES)}",
            },
            ulimits=[
                docker.types.Ulimit(name="core", soft=0, hard=0),
                docker.types.Ulimit(name="nofile", soft=1024, hard=1024),
            ],
            log_config=docker.types.LogConfig(type="none"),
            binds={meeting: {"bind": MEETING_PLACE, "mode": "ro"}},
            device_requests=[docker.types.DeviceRequest(device_ids=[card], capabilities=[CARD_USES])] if card else None,
        )

    def _check_peer(self, control: Control, container: str) -> None:
        """Only the container's own PID 1 may be at the other end, where the kernel can tell."""
        pid, _ = peer(control.socket)
        expected = self._client.api.inspect_container(container)["State"].get("Pid", 0)
        if pid and expected and pid != expected:
            raise SandboxDied(f"process {pid} connected instead of the sandbox's supervisor ({expected})")

    def _inspect_image(self, name: str = "") -> dict:
        name = name or self._image
        try:
            return self._client.api.inspect_image(name)
        except docker.errors.ImageNotFound as error:
            raise ImageMissing(
                f"the grading image {name} is not built. {BUILD_ADVICE} "
                f"(Another image can be named in {IMAGE_VARIABLE}; one with CUDA in {CARD_IMAGE_VARIABLE}.)"
            ) from error
        except _ENGINE_ERRORS as error:
            raise EngineUnavailable(f"{self.name} does not answer: {error}") from error

    def remove_leftovers(self) -> int:
        """Remove containers of host processes that died so early that nobody was there to see it.

        Returns
        -------
        int
            How many were removed.
        """
        removed = 0
        for found in self._client.api.containers(all=True, filters={"label": WORKER_LABEL}):
            if not _may_live(found["Labels"].get(HOST_LABEL, "")):
                with contextlib.suppress(docker.errors.APIError):
                    self._client.api.remove_container(found["Id"], force=True)
                    removed += 1
        return removed


class _Container(Housing):
    def __init__(self, client: docker.DockerClient, container: str, uids: UidRange):
        self._client = client
        self._id = container
        self._uids = uids
        self._started = int(time.time())

    def remove(self) -> None:
        # It may be gone, or on its way out: both answers are errors to the SDK and fine here.
        with contextlib.suppress(*_ENGINE_ERRORS):
            self._client.api.remove_container(self._id, force=True)
        self._uids.close()

    def last_words(self, output: object) -> str:
        """What a container that ended said before; "" while it runs."""
        try:
            if self._client.api.inspect_container(self._id)["State"]["Running"]:
                return ""
        except docker.errors.NotFound:
            pass
        return b"".join(output).decode("utf-8", "replace").strip()[-2000:] or "it said nothing"

    def out_of_memory(self) -> bool:
        """Ask the daemon's memory of events: the container itself is removed as soon as it dies."""
        with contextlib.suppress(*_ENGINE_ERRORS):
            self._client.api.wait(self._id, timeout=5)
        with contextlib.suppress(*_ENGINE_ERRORS):
            end = int(time.time()) + EVENT_SECONDS
            events = self._client.events(self._started, end, filters={"container": self._id}, decode=True)
            try:
                return _tell_of_memory(events)
            finally:
                _close(events)
        return False


def _tell_of_memory(events: Iterable[dict]) -> bool:
    """Whether the kernel ended a container for its memory; the two events of that come in either order."""
    seen = set()
    for event in events:
        seen.add((event.get("Action"), event["Actor"]["Attributes"].get("exitCode")))
        killed = ("die", "137") in seen
        if killed and ("oom", None) in seen:
            return True
        if not killed and event.get("Action") == "die":
            return False  # it ended by itself
    return False


def card_image() -> str:
    """Name of the image that jobs on a graphics card run in."""
    return os.environ.get(CARD_IMAGE_VARIABLE) or DEFAULT_CARD_IMAGE


def _close(output: docker.types.CancellableStream) -> None:
    """The SDK closes its socket under the file on it, which then stays open until the collector finds it."""
    output.close()
    output._response.close()


def _docker_client() -> docker.DockerClient:
    try:
        client = docker.from_env()
        client.ping()
    except _ENGINE_ERRORS as error:
        raise EngineUnavailable(
            f"docker does not answer ({error}). Start it, or set DOCKER_HOST, or choose the engine `local`."
        ) from error
    return client


def _podman_client() -> docker.DockerClient:
    tried = []
    for place in (os.environ.get("XDG_RUNTIME_DIR", ""), "/run"):
        path = Path(place, "podman", "podman.sock")
        if not place or not path.exists():
            tried.append(str(path))
            continue
        try:
            client = docker.DockerClient(base_url=f"unix://{path}")
            client.ping()
            return client
        except _ENGINE_ERRORS as error:
            tried.append(f"{path} ({error})")
    raise EngineUnavailable(
        f"podman's Docker-compatible socket was not found (tried {', '.join(tried)}). "
        "Start it with `systemctl --user start podman.socket`, or choose the engine `local`."
    )


def _this_process() -> str:
    """Names this process on this machine, and no later one with the same pid."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid())}"


def _may_live(host: str) -> bool:
    """False only for a process of this machine (and pid namespace) that is certainly dead."""
    machine, _, process = host.partition(":")
    pid, _, started = process.partition(":")
    return machine != _machine() or not pid.isdigit() or _started(int(pid)) == started


def _machine() -> str:
    """This boot of this machine, as seen from this pid namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}-{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return platform.node()


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return "gone"
