"""Whatever comes over the wire: a plain value or one kind of error, within the caps and the deadline.

``make fuzz`` runs the same properties with many more examples (AUTOGRADER_FUZZ).
"""

from __future__ import annotations

import os
import socket
import tracemalloc
from types import SimpleNamespace

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.judge import forks
from autograder.judge.conversation import JudgePeer
from autograder.judge.forks import Snapshot, SnapshotLost
from autograder.judge.handles import Handle
from autograder.judge.student_errors import StudentError
from autograder.protocol import AnswerLimits, DeadlinePassed, PeerGone, ProtocolError
from autograder.protocol.frames import FrameChannel
from autograder.protocol.structs import Record
from autograder.protocol.values import Codec
from autograder.records import CellResult, Limits
from autograder.sandbox import notebook
from autograder.sandbox.control import Status
from autograder.sandbox.notebook import CellLost, Conversation
from tests.security.hostile_guest import ACTIONS, play

EXAMPLES = int(os.environ.get("AUTOGRADER_FUZZ", "60"))
fuzz = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize="AUTOGRADER_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

PLAIN = (
    type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, slice, range, type(...),
    np.ndarray, Record, Handle, np.random.Generator,
)  # fmt: skip


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """The host's own patience: what is fuzzed is what comes, not how long it takes."""
    monkeypatch.setattr(forks, "FORK_SECONDS", 0.05)
    monkeypatch.setattr(notebook, "INTERRUPT_GRACE", 0.05)


def is_plain(value: object) -> bool:
    """Exactly one of the listed types, all the way down."""
    if isinstance(value, np.generic):
        return type(value).__module__ == "numpy" and value.dtype.kind != "O"
    if type(value) not in PLAIN:
        return False
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    parts = value.items() if type(value) is dict else value if type(value) in (list, tuple, set, frozenset) else ()
    return all(is_plain(part) for pair in parts for part in (pair if type(value) is dict else (pair,)))


# Messages of msgpack with extension types of every code, valid inside or not: arbitrary bytes seldom come that far.
EXTENSIONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=6)
    | st.binary(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=3) | st.integers(0, 9), inner, max_size=3)
        | st.builds(lambda code, body: msgpack.ExtType(code, msgpack.packb(body)), st.integers(0, 20), inner)
        | st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=12))
    ),
    max_leaves=12,
)
ARRAY_LIKE = st.builds(
    lambda dtype, shape, fortran, raw: msgpack.ExtType(9, msgpack.packb([dtype, shape, fortran, raw])),
    st.sampled_from(["<f8", "|O", "|u1", "<U4", "|V8", "<M8[s]", "|S0", "f8,i4", "x", "<c16", "|b1"]),
    st.lists(st.integers(-2, 2**62), max_size=4),
    st.booleans(),
    st.binary(max_size=32) | st.integers(-2, 3),
)


@fuzz
@given(
    value=EXTENSIONS | ARRAY_LIKE | st.lists(ARRAY_LIKE, max_size=3),
    blobs=st.lists(st.binary(max_size=40), max_size=3),
)
def test_what_decodes_is_plain_and_small_and_all_else_is_a_protocol_error(value, blobs):
    header = msgpack.packb(value)
    tracemalloc.start()
    try:
        decoded = Codec().decode(header, [bytearray(blob) for blob in blobs])
        assert is_plain(decoded)
    except ProtocolError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 << 20, "what a short header says must not decide how much memory is taken"


@fuzz
@given(header=st.binary(max_size=300), blobs=st.lists(st.binary(max_size=40), max_size=3))
def test_arbitrary_bytes_never_crash_the_decoder(header, blobs):
    try:
        assert is_plain(Codec().decode(header, [bytearray(blob) for blob in blobs]))
    except ProtocolError:
        pass


@fuzz
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_on_the_channel_are_a_frame_or_an_error(data):
    host, guest = socket.socketpair()
    guest.sendall(data)
    guest.close()
    channel = FrameChannel(host, max_bytes=1 << 16)
    channel.deadline = None
    try:
        header, blobs = channel.recv_frame()
        assert len(header) + sum(map(len, blobs)) <= len(data)
    except (ProtocolError, PeerGone):
        pass
    finally:
        host.close()


@fuzz
@given(actions=ACTIONS)
def test_a_hostile_guest_is_always_a_verdict_for_a_test(actions):
    host, guest = socket.socketpair()
    thread = play(guest, actions)
    peer = JudgePeer(FrameChannel(host, max_bytes=1 << 20))
    peer.limit = 0.05
    try:
        for _ in range(2):
            assert is_plain(peer.ask("call_name", "f", [1, lambda x: x], {}))
    except StudentError as error:
        assert error.cause in ("time-limit", "process-ended", "protocol", "exception", "returned-limit", "memory-limit",
                               "process-limit", "message-limit", "wrong-kind")  # fmt: skip
    finally:
        host.close()
        thread.join(10)
    assert not thread.is_alive()


@fuzz
@given(actions=ACTIONS)
def test_a_hostile_guest_is_always_a_verdict_for_a_cell(actions):
    host, guest = socket.socketpair()
    thread = play(guest, actions)
    status = Status(True, None, "", 0, 0.0, 0.0, "proc")
    control = SimpleNamespace(interrupt=lambda: None, status=lambda: status)
    limits = Limits(cell_seconds=0.05, notebook_seconds=0.2)
    conversation = Conversation(SimpleNamespace(channel=host, control=control), limits)
    try:
        answer, _interrupted = conversation.run_cell("key", "source", 1000)
        CellResult("key", answer["outputs"], answer["ok"])
        assert all(type(output) is dict for output in answer["outputs"]) and answer["bytes_left"] <= 1000
    except CellLost as lost:
        assert lost.note.text.endswith(".")
    finally:
        host.close()
        thread.join(10)
    assert not thread.is_alive()


@fuzz
@given(actions=ACTIONS)
def test_a_hostile_snapshot_is_lost_or_forks(actions):
    host, guest = socket.socketpair()
    thread = play(guest, actions)
    snapshot = Snapshot(host, None, AnswerLimits(1 << 20))
    try:
        snapshot.fork().channel.close()
    except SnapshotLost:
        pass
    finally:
        host.close()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("size", [0, 1, 7])
def test_a_slow_guest_meets_the_deadline(size):
    host, guest = socket.socketpair()
    guest.sendall(b"x" * size)
    channel = FrameChannel(host)
    channel.deadline = 0.0
    with pytest.raises(DeadlinePassed):
        channel.recv_frame()
    guest.close()
    host.close()
