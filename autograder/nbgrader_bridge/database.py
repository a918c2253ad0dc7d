"""One connection pool a gradebook, and one look at its tables, where nbgrader does both seven times a submission.

Each ``Gradebook`` makes an SQLAlchemy engine of its own, and an engine keeps the statements that it has
compiled: a run spends a third of nbgrader's own time compiling the same ones again. ``Gradebook.close``
disposes of the pool, and an engine whose pool was disposed of simply opens another. Each ``Gradebook`` also
asks for every table whether it is there, and creates what is not.
"""

from __future__ import annotations

import functools

import nbgrader.api

MAX_GRADEBOOKS = 8


def share_engines() -> None:
    """Let all gradebooks of one URL in this process share an engine; a second call does nothing."""
    if hasattr(nbgrader.api.create_engine, "cache_info"):
        return
    nbgrader.api.create_engine = functools.lru_cache(MAX_GRADEBOOKS)(nbgrader.api.create_engine)
    metadata = nbgrader.api.Base.metadata
    metadata.create_all = functools.lru_cache(MAX_GRADEBOOKS)(metadata.create_all)
