"""Mutant: reshapes to one row.
Misconception: a batch is one image.
Killed by: test_shapes
Hint: shape
"""

def build_model(n_classes: int = 10, in_shape: tuple[int, int, int] = (1, 28, 28)) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(in_shape[0], 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(0), nn.Unflatten(0, (1, -1)), nn.LazyLinear(n_classes),
    )
