"""Runs services of hub_config/server/compose.yaml with the docker SDK, where `docker compose` is not at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "hub_config" / "server" / "compose.yaml"
KNOWN = {
    "image", "restart", "network_mode", "read_only", "cap_drop", "cap_add", "security_opt", "logging", "command",
    "user", "group_add", "working_dir", "tmpfs", "environment", "env_file", "volumes", "depends_on", "healthcheck",
    "stop_grace_period",
}  # fmt: skip
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


def interpolate(value: Any, values: Mapping[str, str]) -> Any:
    """``${NAME}``, ``${NAME:?}`` and ``${NAME:-default}`` in every text."""
    if isinstance(value, dict):
        return {key: interpolate(v, values) for key, v in value.items()}
    if isinstance(value, list):
        return [interpolate(v, values) for v in value]
    if not isinstance(value, str):
        return value

    def replaced(found: re.Match[str]) -> str:
        name, kind, default = found.groups()
        return values.get(name) or default if kind == "-" else values[name]

    return _VARIABLE.sub(replaced, value)


def arguments(name: str, values: Mapping[str, str], **environment: str) -> dict[str, Any]:
    """What ``docker.containers.run`` takes, for a service; ``environment`` goes over the file's own."""
    service = interpolate(yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"][name], values)
    assert set(service) <= KNOWN, set(service) - KNOWN
    own = dict(values) if "env_file" in service else {}
    mounts = [volume.split(":") for volume in service.get("volumes", ())]
    return {
        "image": service["image"],
        "command": service["command"],
        "environment": own | service.get("environment", {}) | environment,
        "volumes": {source: {"bind": target, "mode": (*mode, "rw")[0]} for source, target, *mode in mounts},
        "network_mode": service.get("network_mode"),
        "read_only": service.get("read_only", False),
        "cap_drop": service.get("cap_drop"),
        "cap_add": service.get("cap_add"),
        "security_opt": [option.replace(":true", "") for option in service.get("security_opt", ())],
        "tmpfs": dict.fromkeys(service.get("tmpfs", ()), ""),
        "user": service.get("user"),
        "group_add": service.get("group_add"),
        "working_dir": service.get("working_dir"),
    }
