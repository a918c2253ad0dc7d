"""What several rooms share: one hub for all tests that need one, because it takes half a minute to start and to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.hub import Hub


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    """A hub with eight students, whose shares of the exchange are small.

    Its course has the toy week twice: tests of security hand in the one, tests in the browser the other.
    """
    from tests.e2e.hub import running_hub

    with running_hub(students=8, AUTOGRADER_INBOUND_MB=8) as found:
        yield found
