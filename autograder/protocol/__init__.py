"""The data-only wire between the judge and the sandbox; the same code runs on both sides.

``frames``   bytes: length-prefixed frames with caps that hold before anything is allocated
``values``   coding: what a frame decodes to is exactly one of the plain types listed there
``peer``     conversation: strictly nested calls in both directions over one frame channel
``structs``  the read-only record that a named tuple or frozen dataclass arrives as

Nothing here unpickles, imports or evaluates what it receives.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerLimits:
    """Most that one answer may hold: bytes of arrays, bytes of all else, levels of containers in each other."""

    array_bytes: int = 128 << 20
    object_bytes: int = 2 << 20
    depth: int = 64


class ProtocolError(Exception):
    """The other side said something that the protocol does not allow; the conversation is over."""


class PeerGone(Exception):
    """The other side closed the channel, or its process ended."""


class DeadlinePassed(Exception):
    """The other side did not answer in time."""


class TooLarge(Exception):
    """A value is larger, deeper or longer than may cross the wire."""
