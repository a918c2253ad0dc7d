"""JupyterHub on one machine, at 127.0.0.1: what `make hub` starts.

Everything is taken from the folder that AUTOGRADER_HUB names; `autograder hub start` makes it.
"""

import os
import sys
from pathlib import Path

from autograder.course import SERVICE_VARIABLE
from autograder.hub.layout import ROOT_VARIABLE, SERVICE, load_layout
from autograder.hub.roles import groups, server_token_scopes
from autograder.hub.roles import roles as roles_of
from autograder.intake import SHARED_ACCOUNT_VARIABLE

c = get_config()  # noqa: F821 - the hub puts it there
hub = load_layout()
roles = Path(__file__).resolve().parent / "roles"
programs = Path(sys.executable).parent
course, staff = hub.course_id, hub.staff_group
environment = {
    "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
    "AUTOGRADER_EXCHANGE": str(hub.exchange),
    ROOT_VARIABLE: str(hub.root),  # by which `autograder hub stop` finds what is left
}
if not hub.system_accounts:
    environment[SHARED_ACCOUNT_VARIABLE] = "1"

# ---- hub and proxy -------------------------------------------------------------------------
c.JupyterHub.bind_url = hub.url
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub.ports.hub}"
c.JupyterHub.db_url = f"sqlite:///{hub.root / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(hub.secrets / "cookie")
c.JupyterHub.pid_file = str(hub.root / "hub.pid")
c.JupyterHub.cleanup_servers = True
# The pure-Python proxy: the same program name as npm's, no Node.
c.ConfigurableHTTPProxy.command = [
    str(programs / "configurable-http-proxy"),
    # By default it drops an answer after 20 s: a server's start and formgrader's work on a class take longer.
    "--proxy-timeout=3600000",
    "--log-level=warning",
]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{hub.ports.proxy_api}"
c.ConfigurableHTTPProxy.pid_file = str(hub.root / "proxy.pid")

# ---- people --------------------------------------------------------------------------------
c.JupyterHub.authenticator_class = "autograder.hub.authenticator.PasswordFileAuthenticator"
c.PasswordFileAuthenticator.password_file = str(hub.secrets / "passwords.json")
c.Authenticator.allowed_users = set(hub.people)
c.Authenticator.admin_users = set()
c.JupyterHub.load_groups = groups(hub)

# ---- their servers -------------------------------------------------------------------------
c.JupyterHub.spawner_class = (
    "autograder.hub.spawner.AccountSpawner" if hub.system_accounts else "autograder.hub.spawner.SharedAccountSpawner"
)
c.SharedAccountSpawner.home_dir_template = str(hub.root / "home" / "{username}")
c.Spawner.cmd = [str(programs / "jupyterhub-singleuser")]
c.Spawner.args = [
    "--ServerApp.answer_yes=True",  # else it takes seconds to end: it would ask
]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.env_keep = []  # the hub's environment holds the proxy's token
c.Spawner.environment = environment
c.Spawner.notebook_dir = "~"


def choose_role(spawner):
    """Extensions by role, from folders that students cannot write."""
    is_staff = staff in {group.name for group in spawner.user.groups}
    role = "instructor" if is_staff else "student"
    spawner.environment = environment | {"JUPYTER_CONFIG_PATH": f"{roles / role}:{roles / 'person'}"}
    if is_staff:  # `nbgrader autograde` in their own server: the service's workers grade
        spawner.environment[SERVICE_VARIABLE] = f"{hub.url}/services/{SERVICE}/"


c.Spawner.pre_spawn_hook = choose_role
c.Spawner.server_token_scopes = server_token_scopes(hub)

# ---- services ------------------------------------------------------------------------------
as_grader = {"user": hub.grader} if hub.system_accounts else {}
grader_environment = environment | {
    "HOME": str(hub.home(hub.grader)),
    "JUPYTER_CONFIG_PATH": str(roles / "grader"),
    "JUPYTERHUB_USER": hub.grader,  # nbgrader asks for it when it adds a student
    "AUTOGRADER_COURSE": str(hub.course),
    "AUTOGRADER_STAFF_GROUP": staff,
    **{name: os.environ[name] for name in ("AUTOGRADER_ENGINE", "AUTOGRADER_WORKERS") if name in os.environ},
}
c.JupyterHub.services = [
    {
        "name": course,  # nbgrader finds formgrader by this: it must be the course's id
        "url": f"http://127.0.0.1:{hub.ports.formgrader}",
        "command": [str(programs / "jupyterhub-singleuser"), "--ServerApp.answer_yes=True"],
        "cwd": str(hub.course),
        "environment": grader_environment
        | {
            "JUPYTERHUB_DEFAULT_URL": f"/services/{course}/formgrader",
            SERVICE_VARIABLE: f"{hub.url}/services/{SERVICE}/",  # its button: the service's workers grade
        },
        "oauth_no_confirm": True,
        **as_grader,
    },
    {
        "name": SERVICE,
        "url": f"http://127.0.0.1:{hub.ports.service}",
        "command": [sys.executable, "-m", "autograder.service"],
        "cwd": str(hub.course),
        "environment": grader_environment,
        "oauth_no_confirm": True,
        # a visitor's token says who they are and which groups they are in, and nothing else
        "oauth_client_allowed_scopes": ["read:users:groups!user"],
        **as_grader,
    },
]
if hub.system_accounts:
    # As root: nobody else can remove what students put into the exchange. It has no address and no rights at the hub.
    c.JupyterHub.services.append(
        {
            "name": "warden",
            "command": [sys.executable, "-m", "autograder.service.warden"],
            "environment": environment
            | {name: os.environ[name] for name in ("AUTOGRADER_INBOUND_MB",) if name in os.environ},
        }
    )
c.JupyterHub.load_roles = roles_of(hub)
