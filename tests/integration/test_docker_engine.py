"""What only an engine with images can get wrong: no image, an old image, a container that nobody holds."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import shutil
import signal
import time
import warnings
from pathlib import Path

import docker
import pytest

from autograder.errors import EngineUnavailable, ImageMissing, ImageStale, InfrastructureError, MemoryLimit, SandboxDied
from autograder.sandbox import WorkerSpec
from autograder.sandbox.docker import (
    CARD_IMAGE_VARIABLE,
    DEFAULT_IMAGE,
    HOST_LABEL,
    IMAGE_VARIABLE,
    WORKER_LABEL,
    DockerEngine,
    _this_process,
)
from autograder.sandbox.rendezvous import peer
from tests.integration.sandbox_engines import MORE_THAN_ALL_MAY, containers_of, opened, start, wait_until_removed
from tests.integration.toy import TOY, WEEK, ToyClass, nbgrader

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def engine():
    try:
        return DockerEngine.connect("docker")
    except (EngineUnavailable, ImageMissing) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture
def derived(engine):
    """Build images that differ from the grading image by a few lines of a Dockerfile."""
    client = docker.from_env()
    made = []

    def build(lines: str) -> DockerEngine:
        name = f"autograder-test:{os.getpid()}-{len(made)}"
        source = f"FROM {os.environ.get(IMAGE_VARIABLE, DEFAULT_IMAGE)}\n{lines}\n"
        client.images.build(fileobj=io.BytesIO(source.encode()), tag=name, rm=True, network_mode="none")
        made.append(name)
        return DockerEngine.connect("docker", image=name)

    yield build
    for name in made:
        client.images.remove(name, force=True)


def test_the_image_of_a_cards_jobs_has_a_digest_of_its_own(engine, monkeypatch):
    monkeypatch.setenv(CARD_IMAGE_VARIABLE, os.environ.get(IMAGE_VARIABLE, DEFAULT_IMAGE))
    assert engine.card_image_digest() == engine.image_digest()
    monkeypatch.setenv(CARD_IMAGE_VARIABLE, "autograder-test:not-built")
    assert engine.card_image_digest() == ""


def test_an_image_that_is_not_built_is_named_with_what_to_do(engine):
    with pytest.raises(ImageMissing, match=r"autograder-grading:absent is not built\. Run `make images`"):
        DockerEngine.connect("docker", image="autograder-grading:absent")


def test_an_image_whose_label_names_another_guest_is_stale(derived):
    with pytest.raises(ImageStale, match="make images"):
        derived("LABEL autograder.guest=0123456789abcdef").start_worker(WorkerSpec())


def test_a_stale_image_ends_a_run_with_one_message_and_the_gradebook_as_it_was(derived, tmp_path):
    root = Path(shutil.copytree(TOY, tmp_path / "toy"))
    assert nbgrader(root, ["generate_assignment", WEEK])[0] == [0]
    toy = ToyClass(root, where="course/submitted")
    for student in ("ann", "bob"):
        toy.hand_in(student, toy.right())
    stale = derived("LABEL autograder.guest=0123456789abcdef")
    more = {"AUTOGRADER_ENGINE": "docker", IMAGE_VARIABLE: stale._image}
    codes, said = nbgrader(root, ["autograde", WEEK], **more)
    assert codes == [InfrastructureError.exit_code]
    assert said.count("another version of the guest") == 1 and "Traceback" not in said
    assert list((root / "course" / "autograded").glob("*/*")) == []


def test_a_supervisor_that_says_another_digest_is_stale(derived):
    """The label may be missing or wrong: what counts is what the supervisor itself is made of."""
    before = containers_of(os.getpid())
    changed = "LABEL autograder.guest=\nUSER root\nRUN echo '# changed' >>/opt/autograder/autograder/guest/digest.py"
    with pytest.raises(ImageStale, match="another version of the guest"):
        derived(changed).start_worker(WorkerSpec())
    for container in containers_of(os.getpid()) - before:  # the engine may be at it
        wait_until_removed(container)


def test_a_container_that_cannot_start_says_its_last_words(derived):
    broken = derived("USER root\nRUN echo 'broken on purpose' >/opt/autograder/autograder/__init__.py")
    with pytest.raises(SandboxDied, match="broken on purpose"):
        broken.start_worker(WorkerSpec())


def test_the_image_holds_the_list_of_fonts_that_its_matplotlib_looks_for(engine):
    look = """
import sys
from pathlib import Path
from matplotlib.font_manager import FontManager
answer = Path(sys.prefix, "share", "matplotlib", f"fontlist-v{FontManager.__version__}.json").is_file()
"""
    with start(engine, imports=("matplotlib.pyplot",)) as worker, opened(worker) as session:
        assert session.run(look) is True


def test_a_started_worker_leaves_no_open_stream_to_the_collector(engine):
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        start(engine).close()
        gc.collect()
    assert [str(found.message) for found in caught if found.category is ResourceWarning] == []


def test_containers_of_dead_hosts_are_removed_and_those_of_the_living_kept(engine):
    api = docker.from_env().api
    image = os.environ.get(IMAGE_VARIABLE, DEFAULT_IMAGE)
    mine = _this_process()
    dead = mine.rpartition(":")[0] + ":1"  # this pid, but started at another time
    made = [
        api.create_container(image, command=["true"], labels={WORKER_LABEL: "1", HOST_LABEL: host})["Id"]
        for host in (dead, mine, "another-machine:1:1")
    ]
    try:
        assert engine.remove_leftovers() >= 1
        left = {item["Id"] for item in api.containers(all=True)}
        assert [container in left for container in made] == [False, True, True]
    finally:
        for container in made[1:]:
            api.remove_container(container, force=True)


def test_a_sandbox_that_dies_for_memory_is_the_submissions_fault(engine):
    """The engine tells it from a sandbox that dies for no reason: its kernel reported an out-of-memory kill."""
    others, began = containers_of(os.getpid()), int(time.time())
    with start(engine) as worker, opened(worker) as raw:
        pid, _ = peer(worker.control.socket)
        raw.send(MORE_THAN_ALL_MAY)
        raw.wait_for_end()
        told = {"event": "oom", "container": list(containers_of(os.getpid()) - others)}
        with contextlib.closing(docker.from_env()) as client:
            events = client.events(since=began, until=began + 60, filters=told, decode=True)
            assert next(events, None), "the engine tells of it a moment later"
            events.close()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(MemoryLimit):
            raw.session.end()
