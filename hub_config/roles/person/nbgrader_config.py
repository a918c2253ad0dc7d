"""nbgrader in everybody's own server: where the exchange is, and who they are. Nothing of the course is named here."""

import os

c = get_config()  # noqa: F821 - nbgrader puts it there
c.Exchange.root = os.environ["AUTOGRADER_EXCHANGE"]
c.Exchange.path_includes_course = True
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
if os.environ.get("AUTOGRADER_SHARED_ACCOUNT"):
    # Everybody has one uid here, so that nbgrader cannot know its user by it.
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
