"""The network of people's containers: it leads to the hub, and neither out nor from one person to another."""

from __future__ import annotations

import ipaddress
from typing import Any

from autograder.errors import InfrastructureError

NAME = "autograder-people"
BRIDGE = "br-autograder"
_ICC = "com.docker.network.bridge.enable_icc"
_BRIDGE_NAME = "com.docker.network.bridge.name"


def gateway_of(subnet: str) -> str:
    """The address that the server itself has on the network: the first of the subnet."""
    return str(next(ipaddress.ip_network(subnet).hosts()))


def ensure_network(client: Any, subnet: str, name: str = NAME, bridge: str = BRIDGE) -> None:
    """Make the network, or check the one that is there.

    Parameters
    ----------
    client : docker.DockerClient

    Raises
    ------
    InfrastructureError
        If there is one of that name that leads out, or lets people's containers talk to each other.
    """
    found = client.networks.list(names=[f"^{name}$"])
    if not found:
        import docker

        client.networks.create(
            name,
            driver="bridge",
            internal=True,
            options={_ICC: "false", _BRIDGE_NAME: bridge},
            ipam=docker.types.IPAMConfig(
                pool_configs=[docker.types.IPAMPool(subnet=subnet, gateway=gateway_of(subnet))]
            ),
        )
        return
    attributes = found[0].attrs
    subnets = [part.get("Subnet") for part in attributes["IPAM"]["Config"]]
    if not attributes["Internal"] or attributes["Options"].get(_ICC) != "false" or subnets != [subnet]:
        raise InfrastructureError(
            f"the network {name} is not as it must be (internal, enable_icc=false, {subnet}). "
            f"Remove it when nobody uses it (docker network rm {name}); it is made anew."
        )
