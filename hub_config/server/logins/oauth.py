"""The university's own login, by OpenID Connect.

Register the hub there with the address https://<domain>/hub/oauth_callback, and set in .env:
OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_ISSUER (https://login.example.edu/realms/x). Which claim is the name is
OAUTH_NAME_CLAIM: one that nobody can choose for themselves.
"""

import os

c = get_config()  # noqa: F821 - the hub puts it there
issuer = os.environ["OAUTH_ISSUER"].rstrip("/")
c.JupyterHub.authenticator_class = "generic-oauth"
c.GenericOAuthenticator.client_id = os.environ["OAUTH_CLIENT_ID"]
c.GenericOAuthenticator.client_secret = os.environ["OAUTH_CLIENT_SECRET"]
c.GenericOAuthenticator.oauth_callback_url = f"https://{os.environ['AUTOGRADER_DOMAIN']}/hub/oauth_callback"
# as the issuer's /.well-known/openid-configuration names them; these are Keycloak's
c.GenericOAuthenticator.authorize_url = f"{issuer}/protocol/openid-connect/auth"
c.GenericOAuthenticator.token_url = f"{issuer}/protocol/openid-connect/token"
c.GenericOAuthenticator.userdata_url = f"{issuer}/protocol/openid-connect/userinfo"
c.GenericOAuthenticator.scope = ["openid", "profile"]
c.GenericOAuthenticator.username_claim = os.environ.get("OAUTH_NAME_CLAIM", "preferred_username")
c.GenericOAuthenticator.login_service = "the university's account"
