"""Names and passwords that the hub keeps itself, hashed, in its database.

Each person of people.toml signs up once at /hub/signup; whoever AUTOGRADER_ADMINS names (with commas) lets them in at
/hub/authorize, and signs up first: before the hub is open to the world (docs/server.md). With TLS alone: a password
goes over the wire.
"""

import os

c = get_config()  # noqa: F821 - the hub puts it there
c.JupyterHub.authenticator_class = "autograder.hub.native.Native"
c.NativeAuthenticator.open_signup = False
c.NativeAuthenticator.minimum_password_length = 12
c.NativeAuthenticator.check_common_password = True
c.NativeAuthenticator.allowed_failed_logins = 5
c.NativeAuthenticator.seconds_before_next_try = 600
# An admin of the hub can enter everybody's server: one account for it alone, with no course work in it.
c.Authenticator.admin_users = {name for name in os.environ.get("AUTOGRADER_ADMINS", "").split(",") if name}
