"""Hidden suite of Q6.7: what a run leaves behind, opened in another process.

The test images enter a process that trained nothing, and only as images; their labels stay here. The
textbook's `make_loaders` and `fit` take the place of the student's, `build_model` stays theirs as long as it makes
a network that can be trained at all.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.judge import hint
from autograder.judge.probes import probe

HINTS = {
    "files": "run should make the folder if it is not there, and write model.pt, history.json and env.json into it; "
    "model.pt holds less than a megabyte.",
    "state": "model.pt should hold the state_dict of what build_model makes: numbers alone, opened with "
    "weights_only=True, at most 20,000 parameters.",
    "history": 'history.json should be {"best_epoch": index, "history": [an entry an epoch]}, as fit returned it.',
    "env": "env.json should be an object with device, torch, seed, seconds and peak_memory_mb, and say what is true.",
    "consistent": "The weights in model.pt do not have the validation accuracy that history.json reports for the best "
    "epoch, to within half a percentage point.",
    "accuracy": "The accuracy of model.pt on test images, normalised by the training rows, stays too low.",
    "profile": "run should use what load_profile gives for the profile that it was told, images of whatever size: its "
    "split, epochs and batch_size too.",
    "device": "The device that run was told should reach fit as it is: nothing may depend on where it runs.",
    "same": "Two runs should leave the same weights: everything random follows from one seed.",
}

with np.load(Path(__file__).with_name("mnist_test.npz")) as file:
    TEST, TEST_LABELS = file["images"].astype(np.float32) / 255, file["labels"].astype(np.int64)
FILES = ("model.pt", "history.json", "env.json")
MAX_BYTES = 1 << 20
_left = {}  # what the run left: several tests look at it. A judge is a fork for one submission.


@probe
def prepare(ns, stub=None):
    """Bind the textbook's functions; with a stub, load_profile gives that, and fit is only recorded."""
    import time

    import numpy as np
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    names = ns.render.__globals__
    seen = {"profiles": [], "fits": []}

    def make_loaders(images, labels, split, batch_size, seed):
        x = np.asarray(images, dtype=np.float32)[:, None]
        rows = split["train"]
        x = (x - x[rows].mean()) / x[rows].std()
        return {
            name: DataLoader(
                TensorDataset(torch.from_numpy(x[part]), torch.from_numpy(np.asarray(labels)[part])),
                batch_size, shuffle=name == "train", generator=torch.Generator().manual_seed(seed),
            )
            for name, part in split.items()
        }

    def accuracy(model, loader, device):
        model.eval()
        with torch.no_grad():
            hits = [(model(x.to(device)).argmax(1).cpu() == y).double() for x, y in loader]
        return float(torch.cat(hits).mean())

    def fit(model, loaders, *, epochs, seed, device):
        seen["fits"].append([str(device), epochs, loaders["train"].batch_size, len(loaders["train"].dataset)])
        torch.manual_seed(seed)
        model.to(device)
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
        history, best, kept = [], 0, None
        for epoch in range(epochs):
            start, losses = time.perf_counter(), []
            model.train()
            for x, y in loaders["train"]:
                loss = nn.functional.cross_entropy(model(x.to(device)), y.to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            rate = schedule.get_last_lr()[0]
            schedule.step()
            history.append({
                "epoch": epoch, "train_loss": sum(losses) / len(losses), "val_loss": 0.0,
                "val_accuracy": accuracy(model, loaders["val"], device), "lr": rate,
                "seconds": time.perf_counter() - start,
            })
            if kept is None or history[-1]["val_accuracy"] > history[best]["val_accuracy"]:
                best, kept = epoch, {k: v.detach().clone() for k, v in model.state_dict().items()}
        model.load_state_dict(kept)
        return ns.FitResult(history, best)

    def build_model(n_classes=10, in_shape=(1, 28, 28)):
        return nn.Sequential(
            nn.Conv2d(in_shape[0], 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.AdaptiveMaxPool2d(1),
            nn.Flatten(), nn.Linear(16, n_classes),
        )

    try:
        made = ns.build_model(10, (1, 28, 28))
        sizes = [p.numel() for p in made.parameters() if p.requires_grad]
        works = tuple(made(torch.randn(3, 1, 28, 28)).shape) == (3, 10) and 0 < sum(sizes) <= 20_000
        works = works and tuple(ns.build_model(10, (1, 40, 40))(torch.randn(2, 1, 40, 40)).shape) == (2, 10)
        torch.manual_seed(0)
        first = ns.build_model(10, (1, 28, 28)).state_dict()
        works = works and bool(first)
    except Exception:  # noqa: BLE001 - a student's model may raise anything
        works = False
    if not works:
        names["build_model"] = build_model
    names["make_loaders"], names["fit"] = make_loaders, fit
    if stub is not None:
        images, labels, split, epochs, batch_size = stub

        def load_profile(profile):
            seen["profiles"].append(profile)
            return ns.Profile(images, labels, split, epochs, batch_size)

        names["load_profile"] = load_profile
    names["_seen_by_the_test"] = seen


@probe
def read(ns, folder, names, most):
    """The bytes of some files, and what the stand-ins have seen."""
    from pathlib import Path

    found = {}
    for name in names:
        path = Path(folder) / name
        found[name] = path.read_bytes() if path.is_file() and path.stat().st_size <= most else None
    return found, ns._seen_by_the_test


@probe
def load(ns, raw, batches, shape):
    """What the loaded model says of some normalised images, and how many parameters it has."""
    import io

    import torch

    names = ns.render.__globals__
    torch.manual_seed(1)
    model = names["build_model"](10, tuple(shape))
    model.load_state_dict(torch.load(io.BytesIO(raw), weights_only=True, map_location="cpu"))
    model.eval()
    with torch.no_grad():
        answers = [model(torch.from_numpy(x)).argmax(1) for x in batches]
    return answers, sum(p.numel() for p in model.parameters() if p.requires_grad)


@probe
def given(ns):
    """What the profile holds."""
    data = ns.load_profile("ci")
    rows = data.images[data.split["train"]]
    return float(rows.mean()), float(rows.std()), data.images[data.split["val"]], data.labels[data.split["val"]]


def left(student):
    """Bytes of the files that a run in the ci profile leaves; made once."""
    if not _left:
        student.probe(prepare)
        student.run("ci", "cpu", "left/behind")
        _left.update(student.probe(read, "left/behind", FILES, MAX_BYTES)[0])
    return _left


def document(raw, name):
    with hint(name):
        assert raw is not None
        return json.loads(raw.decode("utf-8"))


def history_of(files):
    record = document(files["history.json"], "history")
    with hint("history"):
        assert isinstance(record, dict) and {"best_epoch", "history"} <= set(record)
        best, history = record["best_epoch"], record["history"]
        assert isinstance(history, list) and isinstance(best, int) and 0 <= best < len(history)
        assert all(isinstance(entry["val_accuracy"], float) for entry in history)
    return best, history


def accuracy_on(student, files, images, labels):
    assert files["model.pt"] is not None, hint("files")
    student.probe(prepare)
    mean, deviation, _, _ = student.probe(given)
    with hint("state"):
        (found,), _ = student.probe(
            load, files["model.pt"], [((images - mean) / deviation)[:, None].astype(np.float32)], (1, 28, 28)
        )
    return float(np.mean(found.numpy() == labels))


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_files(student):
    """A run leaves its three files, made of plain data"""
    files = left(student)
    assert all(files[name] is not None for name in FILES), hint("files")
    history_of(files)
    environment = document(files["env.json"], "env")
    with hint("env"):
        assert isinstance(environment, dict)
        assert {"device", "torch", "seed", "seconds", "peak_memory_mb"} <= set(environment)
        assert str(environment["device"]) == "cpu" and environment["seconds"] > 0


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_weights_load_into_a_new_model(student, draw):
    """model.pt holds the weights of build_model, and nothing but numbers"""
    files = left(student)
    assert files["model.pt"] is not None, hint("files")
    student.probe(prepare)
    with hint("state"):
        (answers,), count = student.probe(
            load, files["model.pt"], [draw.rng.normal(size=(5, 1, 28, 28)).astype(np.float32)], (1, 28, 28)
        )
        assert answers.shape == (5,) and 0 < count <= 20_000


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_history_is_consistent(student):
    """The reported validation accuracy is that of the weights"""
    files = left(student)
    best, history = history_of(files)
    student.probe(prepare)
    _, _, images, labels = student.probe(given)
    found = accuracy_on(student, files, images, labels)
    assert abs(found - history[best]["val_accuracy"]) <= 0.005, hint("consistent")


@pytest.mark.weight(3)
@pytest.mark.limit(60)
def test_accuracy_80(student):
    """Test accuracy of 0.80"""
    assert accuracy_on(student, left(student), TEST, TEST_LABELS) >= 0.80, hint("accuracy")


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_accuracy_85(student):
    """Test accuracy of 0.85"""
    assert accuracy_on(student, left(student), TEST, TEST_LABELS) >= 0.85, hint("accuracy")


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_accuracy_88(student):
    """Test accuracy of 0.88"""
    assert accuracy_on(student, left(student), TEST, TEST_LABELS) >= 0.88, hint("accuracy")


def small_profile(draw, size=26, n=90):
    labels = np.arange(n) % 10
    images = draw.rng.random((n, size, size)).astype(np.float32)
    order = draw.rng.permutation(n)
    return images, labels, {"train": order[:64], "val": order[64:]}, 2, 24


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_profile_is_used(student, draw):
    """The profile decides about images, split, epochs and batches"""
    for profile, size in (("gpu", 26), ("ci", 33)):
        student.probe(prepare, small_profile(draw, size))
        student.run(profile, "cpu", f"small-{profile}")
        files, seen = student.probe(read, f"small-{profile}", FILES, MAX_BYTES)
        assert profile in seen["profiles"], hint("profile")
        assert [fit[1:] for fit in seen["fits"]] == [[2, 24, 64]], hint("profile")
        assert all(files[name] is not None for name in FILES), hint("files")
        with hint("profile"):
            student.probe(load, files["model.pt"], [np.zeros((2, 1, size, size), np.float32)], (1, size, size))


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_device_is_passed_on(student, draw):
    """The device reaches the training as it was told"""
    for device in ("cpu", "cpu:0"):
        student.probe(prepare, small_profile(draw))
        student.run("gpu", device, "on-a-device")
        files, seen = student.probe(read, "on-a-device", FILES, MAX_BYTES)
        assert [fit[0] for fit in seen["fits"]] == [device], hint("device")
        assert str(document(files["env.json"], "env").get("device")) == device, hint("env")


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_same_run_twice(student, draw):
    """Two runs leave the same weights"""
    stub, found = small_profile(draw, 28), []
    for number in range(2):
        student.probe(prepare, stub)
        student.run("ci", "cpu", f"run-{number}")
        files, _ = student.probe(read, f"run-{number}", FILES, MAX_BYTES)
        assert files["model.pt"] is not None, hint("files")
        found.append(student.probe(weights, files["model.pt"]))
    assert len(found[0]) == len(found[1]), hint("same")
    assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in zip(*found, strict=True)), hint("same")


@probe
def weights(ns, raw):
    """The tensors of a state_dict."""
    import io

    import torch

    return list(torch.load(io.BytesIO(raw), weights_only=True).values())
