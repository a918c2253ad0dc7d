"""Length-prefixed frames over a stream socket.

A frame is ``<II`` (bytes of the header, number of blobs), one ``<Q`` a blob with its size, the
header (msgpack), then the blobs: the bytes of arrays travel beside the header, not in it, so
that the header stays small and a blob is received straight into the memory of its array.

Every size is checked against a cap before memory is asked for.
"""

from __future__ import annotations

import socket
import struct
import time

from autograder.protocol import DeadlinePassed, PeerGone, ProtocolError, TooLarge

MAX_HEADER = 2 << 20
"""Bytes of msgpack in one frame, unless told otherwise. What is decoded from hostile ones can take 70 times as much
memory."""

MAX_BLOBS = 4096
_CHUNK = 1 << 13
_SEND_CHUNK = 1 << 16
_HEAD = struct.Struct("<II")


class FrameChannel:
    """Sends and receives frames; owns ``sock``.

    Parameters
    ----------
    sock : socket.socket
        A connected stream socket.
    max_bytes : int
        Most bytes of blobs accepted in, or sent as, one frame.
    max_header : int
        The same for its header: all that is no array.

    Attributes
    ----------
    deadline : float or None
        ``time.monotonic()`` after which sending and receiving raise DeadlinePassed.
    """

    def __init__(self, sock: socket.socket, max_bytes: int = 128 << 20, max_header: int = MAX_HEADER):
        sock.settimeout(None)
        self.sock = sock
        self.max_bytes = max_bytes
        self.max_header = max_header
        self.deadline: float | None = None
        self._ahead = bytearray()
        self._kernel_timeout = 0.0

    def close(self) -> None:
        self.sock.close()

    def send_frame(self, header: bytes, blobs: list[memoryview]) -> None:
        """Send one frame.

        Raises
        ------
        TooLarge, PeerGone, DeadlinePassed
        """
        if len(header) > self.max_header:
            raise TooLarge(f"{len(header) >> 10} KiB of small objects; the limit is {self.max_header >> 10} KiB")
        if len(blobs) > MAX_BLOBS:
            raise TooLarge(f"{len(blobs)} arrays in one value; the limit is {MAX_BLOBS}")
        total = sum(blob.nbytes for blob in blobs)
        if total > self.max_bytes:
            raise TooLarge(f"{total / 2**20:.1f} MiB of arrays; the limit is {self.max_bytes >> 20} MiB")
        sizes = struct.pack(f"<{len(blobs)}Q", *(blob.nbytes for blob in blobs)) if blobs else b""
        head = _HEAD.pack(len(header), len(blobs)) + sizes + header
        if total <= _CHUNK:  # small: one system call for all
            self._sendall(b"".join((head, *blobs)))
            return
        self._sendall(head)
        for blob in blobs:
            if blob.nbytes:
                self._sendall(blob)

    def recv_frame(self) -> tuple[bytes, list[bytearray]]:
        """Receive one frame: its header and its blobs.

        Raises
        ------
        ProtocolError
            If a declared size is over a cap; nothing has been allocated for it then.
        PeerGone, DeadlinePassed
        """
        header_size, count = _HEAD.unpack(self._read(_HEAD.size))
        if header_size > self.max_header or count > MAX_BLOBS:
            raise ProtocolError(f"a frame announces {header_size} header bytes and {count} blobs")
        sizes = struct.unpack(f"<{count}Q", self._read(8 * count)) if count else ()
        if sum(sizes) > self.max_bytes:
            raise ProtocolError(f"a frame announces {sum(sizes)} bytes of arrays; the limit is {self.max_bytes}")
        header = bytes(self._read(header_size))
        return header, [self._read(size) for size in sizes]

    def _sendall(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        try:
            while view:  # not sendall: the kernel's timeout would begin anew with every part of it
                self._arm()
                view = view[self.sock.send(view[:_SEND_CHUNK]) :]
        except BlockingIOError:
            raise DeadlinePassed("sending took too long") from None
        except OSError as error:
            raise PeerGone(str(error)) from None

    def _read(self, size: int) -> bytearray:
        ahead = self._ahead
        if size - len(ahead) > _CHUNK:  # large: straight into its own memory
            out = bytearray(size)
            have = len(ahead)
            out[:have] = ahead
            ahead.clear()
            view = memoryview(out)
            while have < size:
                have += self._receive(lambda v=view, h=have: self.sock.recv_into(v[h:]))
            return out
        while len(ahead) < size:
            self._receive(self._read_ahead)
        out = ahead[:size]
        del ahead[:size]
        return out

    def _read_ahead(self) -> int:
        chunk = self.sock.recv(_CHUNK)
        self._ahead += chunk
        return len(chunk)

    def _receive(self, read) -> int:
        self._arm()
        try:
            count = read()
        except BlockingIOError:
            raise DeadlinePassed("no answer in time") from None
        except OSError as error:
            raise PeerGone(str(error)) from None
        if not count:
            raise PeerGone("the channel was closed")
        return count

    def _arm(self) -> None:
        """Let the kernel end a blocking call at the deadline.

        ``socket.settimeout`` would poll before every call, which doubles the cost of a short round
        trip; the kernel's own timeout is set again only when the time left has changed much.
        """
        if self.deadline is None:
            if self._kernel_timeout:
                self._set_kernel_timeout(0.0)
            return
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed("no time left")
        if not self._kernel_timeout or not left / 2 < self._kernel_timeout <= left * 1.1:
            self._set_kernel_timeout(left)

    def _set_kernel_timeout(self, seconds: float) -> None:
        self._kernel_timeout = seconds
        # (0, 0) means "for ever", so a timeout is never rounded down to it
        value = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6) + 1 if seconds else 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)
