"""JupyterHub on a server: a container for each person, on a network that leads nowhere but to the hub.

docs/server.md says how it is set up. Secrets come from the environment (hub_config/server/.env) alone. The hub and its
proxy listen on the server's own loopback and, for people's containers, on the gateway of their network; the reverse
proxy with TLS stands in front.
"""

import os
import sys
from pathlib import Path

from autograder.course import SERVICE_VARIABLE
from autograder.errors import CourseError
from autograder.hub.containers import (
    PERSON_NAME,
    SERVER_MB,
    SERVER_PROCESSORS,
    environment,
    host_config,
    person_of,
    prepare_person,
    volumes,
)
from autograder.hub.layout import SERVICE
from autograder.hub.network import NAME, gateway_of
from autograder.hub.roles import groups, roles, server_token_scopes
from autograder.hub.server import server_layout

c = get_config()  # noqa: F821 - the hub puts it there
hub = server_layout()
programs = Path(sys.executable).parent
gateway = gateway_of(os.environ["AUTOGRADER_SUBNET"])
course = hub.course_id

# ---- hub and proxy -------------------------------------------------------------------------
c.JupyterHub.bind_url = hub.url
c.JupyterHub.hub_bind_url = f"http://{gateway}:{hub.ports.hub}"
c.JupyterHub.db_url = os.environ["AUTOGRADER_HUB_DB"]
c.JupyterHub.cookie_secret = bytes.fromhex(os.environ["JPY_COOKIE_SECRET"])
c.JupyterHub.cleanup_servers = False  # people go on working while the hub starts again
c.JupyterHub.active_server_limit = int(os.environ.get("AUTOGRADER_SERVERS", "60"))
c.JupyterHub.concurrent_spawn_limit = 10
c.JupyterHub.allow_named_servers = False
c.JupyterHub.trusted_downstream_ips = ["127.0.0.1"]  # whose browser it is, the proxies on this machine say
c.ConfigurableHTTPProxy.command = [
    str(programs / "configurable-http-proxy"),
    "--proxy-timeout=3600000",  # by default it drops an answer after 20 s: a server's start takes longer
    "--log-level=warning",
]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{hub.ports.proxy_api}"
c.ConfigurableHTTPProxy.auth_token = os.environ["CONFIGPROXY_AUTH_TOKEN"]

# ---- people --------------------------------------------------------------------------------
c.Authenticator.allowed_users = set(hub.people)  # who is not in people.toml is not let in, whoever vouches for them
c.Authenticator.allow_all = False
c.Authenticator.admin_users = set()
c.Authenticator.username_pattern = PERSON_NAME
c.Authenticator.auto_login = False
# How they log in: "native" (names and passwords of the hub's own), "oauth" (the university's), "lti13" (from a learning
# platform's page), "passwords" (a file, for trying). Each is a page in logins/, with what it needs.
login = Path(__file__).parent / "logins" / f"{os.environ.get('AUTOGRADER_LOGIN') or 'native'}.py"
if not login.is_file():  # a missing one would be passed over, and the hub's default lets in this machine's accounts
    raise CourseError(f"AUTOGRADER_LOGIN: there is no {login}.")
load_subconfig(str(login))  # noqa: F821
c.JupyterHub.load_groups = groups(hub)

# ---- their servers -------------------------------------------------------------------------
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = os.environ.get("AUTOGRADER_STUDENT_IMAGE", "autograder-student:latest")
c.DockerSpawner.allowed_images = []  # nobody chooses another
c.DockerSpawner.pull_policy = "never"
c.DockerSpawner.network_name = NAME
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.remove = True
c.DockerSpawner.name_template = f"{course}-{{username}}"
c.DockerSpawner.cmd = ["jupyterhub-singleuser", "--ServerApp.answer_yes=True"]
c.DockerSpawner.mem_limit = f"{SERVER_MB}M"
c.DockerSpawner.cpu_limit = SERVER_PROCESSORS
c.DockerSpawner.extra_host_config = host_config()
c.Spawner.env_keep = []  # the hub's environment holds the secrets
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.server_token_scopes = server_token_scopes(hub)


def furnish(spawner):
    """A uid, a home, and what they may see; instructors get their tools, and the address of the grading service."""
    person = person_of(spawner.user.name, spawner.user.id)
    prepare_person(hub, person)
    spawner.volumes = volumes(hub, person.name)
    spawner.notebook_dir = f"/home/{person.name}"
    # nbgrader fetches into the folder that its server runs in, which in the image is nobody's
    spawner.extra_create_kwargs = {"user": f"{person.uid}:{person.uid}", "working_dir": f"/home/{person.name}"}
    spawner.environment = environment(person)
    if hub.staff_group in {group.name for group in spawner.user.groups}:
        spawner.image = os.environ.get("AUTOGRADER_INSTRUCTOR_IMAGE", "autograder-instructor:latest")
        spawner.environment[SERVICE_VARIABLE] = f"http://{gateway}:{hub.ports.service}/services/{SERVICE}/"


c.Spawner.pre_spawn_hook = furnish

# ---- services: containers of their own (compose.yaml), but for the culler ------------------
c.JupyterHub.services = [
    {
        "name": course,  # nbgrader finds formgrader by this: it must be the course's id
        "url": f"http://127.0.0.1:{hub.ports.formgrader}",
        "api_token": os.environ["AUTOGRADER_FORMGRADER_TOKEN"],
        "oauth_no_confirm": True,
    },
    {
        "name": SERVICE,
        "url": f"http://{gateway}:{hub.ports.service}",
        "api_token": os.environ["AUTOGRADER_SERVICE_TOKEN"],
        "oauth_no_confirm": True,
        # a visitor's token says who they are and which groups they are in, and nothing else
        "oauth_client_allowed_scopes": ["read:users:groups!user"],
    },
    {
        "name": "culler",  # an hour without use, or a day in all
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600", "--max-age=86400"],
    },
]
c.JupyterHub.load_roles = [
    *roles(hub),
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]
