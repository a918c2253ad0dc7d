"""A guest that was written to harm: it plays any dialogue at the host's end of a channel."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from autograder.protocol.values import Codec

HEAD = struct.Struct("<II")


@dataclass(frozen=True)
class Raw:
    """Bytes as they are."""

    data: bytes


@dataclass(frozen=True)
class Frame:
    """A frame whose announcements need not be true."""

    header: bytes
    announced: int | None = None
    blobs: tuple[int, ...] = ()
    count: int | None = None


@dataclass(frozen=True)
class Message:
    """A frame that decodes, as a conversation's message of any form."""

    body: Any


@dataclass(frozen=True)
class Close:
    """End one direction, or both."""

    how: int


Action = Raw | Frame | Message | Close


def play(sock: socket.socket, actions: Sequence[Action]) -> threading.Thread:
    """Do it all in the background; then hold the channel open until the host closes it."""

    def run() -> None:
        try:
            for action in actions:
                _do(sock, action)
            while sock.recv(1 << 16):
                pass
        except OSError:
            pass  # the host had enough
        finally:
            sock.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def _do(sock: socket.socket, action: Action) -> None:
    match action:
        case Raw(data):
            sock.sendall(data)
        case Frame(header, announced, blobs, count):
            size = len(header) if announced is None else announced
            number = len(blobs) if count is None else count
            sock.sendall(HEAD.pack(size, number) + b"".join(struct.pack("<Q", b) for b in blobs) + header)
        case Message(body):
            header, blobs = Codec().encode(body)
            sizes = b"".join(struct.pack("<Q", blob.nbytes) for blob in blobs)
            sock.sendall(HEAD.pack(len(header), len(blobs)) + sizes + header + b"".join(blobs))
        case Close(how):
            sock.shutdown(how)


NUMBERS = st.integers(0, 2**32 - 1)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)
OPERATIONS = st.sampled_from(["call", "method", "fetch", "eval", "seed", "", "call_name"])
MESSAGES = (
    PLAIN
    | st.tuples(st.integers(-1, 4), PLAIN, st.lists(PLAIN, max_size=3), st.lists(PLAIN, max_size=3)).map(list)
    | st.tuples(st.just(0), st.tuples(OPERATIONS, PLAIN, PLAIN, PLAIN).map(list), st.just([]), st.just([])).map(list)
    | st.tuples(st.just(2), st.tuples(st.lists(PLAIN), PLAIN, PLAIN).map(list), st.just([]), st.just([])).map(list)
    | st.tuples(st.just(1), PLAIN, st.just([]), st.just([])).map(list)
)
FRAMES = st.builds(
    Frame,
    st.binary(max_size=64),
    st.none() | NUMBERS,
    st.lists(st.integers(0, 2**64 - 1), max_size=3).map(tuple),
    st.none() | NUMBERS,
)
ACTIONS = st.lists(
    st.builds(Raw, st.binary(max_size=64))
    | FRAMES
    | st.builds(Message, MESSAGES)
    | st.builds(Close, st.sampled_from([socket.SHUT_RD, socket.SHUT_WR, socket.SHUT_RDWR])),
    max_size=6,
)
