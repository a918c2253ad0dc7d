"""A file of hashed passwords: for trying a server, not for a class."""

from autograder.hub.server import server_layout

c = get_config()  # noqa: F821 - the hub puts it there
c.JupyterHub.authenticator_class = "autograder.hub.authenticator.PasswordFileAuthenticator"
c.PasswordFileAuthenticator.password_file = str(server_layout().secrets / "passwords.json")
