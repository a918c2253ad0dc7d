"""Which engines the contract meets here, and which walls an engine does not hold."""

from __future__ import annotations

import os

from tests.integration.sandbox_engines import find_engines

ENGINES, ABSENT = find_engines()

NOT_HELD = {
    "bwrap": {
        "test_memory_of_all_processes_together_is_limited": "there is no total without a control group",
    },
    "plain": {
        "test_a_fork_bomb_is_swept": "without a process limit it would be a real one",
        "test_a_session_has_no_privileges": "student code runs as whoever grades",
        "test_each_session_has_another_uid": "as above",
        "test_a_supervisor_may_mount_nothing": "it is an ordinary process of whoever grades",
        "test_a_sandbox_has_namespaces_of_its_own": "it has none",
        "test_memory_of_all_processes_together_is_limited": "there is no total without a control group",
        "test_a_flood_of_inodes_ends_with_the_session": "the scratch directory lies on this machine's disk",
        "test_a_process_limit_trips": "the kernel does not count the processes of root, and all of an ordinary user's",
        "test_a_full_process_limit_in_one_worker_leaves_the_other_alone": "both run as the same user",
        "test_shared_memory_is_usable_and_emptied": "/dev/shm is this machine's own, so it is closed",
        "test_the_root_is_read_only_even_without_landlock": "it is this machine's own",
    },
}
ONE_UID = {"test_each_session_has_another_uid": "an ordinary user has one"}
if os.getuid() != 0:
    NOT_HELD["bwrap"] |= ONE_UID
NOT_HELD["bwrap-single-uid"] = {
    **ONE_UID,
    **NOT_HELD["bwrap"],
    "test_a_process_limit_trips": "made by root here, whose processes the kernel does not count",
    "test_a_full_process_limit_in_one_worker_leaves_the_other_alone": "as above",
    "test_a_fork_bomb_is_swept": "as above: without a process limit it would be a real one",
}
