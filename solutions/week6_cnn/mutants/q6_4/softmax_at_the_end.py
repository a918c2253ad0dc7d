"""Mutant: ends with a softmax.
Misconception: a classifier returns probabilities.
Killed by: test_logits
Hint: logits
"""

def build_model(n_classes: int = 10, in_shape: tuple[int, int, int] = (1, 28, 28)) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(in_shape[0], 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(32, n_classes), nn.Softmax(dim=1),
    )
