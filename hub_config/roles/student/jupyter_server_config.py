"""What a student's JupyterLab can do: fetch, validate, submit."""

c = get_config()  # noqa: F821 - jupyter puts it there
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.assignment_list": True,
    "nbgrader.server_extensions.validate_assignment": True,
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
}
