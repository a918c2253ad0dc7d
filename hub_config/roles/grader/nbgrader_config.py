"""nbgrader for the grader's account; the course's own nbgrader_config.py says where things lie."""

c = get_config()  # noqa: F821 - nbgrader puts it there
c.Exchange.path_includes_course = True
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
