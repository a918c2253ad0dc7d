"""PID 1 of a sandbox: forks a confined session for each submission, watches it, and clears up after it.

Single-threaded, one poll loop, one request at a time from the host over a SEQPACKET socket (one JSON
object a packet). It is trusted, its children are not: it believes the kernel (pidfd, /proc, cgroup) and
nothing that they say. It must never hold a notebook, a name or a secret, because every later session is
a copy of it: a session's data goes over a channel of its own, whose ends leave this process at once.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.guest.accounting import MIB, Account, ProcessAccount
from autograder.guest.cleanup import Traces, empty_directory, scratch_mounts
from autograder.guest.confine import CHANNEL_FD, REPORT_FD, Walls, confine
from autograder.guest.processes import Population, read_process
from autograder.protocol import AnswerLimits

PACKET = 8192
SWEEP_SECONDS = 2.0
KILL_SECONDS = 5.0
EXIT_SECONDS = 2.0
CONFINEMENT_FAILED = 119
"""Exit code of a child that could not be confined: no student code has run in it."""


@dataclass(frozen=True)
class Config:
    """The command line. Students can read it in /proc: nothing in it is secret."""

    socket: str
    mode: str
    box: str
    shared_memory: str
    first_uid: int
    uids: int
    session: str
    imports: tuple[str, ...]
    inodes: tuple[int, ...] = ()


@dataclass
class Session:
    """The submission in hand: its process, what it may use, and how it ended."""

    pid: int
    pidfd: int
    uid: int
    scratch: str
    limits: dict[str, float]
    cpu_before: float
    memory_before: int
    oom_before: int
    peak_memory: int = 0
    cpu_now: float = 0.0
    exit: int | None = None
    killed_by_us: bool = False
    tripped: str = ""

    @property
    def alive(self) -> bool:
        return self.exit is None


@dataclass
class Supervisor:
    """See the module. ``serve`` is the whole life."""

    config: Config
    control: socket.socket
    account: Account
    walls: Walls
    serve_session: Callable[[int, AnswerLimits], None]
    traces: Traces = field(init=False)
    session: Session | None = None
    opened: int = 0

    def __post_init__(self) -> None:
        self.population = Population(self.config.mode != "plain", self._on_reaped)
        self.traces = self._take_traces()

    # -- the loop -------------------------------------------------------------------------------

    def serve(self) -> None:
        """Answer requests until the host says bye or goes away."""
        self.poll = select.poll()
        self.poll.register(self.control, select.POLLIN)
        try:
            while True:
                waiting = self.session is not None and self.session.alive
                timeout = int(self.account.interval * 1000) if waiting else None
                ready = {fd for fd, _ in self.poll.poll(timeout)}
                self._look_after_session()
                if self.control.fileno() in ready and not self._answer():
                    return
        finally:
            if self.session is not None:
                self._end()
            if self.config.mode == "plain":
                _remove_box(self.config.box)  # elsewhere it ends with the namespace

    def _answer(self) -> bool:
        """Read one request and reply; False when there will be no more."""
        packet = self.control.recv(PACKET)
        if not packet:
            return False  # the host is gone: nothing here has a purpose any more
        request = json.loads(packet)
        fds: list[int] = []
        match request["op"]:
            case "open":
                reply, fds = self._open(request["limits"])
            case "interrupt":
                reply = self._interrupt()
            case "sweep":
                reply = self._sweep()
            case "status":
                reply = self._status()
            case "end":
                reply = self._end()
            case "bye":
                return False
            case unknown:
                reply = {"error": f"unknown request {unknown!r}"}
        # The same id comes back: an asker that gave up leaves an answer that nobody must mistake for theirs.
        payload = json.dumps({**reply, "id": request.get("id")}).encode()
        socket.send_fds(self.control, [payload], fds)
        for fd in fds:
            os.close(fd)
        return True

    # -- requests -------------------------------------------------------------------------------

    def _open(self, limits: dict[str, float]) -> tuple[dict, list[int]]:
        if self.session is not None:
            return {"error": "a session is open already; end it first"}, []
        number = self.opened + 1
        uid = self.config.first_uid + self.opened % self.config.uids
        scratch = os.path.join(self.config.box, f"s{number}")
        os.mkdir(scratch, 0o700)
        if self.walls.changes_uid:
            os.chown(scratch, uid, uid)
        self.account.begin()
        members = self._members()
        before = self.account.cpu_seconds(members), self.account.memory_bytes(members), self.account.oom_kills()
        host_end, session_end = socket.socketpair()
        read_report, write_report = os.pipe()
        pid = os.fork()
        if pid == 0:
            # The descriptors are closed by number; these objects must not close others under the same numbers.
            self.control.detach(), host_end.detach()
            self._become_session(limits, scratch, uid, session_end.detach(), write_report)
        session_end.close()
        os.close(write_report)
        self.opened = number
        self.session = Session(pid, os.pidfd_open(pid), uid, scratch, limits, *before)
        self.poll.register(self.session.pidfd, select.POLLIN)
        with open(read_report, "rb") as report:
            problem = report.read().decode("utf-8", "replace")
        if problem:
            host_end.close()
            self._end()
            return {"error": f"the session could not be confined: {problem}"}, []
        return {"opened": number}, [host_end.detach()]

    def _become_session(self, limits: dict[str, float], scratch: str, uid: int, channel: int, report: int) -> None:
        """In the child: go behind the walls and serve; never returns."""
        try:
            confine(self.walls, limits, scratch, uid, channel, report)
        except BaseException:  # noqa: BLE001 - student code must not run, nor the supervisor's a second time
            os.write(REPORT_FD, traceback.format_exc(limit=-3).encode()[-2000:])
            os._exit(CONFINEMENT_FAILED)
        os.close(REPORT_FD)
        code = 0
        try:
            self.serve_session(CHANNEL_FD, _answer_limits(limits))
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:  # noqa: BLE001 - the supervisor's code must not run a second time
            code = 1
        os._exit(code & 0xFF)

    def _interrupt(self) -> dict:
        if self.session is not None and self.session.alive:
            signal.pidfd_send_signal(self.session.pidfd, signal.SIGINT)
        return {"ok": True}

    def _sweep(self) -> dict:
        session = self.session
        if session is None or not session.alive:
            return {"swept": 0, "alive": False}
        swept, clean = self.population.sweep(session.pid, SWEEP_SECONDS)
        if not clean:
            self._kill_all()
        self._look_after_session()
        return {"swept": swept, "alive": session.alive}

    def _status(self) -> dict:
        session = self.session
        if session is None:
            return {"error": "no session is open"}
        self._let_die(session)
        return {
            "alive": session.alive,
            "exit": session.exit,
            "tripped": self._tripped(session),
            "oom_kills": self.account.oom_kills() - session.oom_before,
            **self._usage(session),
        }

    def _end(self) -> dict:
        session = self.session
        if session is None:
            return {"error": "no session is open"}
        self._measure(session)
        left: dict[str, list[str]] = {}
        alive = self._kill_all()
        self._measure(session)
        if alive:
            left["processes"] = [str(process.pid) for process in alive[:5]]
        problem = self._remove_files(session)
        left |= self._take_traces().left_since(self.traces)
        if problem:
            left.setdefault("files", []).append(problem)
        reply = {**self._status(), "ended": True, "clean": not left, "left": left}
        if session.alive:
            self.poll.unregister(session.pidfd)
        os.close(session.pidfd)
        self.session = None
        return reply

    # -- watching -------------------------------------------------------------------------------

    def _members(self) -> list | None:
        """Who is alive, if the account needs it: a control group knows without asking."""
        return self.population.members() if isinstance(self.account, ProcessAccount) else None

    def _on_reaped(self, pid: int, status: int, seconds: float) -> None:
        if isinstance(self.account, ProcessAccount):
            self.account.note_reaped(seconds)
        if self.session is not None and pid == self.session.pid:
            self.session.exit = status
            self.poll.unregister(self.session.pidfd)

    def _look_after_session(self) -> None:
        """One tick: take leave of the dead, end everyone if the session died or has used up its time."""
        session = self.session
        if session is None:
            return
        self._measure(session)
        self.population.reap()
        if not session.alive:
            self._kill_all()
        elif session.cpu_now > session.limits["cpu_seconds"]:
            session.tripped = "cpu-limit"
            self._kill_all()

    def _let_die(self, session: Session) -> None:
        """Wait for a session that is on its way out: its channel closes before its status is there.

        Whoever asks because the channel closed shall hear how the session ended, and not that it lives.
        """
        process = read_process(f"/proc/{session.pid}")
        if session.alive and process is not None and process.exiting:
            select.select([session.pidfd], [], [], EXIT_SECONDS)
            self._look_after_session()

    def _measure(self, session: Session) -> None:
        members = self._members()
        session.cpu_now = max(session.cpu_now, self.account.cpu_seconds(members) - session.cpu_before)
        session.peak_memory = max(session.peak_memory, self.account.memory_bytes(members) - session.memory_before)

    def _kill_all(self) -> list:
        if self.session is not None and self.session.alive:
            self.session.killed_by_us = True
        return self.population.kill_all(KILL_SECONDS)

    def _tripped(self, session: Session) -> str:
        if session.tripped or session.alive or session.killed_by_us:
            return session.tripped
        killed = os.WIFSIGNALED(session.exit) and os.WTERMSIG(session.exit) == signal.SIGKILL
        return "memory-limit" if killed and self.account.oom_kills() > session.oom_before else ""

    def _usage(self, session: Session) -> dict:
        return {
            "cpu_seconds": round(session.cpu_now, 6),
            "peak_memory_mb": round(session.peak_memory / MIB, 1),
            "accounting": self.account.name,
        }

    # -- clearing up ----------------------------------------------------------------------------

    def _take_traces(self) -> Traces:
        if self.config.mode == "plain":
            return Traces.take([self.config.box], sysv=False)
        return Traces.take(scratch_mounts(), sysv=True)

    def _remove_files(self, session: Session) -> str:
        """Remove what the session wrote; returns what went wrong, or "".

        In a throw-away process: the student chose the names, and whatever this process ever held the next
        session can find in its own memory.
        """
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.write(writing, self._empty(session).encode("utf-8", "backslashreplace")[:PACKET // 4])
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        with open(reading, "rb") as pipe:
            problem = pipe.read().decode("utf-8", "replace")
        failed = os.waitpid(pid, 0)[1]
        return problem or ("the process that removes files failed" if failed else "")

    def _empty(self, session: Session) -> str:
        if self.walls.changes_uid:
            os.seteuid(session.uid)
        try:
            os.chmod(session.scratch, 0o700)
            empty_directory(session.scratch)
            for place in self._other_places():
                empty_directory(place, keep=self.traces.names.get(place, ()))
            if self.walls.changes_uid:
                os.seteuid(0)
            os.rmdir(session.scratch)
        except OSError as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _other_places(self) -> list[str]:
        return [self.config.shared_memory] if self.config.shared_memory else []


def _answer_limits(limits: dict[str, float]) -> AnswerLimits:
    return AnswerLimits(
        int(limits["returned_mb"] * MIB), int(limits["returned_objects_kb"]) << 10, int(limits["returned_depth"])
    )


def _remove_box(box: str) -> None:
    try:
        empty_directory(box)
        os.rmdir(box)
    except OSError:
        pass  # the host, if it lives, removes it too
