"""Mutant: calls torch.
Misconception: a library may do the work.
Killed by: test_keeps_to_the_rules
Hint: rules
"""

def softmax_cross_entropy(Z, y):
    import torch

    logits = torch.tensor(Z, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y))
    loss.backward()
    return float(loss), logits.grad.numpy()
