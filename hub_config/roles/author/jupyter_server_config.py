"""An instructor's own server in a container: the author's tools and formgrader on their own copy of the course."""

c = get_config()  # noqa: F821 - jupyter puts it there
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.assignment_list": True,
    "nbgrader.server_extensions.validate_assignment": True,
    "nbgrader.server_extensions.course_list": True,
    "nbgrader.server_extensions.formgrader": True,
    "jupyterlab_jupytext": True,
}
