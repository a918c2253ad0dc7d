"""Hidden suite of Q6.4: the model itself is looked at; its accuracy says too little.

The probes hold no expected value: they run the student's model beside it and send back numbers. They move all
parameters a little first: a head that starts at zero is legal, and its outputs would say nothing of what is before it.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge import hint
from autograder.judge.probes import probe

HINTS = {
    "shape": "The output should have shape (n, n_classes): for one image, for seven, for other image sizes, channels "
    "and classes. Is the size of the flattened layer, or the batch, hard-coded?",
    "budget": "Between 1 and 20,000 trainable parameters, for images of (1, 28, 28) and 10 classes.",
    "conv": "There should be a convolution (nn.Conv2d) in it.",
    "logits": "The outputs look like probabilities, or logarithms of them: leave softmax out, cross_entropy has it "
    "inside.",
    "sign": "No output is ever negative: the logits themselves should pass no ReLU or sigmoid.",
    "gradient": "Some parameter gets no gradient: a layer that forward does not use, or one behind a bend that is "
    "always off.",
    "loss": "The loss before any training should be below 2 log K: start with smaller weights.",
    "activation": "Between its linear layers your network has no activation (ReLU or the like): without pooling it "
    "would be one linear map.",
    "eval": "In eval mode the same image should give the same output, whatever else is in the batch.",
    "state": "A model that loads the state_dict of another should compute the same: is every layer an attribute of "
    "the module, or in a Sequential or ModuleList?",
    "random": "Two calls should give differently initialised models, and the same ones after torch.manual_seed.",
    "device": "Everything that the network computes with should be where its parameters are: no device and no dtype "
    "may be written into the code.",
}


@probe
def outputs(ns, images, n_classes, in_shape, seed, training=False):
    """Outputs of a new model on each of some arrays."""
    import torch

    torch.manual_seed(seed)
    model = ns.build_model(n_classes, in_shape)
    model.train(training)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.02 * torch.randn_like(p))
        return [model(torch.from_numpy(x)) for x in images]


@probe
def facts(ns, seed):
    """Parameters and kinds of modules of a new model."""
    import torch

    torch.manual_seed(seed)
    model = ns.build_model()
    numbers = [p.numel() for p in model.parameters() if p.requires_grad]
    return sum(numbers), [type(m).__name__ for m in model.modules()], isinstance(model, torch.nn.Module)


@probe
def gradients(ns, images, labels, seed):
    """Largest gradient of each parameter after two steps of SGD, and the first loss."""
    import torch

    torch.manual_seed(seed)
    model = ns.build_model()
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    first, largest = None, {}
    for _ in range(3):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y)
        first = loss.item() if first is None else first
        loss.backward()
        for name, p in model.named_parameters():
            if p.requires_grad:
                size = 0.0 if p.grad is None else p.grad.abs().max().item()
                largest[name] = max(size, largest.get(name, 0.0))
        optimizer.step()
    return list(largest.values()), first


@probe
def without_pooling_bends(ns, inputs, seed):
    """Outputs, in float64 and eval mode, of the model with every max pooling made a mean pooling."""
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    model = ns.build_model(10, tuple(inputs[0].shape[1:]))
    # batch normalisation with running numbers of some batches: an affine map like any other in eval mode
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.02 * torch.randn_like(p))
        for _ in range(3):
            model(torch.from_numpy(inputs[0]).float())
    model = model.double().eval()
    pool = torch.max_pool2d

    def mean_pool(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, *_rest, **_more):
        # the modules of torch.nn come here too; the shape is the one of the maxima, whatever the settings
        maxima = pool(x, kernel_size, stride or kernel_size, padding, dilation, ceil_mode)
        return functional.adaptive_avg_pool2d(x, maxima.shape[-2:])

    def adaptive(x, output_size, *_rest):
        return functional.adaptive_avg_pool2d(x, output_size)

    def largest(x, dim=None, keepdim=False, *_rest, **_more):
        return torch.mean(x, dim, keepdim)

    kept = [
        (place, name, getattr(place, name))
        for place, name in (
            (functional, "max_pool2d"), (torch, "max_pool2d"), (functional, "adaptive_max_pool2d"),
            (torch, "amax"), (torch.Tensor, "amax"),
        )
    ]
    for (place, name, _), other in zip(kept, (mean_pool, mean_pool, adaptive, largest, largest), strict=True):
        setattr(place, name, other)
    try:
        with torch.no_grad():
            return [model(torch.from_numpy(x)).numpy() for x in inputs]
    finally:
        for place, name, original in kept:
            setattr(place, name, original)


@probe
def copied_state(ns, images):
    """Whether two new models differ; outputs of the first after some batches, and of the second with its state."""
    import io

    import torch

    torch.manual_seed(1)
    one = ns.build_model()
    torch.manual_seed(2)
    other = ns.build_model()
    x = torch.from_numpy(images)
    differ = any(not torch.equal(p, q) for p, q in zip(one.parameters(), other.parameters()))
    with torch.no_grad():
        for model in (one, other):
            for p in model.parameters():
                p.add_(0.02 * torch.randn_like(p))
        one.train()
        for _ in range(2):
            one(x)  # running means of batch normalisation move
        found = one.eval()(x)
        file = io.BytesIO()
        torch.save(one.state_dict(), file)
        file.seek(0)
        other.load_state_dict(torch.load(file, weights_only=True))
        return differ, found, other.eval()(x)


@probe
def on_another_device(ns, shape):
    """Shape and device of an output where nothing is computed, only devices are: the meta device."""
    import torch

    model = ns.build_model(10, tuple(shape[1:])).eval().to("meta")
    out = model(torch.zeros(tuple(shape), device="meta"))
    return list(out.shape), out.device.type


def images(draw, *shape):
    return draw.rng.normal(size=shape).astype(np.float32)


@pytest.mark.weight(2)
def test_shapes(student, draw):
    """Logits for one image and for seven, for other images and classes"""
    for n_classes, shape in ((10, (1, 28, 28)), (4, (3, 20, 25)), (7, (2, 16, 16)), (10, (1, 40, 40))):
        batches = [images(draw, n, *shape) for n in (1, 7)]
        with hint("shape"):
            found = student.probe(outputs, batches, n_classes, shape, draw.integer(0, 99))
            assert [tuple(out.shape) for out in found] == [(1, n_classes), (7, n_classes)]


@pytest.mark.weight(2)
def test_budget_and_convolution(student, draw):
    """At most 20,000 trainable parameters, and a convolution"""
    count, kinds, is_module = student.probe(facts, draw.integer(0, 99))
    assert is_module, hint("conv")
    assert "Conv2d" in kinds, hint("conv")
    assert 1 <= count <= 20_000, hint("budget")


@pytest.mark.weight(2)
def test_logits(student, draw):
    """The outputs are logits"""
    x = images(draw, 40, 1, 28, 28) * 3
    seed = draw.integer(0, 99)
    # of two models: that one with a head near zero has no negative output at all happens once in a thousand
    out = np.concatenate([student.probe(outputs, [x], 10, (1, 28, 28), s)[0].numpy() for s in (seed, seed + 1)])
    out = out.astype(np.float64)
    with hint("logits"):
        assert np.ptp(out) > 0
        assert not np.allclose(out.sum(axis=1), 1, atol=1e-3)
        assert not np.allclose(np.exp(out).sum(axis=1), 1, atol=1e-3)
    assert out.min() < 0, hint("sign")


@pytest.mark.weight(2)
def test_every_parameter_learns(student, draw):
    """Every parameter gets a gradient"""
    x, y = images(draw, 32, 1, 28, 28), draw.rng.integers(0, 10, 32)
    largest, _ = student.probe(gradients, x, y, draw.integer(0, 99))
    assert len(largest) > 0 and min(largest) > 0, hint("gradient")


@pytest.mark.weight(1)
def test_first_loss(student, draw):
    """The loss before training is below 2 log 10"""
    x, y = images(draw, 64, 1, 28, 28), draw.rng.integers(0, 10, 64)
    firsts = [student.probe(gradients, x, y, seed)[1] for seed in range(3)]
    assert np.median(firsts) < 2 * np.log(10), hint("loss")


@pytest.mark.weight(2)
def test_activations(student, draw):
    """There are activations between the linear layers"""
    x, y = (draw.rng.normal(size=(4, 1, 28, 28)) for _ in range(2))
    fx, fy, mixed, zero = student.probe(without_pooling_bends, [x, y, 0.3 * x + 0.7 * y, 0 * x], draw.integer(0, 99))
    defect = np.linalg.norm(mixed - 0.3 * fx - 0.7 * fy) / max(np.linalg.norm(fx - zero), 1e-300)
    assert defect > 1e-6, hint("activation")


@pytest.mark.weight(1)
def test_eval_mode(student, draw):
    """In eval mode an image's neighbours in the batch do not matter, and nothing is random"""
    x, other = images(draw, 5, 1, 28, 28), images(draw, 5, 1, 28, 28)
    other[0] = x[0]
    found = student.probe(outputs, [x, other, x, x[:1]], 10, (1, 28, 28), draw.integer(0, 99))
    a, b, again, alone = (out.numpy() for out in found)
    with hint("eval"):
        assert np.array_equal(a, again)
        assert np.allclose(a[0], b[0], atol=1e-4) and np.allclose(a[0], alone[0], atol=1e-4)


@pytest.mark.weight(1)
def test_state_dict(student, draw):
    """The state_dict holds everything, and models start at random"""
    differ, one, loaded = student.probe(copied_state, images(draw, 6, 1, 28, 28))
    assert np.allclose(loaded.numpy(), one.numpy(), atol=1e-5), hint("state")
    assert differ, hint("random")


@pytest.mark.weight(1)
def test_no_device_in_the_code(student, draw):
    """The model runs where its parameters are"""
    with hint("device"):
        shape, device = student.probe(on_another_device, [3, 1, 28, 28])
        assert (shape, device) == ([3, 10], "meta")
