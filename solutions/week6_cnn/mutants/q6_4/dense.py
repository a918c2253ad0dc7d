"""Mutant: has no convolution.
Misconception: a network is a network.
Killed by: test_budget_and_convolution
Hint: conv
"""

def build_model(n_classes=10, in_shape=(1, 28, 28)):
    size = in_shape[0] * in_shape[1] * in_shape[2]
    return nn.Sequential(nn.Flatten(), nn.Linear(size, 16), nn.ReLU(), nn.Linear(16, n_classes))
