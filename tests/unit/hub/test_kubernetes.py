"""The values for Kubernetes, as far as they can be read without a cluster and its charts."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[3] / "hub_config" / "kubernetes"
VALUES = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
PERSON = VALUES["singleuser"]


def test_no_file_holds_a_secret_or_an_engines_socket():
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        values = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        assert not re.search(r"(?i)((?<!Account)token|password|client_secret|secret_?key)\s*:\s*\S", values), path
        assert "docker.sock" not in text and "containerd.sock" not in text and "hostPath" not in text


def test_a_persons_pod_has_no_account_at_the_cluster_and_no_way_out():
    assert PERSON["extraPodConfig"]["automountServiceAccountToken"] is False
    assert PERSON["extraPodConfig"]["securityContext"]["runAsNonRoot"] and PERSON["uid"] != 0
    assert PERSON["allowPrivilegeEscalation"] is False
    policy = PERSON["networkPolicy"]
    assert policy["enabled"] and not any(policy["egressAllowRules"].values())
    assert all("podSelector" in to for rule in policy["egress"] for to in rule["to"])


def test_python_in_the_values_is_python():
    for name, source in VALUES["hub"]["extraConfig"].items():
        compile(source, name, "exec")
    for file in PERSON["extraFiles"].values():
        compile(file["stringData"], file["mountPath"], "exec")
