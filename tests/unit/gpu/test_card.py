"""Which card there is, and what is known of its memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import docker
import pytest

from autograder.errors import EngineUnavailable
from autograder.gpu import card as module
from autograder.gpu.card import CARD_VARIABLE, Card, Watch, digest_with, find_card
from autograder.records import Limits
from autograder.sandbox.docker import DockerEngine
from autograder.sandbox.engine import WorkerSpec
from autograder.sandbox.local import PlainEngine


@dataclass(frozen=True)
class Scripted(Card):
    """A card whose memory is what a list says, its last value for ever."""

    use: list = field(default_factory=list)

    def used_mb(self) -> float:
        return self.use.pop(0) if len(self.use) > 1 else self.use[0]


@pytest.mark.parametrize("value", ["", "none", " "])
def test_without_the_setting_there_is_no_card(monkeypatch, value):
    monkeypatch.setenv(CARD_VARIABLE, value)
    assert find_card() is None


def test_the_processor_can_stand_in_for_a_card(monkeypatch):
    monkeypatch.setenv(CARD_VARIABLE, "cpu")
    card = find_card()
    assert (card.profile, card.device, card.real, card.used_mb()) == ("ci", "cpu", False, 0.0)


@pytest.mark.parametrize("name", ["0", "GPU-8d4a5c1e-0000-1111-2222-333344445555"])
def test_a_card_is_named_as_nvidia_smi_names_it(monkeypatch, name):
    monkeypatch.setenv(CARD_VARIABLE, name)
    assert (find_card().name, find_card().profile, find_card().device) == (name, "gpu", "cuda")


@pytest.mark.parametrize("name", ["all", "../0", "0,1", "0 --help"])
def test_what_names_no_card_is_refused(monkeypatch, name):
    monkeypatch.setenv(CARD_VARIABLE, name)
    with pytest.raises(EngineUnavailable, match="is no card"):
        find_card()


def test_the_drivers_account_is_read(monkeypatch, tmp_path):
    tool = tmp_path / "nvidia-smi"
    tool.write_text('#!/bin/sh\n[ "$1" = --id=3 ] && echo 1234\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert Card("3").used_mb() == 1234
    with pytest.raises(EngineUnavailable, match="does not tell"):
        Card("4").used_mb()


def test_without_the_driver_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable, match="nvidia-smi"):
        Card("0").used_mb()


def test_a_card_is_free_once_the_driver_has_cleaned_up(monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0)
    assert Scripted("0", use=[9000, 4000, 100]).is_free(60)
    assert not Scripted("0", use=[9000]).is_free(0)


def test_a_job_that_takes_too_much_of_the_card_is_stopped():
    stopped = threading.Event()
    with Watch(Scripted("0", use=[300, 900, 2400, 500]), 2000, stopped.set) as watch:
        assert stopped.wait(30)
    assert watch.tripped and watch.peak_mb == 2100


def test_a_job_within_its_share_is_not_stopped():
    with Watch(Scripted("0", use=[300, 1300]), 2000, lambda: pytest.fail("stopped")) as watch:
        pass
    assert (watch.tripped, watch.peak_mb) == (False, 1000)


def test_a_result_made_with_a_card_is_another_one():
    assert digest_with("image", None) == "image"
    assert digest_with("image", Card("0")) == digest_with("image", Card("1")) != digest_with("other", Card("0"))
    assert len(digest_with("image", Card("0"))) <= 80


def test_a_container_gets_the_card_and_no_other_one():
    client = docker.DockerClient(base_url="unix:///nowhere", version="1.43")
    engine = DockerEngine("docker", client, "image")
    asked = engine._host_config(Limits(), "/meeting", "2")["DeviceRequests"]
    assert [(r["DeviceIDs"], r["Count"]) for r in asked] == [(["2"], 0)]
    assert asked[0]["Capabilities"] == [["gpu", "compute", "utility"]]
    assert "DeviceRequests" not in engine._host_config(Limits(), "/meeting")


def test_an_engine_without_containers_offers_no_card():
    with pytest.raises(EngineUnavailable, match="no graphics card"):
        PlainEngine().start_worker(WorkerSpec(card="0"))
