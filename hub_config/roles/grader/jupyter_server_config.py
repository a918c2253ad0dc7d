"""The server of the grader's account, which instructors share: formgrader."""

c = get_config()  # noqa: F821 - jupyter puts it there
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.formgrader": True,
    "nbgrader.server_extensions.validate_assignment": True,
    "nbgrader.server_extensions.assignment_list": False,
    "nbgrader.server_extensions.course_list": False,
}
