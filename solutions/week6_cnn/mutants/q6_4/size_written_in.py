"""Mutant: assumes images of 28 x 28.
Misconception: MNIST is 28 x 28.
Killed by: test_shapes
Hint: shape
"""

def build_model(n_classes: int = 10, in_shape: tuple[int, int, int] = (1, 28, 28)) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(in_shape[0], 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.MaxPool2d(7), nn.Flatten(), nn.Linear(32, n_classes),
    )
