"""Week 6's own code where grading a whole notebook would be a slow way to look at it."""

from __future__ import annotations

import ast
import contextlib
import gzip
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from autograder.course import load_course
from autograder.judge.student_errors import StudentError
from autograder.records import CardRun

ROOT = Path(__file__).parents[2]
WEEK = "week6_cnn"


@pytest.fixture
def suite():
    """The module of Q6.7's tests, made anew: it keeps what it has seen of one submission."""
    path = ROOT / "tests" / "hidden" / WEEK / "test_q6_7.py"
    spec = importlib.util.spec_from_file_location("week6_q6_7", path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)  # dataclasses look themselves up
        spec.loader.exec_module(module)
        yield module


@pytest.fixture(scope="module")
def cells():
    return {c.grade_id: c.source for c in load_course(ROOT).assignment(WEEK).cells if c.grade_id}


class Network(torch.nn.Module):
    """Answers with the first pixel, remembers how many images it got at once, and holds numbers that nothing trains."""

    def __init__(self, seen):
        super().__init__()
        self.last = torch.nn.Parameter(torch.zeros(3))
        self.still = torch.nn.Parameter(torch.zeros(5), requires_grad=False)
        self.register_buffer("table", torch.zeros(7))
        self.seen = seen

    def forward(self, x):
        self.seen.append(len(x))
        return torch.nn.functional.one_hot(x[:, 0, 0, 0].long(), 10)


def loaded(suite, tmp_path, images):
    """What the probe `load` answers, and the sizes of the batches."""
    seen = []

    def render():
        """Stands for the notebook's: its globals are the notebook's names."""

    names = {"build_model": lambda n_classes, shape: Network(seen)}
    torch.save(Network([]).state_dict(), tmp_path / "model.pt")
    notebook = SimpleNamespace(render=SimpleNamespace(__globals__=names))
    return suite.load(notebook, (tmp_path / "model.pt").read_bytes(), [images], (1, 2, 2)), seen


def test_six_thousand_images_are_looked_at_in_parts(suite, tmp_path):
    images = (np.arange(1201) % 10)[:, None, None, None] * np.ones((1, 1, 2, 2), np.float32)
    ((answers,), _, _), seen = loaded(suite, tmp_path, images)
    assert seen == [500, 500, 201] and np.array_equal(answers.numpy(), np.arange(1201) % 10)


def test_buffers_and_frozen_parameters_are_counted_beside_the_trainable_ones(suite, tmp_path):
    (_, trainable, numbers), _ = loaded(suite, tmp_path, np.zeros((1, 1, 2, 2), np.float32))
    assert (trainable, numbers) == (3, 15)


@pytest.mark.parametrize(("said", "told"), [("cpu", "cpu:0"), ("cuda:0", "cuda"), ("cuda", "cuda:1")])
def test_a_device_is_the_same_with_and_without_its_number(suite, said, told):
    assert suite.kind_of(said) == suite.kind_of(told)
    assert suite.kind_of("cuda") != suite.kind_of("cpu")


class Broken:
    """A notebook whose every call raises."""

    LEADERBOARD = False

    def run(self, *_arguments):
        raise StudentError("broken")

    probe = run


def test_who_opts_out_does_so_whatever_becomes_of_the_run(suite):
    measured = {}
    with pytest.raises(StudentError):
        suite.test_accuracy_80(Broken(), None, None, measured.__setitem__)
    assert measured == {"leaderboard.listed": False}


@pytest.mark.parametrize("run", [CardRun("crashed"), CardRun("not-written"), CardRun("queue-timeout"), None])
def test_what_does_not_run_on_a_processor_either_is_not_paid_for_again_on_the_card(suite, run):
    with pytest.raises(StudentError, match="broken"):  # the rest of the test was reached
        suite.test_device_is_passed_on(Broken(), SimpleNamespace(rng=np.random.default_rng(1)), run)


@pytest.mark.parametrize("run", [CardRun("crashed"), CardRun("done", device="cuda", peak_mb=1.0)])
def test_what_runs_on_a_processor_should_run_on_the_card(suite, run):
    suite._runs["own"] = object()
    with pytest.raises(AssertionError, match="hint:card"):
        suite.test_device_is_passed_on(Broken(), None, run)


def test_a_history_becomes_four_curves_of_tensorboard(cells, tmp_path):
    names = ("train_loss", "val_loss", "val_accuracy", "lr")
    history = [{"epoch": e, **{name: e + k / 4 for k, name in enumerate(names)}} for e in range(2)]
    (tmp_path / "history.json").write_text(json.dumps({"best_epoch": 1, "history": history}))
    notebook = {"Path": Path, "json": json}
    exec(compile(f"from __future__ import annotations\n{cells['q6_7_given']}", "given", "exec"), notebook)
    notebook["to_tensorboard"](str(tmp_path))
    events = EventAccumulator(str(tmp_path / "events")).Reload()
    assert sorted(events.Tags()["scalars"]) == sorted(names)
    assert [(e.step, e.value) for e in events.Scalars("val_accuracy")] == [(0, 0.5), (1, 1.5)]


@pytest.fixture(scope="module")
def notebook(cells, tmp_path_factory):
    """The names of the setup cell, in a folder with 4,000 images of 2 x 2 pixels, as many as of MNIST."""
    tree = ast.parse(f"from __future__ import annotations\n{cells['setup']}")
    tree.body = [node for node in tree.body if not isinstance(node, ast.Expr)]  # no picture
    images = np.random.default_rng(1).integers(0, 256, (4000, 2, 2)).astype(np.uint8)
    folder = tmp_path_factory.mktemp("week6")
    (folder / "data").mkdir()
    np.savez(folder / "data" / "mnist.npz", images=images, labels=np.arange(4000))
    names = {"__name__": "notebook"}
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        patch.setitem(sys.modules, "notebook", SimpleNamespace(__dict__=names))
        exec(compile(tree, "setup", "exec"), names)
        yield names


def test_the_gpu_profile_renders_each_image_twelve_times_in_one_of_the_two_sets(notebook, monkeypatch):
    asked = []
    monkeypatch.setitem(notebook, "render", lambda images, *how: asked.append(how[:2]) or images)
    data = notebook["load_profile"]("gpu")
    train, val = (data.labels[data.split[name]] for name in ("train", "val"))
    assert asked == [(40, 0.2)] and (len(train), len(val)) == (42000, 6000)
    assert np.array_equal(np.unique(train), np.arange(3500)) and np.array_equal(np.unique(val), np.arange(3500, 4000))


def test_an_image_is_rendered_whole_at_some_place(notebook):
    images = np.ones((50, 2, 2), np.float32)
    canvas = notebook["render"](images, 5, 0.0, np.random.default_rng(1))
    assert canvas.shape == (50, 5, 5) and (canvas.sum(axis=(1, 2)) == 4).all()
    assert len(np.unique(canvas.reshape(50, 25), axis=0)) > 10


def idx(path, array):
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(head + array.tobytes()))
    return path


def test_all_of_mnist_is_read_from_idx_files_and_taken_by_the_gpu_profile(notebook, tmp_path):
    spec = importlib.util.spec_from_file_location("make_data", ROOT / "solutions" / WEEK / "make_data.py")
    make_data = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_data)
    images = np.random.default_rng(2).integers(0, 256, (6000, 3, 2)).astype(np.uint8)
    labels = (np.arange(6000) % 10).astype(np.uint8)
    full = Path("data/full_mnist.npz")
    make_data.write_full(idx(tmp_path / "i.gz", images), idx(tmp_path / "l.gz", labels), full)
    try:
        data = notebook["load_profile"]("gpu")
    finally:
        full.unlink()
    assert np.array_equal(data.images, images.astype(np.float32) / 255) and np.array_equal(data.labels, labels)
    assert (len(data.split["train"]), len(data.split["val"])) == (1000, 5000)
    (tmp_path / "text").write_text("no")
    with pytest.raises(ValueError, match="no IDX file"):
        make_data.read_idx(tmp_path / "text")
