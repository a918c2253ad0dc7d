"""The whole way in a real browser once more, with people's servers in containers: the tests of tests/e2e as they are.

Pictures of the pages are kept in build/shots/containers.
"""

from tests.e2e.test_hub_browser import *  # noqa: F403
