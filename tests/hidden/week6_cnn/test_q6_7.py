"""Hidden suite of Q6.7: what a run leaves behind, opened in another process.

A submission has up to three runs: the one on a graphics card, where there was one; one in the ci profile by the
notebook's own functions; and, only where these fall short, one in which the textbook's `make_loaders` and `fit` take
the place of the student's (`build_model` stays theirs as long as it makes a network that can be trained at all).
A test passes if one of them passes it: a mistake in an earlier question has been paid for there.

The test images enter a process that trained nothing, and only as images; their labels stay here. So does the
validation set by which a history is checked.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder.judge import hint
from autograder.judge.probes import probe
from autograder.judge.student_errors import StudentError

HINTS = {
    "files": "run should make the folder if it is not there, and write model.pt, history.json and env.json into it; "
    "model.pt holds less than a megabyte.",
    "state": "model.pt should hold the state_dict of what build_model makes: numbers alone, opened with "
    "weights_only=True, at most 20,000 trainable parameters and 40,000 numbers in all.",
    "history": 'history.json should be {"best_epoch": index, "history": [an entry an epoch]}, as fit returned it.',
    "env": "env.json should be an object with device, torch, seed, seconds and peak_memory_mb, and say what is true.",
    "consistent": "The weights in model.pt do not have the validation accuracy that history.json reports for the best "
    "epoch, to within half a percentage point.",
    "accuracy": "The accuracy of model.pt on test images, normalised by the training rows, stays too low.",
    "profile": "run should use what load_profile gives for the profile that it was told, images of whatever size: its "
    "split, epochs and batch_size too.",
    "device": "The device that run was told should reach fit as it is: nothing may depend on where it runs.",
    "card": "On the graphics card your run did not come to its end, or did not use the card; if it did not, a note on "
    "your page says why. Does it hold something that only works on a processor: a device written in, a tensor that "
    "stays behind?",
    "same": "Two runs should leave the same weights: everything random follows from one seed.",
}

with np.load(Path(__file__).with_name("mnist_test.npz")) as file:
    TEST, TEST_LABELS = file["images"].astype(np.float32) / 255, file["labels"].astype(np.int64)
FILES = ("model.pt", "history.json", "env.json")
MAX_BYTES = 1 << 20
WEEK = Path(__file__).parents[3] / "solutions" / "week6_cnn"
PUBLIC = np.random.default_rng(67).permutation(len(TEST)) % 2 == 0  # the half that a leaderboard shows before the end
# What was run and found: several tests look at it. A judge is a fork for one submission.
_runs = {}
_exams = {}
_scores = {}


@dataclass(frozen=True)
class Run:
    """What one run has left; ``how`` is "card", "own" or "textbook"."""

    how: str
    profile: str
    device: str
    seconds: float
    files: dict[str, bytes | None]


@dataclass(frozen=True)
class Exam:
    """Images of a profile, normalised by its training rows, and their labels."""

    val: np.ndarray
    val_labels: np.ndarray
    test: np.ndarray


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
    """The bytes of some files, and what the stand-ins have seen, if there are any."""
    from pathlib import Path

    found = {}
    for name in names:
        path = Path(folder) / name
        found[name] = path.read_bytes() if path.is_file() and path.stat().st_size <= most else None
    return found, ns.render.__globals__.get("_seen_by_the_test")


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
    with torch.no_grad():  # in parts: thousands of images with many channels each are gigabytes
        answers = [
            torch.cat([model(torch.from_numpy(x[at : at + 500])).argmax(1) for at in range(0, len(x), 500)])
            for x in batches
        ]
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return answers, trainable, sum(v.numel() for v in model.state_dict().values() if isinstance(v, torch.Tensor))


def runs(student, card_run):
    """The runs of a submission, the textbook's last; each is made when it is asked for, once."""
    if card_run is not None and card_run.done:
        yield Run("card", card_run.profile, card_run.device, card_run.seconds, dict(card_run.files))
    if (own := own_run(student)) is not None:
        yield own
    if "textbook" not in _runs:
        student.probe(prepare)
        _runs["textbook"] = made(student, "textbook")
    yield _runs["textbook"]


def own_run(student):
    """The run in the ci profile by the notebook's own functions, or None where it did not come to its end."""
    if "own" not in _runs:
        _runs["own"] = None
        with contextlib.suppress(StudentError):
            _runs["own"] = made(student, "own")
    return _runs["own"]


def made(student, how):
    start = time.monotonic()
    student.run("ci", "cpu", f"left/{how}")
    seconds = time.monotonic() - start
    return Run(how, "ci", "cpu", seconds, student.probe(read, f"left/{how}", FILES, MAX_BYTES)[0])


def one_passes(student, card_run, check):
    """Pass if a run passes a check; what is told is what the last one lacks."""
    for run in runs(student, card_run):
        if run.how == "textbook":
            check(run)
            return
        with contextlib.suppress(AssertionError, StudentError):
            check(run)
            return


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


def exam(profile, reference):
    """Made here, from the course's own data: the notebook has no say in it."""
    if profile not in _exams:
        with contextlib.chdir(WEEK):
            data = reference.load_profile(profile)
        rows = data.images[data.split["train"]]
        mean, deviation = rows.mean(), rows.std()
        size = data.images.shape[1]
        test = TEST if size == TEST.shape[1] else reference.render(TEST, size, 0.2, np.random.default_rng(8))
        val = data.split["val"]
        _exams[profile] = Exam(
            ((data.images[val] - mean) / deviation)[:, None].astype(np.float32),
            data.labels[val],
            ((test - mean) / deviation)[:, None].astype(np.float32),
        )
    return _exams[profile]


def scores(student, run, reference):
    """Which validation and test images a run's weights classify rightly, and how many parameters they are."""
    if run.how not in _scores:
        assert run.files["model.pt"] is not None, hint("files")
        paper = exam(run.profile, reference)
        if run.how == "textbook":
            student.probe(prepare)
        with hint("state"):
            (val, test), count, numbers = student.probe(
                load, run.files["model.pt"], [paper.val, paper.test], paper.test.shape[1:]
            )
            # running means are no parameters, and never more than these; a table of images would be
            assert 0 < count <= 20_000 and numbers <= 40_000
        _scores[run.how] = val.numpy() == paper.val_labels, test.numpy() == TEST_LABELS, count
    return _scores[run.how]


def kind_of(device):
    """Without its number: a tensor that was sent to "cpu:0" says that it is on "cpu"."""
    return str(device).partition(":")[0]


def wants_to_be_listed(student):
    """LEADERBOARD of the notebook; only a plain False opts out."""
    try:
        return student.LEADERBOARD is not False
    except StudentError:
        return True


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_files(student, card_run):
    """A run leaves its three files, made of plain data"""

    def check(run):
        assert all(run.files[name] is not None for name in FILES), hint("files")
        history_of(run.files)
        environment = document(run.files["env.json"], "env")
        with hint("env"):
            assert isinstance(environment, dict)
            assert {"device", "torch", "seed", "seconds", "peak_memory_mb"} <= set(environment)
            assert kind_of(environment["device"]) == kind_of(run.device) and environment["seconds"] > 0

    one_passes(student, card_run, check)


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_weights_load_into_a_new_model(student, reference, card_run):
    """model.pt holds the weights of build_model, and nothing but numbers"""
    one_passes(student, card_run, lambda run: scores(student, run, reference))


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_history_is_consistent(student, reference, card_run):
    """The reported validation accuracy is that of the weights"""

    def check(run):
        best, history = history_of(run.files)
        found = float(scores(student, run, reference)[0].mean())
        assert abs(found - history[best]["val_accuracy"]) <= 0.005, hint("consistent")

    one_passes(student, card_run, check)


def reaches(student, card_run, reference, least):
    def check(run):
        assert scores(student, run, reference)[1].mean() >= least, hint("accuracy")

    one_passes(student, card_run, check)


@pytest.mark.weight(3)
@pytest.mark.limit(60)
def test_accuracy_80(student, reference, card_run, measure):
    """Test accuracy of 0.80"""
    measure("leaderboard.listed", wants_to_be_listed(student))  # first: who opts out does, whatever becomes of the run
    run = next(runs(student, card_run))
    if run.how != "textbook":  # a leaderboard lists what is the student's own
        with contextlib.suppress(AssertionError, StudentError):
            _, hits, count = scores(student, run, reference)
            measure("leaderboard.public", hits[PUBLIC].mean())
            measure("leaderboard.private", hits[~PUBLIC].mean())
            measure("leaderboard.parameters", count)
            measure("leaderboard.seconds", run.seconds)
            measure("leaderboard.on_card", run.device == "cuda")
    reaches(student, card_run, reference, 0.80)


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_accuracy_85(student, reference, card_run):
    """Test accuracy of 0.85"""
    reaches(student, card_run, reference, 0.85)


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_accuracy_88(student, reference, card_run):
    """Test accuracy of 0.88"""
    reaches(student, card_run, reference, 0.88)


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
def test_device_is_passed_on(student, draw, card_run):
    """The device reaches the training as it was told"""
    if card_run is not None and card_run.done:
        # by the driver's account, not by the run's own: a run that stays on the processor uses none of the card
        assert card_run.device != "cuda" or card_run.peak_mb >= 50, hint("card")
    elif card_run is not None and not card_run.machines_fault and card_run.verdict != "not-written":
        # what does not come to its end on a processor either was paid for elsewhere
        assert own_run(student) is None, hint("card")
    for device in ("cpu", "cpu:0"):
        student.probe(prepare, small_profile(draw))
        student.run("gpu", device, "on-a-device")
        files, seen = student.probe(read, "on-a-device", FILES, MAX_BYTES)
        assert [fit[0] for fit in seen["fits"]] == [device], hint("device")
        assert kind_of(document(files["env.json"], "env").get("device")) == kind_of(device), hint("env")


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
