"""Mutant: calls PyTorch.
Misconception: what is there may be used.
Killed by: test_keeps_to_the_rules
Hint: rules
"""

def conv2d(x, w, b, stride=1, padding=0):
    import torch

    tensors = [torch.from_numpy(np.asarray(a, dtype=np.float64)) for a in (x, w, b)]
    return torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding).numpy()
