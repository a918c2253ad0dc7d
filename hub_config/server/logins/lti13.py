"""From a link on a learning platform's page (Moodle, Canvas, ...), by LTI 1.3.

Register a tool there: login address https://<domain>/hub/lti13/oauth_login, launch address
https://<domain>/hub/lti13/oauth_callback; and set in .env, as the platform tells them: LTI_ISSUER, LTI_AUTHORIZE_URL,
LTI_JWKS_URL and LTI_CLIENT_ID (several with commas).
"""

import os

c = get_config()  # noqa: F821 - the hub puts it there
c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
c.LTI13Authenticator.issuer = os.environ["LTI_ISSUER"]
c.LTI13Authenticator.authorize_url = os.environ["LTI_AUTHORIZE_URL"]
c.LTI13Authenticator.jwks_endpoint = os.environ["LTI_JWKS_URL"]
c.LTI13Authenticator.client_id = set(os.environ["LTI_CLIENT_ID"].split(","))
# The claim that is the person's name here, as people.toml has it: one that nobody can choose for themselves.
c.LTI13Authenticator.username_key = os.environ.get("LTI_NAME_CLAIM", "email")
# The platform shows the hub in a page of its own; a frame on a page of somebody else's stays forbidden.
