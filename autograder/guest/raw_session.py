"""A session without a notebook: runs Python source as it comes. The contract tests of the engines use it.

It gives student code nothing that it does not have anyway, and nobody asks for it in a real run.

Each request is a length (4 bytes, big-endian) and UTF-8 source, executed in one lasting namespace. The
answer has the same form and is JSON: ``{"answer": <what the source bound to that name>, "error": ""}``.
"""

from __future__ import annotations

import json
import os
import socket
import traceback

from autograder.protocol import AnswerLimits


def serve(channel_fd: int, answers: AnswerLimits) -> None:
    """Answer until the host closes the channel."""
    channel = socket.socket(fileno=channel_fd)
    namespace: dict = {"__name__": "__main__", "channel_fd": channel_fd}
    while True:
        head = channel.recv(4, socket.MSG_WAITALL)
        if len(head) < 4:
            os._exit(0)
        source = channel.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
        error = ""
        namespace["answer"] = None
        try:
            exec(compile(source, "<raw>", "exec"), namespace)
        except BaseException as problem:  # noqa: BLE001 - whatever the source raises is the answer
            error = "".join(traceback.format_exception_only(problem)).strip()
        reply = json.dumps({"answer": namespace["answer"], "error": error}).encode()[: answers.array_bytes]
        channel.sendall(len(reply).to_bytes(4, "big") + reply)
