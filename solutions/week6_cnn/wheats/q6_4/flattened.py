"""Wheat: sizes worked out from in_shape, strides instead of pooling, a head that starts at zero."""

def build_model(n_classes=10, in_shape=(1, 28, 28)):
    channels, height, width = in_shape
    head = nn.Linear(12 * ((height + 3) // 4) * ((width + 3) // 4), n_classes)
    nn.init.zeros_(head.weight)
    nn.init.normal_(head.bias, 0, 0.01)
    return nn.Sequential(
        nn.Conv2d(channels, 6, 3, stride=2, padding=1), nn.LeakyReLU(),
        nn.Conv2d(6, 12, 3, stride=2, padding=1), nn.GELU(),
        nn.Flatten(), head,
    )
