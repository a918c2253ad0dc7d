"""Drive one session through a notebook: files in, cells one after another, outputs out.

A cell that ends the process, or that no interrupt can stop, is left out and the notebook runs again
without it: what the other cells define can still be graded.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.protocol import DeadlinePassed, PeerGone, ProtocolError, TooLarge
from autograder.protocol.frames import FrameChannel
from autograder.protocol.values import Codec
from autograder.records import CellResult, Limits, Note, Submission, Usage
from autograder.sandbox.worker import Session, Worker

INTERRUPT_GRACE = 2.0
"""Seconds that an interrupted cell has to come back before its process is killed."""

MAX_RESTARTS = 4
MAX_KILLED = 3
"""How many cells are run once more because something ended their process by SIGKILL: it may have been this machine."""

_CHANNEL_BYTES = 64 << 20
_FILES_AT_ONCE = 500


@dataclass
class NotebookRun:
    """A finished notebook: its session stands as the snapshot that tests are forked from.

    ``left_out`` are the keys of the cells that had to be skipped; ``usage`` what ended attempts used;
    ``dead`` says that the process did not live to be a snapshot.
    """

    session: Session | None
    cells: list[CellResult] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    usage: Usage = field(default_factory=Usage)
    dead: bool = False


THREADS = Note(
    "threads",
    "The notebook left threads running, so its tests ran one after another in the same process.",
)


class CellLost(Exception):
    """A cell took its process with it; ``key`` is "" where it was no cell (files, the end of the notebook).

    ``killed`` says that it ended by a SIGKILL that has no known cause.
    """

    def __init__(self, key: str, note: Note, killed: bool = False):
        super().__init__(key)
        self.key, self.note, self.killed = key, note, killed


def run_notebook(
    worker: Worker, submission: Submission, limits: Limits, left_out: frozenset[str] = frozenset()
) -> NotebookRun:
    """Run a submission's cells in a new session of ``worker``.

    Parameters
    ----------
    left_out : frozenset of str
        Keys of cells that an earlier run found to end the process.

    Returns
    -------
    NotebookRun
        Its session is open; the caller ends it.

    Raises
    ------
    InfrastructureError
        If the machine is at fault. What the student's code does ends in notes, never in an error.
    """
    skipped, notes = set(left_out), []
    used, restarts, killed = Usage(), 0, set()
    while True:
        session = worker.open(limits)
        run = NotebookRun(session, notes=notes, left_out=skipped, usage=used)
        try:
            # the last attempt takes what is still troublesome as the end of the notebook
            _run_cells(run, submission, limits, killed, give_up=restarts == MAX_RESTARTS)
            return run
        except CellLost as lost:
            if _comes_again(lost, killed):
                killed.add(lost.key)
                used = add_usage(used, session.end())
                continue
            notes.append(lost.note)
            if not lost.key:  # no cell is to blame: what has run is shown, and nothing can be examined
                run.dead = True
                return run
            skipped.add(lost.key)
            restarts += 1
            used = add_usage(used, session.end())
        except BaseException:
            session.end()
            raise


def _comes_again(lost: CellLost, killed: Collection[str]) -> bool:
    """Whether a cell is run once more: the student's own os.kill will end it again, this machine's will not."""
    return lost.killed and lost.key not in killed and len(killed) < MAX_KILLED


def _run_cells(
    run: NotebookRun, submission: Submission, limits: Limits, killed: Collection[str], give_up: bool
) -> None:
    conversation = Conversation(run.session, limits)
    if submission.files:
        for i in range(0, len(submission.files), _FILES_AT_ONCE):
            part = submission.files[i : i + _FILES_AT_ONCE]
            files = {name: np.frombuffer(data, np.uint8) for name, data in part}
            conversation.ask({"op": "files", "files": files}, limits.cell_seconds)
    bytes_left = limits.output_kb << 10
    stopped = False
    for cell in submission.cells:
        if stopped or cell.key in run.left_out:
            run.cells.append(CellResult(cell.key, _left_out_output(), ok=False))
            continue
        try:
            start = time.perf_counter()
            answer, interrupted = conversation.run_cell(cell.key, cell.source, bytes_left)
            seconds = round(time.perf_counter() - start, 4)
        except CellLost as lost:
            if not give_up or _comes_again(lost, killed):
                raise
            stopped = True
            run.cells.append(CellResult(cell.key, _left_out_output(), ok=False))
            continue
        bytes_left = answer["bytes_left"]
        if interrupted:
            run.notes.append(conversation.time_note(cell.key))
        run.notes += _limit_notes(answer["outputs"], cell.key, limits)
        if answer["truncated"]:
            run.notes.append(
                Note("output-limit", f"The notebook shows more than {limits.output_kb} KiB; the rest is cut.", cell.key)
            )
        run.cells.append(CellResult(cell.key, answer["outputs"], answer["ok"], seconds))
    # What the cells started in the background would hold processes and time of the tests.
    run.session.control.sweep()
    if not stopped:
        answer = conversation.ask({"op": "snapshot"}, limits.cell_seconds)
        if type(answer) is dict and type(answer.get("threads")) is int and answer["threads"] > 1:
            run.notes.append(THREADS)


def _limit_notes(outputs: tuple[dict[str, Any], ...], key: str, limits: Limits) -> list[Note]:
    """A limit that a cell met as an exception, said with its value."""
    said = {
        "memory-limit": f"A cell asked for more than {limits.memory_mb} MiB of memory.",
        "shared-memory": (
            f"A cell asked for more than {limits.memory_mb} MiB of memory, or to share memory that does not lie in "
            f"/dev/shm ({limits.shared_memory_mb} MiB)."
        ),
        "process-limit": f"A cell started more than {limits.processes} processes and threads.",
        "descriptor-limit": f"A cell held more than {limits.open_files} files open.",
        "disk-limit": (
            f"A cell wrote more than there is room for: {limits.scratch_mb} MiB of files ({limits.files} at the most), "
            f"{limits.shared_memory_mb} MiB in shared memory."
        ),
    }
    met = [_limit_met(output["ename"], output["evalue"]) for output in outputs if output["output_type"] == "error"]
    return [Note(_NOTED_AS.get(kind, kind), said[kind], key) for kind in dict.fromkeys(met) if kind]


def _limit_met(name: str, value: str) -> str:
    """The limit that an exception stands for, or "". Whoever raises one by hand only chooses a sentence."""
    if name in ("MemoryError", "BlockingIOError"):
        return "memory-limit" if name == "MemoryError" else "process-limit"
    if name == "RuntimeError" and value.startswith("can't start new thread"):
        return "process-limit"
    return _LIMIT_OF_ERRNO.get(value[: value.find("]") + 1], "") if name == "OSError" else ""


_NOTED_AS = {"shared-memory": "memory-limit"}
_LIMIT_OF_ERRNO = {
    f"[Errno {errno.ENOMEM}]": "shared-memory",
    f"[Errno {errno.EMFILE}]": "descriptor-limit",
    f"[Errno {errno.ENOSPC}]": "disk-limit",
    f"[Errno {errno.EFBIG}]": "disk-limit",
    f"[Errno {errno.EDQUOT}]": "disk-limit",
}


def _left_out_output() -> tuple[dict[str, Any], ...]:
    text = "This cell was left out: it ends the process that runs the notebook.\n"
    return ({"output_type": "error", "ename": "CellLeftOut", "evalue": text.strip(), "traceback": [text]},)


class Conversation:
    """Requests to the session, with the deadlines of a notebook."""

    def __init__(self, session: Session, limits: Limits):
        self._session, self._limits = session, limits
        self._channel = FrameChannel(session.channel, max_bytes=_CHANNEL_BYTES)
        self._codec = Codec()
        self._end = time.monotonic() + limits.notebook_seconds
        self._last_cell_got_less = False

    def ask(self, request: dict[str, Any], seconds: float) -> Any:
        """Answer to a request that runs no cell."""
        self._last_cell_got_less = False
        self._channel.deadline = time.monotonic() + seconds
        try:
            self._channel.send_frame(*self._codec.encode(request))
            return self._codec.decode(*self._channel.recv_frame())
        except PeerGone:
            raise self._gone("") from None
        except (ProtocolError, TooLarge):
            raise CellLost("", Note("protocol", "The notebook broke the process that runs it.")) from None
        except DeadlinePassed:
            raise CellLost("", self.time_note("")) from None
        finally:
            self._channel.deadline = None

    def run_cell(self, key: str, source: str, bytes_left: int) -> tuple[dict[str, Any], bool]:
        """Answer of a cell, and whether it had to be interrupted."""
        left = max(self._end - time.monotonic(), 0.1)
        self._last_cell_got_less = left < self._limits.cell_seconds
        text = np.frombuffer(source.encode("utf-8", "surrogatepass"), np.uint8)
        request = {"op": "cell", "key": key, "source": text, "bytes_left": bytes_left}
        self._channel.deadline = time.monotonic() + min(self._limits.cell_seconds, left)
        try:
            self._channel.send_frame(*self._codec.encode(request))
            return _checked(self._codec.decode(*self._channel.recv_frame()), bytes_left), False
        except DeadlinePassed:
            return self._interrupt(key, bytes_left), True
        except PeerGone:
            raise self._gone(key) from None
        except (ProtocolError, TooLarge):
            raise CellLost(key, Note("protocol", "A cell broke the process that runs the notebook.", key)) from None
        finally:
            self._channel.deadline = None

    def time_note(self, key: str) -> Note:
        if self._last_cell_got_less:
            return Note("time-limit", f"The notebook did not finish within {self._limits.notebook_seconds:g} s.", key)
        return Note("time-limit", f"A cell did not finish within {self._limits.cell_seconds:g} s.", key)

    def _interrupt(self, key: str, bytes_left: int) -> dict[str, Any]:
        self._session.control.interrupt()
        self._channel.deadline = time.monotonic() + INTERRUPT_GRACE
        try:
            return _checked(self._codec.decode(*self._channel.recv_frame()), bytes_left)
        except (DeadlinePassed, PeerGone, ProtocolError):
            raise CellLost(key, self.time_note(key)) from None

    def _gone(self, key: str) -> CellLost:
        status = self._session.control.status()
        if status.tripped == "cpu-limit":
            said = f"The notebook used more than {self._limits.cpu_seconds:g} s of processor time."
            return CellLost(key, Note("cpu-limit", said, key))
        if status.tripped == "memory-limit" or status.oom_kills:
            said = f"The notebook needs more than {self._limits.memory_mb} MiB of memory."
            return CellLost(key, Note("memory-limit", said, key))
        said = "A cell ended the process that runs the notebook (os._exit, or a crash)."
        return CellLost(key, Note("process-ended", said, key), killed=status.was_killed)


_OUTPUT_FIELDS = {
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict},
    "execute_result": {"data": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
}


def _checked(answer: Any, bytes_left: int) -> dict[str, Any]:
    """The session's answer as nbformat outputs: it is the student's process, so its form is checked too.

    Raises
    ------
    ProtocolError
    """
    if type(answer) is not dict or type(answer.get("outputs")) is not list:
        raise ProtocolError("the outputs of a cell are malformed")
    outputs, size = [], 0
    for output in answer["outputs"][:1000]:
        kind = output.get("output_type") if type(output) is dict else None
        fields = _OUTPUT_FIELDS.get(kind) if type(kind) is str else None
        if fields is None or any(type(output.get(name)) is not kind for name, kind in fields.items()):
            raise ProtocolError("an output of a cell is malformed")
        clean = {"output_type": output["output_type"], **{name: output[name] for name in fields}}
        if "data" in clean:
            clean["metadata"] = {}
            if not all(type(k) is str and type(v) is str for k, v in clean["data"].items()):
                raise ProtocolError("an output of a cell is malformed")
        if "traceback" in clean and not all(type(line) is str for line in clean["traceback"]):
            raise ProtocolError("an output of a cell is malformed")
        if clean["output_type"] == "execute_result":
            clean["execution_count"] = None
        if clean["output_type"] == "stream" and clean["name"] not in ("stdout", "stderr"):
            raise ProtocolError("an output of a cell is malformed")
        size += sum(len(str(value)) for value in clean.values())
        outputs.append(clean)
    # the session's own count is a courtesy: this is the cap (the slack is for tracebacks and field names)
    if size > bytes_left + (1 << 20):
        raise ProtocolError("a cell shows more than its session may")
    left = answer.get("bytes_left")
    return {
        "outputs": tuple(outputs),
        "ok": answer.get("ok") is True,
        "bytes_left": max(0, min(left, bytes_left)) if type(left) is int else 0,
        "truncated": answer.get("truncated") is True,
    }


def add_usage(one: Usage, other: Usage) -> Usage:
    """What two sessions used together: times add up, peaks do not."""
    return Usage(
        round(one.cpu_seconds + other.cpu_seconds, 4),
        max(one.peak_memory_mb, other.peak_memory_mb),
        other.source,
    )
