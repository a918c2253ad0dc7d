"""What an instructor's own JupyterLab can do: write assignments, find formgrader; text notebooks open as notebooks."""

c = get_config()  # noqa: F821 - jupyter puts it there
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.assignment_list": True,
    "nbgrader.server_extensions.validate_assignment": True,
    "nbgrader.server_extensions.course_list": True,
    "nbgrader.server_extensions.formgrader": False,
    "jupyterlab_jupytext": True,
}
