"""Our grading inside the standard nbgrader commands: the only room that imports nbgrader."""

from autograder.nbgrader_bridge.config import configure, configure_grading

__all__ = ["configure", "configure_grading"]
