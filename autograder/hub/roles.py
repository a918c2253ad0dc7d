"""Who may ask the hub for what: the least that each part works with. Shared by the hubs of hub_config/."""

from __future__ import annotations

from typing import Any

from autograder.hub.layout import SERVICE, Layout


def server_token_scopes(hub: Layout) -> list[str]:
    """What the token in a person's own server may, of what that person may."""
    return [
        "users:activity!user",
        "access:servers!server",
        "read:users:name!user",
        "read:users:groups!user",  # nbgrader asks which courses its user is in
        f"list:services!service={hub.course_id}",  # the list of courses, for instructors
        f"read:services!service={hub.course_id}",
        f"access:services!service={SERVICE}",  # as their browser may; what they see there is decided by their group
    ]


def groups(hub: Layout) -> dict[str, dict[str, list[str]]]:
    """The course's people, and its staff."""
    return {
        hub.student_group: {"users": [*hub.students, *hub.instructors]},
        hub.staff_group: {"users": [*hub.instructors, hub.grader]},
    }


def roles(hub: Layout) -> list[dict[str, Any]]:
    course, students, staff = hub.course_id, hub.student_group, hub.staff_group
    return [
        {
            "name": staff,
            "groups": [staff],
            "scopes": [
                f"access:services!service={course}",
                f"access:services!service={SERVICE}",
                f"list:services!service={course}",
                f"read:services!service={course}",
            ],
        },
        {"name": students, "groups": [students], "scopes": [f"access:services!service={SERVICE}"]},
        {
            # formgrader adds students to the course's group
            "name": f"service-{course}",
            "services": [course],
            "scopes": [
                f"read:users:name!user={hub.grader}",
                f"read:users:groups!user={hub.grader}",
                f"list:groups!group={students}",
                f"groups!group={students}",
                f"access:services!service={SERVICE}",  # its button: the service's workers grade
            ],
        },
    ]
