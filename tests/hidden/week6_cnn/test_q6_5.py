"""Hidden suite of Q6.5: what a training loop does is recorded batch by batch; no training outcome is needed.

The probes hold no expected value: they record, and the judge compares with its own computation.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.judge import close, hint
from autograder.judge.probes import probe

HINTS = {
    "float": "The mean loss should be a Python float: use loss.item().",
    "gradients": "At some step the gradients are not those of that batch alone. Are the old ones set to zero before "
    "backward? Is it the cross-entropy of logits?",
    "steps": "There should be exactly one step of the optimiser for each batch, the smaller last one included.",
    "params": "After the epoch the parameters are not where one step a batch leads.",
    "train-mode": "While it is trained the model should be in training mode, whatever mode it came in.",
    "eval-mode": "While it is evaluated the model should be in eval mode.",
    "restore": "evaluate should put the model's mode back to what it found: training or not.",
    "mean": "The mean loss is over samples: weigh the mean of each batch with its size; the last batch may be smaller.",
    "graph": "The graphs of earlier batches are kept alive: add loss.item(), not loss.",
    "no-grad": "No gradients are needed in evaluate: use torch.no_grad().",
    "unchanged": "evaluate changed the parameters, their gradients or the running means of the model.",
    "accuracy": "The accuracy is the share of samples whose largest logit is that of the right class.",
    "confusion": "Confusion matrix: K x K counts as int64, row = truth, column = what the model says; a pair that "
    "occurs twice counts twice, and classes that do not occur have a row too.",
    "loss": "The loss of evaluate should be the mean cross-entropy over the samples.",
}


@probe
def record_training(ns, X, y, W, b, batch_size, lr, start_in_eval):
    """Train a linear model for an epoch and tell what happened."""
    import weakref

    import torch
    from torch.utils.data import DataLoader, TensorDataset

    class Mark:
        pass

    seen = {"modes": [], "gradients": [], "alive": []}
    marks = []

    class Marking(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark = Mark()
            marks.append(weakref.ref(ctx.mark))
            return x.clone()

        @staticmethod
        def backward(ctx, slopes):
            return slopes

    class Spy(torch.nn.Linear):
        def forward(self, x):
            seen["modes"].append(self.training)
            seen["alive"].append(sum(mark() is not None for mark in marks))
            return Marking.apply(super().forward(x))

    model = Spy(W.shape[1], W.shape[0])
    with torch.no_grad():
        model.weight.copy_(torch.from_numpy(W))
        model.bias.copy_(torch.from_numpy(b))
    if start_in_eval:
        model.eval()

    class Recording(torch.optim.SGD):
        def step(self, closure=None):
            value = None
            if closure is not None:
                with torch.enable_grad():
                    value = closure()
            got = model.weight.grad
            seen["gradients"].append(None if got is None else got.detach().clone().numpy())
            super().step()
            return value

    loader = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size=batch_size)
    optimizer = Recording(model.parameters(), lr=lr)
    loss = ns.train_one_epoch(model, loader, optimizer, torch.device("cpu"))
    seen["loss"] = loss
    seen["after"] = [model.weight.detach().numpy(), model.bias.detach().numpy()]
    return seen


@probe
def record_evaluation(ns, X, y, W, b, batch_size, training):
    """Evaluate a small model and tell what happened."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    seen = {"modes": [], "grad": []}

    class Spy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(W.shape[1], W.shape[0])
            self.norm = torch.nn.BatchNorm1d(W.shape[1])

        def forward(self, x):
            seen["modes"].append(self.training)
            seen["grad"].append(torch.is_grad_enabled())
            return self.linear(self.norm(x))

    model = Spy()
    with torch.no_grad():
        model.linear.weight.copy_(torch.from_numpy(W))
        model.linear.bias.copy_(torch.from_numpy(b))
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    model.train(training)

    def state():
        return [v.detach().clone() for v in model.state_dict().values()] + [
            None if p.grad is None else p.grad.clone() for p in model.parameters()
        ]

    before = state()
    loader = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size=batch_size)
    result = ns.evaluate(model, loader, torch.device("cpu"))
    same = all(
        (a is None and b is None) or (a is not None and b is not None and torch.equal(a, b))
        for a, b in zip(before, state())
    )
    return {**seen, "result": result, "mode": model.training, "same": same}


def data(draw, n=10, d=5, K=4):
    rng = draw.rng
    X, y = rng.normal(size=(n, d)).astype(np.float32), rng.integers(0, K, n)
    return X, y, rng.normal(size=(K, d)).astype(np.float32), rng.normal(size=K).astype(np.float32)


def by_the_book(X, y, W, b, batch_size, lr):
    """Gradients, losses and sizes of the batches, and the parameters after an epoch of SGD."""
    w, offset = torch.tensor(W, requires_grad=True), torch.tensor(b, requires_grad=True)
    gradients, losses, sizes = [], [], []
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        loss = torch.nn.functional.cross_entropy(
            torch.from_numpy(X[rows]) @ w.T + offset, torch.from_numpy(y[rows])
        )
        slopes = torch.autograd.grad(loss, [w, offset])
        gradients.append(slopes[0].numpy())
        losses.append(loss.item())
        sizes.append(len(y[rows]))
        with torch.no_grad():
            w -= lr * slopes[0]
            offset -= lr * slopes[1]
    return gradients, losses, sizes, [w.detach().numpy(), offset.detach().numpy()]


@pytest.mark.weight(3)
def test_gradients_at_each_step(student, draw):
    """At each step the gradients are those of the batch, and there is a step for each batch"""
    X, y, W, b = data(draw, n=14)
    seen = student.probe(record_training, X, y, W, b, 4, 0.3, False)
    gradients, *_ = by_the_book(X, y, W, b, 4, 0.3)
    assert len(seen["gradients"]) == len(gradients), hint("steps")
    with hint("gradients"):
        for got, expected in zip(seen["gradients"], gradients, strict=True):
            close(got, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.weight(2)
def test_parameters_after_an_epoch(student, draw):
    """With plain SGD the parameters end where they should, on three data sets"""
    for n, batch_size in ((10, 4), (9, 3), (7, 20)):
        X, y, W, b = data(draw, n=n)
        seen = student.probe(record_training, X, y, W, b, batch_size, 0.2, False)
        with hint("params"):
            close(seen["after"], by_the_book(X, y, W, b, batch_size, 0.2)[3], rtol=1e-4, atol=1e-5)


@pytest.mark.weight(2)
def test_training_mode(student, draw):
    """The model is in training mode while it is trained"""
    X, y, W, b = data(draw)
    for start_in_eval in (True, False):
        seen = student.probe(record_training, X, y, W, b, 4, 0.1, start_in_eval)
        assert seen["modes"] and all(seen["modes"]), hint("train-mode")


@pytest.mark.weight(2)
def test_mean_training_loss(student, draw):
    """The training loss is a float, the mean over the samples of a ragged epoch"""
    for n, batch_size in ((10, 4), (13, 6)):
        X, y, W, b = data(draw, n=n)
        X[-(n % batch_size) :] *= 6  # the last, smaller batch has another loss
        seen = student.probe(record_training, X, y, W, b, batch_size, 0.05, False)
        assert isinstance(seen["loss"], float), hint("float")
        _, losses, sizes, _ = by_the_book(X, y, W, b, batch_size, 0.05)
        with hint("mean"):
            close(seen["loss"], float(np.average(losses, weights=sizes)), rtol=1e-4, atol=1e-5)


@pytest.mark.weight(1)
def test_no_graph_is_kept(student, draw):
    """The graphs of earlier batches are given up"""
    X, y, W, b = data(draw, n=24)
    seen = student.probe(record_training, X, y, W, b, 3, 0.1, False)
    assert len(seen["alive"]) >= 8 and max(seen["alive"]) <= 2, hint("graph")


def truth(X, y, W, b):
    logits = (X @ W.T + b).astype(np.float64)  # running mean 0 and variance 1: the normalisation does next to nothing
    loss = torch.nn.functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(y)).item()
    confusion = np.zeros((len(W), len(W)), dtype=np.int64)
    for t, answer in zip(y, logits.argmax(axis=1), strict=True):
        confusion[t, answer] += 1
    return loss, float(np.mean(logits.argmax(axis=1) == y)), confusion


@pytest.mark.weight(3)
def test_evaluation(student, draw):
    """Loss, accuracy and confusion matrix, with a smaller last batch"""
    for n, batch_size in ((10, 4), (25, 10), (33, 10)):
        X, y, W, b = data(draw, n=n)
        X[-(n % batch_size) :] *= 6
        result = student.probe(record_evaluation, X, y, W, b, batch_size, False)["result"]
        loss, accuracy, confusion = truth(X, y, W, b)
        with hint("accuracy"):
            assert isinstance(result.accuracy, float)
            close(result.accuracy, accuracy)
        with hint("loss"):
            assert isinstance(result.loss, float)
            close(result.loss, loss, rtol=1e-4, atol=1e-5)
        with hint("confusion"):
            close(result.confusion, confusion)


@pytest.mark.weight(2)
def test_confusion_of_repeated_and_absent_classes(student, draw):
    """Repeated pairs, and classes that do not occur"""
    X, y, W, b = data(draw, n=30, K=5)
    y = draw.rng.choice([0, 2], size=30)
    b[4] = -1000.0  # nobody is taken for class 4, and nobody is of it
    result = student.probe(record_evaluation, X, y, W, b, 7, True)["result"]
    expected = truth(X, y, W, b)[2]
    with hint("confusion"):
        close(result.confusion, expected)
        assert result.confusion.dtype == np.int64


@pytest.mark.weight(2)
def test_eval_mode_is_used_and_put_back(student, draw):
    """Evaluation happens in eval mode, and the mode on entry comes back"""
    X, y, W, b = data(draw)
    for training in (True, False):
        seen = student.probe(record_evaluation, X, y, W, b, 4, training)
        assert seen["modes"] and not any(seen["modes"]), hint("eval-mode")
        assert seen["mode"] is training, hint("restore")


@pytest.mark.weight(1)
def test_evaluation_changes_nothing(student, draw):
    """No gradients are recorded, and nothing about the model changes"""
    X, y, W, b = data(draw)
    seen = student.probe(record_evaluation, X, y, W, b, 4, True)
    assert seen["grad"] and not any(seen["grad"]), hint("no-grad")
    assert seen["same"] is True, hint("unchanged")
