"""Sandboxes without a container engine: bubblewrap where it works, else a plain process.

Both use the interpreter and the libraries that run this, and give them read-only; of the project only
the guest is visible.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import os
import platform
import select
import shutil
import signal
import site
import subprocess
import sys
import tempfile
from abc import abstractmethod

from autograder.errors import EngineUnavailable, SandboxDied
from autograder.guest.digest import PACKAGE, guest_digest
from autograder.sandbox.bubblewrap import bubblewrap_command
from autograder.sandbox.control import Control, SupervisorRefused
from autograder.sandbox.engine import (
    SHARED_FILES,
    START_ENVIRONMENT,
    START_SECONDS,
    Engine,
    WorkerSpec,
    python_command,
    refused,
    supervisor_arguments,
)
from autograder.sandbox.rendezvous import Rendezvous, descends_from, peer
from autograder.sandbox.uids import UidRange
from autograder.sandbox.worker import Housing, Worker, check_guest

GUEST_ROOT = "/opt/autograder"
MEETING_PLACE = "/run/judge"


@functools.cache
def _installed() -> tuple[str, ...]:
    """Name and version of every distribution beside this interpreter: 0.2 s, so once a process, not once a result."""
    # Not sys.path: setuptools, once imported (nbgrader does), adds libraries of its own to it, which no sandbox sees.
    places = importlib.metadata.distributions(path=site.getsitepackages())
    return tuple(sorted({f"{one.metadata['Name']}=={one.version}" for one in places}))


class _LocalEngine(Engine):
    """What the two have in common: start a process, meet it, hold it by its pidfd."""

    def image_digest(self) -> str:
        """Over the guest, the interpreter's version and every installed distribution."""
        lines = [guest_digest(), platform.python_version(), platform.machine(), *_installed()]
        return "local:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @abstractmethod
    def _command(self, spec: WorkerSpec, meeting: Rendezvous, housing: _Process) -> list[str]:
        """The whole command line that starts a supervisor."""

    def start_worker(self, spec: WorkerSpec) -> Worker:
        if spec.card:
            raise EngineUnavailable(f"the engine {self.name} offers no graphics card. Use docker or podman.")
        with Rendezvous() as meeting, contextlib.ExitStack() as undo:
            housing = _Process()
            undo.callback(housing.remove)
            launched = housing.start(self._command(spec, meeting, housing))
            control = Control(meeting.accept(START_SECONDS, housing.last_words))
            undo.callback(control.close)
            pid, _ = peer(control.socket)
            if not descends_from(pid, launched):
                raise SandboxDied(f"process {pid} connected instead of the sandbox's supervisor")
            housing.hold(pid)
            try:
                hello = control.hello(START_SECONDS)
            except SupervisorRefused as refusal:
                otherwise = (
                    f"the engine {self.name} cannot serve this assignment: {refusal}. What it imports must be "
                    f"installed beside {sys.executable}."
                )
                raise refused(spec, refusal, otherwise) from refusal
            housing.stop_listening()
            check_guest(hello, "the sandbox", "Start again: the sources changed meanwhile.")
            undo.pop_all()
        return Worker(control, hello, housing, self.name, self.image_digest())


class BubblewrapEngine(_LocalEngine):
    """Namespaces by bubblewrap: own pids, network, IPC and file tree, no container engine needed.

    Parameters
    ----------
    single_uid : bool, optional
        One uid for the supervisor and all sessions: the only way for an ordinary user, and chosen so
        unless this process is root.
    """

    name = "local-bwrap"

    def __init__(self, single_uid: bool | None = None):
        self._single_uid = os.getuid() != 0 if single_uid is None else single_uid
        found = shutil.which("bwrap")
        if found is None:
            raise EngineUnavailable("bubblewrap (bwrap) is not installed. Install it, or use docker.")
        self._bwrap = found
        self._try_out()

    @property
    def protects(self) -> str:
        uid = "the same uid for all," if self._single_uid else "a uid of its own, without capabilities,"
        return (
            f"Namespaces without network and with a read-only root (bubblewrap); student code runs under {uid} behind "
            "seccomp and Landlock. Memory is limited for each process but not in total."
        )

    def _command(self, spec: WorkerSpec, meeting: Rendezvous, housing: _Process) -> list[str]:
        arguments = supervisor_arguments(
            spec,
            socket=f"{MEETING_PLACE}/{meeting.path.name}",
            mode="single-uid" if self._single_uid else "uid",
            box="/box",
            shared_memory="/dev/shm",
        )
        arguments += ["--inodes", str(spec.limits.files), str(SHARED_FILES)]
        return [*self._walls(spec, str(meeting.directory)), *python_command(sys.executable, GUEST_ROOT), *arguments,
                *housing.claim_uids().arguments()]  # fmt: skip

    def _walls(self, spec: WorkerSpec, meeting: str) -> list[str]:
        return bubblewrap_command(
            self._bwrap,
            single_uid=self._single_uid,
            scratch_mb=spec.limits.scratch_mb,
            shared_memory_mb=spec.limits.shared_memory_mb,
            guest_root=GUEST_ROOT,
            meeting=(meeting, MEETING_PLACE),
        )

    def _try_out(self) -> None:
        """Make one empty sandbox: namespaces may be forbidden, which only trying tells."""
        command = [*self._walls(WorkerSpec(), tempfile.gettempdir()), sys.executable, "-I", "-S", "-c", "pass"]
        tried = subprocess.run(command, capture_output=True, env={}, timeout=60, check=False)
        if tried.returncode != 0:
            said = tried.stderr.decode("utf-8", "replace").strip()
            raise EngineUnavailable(
                f"bubblewrap cannot make a sandbox here ({said or tried.returncode}). Allow unprivileged user "
                "namespaces, or use docker."
            )


class PlainEngine(_LocalEngine):
    """A plain process with limits: for code that you would run on this machine anyway."""

    name = "local-plain"
    protects = (
        "Nothing but limits on time, memory and processes, and what seccomp and Landlock of this kernel hold: student "
        "code runs as you, on this machine. For trusted code only."
    )

    def __init__(self) -> None:
        if not hasattr(os, "pidfd_open"):
            raise EngineUnavailable("a sandbox needs Linux 5.9 or newer; use docker.")

    def _command(self, spec: WorkerSpec, meeting: Rendezvous, housing: _Process) -> list[str]:
        arguments = supervisor_arguments(spec, socket=str(meeting.path), mode="plain", box=housing.make_box())
        return [*python_command(sys.executable, str(PACKAGE.parent)), *arguments]


def local_engine() -> Engine:
    """Bubblewrap where it works, else a plain process (whose ``protects`` says what that means)."""
    try:
        return BubblewrapEngine()
    except EngineUnavailable:
        return PlainEngine()


class _Process(Housing):
    """What was launched on this machine, and the supervisor in it, by their pidfds.

    Ending the supervisor ends its namespaces. What was launched is not reaped before its group is ended: its number is
    nobody else's until then.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._launched = -1
        self._supervisor = -1
        self._undo = contextlib.ExitStack()

    def make_box(self) -> str:
        """A directory of this machine for scratch space; the supervisor removes it too, should the host die."""
        box = tempfile.mkdtemp(prefix="autograder-box-")
        self._undo.callback(shutil.rmtree, box, ignore_errors=True)
        return box

    def claim_uids(self) -> UidRange:
        uids = UidRange()
        self._undo.callback(uids.close)
        return uids

    def start(self, command: list[str]) -> int:
        """Launch; returns the pid."""
        # A session of its own: Ctrl-C at the terminal is for the host, which ends its sandboxes in order.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=START_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        self._launched = os.pidfd_open(self._process.pid)
        return self._process.pid

    def hold(self, pid: int) -> None:
        self._supervisor = os.pidfd_open(pid)

    def last_words(self) -> str:
        """What it said before it ended; "" while it runs."""
        if not self._has_ended(0):
            return ""
        # Never up to the end of the file: a child that outlived it holds the pipe too, perhaps for ever.
        pipe, said = self._process.stderr.fileno(), b""
        os.set_blocking(pipe, False)
        with contextlib.suppress(BlockingIOError):
            said = os.read(pipe, 1 << 16)
        return said.decode("utf-8", "replace").strip()[-2000:] or "it said nothing"

    def stop_listening(self) -> None:
        """A supervisor that has said hello says the rest over its socket."""
        self._process.stderr.close()

    def remove(self) -> None:
        if self._process is not None:
            self._end(self._process)
            self._process = None
        self._undo.close()

    def _end(self, process: subprocess.Popen) -> None:
        self._has_ended(0.5)  # it was told to go; a plain one must be let to end its descendants
        if self._supervisor >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._supervisor, signal.SIGKILL)
            os.close(self._supervisor)
        # bubblewrap that is killed while it makes its child leaves that in its group, waiting for it for ever
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(self._launched)
        process.stderr.close()

    def _has_ended(self, seconds: float) -> bool:
        return bool(select.select([self._launched], [], [], seconds)[0])
