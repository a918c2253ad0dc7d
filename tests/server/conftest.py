"""One composition for all tests of this folder; to tests that are shared with tests/e2e it is the hub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.running import INSTRUCTOR, STUDENT, Server, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as found:
        yield found


@pytest.fixture(scope="session")
def hub(server: Server) -> Server:
    return server


@pytest.fixture(scope="session")
def student(server: Server) -> Any:
    return server.spawn(STUDENT)


@pytest.fixture(scope="session")
def instructor(server: Server) -> Any:
    return server.spawn(INSTRUCTOR)
