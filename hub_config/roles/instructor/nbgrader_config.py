"""nbgrader in an instructor's own server, where assignments are tried as a student sees them."""

import os

c = get_config()  # noqa: F821 - nbgrader puts it there
c.Exchange.root = os.environ["AUTOGRADER_EXCHANGE"]
c.Exchange.path_includes_course = True
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
if os.environ.get("AUTOGRADER_SHARED_ACCOUNT"):
    # Everybody has one uid here, so that nbgrader cannot know its user by it.
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
