"""Frames: sizes are checked before memory is asked for, deadlines hold, an end is seen."""

from __future__ import annotations

import resource
import socket
import struct
import threading
import time

import pytest

from autograder.protocol import DeadlinePassed, PeerGone, ProtocolError, TooLarge
from autograder.protocol.frames import MAX_BLOBS, MAX_HEADER, FrameChannel


@pytest.fixture
def ends():
    a, b = socket.socketpair()
    yield FrameChannel(a, max_bytes=1 << 20), FrameChannel(b, max_bytes=1 << 20)
    a.close()
    b.close()


def test_header_and_blobs_arrive(ends):
    a, b = ends
    blobs = [b"", b"x" * 10, b"y" * 100_000]
    sender = threading.Thread(target=a.send_frame, args=(b"head", [memoryview(x) for x in blobs]))
    sender.start()
    assert b.recv_frame() == (b"head", [bytearray(x) for x in blobs])
    sender.join()


def test_frames_that_arrive_together_are_told_apart(ends):
    a, b = ends
    for i in range(5):
        a.send_frame(b"%d" % i, [memoryview(b"z" * i)])
    assert [b.recv_frame() for _ in range(5)] == [(b"%d" % i, [bytearray(b"z" * i)]) for i in range(5)]


@pytest.mark.parametrize(
    "announcement",
    [
        struct.pack("<II", MAX_HEADER + 1, 0),
        struct.pack("<II", 1, MAX_BLOBS + 1),
        struct.pack("<IIQ", 1, 1, (1 << 20) + 1),
        struct.pack("<IIQQ", 1, 2, 1 << 63, 1 << 63),
    ],
)
def test_an_announcement_over_a_cap_is_refused_without_allocating(ends, announcement):
    a, b = ends
    a.sock.sendall(announcement)
    b.deadline = time.monotonic() + 10  # a frame that is believed would be waited for
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ProtocolError):
        b.recv_frame()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096


def test_sending_more_than_the_cap_is_refused(ends):
    with pytest.raises(TooLarge):
        ends[0].send_frame(b"", [memoryview(bytes((1 << 20) + 1))])


def test_silence_ends_at_the_deadline(ends):
    _, b = ends
    b.deadline = time.monotonic() + 0.05
    with pytest.raises(DeadlinePassed):
        b.recv_frame()


def test_a_trickle_of_bytes_does_not_stretch_the_deadline(ends):
    a, b = ends
    a.sock.sendall(struct.pack("<II", 8000, 0))
    b.deadline = time.monotonic() + 0.1
    stop = threading.Event()

    def trickle():
        while not stop.wait(0.01):
            a.sock.sendall(b"x")

    sender = threading.Thread(target=trickle)
    sender.start()
    try:
        with pytest.raises(DeadlinePassed):
            b.recv_frame()
    finally:
        stop.set()
        sender.join()


def test_without_a_deadline_an_earlier_one_is_forgotten(ends):
    a, b = ends
    b.deadline = time.monotonic() + 0.01
    with pytest.raises(DeadlinePassed):
        b.recv_frame()
    b.deadline = None
    timer = threading.Timer(0.1, a.send_frame, (b"late", []))
    timer.start()
    assert b.recv_frame() == (b"late", [])
    timer.join()


def test_the_other_side_closing_in_the_middle_is_seen(ends):
    a, b = ends
    a.sock.sendall(struct.pack("<II", 100, 0) + b"half")
    a.close()
    with pytest.raises(PeerGone):
        b.recv_frame()
