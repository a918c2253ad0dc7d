"""Hidden suite of Q6.3: loaders, looked at batch by batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.judge import hint

HINTS = {
    "keys": "There should be one loader for each key of split, and no other.",
    "types": "A batch should be a pair: images as float32 of shape (n, 1, height, width), labels as int64 of shape "
    "(n,).",
    "purity": "Your code changed an array that it was given.",
    "normalise": "The training images should have mean 0 and standard deviation 1 over all pixels: one mean and one "
    "deviation for everything.",
    "same-for-all": "Validation and test images should be normalised with the training set's mean and deviation. With "
    "their own, a set that is darker would no longer look darker.",
    "per-image": "Every image should be shifted and scaled by the same two numbers.",
    "shuffle": "The training loader should come in another order each epoch.",
    "still": "Validation and test loaders keep the order of their rows.",
    "seed": "The same seed should give the same orders, another seed other ones; nothing else may have an influence.",
    "all": "Every row of a set should occur exactly once an epoch, the last smaller batch included.",
    "batch": "All batches but the last should hold batch_size rows.",
    "overlap": "A row that is in two sets should raise ValueError: any two sets.",
}


def given(draw, n=60):
    images = draw.rng.random((n, 9, 7)).astype(np.float32)
    images += np.linspace(0, 1, n, dtype=np.float32)[:, None, None]
    return images, np.arange(n) % 10


def sets(draw, n=60):
    order = draw.rng.permutation(n)
    return {"train": order[:31], "val": order[31:44], "test": order[44:]}


def collect(loader):
    batches = [tuple(batch) for batch in loader]
    return batches, np.concatenate([x.numpy() for x, _ in batches]), np.concatenate([y.numpy() for _, y in batches])


@pytest.mark.weight(2)
def test_batches(student, draw):
    """One loader for each set, with batches of the right kind; arguments are not modified"""
    images, labels = given(draw)
    split = sets(draw)
    kept = student.put(images)
    loaders = student.make_loaders(kept, labels, split, 8, 1)
    assert isinstance(loaders, dict) and set(loaders) == set(split), hint("keys")
    for loader in loaders.values():
        x, y = next(iter(loader))
        assert isinstance(x, torch.Tensor) and isinstance(y, torch.Tensor), hint("types")
        assert x.shape == (8, 1, 9, 7) and x.dtype == torch.float32, hint("types")
        assert y.shape == (8,) and y.dtype == torch.int64, hint("types")
    assert np.array_equal(kept.get(), images), hint("purity")
    fewer = student.make_loaders(images, labels, {k: split[k] for k in ("train", "val")}, 8, 1)
    assert isinstance(fewer, dict) and set(fewer) == {"train", "val"}, hint("keys")


@pytest.mark.weight(2)
def test_training_mean_and_deviation(student, draw):
    """Training images have mean 0 and deviation 1, by one mean and one deviation"""
    images, labels = given(draw)
    split = sets(draw)
    loaders = student.make_loaders(images, labels, split, 8, 2)
    _, x, _ = collect(loaders["train"])
    with hint("normalise"):
        assert abs(x.mean()) < 1e-4 and abs(x.std() - 1) < 2e-3
    brightness = images[split["train"]].mean(axis=(1, 2))
    assert abs(np.ptp(x.mean(axis=(1, 2, 3))) * images[split["train"]].std() - np.ptp(brightness)) < 2e-2, hint(
        "per-image"
    )


@pytest.mark.weight(3)
def test_other_sets_use_the_training_numbers(student, draw):
    """A darker test set still looks darker"""
    images, labels = given(draw)
    split = sets(draw)
    images[split["test"]] *= 0.4
    images[split["val"]] += 0.7
    loaders = student.make_loaders(images, labels, split, 8, 3)
    train = images[split["train"]]
    for name in ("val", "test"):
        _, x, _ = collect(loaders[name])
        expected = (images[split[name]] - train.mean()) / train.std()
        with hint("same-for-all"):
            assert np.allclose(np.sort(x, axis=None), np.sort(expected, axis=None), rtol=5e-3, atol=5e-3)


@pytest.mark.weight(2)
def test_rows_and_order(student, draw):
    """All rows once an epoch; only training images change their order"""
    images, labels = given(draw)
    labels = draw.rng.permutation(len(labels))  # a label tells its row
    split = sets(draw)
    loaders = student.make_loaders(images, labels, split, 8, 4)
    for name, loader in loaders.items():
        epochs = [collect(loader) for _ in range(2)]
        rows = labels[split[name]]
        for batches, _, y in epochs:
            assert sorted(y) == sorted(rows), hint("all")
            assert [len(b[1]) for b in batches[:-1]] == [8] * (len(batches) - 1), hint("batch")
        if name == "train":
            assert not np.array_equal(epochs[0][2], epochs[1][2]), hint("shuffle")
            assert not np.array_equal(epochs[0][2], rows), hint("shuffle")
        else:
            assert all(np.array_equal(y, rows) for _, _, y in epochs), hint("still")


@pytest.mark.weight(1)
def test_seed(student, draw):
    """The seed decides the order, epoch by epoch"""
    images, labels = given(draw)
    labels = np.arange(60)
    split = sets(draw)
    orders = []
    for seed in (7, 7, 8):
        loaders = student.make_loaders(images, labels, split, 8, seed)
        collect(loaders["val"])  # whoever looks at another set in between changes nothing
        orders.append([collect(loaders["train"])[2] for _ in range(2)])
    assert all(np.array_equal(a, b) for a, b in zip(orders[0], orders[1], strict=True)), hint("seed")
    assert not np.array_equal(orders[0][0], orders[2][0]), hint("seed")


@pytest.mark.weight(2)
def test_overlapping_sets(student, draw):
    """A row in two sets raises ValueError"""
    images, labels = given(draw)
    for one, other in (("train", "test"), ("train", "val"), ("val", "test")):
        split = sets(draw)
        split[other] = np.append(split[other], split[one][draw.integer(0, 5)])
        with hint("overlap"), pytest.raises(ValueError):
            student.make_loaders(images, labels, split, 8, 5)
