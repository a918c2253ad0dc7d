"""The trusted side of the wall: engines that start a sandbox, and the handle by which it is held."""

from __future__ import annotations

from autograder.sandbox.choice import get_engine
from autograder.sandbox.control import Control, Ended, Status, Swept
from autograder.sandbox.engine import Engine, WorkerSpec
from autograder.sandbox.worker import Session, Worker

__all__ = ["Control", "Ended", "Engine", "Session", "Status", "Swept", "Worker", "WorkerSpec", "get_engine"]
