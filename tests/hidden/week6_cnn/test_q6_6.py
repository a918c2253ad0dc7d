"""Hidden suite of Q6.6: fit, on a network that the grader brings.

Right fits on right models of students' own ranged from 0.71 to 0.97, so the model is the same for all. The
thresholds come from docs/suites/week6_cnn-calibration.md (`make calibrate`). `train_one_epoch` and `evaluate` are
bound to the textbook's loop, so that a mistake in Q6.5 is paid for there: the probe that does it shows any student
who could read it what every tutorial shows, and no expected value.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.judge import hint
from autograder.judge.probes import probe

HINTS = {
    "record": "fit should return a FitResult: 1 to epochs entries, each with epoch, train_loss, val_loss, "
    "val_accuracy, lr and seconds as numbers, and best_epoch as an index into history.",
    "memory": "A single batch of 32 images should be learnt by heart: the loss stays too high. Is a softmax applied "
    "before cross_entropy? Does the learning rate fit?",
    "curve": "The training loss should start below log 10 + 0.5 and at least halve within five epochs.",
    "accuracy": "The accuracy on test images stays too low, in the median of three seeds.",
    "permuted": "With labels that mean nothing the test accuracy should be that of guessing.",
    "best": "The model that fit leaves behind should be the one of the best epoch on the validation set: evaluating "
    "it again should give that epoch's accuracy. A state_dict is not a copy: clone its tensors.",
    "best-epoch": "best_epoch should be the index, from 0, of an epoch with the largest val_accuracy.",
    "seed": "The same model, images and seed should give the same training.",
    "leak": "Other validation images, the same training: no step may be made on them.",
    "last": "The record does not fit: val_loss and val_accuracy should be those of the validation set after the epoch.",
}

with np.load(Path(__file__).with_name("mnist_test.npz")) as file:
    TEST, TEST_LABELS = file["images"].astype(np.float32) / 255, file["labels"].astype(np.int64)
TRAIN_IMAGES, VAL_IMAGES, EPOCHS, SEEDS = 1500, 300, 5, 3
_trained = {}  # what three trainings gave: several tests look at them. A judge is a fork for one submission.


@probe
def prepare(ns, train, val, batch_size, seed, val_labels=None, images=None, shift=0, permute=None):
    """The grader's model and loaders of the student's own images; the textbook's loops take the place of Q6.5.

    ``train`` and ``val`` are rows of the ci profile; ``images`` takes the place of those; ``shift`` is added to the
    training labels, and ``permute`` is an order for them.
    """
    import numpy as np
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    def train_one_epoch(model, loader, optimizer, device):
        model.train()
        losses, sizes = [], []
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(y))
        return float(np.average(losses, weights=sizes))

    def evaluate(model, loader, device):
        mode = model.training
        model.eval()
        with torch.no_grad():
            pairs = [(model(x.to(device)).cpu(), y) for x, y in loader]
        model.train(mode)
        logits, y = (torch.cat(parts) for parts in zip(*pairs, strict=True))
        K = logits.shape[1]
        table = np.bincount((K * y + logits.argmax(1)).numpy(), minlength=K * K).reshape(K, K)
        return ns.EvalResult(
            nn.functional.cross_entropy(logits, y).item(), float((logits.argmax(1) == y).double().mean()), table
        )

    names = ns.render.__globals__
    names["train_one_epoch"], names["evaluate"] = train_one_epoch, evaluate
    data = ns.load_profile("ci")
    pixels = data.images if images is None else images
    mean, deviation = data.images[:3500].mean(), data.images[:3500].std()
    labels = (data.labels[train] + shift) % 10
    labels = labels if permute is None else labels[permute]

    def loader(rows, y, shuffle):
        x = torch.from_numpy((pixels[rows][:, None] - mean) / deviation)
        return DataLoader(
            TensorDataset(x, torch.from_numpy(y)), batch_size, shuffle=shuffle,
            generator=torch.Generator().manual_seed(seed),
        )

    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, 10),
    )
    truth = data.labels[val] if val_labels is None else val_labels
    return {"model": model, "loaders": {"train": loader(train, labels, True), "val": loader(val, truth, False)}}


@probe
def answers(ns, model, images):
    """Classes that a model gives to images of the ci profile's kind, 28 x 28 and 0 to 1."""
    import torch

    data = ns.load_profile("ci").images[:3500]
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy((images[:, None] - data.mean()) / data.std())).argmax(1)


def fit(student, ready, epochs, seed):
    return student.fit(ready["model"], ready["loaders"], epochs=epochs, seed=seed, device="cpu")


def training(student, number):
    """The record of a training with the seed of that number, and the test accuracy; made once."""
    if number not in _trained:
        rows = np.random.default_rng(number).permutation(3500)[:TRAIN_IMAGES]
        ready = student.probe(prepare, rows, np.arange(3500, 3500 + VAL_IMAGES), 64, number)
        result = fit(student, ready, EPOCHS, number)
        found = student.probe(answers, ready["model"], TEST).numpy()
        _trained[number] = [dict(entry) for entry in result.history], float(np.mean(found == TEST_LABELS))
    return _trained[number]


def median_accuracy(student):
    return float(np.median([training(student, number)[1] for number in range(SEEDS)]))


@pytest.mark.weight(3)
@pytest.mark.limit(60)
def test_one_batch_by_heart(student, draw):
    """One batch of 32 images is learnt by heart"""
    rows = draw.rng.permutation(3500)[:32]
    ready = student.probe(prepare, rows, rows, 32, draw.integer(0, 999))
    losses = [entry["train_loss"] for entry in fit(student, ready, 150, 1).history]
    assert min(losses) < 0.05, hint("memory")


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_accuracy_70(student):
    """Test accuracy of 0.70 in the median of three seeds"""
    assert median_accuracy(student) >= 0.70, hint("accuracy")


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_accuracy_80(student):
    """Test accuracy of 0.80 in the median of three seeds"""
    assert median_accuracy(student) >= 0.80, hint("accuracy")


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_accuracy_85(student):
    """Test accuracy of 0.85 in the median of three seeds"""
    assert median_accuracy(student) >= 0.85, hint("accuracy")


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_loss_curve(student):
    """The training loss starts where it should, and falls"""
    losses = [entry["train_loss"] for entry in training(student, 0)[0]]
    with hint("curve"):
        assert np.isfinite(losses).all()
        assert losses[0] < np.log(10) + 0.5 and min(losses) <= 0.5 * losses[0]


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_record(student, draw):
    """The record has an entry for each epoch, made of numbers"""
    rows = draw.rng.permutation(3500)[:96]
    ready = student.probe(prepare, rows, np.arange(3500, 3540), 32, 3)
    result = fit(student, ready, 4, 3)
    with hint("record"):
        assert isinstance(result.history, list) and 1 <= len(result.history) <= 4
        for number, entry in enumerate(result.history):
            assert set(entry) >= {"epoch", "train_loss", "val_loss", "val_accuracy", "lr", "seconds"}
            assert all(isinstance(value, (int, float)) for value in entry.values())
            assert entry["epoch"] in (number, number + 1) and entry["seconds"] >= 0 and entry["lr"] >= 0
        assert isinstance(result.best_epoch, int) and 0 <= result.best_epoch < len(result.history)
    assert [result[0], result[1]] == [result.history, result.best_epoch]


@pytest.mark.weight(2)
@pytest.mark.limit(60)
def test_best_weights_are_restored(student, draw):
    """Evaluating the model again gives the accuracy of the best epoch"""
    # The labels to learn are shifted by one: what is learnt makes the accuracy on the validation set worse, so that
    # the best epoch is seldom the last.
    val = np.arange(3500, 3700)
    for seed in range(4):
        rows = draw.rng.permutation(3500)[:192]
        ready = student.probe(prepare, rows, val, 32, seed, shift=1)
        result = fit(student, ready, 5, seed)
        accuracies = [entry["val_accuracy"] for entry in result.history]
        assert accuracies[result.best_epoch] == max(accuracies), hint("best-epoch")
        again = student.probe(agreement, ready["model"], val)
        assert abs(again - max(accuracies)) < 1e-6, hint("best")


@probe
def agreement(ns, model, rows):
    """Share of the student's own images that a model classifies as they are labelled."""
    import torch

    data = ns.load_profile("ci")
    model.eval()
    with torch.no_grad():
        x = (data.images[rows][:, None] - data.images[:3500].mean()) / data.images[:3500].std()
        found = model(torch.from_numpy(x)).argmax(1).numpy()
    return float((found == data.labels[rows]).mean())


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_same_seed_same_training(student, draw):
    """The same model, images and seed give the same training"""
    rows = draw.rng.permutation(3500)[:200]
    records = []
    for _ in range(2):
        ready = student.probe(prepare, rows, np.arange(3500, 3560), 32, 5)
        records.append([entry["train_loss"] for entry in fit(student, ready, 2, 11).history])
    assert records[0] == records[1], hint("seed")


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_validation_images_teach_nothing(student, draw):
    """Other validation images and labels, the same training"""
    rows = draw.rng.permutation(3500)[:200]
    records = []
    for start in (3500, 3600):
        labels = draw.rng.integers(0, 10, 60)
        ready = student.probe(prepare, rows, np.arange(start, start + 60), 32, 5, labels)
        records.append([entry["train_loss"] for entry in fit(student, ready, 2, 11).history])
    with hint("leak"):
        assert records[0][0] == records[1][0] and records[0] == records[1][: len(records[0])]


@pytest.mark.weight(1)
@pytest.mark.limit(60)
def test_permuted_labels(student, draw):
    """Control: with permuted labels the test accuracy is that of guessing, in the median of three seeds"""
    found = []
    for seed in range(3):
        rows = draw.rng.permutation(3500)[:600]
        ready = student.probe(
            prepare, rows, np.arange(3500, 3600), 64, seed, permute=draw.rng.permutation(len(rows))
        )
        fit(student, ready, 4, seed)
        found.append(np.mean(student.probe(answers, ready["model"], TEST[:500]).numpy() == TEST_LABELS[:500]))
    assert np.median(found) <= 0.25, hint("permuted")
