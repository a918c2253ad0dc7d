"""Grade Jupyter assignments with hidden pytest suites that never meet the student's process."""

__version__ = "0.1.0"
